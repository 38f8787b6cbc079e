"""Chapter 7: the error signal, equations (13) to (16)."""

from __future__ import annotations

from manim import DOWN, LEFT, UP, Create, FadeIn, FadeOut, GrowFromEdge, LaggedStart, TransformFromCopy, VGroup

from bpmath.notation import Quantity
from scenes.kit.chapter import Chapter
from scenes.kit.diagram import NetworkDiagram, Table
from scenes.kit.equation import Equation
from scenes.kit.theme import theme


class ErrorSignal(Chapter):
    """delta at the output, then layer by layer back: each is the one above, times a weight, times a slope."""

    chapter = 7
    title = "The error signal travels backward"

    def construct(self) -> None:
        self.open()
        self.show_network()
        self.define_delta()
        self.output_signal()
        for l in range(self.net.L - 1, 1, -1):
            self.one_layer_back(l)
        self.look_back()

    def show_network(self) -> None:
        self.diagram = net = NetworkDiagram(self)
        self.table = Table(self, net, ("z", "slope", "delta"))
        self.card = self.panel()
        values = VGroup(*(net.value(l) for l in net.units))
        self.beat(
            "The forward pass is done: every unit has its value.",
            LaggedStart(
                *(FadeIn(VGroup(net.units[l], net.names[l], values[l - 1])) for l in net.units), lag_ratio=0.15
            ),
            LaggedStart(*(Create(e) for e in net.edges.values()), lag_ratio=0.15),
            FadeIn(VGroup(*net.weights.values(), *net.biases.values(), net.goal)),
            run_time=1.6,
        )
        self.cells = {
            (kind, l): self.table.cell(kind, l) for kind in ("z", "slope", "delta") for l in range(2, self.net.L + 1)
        }
        known = VGroup(*(cell for (kind, _), cell in self.cells.items() if kind != "delta"))
        self.beat(
            "Below each unit stand its input z and its slope.",
            FadeIn(self.table.frame),
            FadeIn(known),
            FadeIn(self.card),
            run_time=1.2,
        )

    def define_delta(self) -> None:
        definition = self.equation(self.step("definition", self.q("delta", self.net.L))).move_to(self.card)
        number = self.numbering(definition)
        self.beat(
            "Delta says how the cost answers when the input of a unit changes.",
            FadeIn(definition),
            FadeIn(number),
            pause=1.0,
        )
        self.formula = VGroup(definition, number)

    def output_signal(self) -> None:
        L = self.net.L
        equation = self.equation(self.step("output signal", self.q("delta", L)), numbers=True).move_to(self.card)
        self.section("The signal at the output")
        self.bring(equation, "At the output it is the network error: {h} minus {y}.")
        self.settle(L, equation)

    def one_layer_back(self, l: int) -> None:
        above, here = self.q("delta", l + 1), self.q("delta", l)
        equation = self.equation(self.step("signal", here), numbers=True).move_to(self.card)
        self.section(f"One layer back, to layer {l}")
        self.bring(equation, f"{{delta({l})}} reuses {{delta({l + 1})}}, times the weight, times the slope.")
        net = self.diagram
        pulse = net.pulse(net.edges[l].get_end(), theme.delta)
        arrow = net.backward_arrow(l)
        self.play(pulse.animate.move_to(net.edges[l].get_start()), FadeIn(arrow), run_time=1.2)
        flights = [
            (self.cells["delta", l + 1], above),
            (net.weight_number(l), self.q("theta", l)),
            (self.cells["slope", l], self.q("slope", l)),
        ]
        self.play(
            *(TransformFromCopy(start, equation.number(q)) for start, q in flights),
            FadeIn(equation.signs),
            FadeOut(pulse),
            run_time=1.2,
        )
        self.rest(1.5)
        self.settle(l, equation)

    def bring(self, equation: Equation, sentence: str) -> None:
        """The new formula takes the panel; its number row stays empty."""
        number = self.numbering(equation)
        self.beat(
            sentence,
            FadeOut(self.formula, shift=0.2 * UP),
            FadeIn(equation.symbols, shift=0.2 * UP),
            FadeIn(number),
            run_time=0.9,
        )
        self.formula = VGroup(equation, number)

    def settle(self, l: int, equation: Equation) -> None:
        """The result appears, and flies to where it lives."""
        cell = self.cells["delta", l]
        missing = [g for g in (equation.numbers if l == self.net.L else []) if g not in self.mobjects]
        if missing:
            self.play(FadeIn(VGroup(*missing)), run_time=0.8)
        self.say(f"{{delta({l})}} is {{=delta({l})}}.")
        if equation.has_result:
            self.play(FadeIn(equation.result), run_time=0.6)
        bar = self.table.bar("delta", l, max(abs(self.value(self.q("delta", m))) for m in range(2, self.net.L + 1)))
        start = equation.result_number if equation.has_result else equation.numbers
        self.play(
            TransformFromCopy(start, cell),
            GrowFromEdge(bar, LEFT),
            self.diagram.units[l].animate.set_stroke(theme.delta),
            run_time=0.9,
        )
        self.rest(0.6)

    def look_back(self) -> None:
        self.section("What happened to the signal")
        first, last = Quantity("delta", self.net.L), Quantity("delta", 2)
        shrank = abs(self.value(last)) < abs(self.value(first))
        sentence = f"The signal {'shrank' if shrank else 'grew'} from {{={first.key[:-3]}}} to {{={last.key[:-3]}}}."
        words = self.words(sentence, width=11.5, align="center").move_to(self.card)
        self.beat(sentence, FadeOut(self.formula), FadeIn(words, shift=0.1 * DOWN), pause=1.5)
