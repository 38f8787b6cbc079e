"""Chapter 10: what becomes of the error signal on a long way back."""

from __future__ import annotations

from dataclasses import replace

from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Circle,
    Create,
    DashedLine,
    FadeIn,
    FadeOut,
    GrowFromEdge,
    LaggedStart,
    Line,
    MoveAlongPath,
    Rectangle,
    VGroup,
    linear,
)

from bpmath.model.activation import ACTIVATIONS, z
from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.function_differences import difference
from bpmath.numeric.second_method import DIFFERENCES
from bpmath.symbolic.largest_slope import bound, deep_path, largest
from scenes.kit.chapter import Chapter
from scenes.kit.network.deep_path import SIDE, DeepPath
from scenes.kit.network.diagram import NetworkDiagram
from scenes.kit.network.signal_story import are_largest, signal_sizes, way_back, why_there_is_none
from scenes.kit.network.wide import WideDiagram, network_diagram
from scenes.kit.plots.plot import Plot, decades, nice_ticks
from scenes.kit.provenance.claims import Claim
from scenes.kit.provenance.source import FromNumber
from scenes.kit.provenance.study import other_number, study
from scenes.kit.setting import layout
from scenes.kit.setting.theme import LABEL, SMALL, theme
from scenes.kit.text.rounding import Numeral

SIGMOID = ACTIVATIONS["sigmoid"]
HIDDEN, WEIGHT = 10, 1.0  # layers of the deep path, and each of its weights
COUNT = str(HIDDEN)  # in sentences
OFF = 6  # the layer whose unit is switched off
STEEP = 30  # a linear scale shows ratios up to this
OWN = layout.Zone(layout.FIRST_COLUMN, layout.LAST_COLUMN + 0.9, -2.3, 0.35)


class VanishingGradient(Chapter):
    """The network's own |delta| by layer; a deep path of sigmoids and their bound; the same with ReLU; one unit off."""

    chapter = 10
    title = "Why the signal can vanish"

    def construct(self) -> None:
        self.open()
        self.own_signal()
        self.deep_sigmoids()
        self.quarter()
        self.relus()
        self.switched_off()

    # the network's own signal

    def own_signal(self) -> None:
        """A bar for each layer's delta, under the unit in focus, from the output back."""
        self.section("This network's own signal")
        net = network_diagram(self)
        sizes = signal_sizes(self.study)
        plot = self.own_plot([v for v in sizes.values() if v], net)
        figures = {l: self.figure(self.q("delta", l)) for l in sizes}
        factor = layout.alike(list(figures.values()), net.gap - 0.15)
        units = VGroup(*net.units.values(), *net.names.values(), *(net.value(l) for l in net.units))
        symbols = {l: self.label(self.q("delta", l)) for l in sizes}
        for l, symbol in symbols.items():
            symbol.next_to([plot.point(l, 0)[0], OWN.bottom, 0], DOWN, buff=0.16)
        self.say("How much of the error signal gets through, layer by layer?")
        self.play(FadeIn(VGroup(net.rest, *net.edges.values(), units)), run_time=0.8)
        self.play(FadeIn(VGroup(plot.frame, *symbols.values())), run_time=0.8)
        shown = VGroup(plot.frame, *symbols.values(), units, net.rest, *net.edges.values())
        if not self.net.is_path:
            signals = self.study.trace.delta
            largest_of_all = [Claim(size, ">=", tuple(abs(signals[l]))) for l, size in sizes.items()]
            self.say(
                Phrase("Each layer gets one bar: for the largest signal of its units.", claim=largest_of_all)
                if are_largest(self.study, sizes)
                else "Each layer gets one bar: for the signal of its unit in focus."
            )
        if plot.log:
            self.say("The scale is logarithmic: equal steps are equal factors.")
        self.rest()
        for l, size in sizes.items():
            bar = plot.bar(l, size, 0.8, theme.delta)
            figure = figures[l].scale(factor).next_to(bar, UP, buff=0.1)
            moves = [GrowFromEdge(bar, DOWN)] if size else []
            pace = 0.6 if self.net.L < 5 else 0.45
            if l < self.net.L and sizes[l + 1]:  # what is zero does not travel
                arrow = net.returning(l)
                self.play(FadeOut(net.edges[l]), Create(arrow), run_time=pace)
                shown.remove(net.edges[l]).add(arrow)
            self.play(
                *moves,
                FadeIn(figure),
                net.units[l].animate.set_stroke(theme.delta if size else theme.muted),
                run_time=pace,
            )
            shown.add(bar, figure)
        self.say(self.own_story())
        self.rest(0.8)
        self.section("{n} hidden sigmoid layers", n=COUNT)    # what was shown is the slide before
        self.play(FadeOut(shown), run_time=0.7)

    def own_plot(self, sizes: list[float], net: NetworkDiagram) -> Plot:
        """Axes for |delta|, logarithmic where the values are far apart; its layers stand under the diagram's."""
        name = self.row_name(Quantity("delta", 2), "abs(delta)")
        across = (1.0, self.net.L + 0.9 / net.gap)
        zone = replace(OWN, top=OWN.top - 0.25) if isinstance(net, WideDiagram) else OWN  # below two rows of writing
        if not sizes or max(sizes) / min(sizes) <= STEEP:
            top = max(sizes, default=1.0)
            return Plot(self, zone, across, (0.0, top), (), nice_ticks(0, top, 2)[1:] if sizes else (), y_name=name)
        span, ticks = decades(min(sizes), max(sizes))
        return Plot(self, zone, across, span, (), ticks, y_name=name, log=True)

    def own_story(self) -> Phrase:
        """What became of the signal on its way from the output back to layer 2, and why."""
        if self.net.L > 2:
            return way_back(self.study)
        if are_largest(self.study, sizes := signal_sizes(self.study)) and not sizes[2]:
            return why_there_is_none(self.study)
        if self.net.units(2) > 1:
            return Phrase(
                "Nothing is hidden here: the signal starts and ends in one layer, "
                "and there is no way on which it could vanish."
            )
        return Phrase("Nothing is hidden here: there is one signal, and there is no way on which it could vanish.")

    # a deep path

    def deep_sigmoids(self) -> None:
        self.sigmoids = one = study(deep_path(HIDDEN, "sigmoid", WEIGHT), Phrase("{n} sigmoid layers", n=COUNT))
        self.path = path = DeepPath(self, one)
        self.bars, top = path.bars(one), path.top
        theta = one.number(one.q("theta", 1))[0]
        self.say("Now {n} hidden layers of sigmoids, every weight {=theta}.", n=COUNT, theta=theta)
        self.play(FadeIn(VGroup(path.chain, *path.units.values())), run_time=0.8)
        self.play(FadeIn(VGroup(path.plot.frame, path.symbols)), run_time=0.8)
        self.rest()
        sign = Rectangle(width=0.3, height=0.22, stroke_width=0).set_fill(theme.delta, 1)
        self.say("Each step of the scale is a factor of {n}. What becomes of the signal?", n=f"{path.factor:.0f}")
        self.play(
            FadeIn(VGroup(self.bars[top], path.number(one, top))),
            FadeIn(path.legend(0, sign, Phrase("sigmoid"))),
            run_time=0.8,
        )
        self.rest(1.5)
        route = Line(*(path.units[l].get_center() for l in (top, 2)))
        pulse = VGroup(Circle(0.12, stroke_width=0).set_fill(theme.delta, 1)).move_to(route.get_start()).set_z_index(4)
        rest = [GrowFromEdge(bar, DOWN) for l, bar in self.bars.items() if l < top]
        self.play(MoveAlongPath(pulse, route, rate_func=linear), LaggedStart(*rest, lag_ratio=0.7), run_time=4.0)
        start, end = (one.number(one.q("delta", l))[0] for l in (top, 2))
        self.say("A signal of {=start} at the output arrives as {=end}.", start=start, end=end)
        self.play(FadeIn(path.number(one, 2)), FadeOut(pulse), run_time=1.0)
        self.rest(0.5)

    def quarter(self) -> None:
        """The largest slope as a bound: a straight line on this scale."""
        one, below, (steepest, least) = self.sigmoids, self.path.top - 1, self.limits()
        all_slopes = tuple(one.number(one.q("slope", l))[0] for l in range(2, self.path.top))
        most, within = steepest[0], Claim(all_slopes, "<=", steepest[0])
        self.section("At best {=most} a layer", most=most, claim=within)
        link = self.equation(one.step("signal", one.q("delta", below)), size=LABEL, of=one).move_to([-2.0, 0.82, 0])
        cap = self.words("at best {=most}", SMALL, color=theme.slope, most=most, claim=within)
        cap.next_to(link.symbol(one.q("slope", below)), DOWN, buff=0.2)
        self.say("Each layer multiplies by a slope: at best {=most} for the sigmoid.", most=most, claim=within)
        self.play(FadeIn(link), run_time=0.7)
        self.wait(1.5)
        self.play(FadeIn(cap), run_time=0.6)
        self.rest()
        line, sign = self.path.bound(SIGMOID), DashedLine(0.21 * LEFT, 0.21 * RIGHT)
        told = Phrase("at best {=most} a layer", most=most, claim=within)
        legend = self.path.legend(1, sign.set_stroke(theme.slope, 5), told)
        figure = self.other_figure(least, SMALL, theme.slope).next_to(line.get_end(), UP, buff=0.34)
        figure.shift(max(0.0, self.path.plot.zone.left + 0.18 - figure.get_left()[0]) * RIGHT)
        most = least[0]
        through = Claim(one.number(one.q("delta", 2))[0], "<=", most)
        self.say("So with these weights {n} layers let through at most {=most}.", n=COUNT, most=most, claim=through)
        self.play(FadeIn(legend), Create(line), run_time=1.6)
        self.play(FadeIn(figure), run_time=0.6)
        self.rest(0.5)
        self.notes, self.bound = VGroup(link, cap, figure), line

    def limits(self) -> list[tuple[FromNumber, Numeral]]:
        """The largest slope of the sigmoid, and what is left when it is taken once for each hidden layer."""
        top = largest(SIGMOID)
        steepest, name = difference(SIGMOID.g, z, {z: float(top.at)}), Phrase("largest slope of {g}", g=SIGMOID.words)
        power = float(bound(SIGMOID, HIDDEN)), steepest**HIDDEN, Phrase("power of {method}", method=DIFFERENCES)
        return [
            other_number(name, float(top.slope), steepest, DIFFERENCES, given=True),
            other_number(Phrase("{name}, once for each of {n} layers", name=name, n=COUNT), *power),
        ]

    def relus(self) -> None:
        self.section("The same path with ReLU")
        one = study(deep_path(HIDDEN, "relu", WEIGHT), Phrase("{n} ReLU layers", n=COUNT))
        self.outlines = self.path.outlines(one)
        sign = Rectangle(width=0.3, height=0.22, stroke_color=theme.delta, stroke_width=4)
        self.say("Now put a ReLU into every unit. Its slope is either one or zero.")
        self.play(FadeOut(self.notes), FadeIn(self.path.legend(2, sign, Phrase("ReLU"))), run_time=0.6)
        self.play(VGroup(*self.bars.values(), self.bound).animate.shift(SIDE * LEFT), run_time=0.8)
        self.rest(1.0)
        start, *others = (one.number(one.q("delta", l))[0] for l in range(self.path.top, 1, -1))
        self.say("While its units are on, the signal comes through unchanged.", claim=Claim(tuple(others), "==", start))
        self.play(LaggedStart(*(GrowFromEdge(b, DOWN) for b in self.outlines.values()), lag_ratio=0.3), run_time=2.2)
        self.rest(0.5)

    def switched_off(self) -> None:
        """One unit is off: nothing passes it."""
        self.section("A unit that is off")
        one = study(deep_path(HIDDEN, "relu", WEIGHT, off=OFF), Phrase("{n} ReLU layers with one unit off", n=COUNT))
        gone = [l for l, size in self.path.sizes(one).items() if not size]
        flat = Claim(one.number(one.q("slope", OFF))[0], "==", 0.0)
        self.say("But a unit can be off: its slope is zero.", claim=flat)
        self.play(FadeOut(self.path.units[OFF]), FadeIn(self.path.dark_unit(OFF)), run_time=0.8)
        self.rest(1.0)
        nothing = Claim(tuple(one.number(one.q("delta", l))[0] for l in range(OFF, 1, -1)), "==", 0.0)
        self.say("Then its delta is exactly zero, and so are all before it.", claim=nothing)
        falls = (FadeOut(self.outlines[l], shift=0.2 * DOWN) for l in gone)
        self.play(LaggedStart(*falls, lag_ratio=0.3), run_time=1.6)
        self.play(FadeIn(VGroup(*(self.path.zero(one, l) for l in gone))), run_time=0.6)
        self.beat("Zero has no place on this scale, so these bars are missing.", pause=0.3)
