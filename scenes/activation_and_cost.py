"""Chapter 9: what the output's activation and the cost are for each other."""

from __future__ import annotations

from manim import (
    DOWN,
    LEFT,
    ORIGIN,
    RIGHT,
    UP,
    Create,
    DoubleArrow,
    FadeIn,
    FadeOut,
    GrowFromEdge,
    LaggedStart,
    Line,
    Rectangle,
    ReplacementTransform,
    RoundedRectangle,
    VGroup,
)

from bpmath.model import multiprecision
from bpmath.model.activation import ACTIVATIONS, z
from bpmath.model.phrase import Phrase
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.plots.plot import Plot
from scenes.kit.provenance.claims import Claim, Size
from scenes.kit.provenance.pair_studies import NAMES, SATURATED, pairs, signals, single_unit
from scenes.kit.provenance.study import Study, other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import LABEL, SMALL, theme
from scenes.kit.text.rounding import numeral

LARGE = layout.Zone(-3.7, 4.7, -1.6, 1.9)  # the curve, alone and then above the two costs
CURVE = layout.Zone(-3.7, 4.7, 1.0, 2.45)
CARDS = layout.Zone(layout.LEFT, layout.RIGHT, -1.95, 0.3)
BARS = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -2.05)
SHARES = (0.0, 0.56), (0.58, 1.0)  # of the two columns: a product is longer than a difference
OUTPUT, COST, SIGNAL = -5.9, -3.2, 1.3  # the columns of the table of pairs
LINES = [1.72, 0.88, 0.04]  # their baselines
ALONE = 1.2 * DOWN  # so far below that the table stands while it has the stage for itself
OWN = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -0.42)


class ActivationAndCost(Chapter):
    """A saturated output under two costs; the three pairs that end in h - y; the network's own pair."""

    chapter = 9
    title = "Activation and cost are a pair"

    def construct(self) -> None:
        self.open()
        self.saturated_unit()
        self.squared_error()
        self.cross_entropy()
        self.compare()
        self.three_pairs()
        self.own_pair()

    def saturated_unit(self) -> None:
        """A point far out on the sigmoid: the output is wrong, and the curve flat."""
        self.plain, self.entropic = single_unit("squared_error"), single_unit("binary_cross_entropy")
        self.picture = self.curve(LARGE)
        frame, curve, dot, output, target, goal, gap, tangent, slope = self.picture
        self.say("Take one sigmoid unit, far out on its flat side, and a target at the other end.")
        self.play(FadeIn(frame), Create(curve), run_time=1.2)
        self.play(FadeIn(VGroup(dot, output)), FadeIn(VGroup(target, goal)), run_time=0.8)
        self.rest()
        error, steep = (self.plain.number(self.plain.q(*q))[0] for q in (("dh",), ("slope", 2)))
        wrong, flat = Claim(Size(error), ">", 0.95), Claim(steep, "<", 0.05)
        self.say("It could hardly be more wrong. Yet its slope is almost zero.", claim=[wrong, flat])
        self.play(FadeIn(gap), run_time=0.7)
        self.play(Create(tangent), FadeIn(slope), run_time=0.8)

    def curve(self, zone: layout.Zone) -> VGroup:
        """Axes, the sigmoid, the point and its output, the target, the gap between them, the tangent and its slope."""
        one, q = self.plain, self.plain.q
        plot = Plot(self, zone, (-6.0, 6.0), (0.0, 1.0), (SATURATED,), (), self.row_name(q("z", 2), "z", SMALL))
        curve = plot.curve(lambda v: multiprecision.value(ACTIVATIONS["sigmoid"].g, {z: v}), theme.a)
        at, h = one.value(q("z", 2)), one.value(q("h"))
        target = Line(plot.point(-6, 1), plot.point(6, 1), stroke_color=theme.J, stroke_width=3)
        goal = self.label(q("y"), True, SMALL, of=one).next_to(target, RIGHT, buff=0.15)
        dot = plot.dot(at, h, theme.a)
        output = self.label(q("h"), True, SMALL, of=one).next_to(dot, UP + LEFT, buff=0.14)
        gap = DoubleArrow(
            plot.point(at, h) + 0.12 * UP, plot.point(at, 1), color=theme.J, buff=0.02, stroke_width=4, tip_length=0.16
        )
        tangent = plot.tangent(at, h, one.value(q("slope", 2)), theme.slope, 1.8)
        slope = self.label(q("slope", 2), True, SMALL, of=one)
        slope.move_to([layout.LEFT, dot.get_center()[1], 0], aligned_edge=LEFT)
        return VGroup(plot.frame, curve, dot, output, target, goal, gap, tangent, slope)

    def card(self, column: int, cost: str) -> tuple[VGroup, layout.Zone]:
        """The panel of one cost with its name, and the room below the name."""
        zone = CARDS.part(*SHARES[column])
        head = self.words(cost, size=SMALL, color=theme.J).sit(zone.center[0], zone.top - 0.36, ORIGIN)
        return VGroup(self.panel(zone), head), layout.Zone(zone.left, zone.right, zone.bottom, zone.top - 0.42)

    def squared_error(self) -> None:
        self.section("The squared error at a saturated output")
        small = self.curve(CURVE)
        self.play(ReplacementTransform(self.picture, small), run_time=1.0)
        self.picture = small
        one = self.plain
        card, room = self.card(0, NAMES["squared_error"])
        equation = self.equation(signals(one)[-1], numbers=True, width=room.width - 0.4, of=one).move_to(room.center)
        self.beat(
            "With the squared error, the slope is a factor of delta.",
            FadeIn(card),
            FadeIn(equation.symbols),
            pause=0.2,
        )
        self.numbers(equation)
        known, error = (one.number(one.q(*q))[0] for q in (("delta", 2), ("dh",)))
        little = Claim(Size(known), "<", 0.05 * abs(error.value))
        self.beat("A large mistake, and hardly a signal: {=signal}.",
                  FadeIn(equation.result), pause=0.2, signal=known, claim=little)
        self.columns = [VGroup(card, equation)]

    def numbers(self, equation: Equation) -> None:
        """The row of numbers, and time to predict."""
        self.play(FadeIn(equation.numbers), run_time=0.7)
        self.rest(1.3)

    def cross_entropy(self) -> None:
        self.section("Cross-entropy at the same output")
        one = self.entropic
        card, room = self.card(1, NAMES["binary_cross_entropy"])
        product, ratio, difference = (
            self.equation(step, numbers=last, width=room.width - 0.4, of=one).move_to(room.center)
            for step, last in zip(signals(one), (False, False, True), strict=True)
        )
        self.say("Cross-entropy has a derivative of its own. It holds the slope too, but upside down.")
        self.play(FadeIn(card), FadeIn(product), run_time=0.8)
        self.wait(2.2)
        self.swap(product, ratio)
        self.rest(0.3)
        strikes = VGroup(*map(self.strike, self.cancelled(ratio)))
        self.beat("So the two strike each other out.", LaggedStart(*map(Create, strikes), lag_ratio=0.4), pause=0.3)
        self.swap(VGroup(ratio, strikes), difference.symbols)
        self.numbers(difference)
        known = one.number(one.q("delta", 2))[0]
        self.beat("What is left is output minus target: {=signal}.", FadeIn(difference.result), signal=known)
        self.columns.append(VGroup(card, difference))

    def cancelled(self, ratio: Equation) -> list[VGroup]:
        """What stands below the fraction bar, and the slope."""
        bar = max(ratio.upper(0), key=lambda g: g.width)
        return [VGroup(*(g for g in ratio.upper(0) if g.get_y() < bar.get_y() - 0.01)), ratio.upper(2)]

    def strike(self, part: VGroup) -> Line:
        corner = 0.06 * (RIGHT + UP)
        low, high = part.get_corner(DOWN + LEFT) - corner, part.get_corner(UP + RIGHT) + corner
        return Line(low, high, stroke_color=theme.slope, stroke_width=5).set_z_index(5)

    def compare(self) -> None:
        """Both signals as bars of one scale."""
        both = self.plain, self.entropic
        deltas = [one.number(one.q("delta", 2)) for one in both]
        sizes = [abs(number.value) for number, _ in deltas]
        longest = BARS.width * (SHARES[1][1] - SHARES[1][0]) - 1.2
        bars = VGroup()
        for one, share, size in zip(both, SHARES, sizes, strict=True):
            name = self.label(one.q("delta", 2), size=LABEL, of=one)
            name.move_to([BARS.part(*share).left + 0.3, BARS.center[1], 0], aligned_edge=LEFT)
            bar = Rectangle(width=longest * size / max(sizes), height=0.26, stroke_width=0, fill_color=theme.delta)
            bars.add(VGroup(name, bar.set_fill(opacity=1).next_to(name, RIGHT, buff=0.2)))
        slope = self.plain.report.checks[self.plain.q("slope", 2)].second
        key, method = (
            Phrase("how many times larger delta is with cross-entropy"),
            Phrase("one over the slope, which is all that differs"),
        )
        ratio, shown = other_number(key, sizes[1] / sizes[0], 1 / slope, method, decimals=0)
        printed = deltas[1][1].printed / deltas[0][1].printed  # what a reader gets from both
        outputs = [one.number(one.q("h"))[0] for one in both]
        said = [Claim(numeral(printed, decimals=0).text, "==", shown.text), Claim(outputs[0], "==", outputs[1])]
        self.say("The same mistake, but about {=times} times the signal.", times=ratio, claim=said)
        self.play(FadeIn(VGroup(*(name for name, _ in bars))), run_time=0.5)
        self.play(*(GrowFromEdge(bar, LEFT) for _, bar in bars), run_time=0.9)
        self.rest(0.8)
        self.bars = bars

    def three_pairs(self) -> None:
        self.section("Pairs that end alike")
        self.known = pairs()
        columns = (Phrase("output"), OUTPUT), (Phrase("cost"), COST), (Phrase("error signal"), SIGNAL)
        heads = VGroup(*(self.words(text, size=SMALL, color=theme.muted).sit(x, 2.4) for text, x in columns))
        heads.shift(ALONE)
        self.play(FadeOut(VGroup(self.picture, *self.columns, self.bars)), run_time=0.6)
        self.say("{n} pairs are made for each other. Each of them ends as output minus target.", n=str(len(self.known)))
        self.play(FadeIn(heads), run_time=0.4)
        self.table = VGroup(heads)
        for one, y in zip(self.known, LINES, strict=True):
            names = VGroup(*self.pair(one, y)).shift(ALONE)
            start, end = (
                self.equation(s, width=4.9, height=0.8, of=one).sit(SIGNAL, y).shift(ALONE)
                for s in (signals(one)[0], signals(one)[-1])
            )
            self.play(FadeIn(VGroup(names, start)), run_time=0.6)
            self.wait(1.0)
            self.swap(start, end, run_time=0.8)
            self.table.add(names, end)
        self.rest(0.4)

    def pair(self, one: Study, y: float) -> list:
        """The names of an activation and a cost, on one line."""
        net = one.network
        return [
            self.words(NAMES[net.activation(net.L).name], color=theme.a).sit(OUTPUT, y),
            self.words(NAMES[net.cost.name], color=theme.J).sit(COST, y),
        ]

    def own_pair(self) -> None:
        self.section("The network's own pair")
        net = self.net
        same = [y for one, y in zip(self.known, LINES, strict=True) if self.alike(one)]
        several, forms = net.units(net.L) > 1, signals(self.study)
        panel = self.panel(OWN)
        names = NAMES[net.activation(net.L).name], NAMES[net.cost.name]
        both = Phrase("this network: {g} with {cost}", g=names[0], cost=names[1])
        head = self.words(both, size=SMALL, color=theme.muted)
        head.sit(0, OWN.top - 0.42, ORIGIN)
        frames = [self.frame(y) for y in same]
        self.say(self.verdict(bool(same)))
        self.play(self.table.animate.shift(-ALONE), run_time=0.8)
        self.play(FadeIn(VGroup(panel, head)), *map(Create, frames), run_time=0.8)
        middle = [0, (OWN.bottom + OWN.top - 0.5) / 2, 0]
        if not forms:  # a sum over all outputs, and there are too many of them
            words = self.words("{delta} is {=delta}", size=LABEL, delta=self.q("delta", net.L)).move_to(middle)
            self.beat(self.told(), FadeIn(words), pause=0.6)
            return
        equation = self.equation(forms[-1], numbers=True, width=11.8, height=OWN.height - 0.8).move_to(middle)
        if several:
            self.say("Here it is for the output in focus.")
        self.play(FadeIn(equation.symbols), run_time=0.8)
        self.rest()
        self.numbers(equation)
        self.say(self.told())
        if equation.has_result:
            self.play(FadeIn(equation.result), run_time=0.6)
        self.rest(0.6)

    def frame(self, y: float) -> RoundedRectangle:
        """Around one line of the table."""
        box = RoundedRectangle(corner_radius=0.12, width=layout.RIGHT - layout.LEFT, height=0.8)
        return box.set_stroke(theme.text, 3).move_to([0, y + 0.16, 0])

    def alike(self, one: Study) -> bool:
        mine, net = self.net, one.network
        return (mine.cost, mine.activation(mine.L)) == (net.cost, net.activation(net.L))

    def verdict(self, paired: bool) -> Phrase:
        """What to expect of this network's pair."""
        g, target = self.net.activation(self.net.L), self.net.target
        if paired and not g.elementwise and round(float(target.sum()), 9) != 1:
            return Phrase(
                "And this network? Its pair is the last of these. "
                "But its targets do not add up to one, and their sum stays."
            )
        if paired:
            return Phrase("And this network? Its pair is one of these.")
        if not g.elementwise:
            return Phrase(
                "And this network? Its pair is another one, which is allowed: here a sum over all outputs stays."
            )
        if g.name == "linear":
            return Phrase(
                "And this network? Its pair is another one, which is allowed: here the derivative of the cost stays."
            )
        return Phrase("And this network? Its pair is another one, which is allowed: here the slope stays.")

    def told(self) -> Phrase:
        """What came out, and why where it is nothing."""
        L = self.net.L
        if self.value(self.q("delta", L)) or self.study.trace.delta[L].any():
            return Phrase("Its signal is {=delta}.", delta=self.q("delta", L))
        several = self.net.units(L) > 1
        if not self.study.trace.dh.any():
            return (
                Phrase("Every output meets its target: there is nothing to send back.")
                if several
                else Phrase("The output meets its target: there is nothing to send back.")
            )
        if several:
            return Phrase("No signal is left at any output: nothing is sent back.")
        flat = Claim(self.q("slope", L), "==", 0.0)
        return Phrase("The slope there is zero: whatever the error, nothing is sent back.", claim=flat)
