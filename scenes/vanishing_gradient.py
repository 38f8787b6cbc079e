"""Chapter 10: what becomes of the error signal on a long way back."""

from __future__ import annotations

from math import ceil, floor, log10

from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Circle,
    Create,
    DashedLine,
    DashedVMobject,
    FadeIn,
    FadeOut,
    GrowFromEdge,
    LaggedStart,
    Line,
    Mobject,
    MoveAlongPath,
    Rectangle,
    VGroup,
    linear,
)

from bpmath.activation import ACTIVATIONS, z
from bpmath.check import DIFFERENCES
from bpmath.differences import difference
from bpmath.notation import Quantity
from bpmath.vanishing import bound, deep_path, largest
from scenes.kit import layout
from scenes.kit.chapter import Chapter
from scenes.kit.diagram import NetworkDiagram
from scenes.kit.plot import Plot, nice_ticks
from scenes.kit.readout import Number
from scenes.kit.study import Study, other_number, study
from scenes.kit.theme import LABEL, SMALL, theme

HIDDEN = 10  # layers of the deep path
TOP = HIDDEN + 2  # its output layer
OFF = 6  # the layer whose unit is switched off
STEEP = 30  # a linear scale shows ratios up to this
OWN = layout.Zone(layout.FIRST_COLUMN, layout.LAST_COLUMN + 0.9, -2.3, 0.35)
DEEP = layout.Zone(-4.9, 6.1, -1.95, 1.15)
UNITS_Y, LEGEND_Y, RADIUS = 1.9, 2.5, 0.21
SIDE = 0.21  # how far a bar stands beside the middle of its layer, where each has two


class VanishingGradient(Chapter):
    """The network's own |delta| by layer; ten sigmoid layers and their bound; the same with ReLU; one unit off."""

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
        """A bar for each delta, under its unit, from the output back."""
        self.section("This network's own signal")
        net = NetworkDiagram(self)
        sizes = {l: abs(self.value(self.q("delta", l))) for l in range(self.net.L, 1, -1)}
        plot = self.own_plot([v for v in sizes.values() if v], self.net.L + 0.9 / net.gap)
        units = VGroup(*net.units.values(), *net.names.values(), *(net.value(l) for l in net.units))
        symbols = {l: self.label(self.q("delta", l)) for l in sizes}
        for l, symbol in symbols.items():
            symbol.next_to([plot.point(l, 0)[0], OWN.bottom, 0], DOWN, buff=0.16)
        self.say("How much of the error signal gets through, layer by layer?")
        self.play(FadeIn(VGroup(*net.edges.values(), units)), run_time=0.8)
        self.play(FadeIn(VGroup(plot.frame, *symbols.values())), run_time=0.8)
        shown = VGroup(plot.frame, *symbols.values(), units, *net.edges.values())
        if plot.log:
            self.say("The scale is logarithmic: equal steps are equal factors.")
        self.rest()
        for l, size in sizes.items():
            bar = self.bar(plot, l, size, 0.8)
            figure = self.figure(self.q("delta", l))
            figure.scale(min(1.0, (net.gap - 0.15) / figure.width)).next_to(bar, UP, buff=0.1)
            moves = [GrowFromEdge(bar, DOWN)] if size else []
            pace = 0.6 if self.net.L < 5 else 0.45
            if l < self.net.L and sizes[l + 1]:  # what is zero does not travel
                arrow = net.backward_arrow(l)
                self.play(FadeOut(net.edges[l]), Create(arrow), run_time=pace)
                shown.remove(net.edges[l]).add(arrow)
            self.play(
                *moves,
                FadeIn(figure),
                net.units[l].animate.set_stroke(theme.delta if size else theme.muted),
                run_time=pace,
            )
            shown.add(bar, figure)
        self.say(self.own_story(sizes))
        self.rest(0.8)
        self.play(FadeOut(shown), run_time=0.7)

    def own_plot(self, sizes: list[float], end: float) -> Plot:
        """Axes for |delta|, logarithmic where the values are far apart; its layers stand under the diagram's."""
        name = self.row_name(Quantity("delta", 2), "abs(delta)")
        across = (1.0, end)
        if not sizes or max(sizes) / min(sizes) <= STEEP:
            top = max(sizes, default=1.0)
            return Plot(self, OWN, across, (0.0, top), (), nice_ticks(0, top, 2)[1:] if sizes else (), y_name=name)
        return decades(self, OWN, across, min(sizes), max(sizes), name)

    def own_story(self, sizes: dict[int, float]) -> str:
        """What became of the signal on its way from the output back to layer 2, and why."""
        L = self.net.L
        if not sizes[L]:
            met = not self.value(self.q("dh"))
            reason = "the output meets its target" if met else "the slope at the output is zero"
            return f"Here {reason}: there is no signal at all."
        if L == 2:
            return "Nothing is hidden here: there is one signal, and no way on which it could vanish."
        end = next((l for l, size in sizes.items() if not size), None)
        if end is not None:
            causes = {"slope": "the slope there is zero", "theta": f"{{theta({end})}} is zero"}
            zero = (text for kind, text in causes.items() if not self.value(self.q(kind, end)))
            reason = next(zero, "it is too small to be held")
            before = ", and nothing gets further back" if end > 2 else ""
            return f"The signal ends at {{delta({end})}}: {reason}{before}."
        change = {-1: "shrinks", 0: "stays level,", 1: "grows"}[(sizes[2] > sizes[L]) - (sizes[2] < sizes[L])]
        return f"On the way back the signal {change} from {{=delta({L})}} to {{=delta(2)}}."

    # ten layers

    def deep_sigmoids(self) -> None:
        self.section("Ten hidden sigmoid layers")
        self.sigmoids = study(deep_path(HIDDEN, "sigmoid"), "ten sigmoid layers")
        sizes = self.sizes(self.sigmoids)
        name = self.row_name(Quantity("delta", 2), "abs(delta)")
        self.plot = decades(self, DEEP, (1.0, TOP + 0.5), min(sizes.values()), 1.0, name)
        self.units = {l: Circle(RADIUS, stroke_color=theme.a, stroke_width=4) for l in range(1, TOP + 1)}
        for l, unit in self.units.items():
            unit.set_fill(theme.panel, 1).move_to([self.plot.point(l, 1)[0], UNITS_Y, 0]).set_z_index(2)
        ends = [self.units[l].get_center() for l in (1, TOP)]
        chain = Line(*ends, stroke_color=theme.line, stroke_width=4)
        symbols = [self.under(self.label(self.sigmoids.q("delta", l), size=SMALL), l, 0.3) for l in sizes]
        self.say("Now ten hidden layers of sigmoids, every weight one.")
        self.play(FadeIn(VGroup(chain, *self.units.values())), run_time=0.8)
        self.play(FadeIn(VGroup(self.plot.frame, *symbols)), run_time=0.8)
        self.rest()
        bars = {l: self.bar(self.plot, l, size, 0.36).shift(SIDE * LEFT) for l, size in sizes.items()}
        legend = self.legend(0, Rectangle(width=0.3, height=0.22, stroke_width=0).set_fill(theme.delta, 1), "sigmoid")
        self.say("Each step of the scale is a factor of a hundred. What becomes of the signal?")
        self.play(FadeIn(bars[TOP]), FadeIn(legend), FadeIn(self.end_number(self.sigmoids, TOP)), run_time=0.8)
        self.rest(1.5)
        pulse = VGroup(Circle(0.12, stroke_width=0).set_fill(theme.delta, 1)).move_to(ends[1]).set_z_index(4)
        rest = [GrowFromEdge(bars[l], DOWN) for l in bars if l < TOP]
        route = Line(ends[1], self.units[2].get_center())
        self.play(MoveAlongPath(pulse, route, rate_func=linear), LaggedStart(*rest, lag_ratio=0.7), run_time=4.0)
        known = self.sigmoids.number(self.sigmoids.q("delta", 2))[0]
        self.beat(
            "A signal of one at the output arrives as {=end}.",
            FadeIn(self.end_number(self.sigmoids, 2)),
            FadeOut(pulse),
            pause=0.5,
            end=known,
        )

    def sizes(self, one: Study) -> dict[int, float]:
        return {l: abs(one.value(one.q("delta", l))) for l in range(TOP, 1, -1)}

    def under(self, mobject: Mobject, l: int, below: float) -> Mobject:
        """Centres something under a layer of the deep path."""
        return mobject.move_to([self.plot.point(l, 1)[0], DEEP.bottom - below, 0])

    def end_number(self, one: Study, l: int) -> Mobject:
        return self.under(self.figure(one.q("delta", l), size=SMALL, of=one), l, 0.78)

    def bar(self, plot: Plot, l: int, size: float, width: float) -> Rectangle:
        """|delta| from the axis up; nothing at all where it is exactly 0."""
        low, high = plot.point(l, 10.0 ** plot.y[0] if plot.log else 0), plot.point(l, size)
        box = Rectangle(width=width, height=max(high[1] - low[1], 0.02), stroke_width=0, fill_color=theme.delta)
        return box.set_fill(opacity=1 if size else 0).move_to(low, aligned_edge=DOWN)

    def legend(self, place: int, sign: Mobject, text: str) -> VGroup:
        """A sign and its word, above the picture."""
        x = (-4.9, -2.5, 2.3)[place]
        words = self.words(text, size=SMALL).sit(x + 0.5, LEGEND_Y)
        return VGroup(sign.move_to([x + 0.15, words.get_center()[1], 0]), words)

    def quarter(self) -> None:
        """The largest slope as a bound: a straight line on this scale."""
        self.section("At best a quarter a layer")
        sigmoid = ACTIVATIONS["sigmoid"]
        steepest = difference(sigmoid.g, z, {z: float(largest(sigmoid).at)})
        most = float(largest(sigmoid).slope)
        quarter = other_number("largest slope of the sigmoid", most, steepest, DIFFERENCES, given=True)
        least = other_number(
            "the largest slope of the sigmoid, once for each of ten layers",
            float(bound(sigmoid, HIDDEN)),
            steepest**HIDDEN,
            f"power of {DIFFERENCES}",
        )
        points = [self.plot.point(l, float(bound(sigmoid, TOP - l))) + SIDE * LEFT for l in (TOP, 2)]
        line = DashedLine(*points, stroke_color=theme.slope, stroke_width=5, dash_length=0.14).set_z_index(4)
        sign = DashedLine(0.21 * LEFT, 0.21 * RIGHT, stroke_color=theme.slope, stroke_width=5)
        below = self.sigmoids.q("delta", TOP - 1)
        link = self.equation(self.sigmoids.step("signal", below), size=LABEL, of=self.sigmoids).move_to([-2.0, 0.82, 0])
        slope = link.symbol(self.sigmoids.q("slope", TOP - 1))
        cap = self.words("at best {=most}", SMALL, color=theme.slope, most=quarter[0]).next_to(slope, DOWN, buff=0.2)
        self.say("Each layer multiplies by a slope: at best {=most} for the sigmoid.", most=quarter[0])
        self.play(FadeIn(link), run_time=0.7)
        self.wait(1.5)
        self.play(FadeIn(cap), run_time=0.6)
        self.rest()
        figure = Number(*least, SMALL, theme.slope).next_to(points[1], UP, buff=0.34)
        figure.shift(max(0.0, DEEP.left + 0.18 - figure.get_left()[0]) * RIGHT)
        self.say("So with these weights ten layers let through at most {=least}.", least=least[0])
        self.play(FadeIn(self.legend(1, sign, "at best a quarter a layer")), Create(line), run_time=1.6)
        self.play(FadeIn(figure), run_time=0.6)
        self.rest(0.5)
        self.notes = VGroup(link, cap, figure)

    def relus(self) -> None:
        self.section("The same path with ReLU")
        self.level = study(deep_path(HIDDEN, "relu"), "ten ReLU layers")
        self.outlines = {l: self.outline(l, size) for l, size in self.sizes(self.level).items()}
        sign = Rectangle(width=0.3, height=0.22, stroke_color=theme.delta, stroke_width=4)
        self.say("Now put a ReLU into every unit. Its slope is either one or zero.")
        self.play(FadeOut(self.notes), FadeIn(self.legend(2, sign, "ReLU")), run_time=0.6)
        self.rest(1.0)
        self.say("While its units are on, the signal comes through unchanged.")
        self.play(LaggedStart(*(GrowFromEdge(b, DOWN) for b in self.outlines.values()), lag_ratio=0.3), run_time=2.2)
        self.rest(0.5)

    def outline(self, l: int, size: float) -> Rectangle:
        box = self.bar(self.plot, l, size, 0.36).shift(SIDE * RIGHT)
        return box.set_fill(opacity=0).set_stroke(theme.delta, 4)

    def switched_off(self) -> None:
        """One unit is off: nothing passes it."""
        self.section("A unit that is off")
        one = study(deep_path(HIDDEN, "relu", off=OFF), "ten ReLU layers with one unit off")
        sizes = self.sizes(one)
        gone = [l for l, size in sizes.items() if not size]
        unit = self.units[OFF]
        dark = DashedVMobject(Circle(RADIUS, stroke_color=theme.muted, stroke_width=4).move_to(unit), num_dashes=10)
        cross = VGroup(*(Line(d * RADIUS * 0.6, -d * RADIUS * 0.6) for d in (UP + RIGHT, UP + LEFT)))
        cross.set_stroke(theme.muted, 4).move_to(unit)
        self.say("But a unit can be off: its slope is zero.")
        self.play(FadeOut(unit), FadeIn(VGroup(dark, cross).set_z_index(3)), run_time=0.8)
        self.rest(1.0)
        self.say("Then its delta is exactly zero, and so are all before it.")
        self.play(
            LaggedStart(*(FadeOut(self.outlines[l], shift=0.2 * DOWN) for l in gone), lag_ratio=0.3), run_time=1.6
        )
        zeros = VGroup(*(self.figure(one.q("delta", l), size=LABEL, of=one) for l in gone))
        for l, zero in zip(gone, zeros, strict=True):
            zero.move_to([self.plot.point(l, 1)[0] + 0.24, DEEP.bottom + 0.26, 0])
        self.play(FadeIn(zeros), run_time=0.6)
        self.beat("Zero has no place on this scale, so these bars are missing.", pause=0.3)


def decades(
    chapter: Chapter, zone: layout.Zone, across: tuple[float, float], least: float, most: float, name: Mobject
) -> Plot:
    """A plot whose y axis is marked by powers of ten."""
    low, high = floor(log10(least)), ceil(log10(most))
    low -= low == high
    step = ceil((high - low) / 4)
    ticks = [10.0**e for e in range(high, low - 1, -step)]
    return Plot(chapter, zone, across, (10.0**low, 10.0**high), (), ticks, y_name=name, log=True)
