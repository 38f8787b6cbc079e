"""Chapter 7: the error signal, equations (13) to (16)."""

from __future__ import annotations

from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    GrowFromCenter,
    LaggedStart,
    TransformFromCopy,
    VGroup,
)

from bpmath.model.phrase import Phrase
from bpmath.symbolic.step import Step
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.network.diagram import Table
from scenes.kit.network.signal_story import way_back
from scenes.kit.network.wide import network_diagram
from scenes.kit.setting import layout
from scenes.kit.setting.theme import SMALL, theme

ROOM, HIGH = layout.PANEL.width - layout.NUMBERED, layout.PANEL.height - 0.44  # of a formula in the panel


class ErrorSignal(Chapter):
    """delta at the output, then layer by layer back: each is the one above, times a weight, times a slope."""

    chapter = 7
    title = "The error signal travels backward"

    def construct(self) -> None:
        self.open()
        self.show_network()
        self.define_delta()
        self.signal_at_the_output()
        for l in range(self.net.L - 1, 1, -1):
            self.one_layer_back(l)
        for l in [l for l in range(2, self.net.L) if self.net.activation(l).elementwise][:1]:
            self.mirror(l)
        self.look_back()

    def show_network(self) -> None:
        self.diagram = net = network_diagram(self)
        self.table = Table(self, net, ("z", "slope", "delta"))
        self.card = self.panel()
        units = (VGroup(net.units[l], net.names[l], net.value(l)) for l in net.units)
        self.beat(
            "The forward pass is done: every unit has its value.",
            LaggedStart(*(FadeIn(unit) for unit in units), lag_ratio=0.15),
            LaggedStart(*(Create(edge) for edge in net.edges.values()), lag_ratio=0.15),
            FadeIn(VGroup(net.rest, *net.weights.values(), *net.biases.values(), net.goal)),
            run_time=1.6,
        )
        layers = range(2, self.net.L + 1)
        self.cells = {
            (kind, l): self.table.cell(kind, l)
            for kind in self.table.y
            for l in layers
            if kind != "slope" or self.net.activation(l).elementwise
        }
        known = VGroup(*(cell for (kind, _), cell in self.cells.items() if kind != "delta"))
        self.beat(
            "Below each unit stand its input z and its slope."
            if self.net.is_path
            else "One unit of each layer is in focus. Below it stand its input z and its slope.",
            FadeIn(self.table.frame),
            FadeIn(known),
            FadeIn(self.card),
            run_time=1.2,
        )

    def define_delta(self) -> None:
        definition = self.equation(self.step("definition", self.q("delta", self.net.L)))
        number = self.numbered(definition, layout.PANEL)
        self.beat(
            "Delta says how the cost answers when the input z of a unit changes. "
            "It belongs to a unit, not to a weight.",
            FadeIn(definition),
            FadeIn(number),
            pause=0.8,
        )
        self.formula = VGroup(definition, number)

    def signal_at_the_output(self) -> None:
        L = self.net.L
        step = self.step("output signal", self.q("delta", L))
        equation = self.equation(step, numbers=True, width=ROOM, height=HIGH)
        self.section("The signal at the output")
        self.bring(equation, Phrase("At the output, the cost answers directly. There the signal begins."))
        self.play(FadeIn(equation.numbers), run_time=0.8)
        self.rest(1.2)
        self.settle(L, equation)

    def one_layer_back(self, l: int) -> None:
        net, here, several = self.diagram, self.q("delta", l), self.net.units(l + 1) > 1
        self.section("One layer back, to layer {l}", l=l)
        if l == self.net.L - 1 and self.study.has("recursion", here):
            link = self.equation(self.step("recursion", here), width=ROOM, height=HIGH)
            told = Phrase("One layer back, the chain rule adds two links: the weight, and the activation.")
            if several:
                told = Phrase(
                    "One layer back, the chain rule adds two links: the weight, and the activation. "
                    "Several paths lead there, and they are added up."
                )
            self.bring(link, told)
        if not self.study.has("signal", here):
            return self.one_layer_back_in_blocks(l)
        equation = self.equation(self.step("signal", here), numbers=True, width=ROOM, height=HIGH)
        self.bring(
            equation,
            Phrase(
                "{delta} adds up the signals of the layer above, each times its weight. Then comes the slope.",
                delta=here,
            )
            if several
            else Phrase(
                "{delta} reuses {above}: times the weight, times the slope.", delta=here, above=self.q("delta", l + 1)
            ),
        )
        travel = net.travel(net.flow_back(l), theme.delta)
        self.play(travel, FadeOut(net.edges[l]), FadeIn(net.returning(l)), run_time=1.2)
        flights = {
            self.q("delta", l + 1): self.cells["delta", l + 1],
            self.q("theta", l): net.weight_number(l),
            self.q("slope", l): self.cells.get(("slope", l)),
        }
        flights = {q: home for q, home in flights.items() if home is not None and equation.has(("number", q))}
        flown = {id(g) for q in flights for g in equation.number(q)}
        others = VGroup(*(g for g in equation.numbers if id(g) not in flown))
        self.play(
            AnimationGroup(*(TransformFromCopy(start, equation.number(q)) for q, start in flights.items())),
            FadeIn(others),
            run_time=1.2,
        )
        self.rest(2.0)  # time to predict
        self.settle(l, equation)

    def one_layer_back_in_blocks(self, l: int) -> None:
        """A layer that is told as a whole: its units answer to each other, and a single formula would be too long."""
        self.play(FadeOut(self.diagram.edges[l]), FadeIn(self.diagram.returning(l)), run_time=1.2)
        self.say("In this layer every unit answers to every other: {delta} is {=delta}.", delta=self.q("delta", l))
        self.play(FadeIn(self.cells["delta", l]), self.diagram.units[l].animate.set_stroke(theme.delta), run_time=0.9)
        self.rest(0.6)

    def bring(self, equation: Equation, sentence: Phrase) -> None:
        """The new formula takes the panel; its row of numbers stays empty."""
        number = self.numbered(equation, layout.PANEL)
        self.beat(
            sentence,
            LaggedStart(
                FadeOut(self.formula, shift=0.2 * UP),
                FadeIn(VGroup(*equation.symbols, number), shift=0.2 * UP),
                lag_ratio=0.9,  # never one formula through another
            ),
            run_time=1.1,
        )
        self.formula = VGroup(equation, number)

    def settle(self, l: int, equation: Equation) -> None:
        """The result appears, and flies to where it lives."""
        cell, largest = (
            self.cells["delta", l],
            max(abs(self.value(self.q("delta", m))) for m in range(2, self.net.L + 1)),
        )
        self.say("{delta} is {=delta}.", delta=self.q("delta", l))
        if equation.has_result:
            self.play(FadeIn(equation.result), run_time=0.6)
        self.play(
            TransformFromCopy(equation.result_number if equation.has_result else equation.numbers, cell),
            GrowFromCenter(self.table.bar("delta", l, largest)),
            self.diagram.units[l].animate.set_stroke(theme.delta),
            run_time=0.9,
        )
        self.rest(0.9)

    def mirror(self, l: int) -> None:
        """The forward step and the backward step side by side; long ones one above the other.

        They are of a layer whose units have slopes of their own.
        """
        self.section("Forward and backward mirror each other")
        steps = [self.step("weighted input", self.q("z", l + 1)), self.step("signal", self.q("delta", l))]
        heads = [
            self.words(head, size=SMALL, color=tint)
            for head, tint in ((Phrase("forward"), theme.a), (Phrase("backward"), theme.delta))
        ]
        cards = self.halves(steps, heads) if self.net.is_path else self.two_lines(steps, heads)
        self.beat(
            "Forward, values go right: times a weight, then through the activation.",
            LaggedStart(FadeOut(self.formula), FadeIn(cards[0], shift=0.3 * RIGHT), lag_ratio=0.9),
        )
        self.beat(
            "Backward, signals go left: times the same weight, then times the slope. "
            "No activation is applied to delta: backward is linear.",
            FadeIn(cards[1], shift=0.3 * LEFT),
            pause=1.0,
        )
        self.formula = VGroup(*cards)

    def halves(self, steps: list[Step], heads: list[VGroup]) -> list[VGroup]:
        """Each formula in its half of the panel, below its head."""
        cards = []
        for zone, step, head in zip((layout.PANEL.part(0, 0.5), layout.PANEL.part(0.5, 1)), steps, heads, strict=True):
            equation = self.equation(step, width=zone.width - 0.6, height=zone.height - 0.85)
            cards.append(VGroup(zone.fit(equation).shift(0.25 * DOWN), head.next_to(zone.center, UP, buff=0.42)))
        return cards

    def two_lines(self, steps: list[Step], heads: list[VGroup]) -> list[VGroup]:
        """Both formulas of one size, below each other at the sign of equality, with their heads at the left."""
        left = layout.PANEL.left + 0.4
        start = left + max(head.width for head in heads) + 0.5
        room = {"width": layout.PANEL.right - 0.3 - start, "height": 0.5 * layout.PANEL.height - 0.2, "lines": 1}
        size = min(self.equation(step, **room).size for step in steps)
        lines = [self.equation(step, size=size, **room) for step in steps]
        equals = start + max(line.left.width for line in lines) + 0.15
        for line, head, up in zip(lines, heads, (0.44, -0.44), strict=True):
            line.shift([equals - line.upper(-1).get_left()[0], layout.PANEL.center[1] + up - line.upper(-1).get_y(), 0])
            head.move_to([left, line.upper(-1).get_y(), 0], aligned_edge=LEFT)
        return [VGroup(*pair) for pair in zip(lines, heads, strict=True)]

    def look_back(self) -> None:
        self.section("What happened to the signal")
        sentence = way_back(self.study)
        if self.net.L == 2:
            sentence = Phrase("With no hidden layer the signal has nowhere to go: {=delta(2)} is all there is.")
        words = layout.even(lambda width: self.words(sentence, width=width, align="center"), 11.5)
        words.move_to(self.card)
        turn = LaggedStart(FadeOut(self.formula), FadeIn(words, shift=0.1 * DOWN), lag_ratio=0.9)
        self.beat(sentence, turn, pause=1.0)
