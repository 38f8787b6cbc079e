"""Chapter 11: signals that meet are added; then the same for whole layers, in blocks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    Mobject,
    Rotate,
    SurroundingRectangle,
    TransformFromCopy,
    VGroup,
)

from bpmath.model.network import Network, network
from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.network.pulse import arriving
from scenes.kit.network.wide import network_diagram
from scenes.kit.plots.matrix_blocks import Block
from scenes.kit.provenance.study import Study, study
from scenes.kit.setting import layout
from scenes.kit.setting.theme import FORMULA, SMALL, theme

ONE = layout.Zone(layout.LEFT, layout.RIGHT, -1.15, 0.62)  # the panel of one unit, and below it that of the layer
WHOLE = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -1.27)
BOTH = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, 0.62)
NAMES, PICTURES = 1.75, 3.9  # widths of the panels' ends, for words and for blocks
WORDS = 2.05  # the same, of the panel with all four lines
EXAMPLE = network(
    [0.5, 1.0],
    [1, 0],
    "squared_error",
    [([[0.4, -0.6], [0.9, 0.3], [-0.5, 0.8]], "sigmoid"), ([[0.7, -1.2, 0.5], [1.1, 0.6, -0.4]], "sigmoid")],
    name="two, three and two units",
)


def meeting(net: Network) -> int | None:
    """The last hidden layer to which signals come back from several units; None where no signals meet."""
    hidden = (l for l in range(net.L - 1, 1, -1) if net.activation(l).elementwise and net.units(l + 1) > 1)
    return next(hidden, None)


class MatrixForm(Chapter):
    """One entry of delta with its sum; the block; the transposed weights; the block of gradients."""

    chapter = 11
    title = "Whole layers at once"

    @classmethod
    def is_about(cls, network: Network) -> Network:
        return EXAMPLE if meeting(network) is None else network

    def construct(self) -> None:
        own = self.is_about(self.net) is self.net
        self.of: Study = self.study if own else study(EXAMPLE, Phrase("a wider network"))
        self.layer = meeting(self.of.network)
        self.open()
        self.show_network(own)
        self.one_signal()
        self.all_signals()
        self.one_gradient()
        self.all_gradients()
        self.four_lines()

    def show_network(self, own: bool) -> None:
        self.diagram = net = network_diagram(self, of=self.of)
        self.values = VGroup(*(net.value(l) for l in net.units))
        self.say(
            "In this network several units stand side by side."
            if own
            else "In our network no two signals meet. So here is one in which they do."
        )
        shown = VGroup(net.web, *net.edges.values(), net.others, *net.units.values(), net.gaps)
        self.play(FadeIn(shown), run_time=1.0)
        self.play(FadeIn(VGroup(*net.names.values(), *net.weights.values(), self.values)), run_time=0.8)
        self.rest()

    # one unit

    def one_signal(self) -> None:
        """All edges out of one unit bring a signal back, and these are added."""
        net, l = self.diagram, self.layer
        self.section("Signals that meet are added")
        self.entry = self.line(Phrase("one unit"), self.formula("signal", "delta", l, True), ONE)
        panel, name, equation = self.entry
        self.say("Take one unit. It acts on the cost through every unit to its right.")
        ways = net.flow_back(l)
        pulses = [net.pulse(start, theme.delta) for start, _ in ways]
        self.back = net.returning(l)
        self.play(FadeIn(VGroup(*pulses)), run_time=0.6)
        self.play(arriving(pulses, ways), FadeOut(net.edges[l]), FadeIn(self.back), run_time=1.4)
        lit = net.units[l].animate.set_stroke(theme.delta, 7)
        self.play(lit, FadeIn(VGroup(panel, name, equation.symbols)), run_time=0.8)
        self.say("Signals come back, each times its weight. They are added, and then comes the slope.")
        self.play(FadeIn(equation.numbers), run_time=0.8)
        self.rest(2.0)  # time to predict
        self.play(FadeIn(equation.result), run_time=0.6)
        self.rest(1.2)

    # the whole layer

    def all_signals(self) -> None:
        l = self.layer
        self.section("The same for the whole layer")
        self.block = self.line(Phrase("all units"), self.formula("block signal", "delta", l), WHOLE, PICTURES)
        panel, name, equation = self.block
        self.say("Every unit has such a sum. In blocks, they are one line.")
        self.play(FadeIn(panel), FadeIn(VGroup(name, equation)), run_time=0.9)
        self.rest(0.4)
        theta, delta = self.matrix("theta", l, theme.theta), self.vector("delta", l + 1, theme.delta)
        theta.move_to(self.picture_place() + 0.3 * LEFT)
        self.say("A column of theta holds the weights that leave one unit.")
        self.play(FadeIn(theta), run_time=0.7)
        mark = self.frame(theta.column(self.of.focus[l]))
        self.play(Create(mark), run_time=0.7)
        self.say("Backward, the arrows turn round: the matrix is flipped, and the column becomes a row.")
        about = theta.get_center()
        self.play(Rotate(VGroup(theta, mark), PI, axis=np.array([1.0, -1.0, 0.0]), about_point=about), run_time=1.4)
        slope, result = self.vector("slope", l, theme.slope), self.vector("delta", l, theme.delta)
        times, equals = self.signs(equation, l)
        for before, block in pairwise((theta, delta, times, slope, equals, result)):
            block.next_to(before, RIGHT, buff=0.16)
        shift = self.picture_place()[0] - VGroup(theta, mark, delta, slope, result).get_center()[0]
        VGroup(delta, times, slope, equals, result).shift(shift * RIGHT)
        self.play(VGroup(theta, mark).animate.shift(shift * RIGHT), FadeIn(delta), run_time=0.8)
        hit = self.frame(result.row(self.of.focus[l]))
        self.say("Row times column is the sum over the paths. Then each unit multiplies by its own slope.")
        self.play(FadeIn(VGroup(times, slope)), run_time=0.6)
        self.play(FadeIn(VGroup(equals, result)), Create(hit), run_time=0.9)
        self.rest(0.6)
        self.picture = VGroup(theta, mark, delta, times, slope, equals, result, hit)

    def signs(self, equation: Equation, l: int) -> tuple[Mobject, Mobject]:
        """Those of a formula before its slope and its right side, small, for the picture of its blocks."""
        edge = equation.symbol(Quantity("slope", l)).get_left()[0]
        times = max((g for g in equation.upper(0) if g.get_right()[0] < edge), key=lambda g: g.get_x())
        return times.copy().scale(0.75), equation.upper(-1).copy().scale(0.75)

    # gradients

    def one_gradient(self) -> None:
        l = self.layer
        self.section("The gradient of one weight")
        entry = self.line(Phrase("one weight"), self.formula("gradient", "dtheta", l, True), ONE)
        self.say("A gradient still needs only the two ends of its edge.")
        self.play(FadeOut(VGroup(*self.entry[1:], *self.block, self.picture)), run_time=0.6)
        self.play(FadeIn(VGroup(entry[1], entry[2].symbols)), run_time=0.8)
        q = self.diagram.activation(l)
        rest = VGroup(*(g for g in entry[2].numbers if g not in entry[2].number(q).submobjects))
        self.play(TransformFromCopy(self.values[l - 1], entry[2].number(q)), FadeIn(rest), run_time=1.0)
        self.wait(1.2)
        self.play(FadeIn(entry[2].result), run_time=0.6)
        self.rest(0.8)
        self.entry = VGroup(self.entry[0], *entry[1:])

    def all_gradients(self) -> None:
        """A column times a row is a whole grid."""
        l = self.layer
        self.section("All gradients of a layer")
        block = self.line(Phrase("all weights"), self.formula("block gradient", "dtheta", l), WHOLE, PICTURES)
        self.say("For all weights: signals as a column, times values as a row.")
        self.play(FadeIn(block), run_time=0.8)
        grid = self.matrix("dtheta", l, theme.text)
        delta = self.vector("delta", l + 1, theme.delta).next_to(grid, LEFT, buff=0.16)
        row = self.vector("a", l, theme.a, lying=True).next_to(grid, UP, buff=0.16)
        whole = VGroup(grid, delta, row)
        whole.scale(min(1.0, (WHOLE.height - 0.24) / whole.height)).move_to(self.picture_place())
        self.play(FadeIn(delta, shift=0.2 * RIGHT), FadeIn(row, shift=0.2 * DOWN), run_time=0.8)
        self.rest(1.0)
        self.say("Each pair meets once: a grid in the shape of theta.")
        self.play(LaggedStart(*map(FadeIn, grid), lag_ratio=0.5 / len(grid)), run_time=1.4)
        j, i = self.of.focus[l + 1], self.of.focus[l]
        marks = VGroup(*map(self.frame, (grid.cell(j, i), delta.row(j), row.column(i))))
        self.play(FadeIn(marks), run_time=0.6)
        self.rest(1.0)
        self.gone = VGroup(*self.entry, *block, whole, marks)

    # all of it

    def four_lines(self) -> None:
        net, l = self.diagram, self.layer
        self.section("All of it in blocks")
        panel = self.panel(BOTH)
        steps = (
            (Phrase("forward"), self.formula("block input", "z", l + 1)),
            (Phrase("backward"), self.formula("block signal", "delta", l)),
            (Phrase("gradients"), self.formula("block gradient", "dtheta", l)),
            (Phrase("update"), self.formula("block update", "new_theta", l)),
        )
        room = BOTH.height - 0.14 * (len(steps) + 1)
        factor = min(1.0, room / sum(e.height for _, e in steps), *((ONE.width / 2 - 1) / e.width for _, e in steps))
        for _, equation in steps:
            equation.scale(factor)
        middles = layout.stacked([e.height for _, e in steps], BOTH)
        equals = max(e.upper(-1).get_center()[0] - e.get_left()[0] for _, e in steps)
        ends = max(e.get_right()[0] - e.upper(-1).get_center()[0] for _, e in steps)
        room = BOTH.width - WORDS - equals - ends - 0.8
        lines = VGroup()
        for (word, equation), y in zip(steps, middles, strict=True):
            equation.shift([BOTH.left + WORDS + equals, y, 0] - equation.upper(-1).get_center())
            name = self.words(word, SMALL)
            rule = self.rule(equation, room)
            name.move_to([BOTH.left + 0.3, y, 0], aligned_edge=LEFT)
            rule.move_to([BOTH.right - 0.3, y, 0], aligned_edge=RIGHT)
            lines.add(VGroup(name, equation, rule))
        self.say("These {n} lines serve every network. On a path, every block is a single number.", n=str(len(steps)))
        calm = net.units[l].animate.set_stroke(theme.a, 5)
        self.play(FadeOut(VGroup(self.gone, self.back)), FadeIn(net.edges[l]), calm, run_time=0.7)
        self.play(FadeIn(panel), LaggedStart(*(FadeIn(x, shift=0.15 * DOWN) for x in lines), lag_ratio=0.5), run_time=2)
        self.rest(1.0)

    # how things are made

    def formula(self, name: str, kind: str, l: int, numbers: bool = False) -> Equation:
        """A step for the units in focus, or for the layer where its name begins with block."""
        q = self.of.q(kind, l)
        block = name.startswith("block")
        step = (
            next(s for s in self.of.steps(name) if (s.subject.kind, s.subject.layer) == (kind, l))
            if block
            else self.of.step(name, q)
        )
        room = ONE.width - NAMES - 0.5 - (PICTURES if block else 0)
        height = (WHOLE if block else ONE).height - 0.5
        return self.equation(step, numbers, size=FORMULA, width=room, height=height, of=self.of)

    def line(self, word: Phrase, equation: Equation, zone: layout.Zone, end: float = 0.3) -> VGroup:
        """(panel, what the line speaks of, its formula)."""
        name = self.words(word, SMALL, color=theme.muted)
        name.move_to([zone.left + 0.3, zone.center[1], 0], aligned_edge=LEFT)
        middle = (zone.left + NAMES + zone.right - end) / 2
        return VGroup(self.panel(zone), name, equation.move_to([middle, zone.center[1], 0]))

    def rule(self, equation: Equation, room: float) -> Mobject:
        """By what rule a formula holds: on one line, or on two of about the same length."""
        def made(width: float | None) -> Mobject:
            return self.words("{rule}", 0.3, color=theme.muted, width=width, align="right", rule=equation.step.rule)

        whole = made(None)
        return whole if whole.width <= room else made(min(room, 0.6 * whole.width))

    def picture_place(self) -> np.ndarray:
        return np.array([WHOLE.right - PICTURES / 2, WHOLE.center[1], 0.0])

    @property
    def side(self) -> float:
        """Of a cell, so that the grid and what stands beside it fit the panel."""
        rows, columns = (len(self.diagram.drawn(l)) for l in (self.layer + 1, self.layer))
        most = max(rows, columns)
        return min(0.42, (WHOLE.height - 0.4) / (most + 1), (PICTURES - 1.3) / (most + 3))

    def matrix(self, kind: str, l: int, color: str) -> Block:
        values = self.of.network.theta(l) if kind == "theta" else self.of.trace.dtheta[l]
        return Block(values, self.diagram.drawn(l + 1), self.diagram.drawn(l), color, self.side)

    def vector(self, kind: str, l: int, color: str, lying: bool = False) -> Block:
        values, units = np.asarray(getattr(self.of.trace, kind)[l])[:, None], self.diagram.drawn(l)
        return Block(values.T, [1], units, color, self.side) if lying else Block(values, units, [1], color, self.side)

    def frame(self, around: Mobject) -> SurroundingRectangle:
        return SurroundingRectangle(around, color=theme.text, buff=0.03, stroke_width=2.5)
