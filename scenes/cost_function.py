"""Chapter 4: the cost and the network error, equations (7) and (8)."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, Line, TransformFromCopy, VGroup

from bpmath.check import AGAIN, DIFFERENCES
from bpmath.derivation import Step
from scenes.kit import layout
from scenes.kit.chapter import Chapter
from scenes.kit.cost_curve import CostCurve
from scenes.kit.equation import Equation
from scenes.kit.theme import theme

PLOT = layout.Zone(-5.0, -1.75, -1.95, 2.2)
SIDE = layout.Zone(-0.55, layout.RIGHT, layout.BOTTOM, layout.STAGE.top)
COST = layout.Zone(SIDE.left, SIDE.right, 0.75, SIDE.top)
ERROR = layout.Zone(SIDE.left, SIDE.right, -1.45, 0.65)
CARD = layout.Zone(SIDE.left, SIDE.right, layout.BOTTOM, -1.7)


class CostFunction(Chapter):
    """J over h with the network's own point; its tangent; h is moved; the derivative is the network error."""

    chapter = 4
    title = "The cost and the network error"

    def construct(self) -> None:
        self.open()
        self.answer_and_target()
        self.cost()
        self.slope()
        self.move_h()
        self.network_error()

    def answer_and_target(self) -> None:
        self.plot = plot = CostCurve(self, PLOT)
        self.beat("The forward pass ends with an answer: {h}.", FadeIn(plot.frame), FadeIn(plot.output))
        self.beat("{y} is what it should have been.", FadeIn(plot.goal), pause=0.6)

    def cost(self) -> None:
        self.section("The cost")
        step = self.step("cost", self.q("J"))
        self.seven = self.written(step, COST)
        self.say("The cost makes one number of the two: how wrong is the answer?")
        self.play(FadeIn(self.seven[0].symbols, shift=0.2 * RIGHT), FadeIn(self.seven[1]), run_time=0.9)
        self.put_numbers(self.seven[0])
        self.rest(1.5)  # time to predict
        self.say("{J} is {=J}.")
        if self.seven[0].has_result:
            self.play(FadeIn(self.seven[0].result), run_time=0.6)
            self.play(TransformFromCopy(self.seven[0].result_number, self.plot.height_number), run_time=0.9)
        self.play(Create(self.plot.height_line), FadeIn(self.plot.own), run_time=0.7)
        self.beat("For every other {h}, the cost would be another: a curve.", Create(self.plot.curve), run_time=1.6)

    def written(self, step: Step, zone: layout.Zone) -> VGroup:
        """A formula with its numbers below and the article's number, in a zone."""
        equation = self.equation(step, numbers=True, size=0.5, width=zone.width - 0.75, height=zone.height - 0.1)
        equation.move_to(zone.center).shift([zone.left - equation.get_left()[0], 0, 0])
        return VGroup(equation, self.numbering(equation, right=zone.right))

    def put_numbers(self, equation: Equation) -> None:
        """The numbers of h and y fly from the axis to their places under the symbols."""
        flights = []
        for kind, label in (("h", self.plot.output), ("y", self.plot.goal)):
            q = self.q(kind)
            if q in equation.atoms.values():
                flights.append(TransformFromCopy(label[-1].part(("number", q)), equation.number(q)))
        self.play(*flights, FadeIn(equation.signs), run_time=1.1)

    def slope(self) -> None:
        self.section("The slope of the cost")
        plot = self.plot
        self.probe = plot.probe()
        question = "How does {J} answer when {h} moves a little? That is the slope of the tangent."
        self.beat(question, FadeOut(plot.own), FadeIn(self.probe), pause=0.4)
        self.why_the_half()
        self.eight = self.written(self.step("network error", self.q("dh")), ERROR)
        equation = self.eight[0]
        self.play(FadeIn(equation.symbols, shift=0.2 * RIGHT), FadeIn(self.eight[1]), run_time=0.9)
        self.put_numbers(equation)
        self.rest(1.5)
        self.say("The slope is {=dh}.")
        if equation.has_result:
            self.play(FadeIn(equation.result), run_time=0.6)
        self.rest(0.8)

    def why_the_half(self) -> None:
        """The squared error's derivative before its two factors cancel."""
        lines = self.steps("power rule")
        if not lines:
            self.say("The derivative of a logarithm is one over what stands inside.")
            return
        (step,) = lines
        line = self.equation(step, size=0.5).move_to(ERROR.center)
        line.shift([SIDE.left - line.get_left()[0], 0, 0])
        self.say("The power brings down a two. The one half is there to cancel it.")
        self.play(FadeIn(line, shift=0.2 * RIGHT), run_time=0.9)
        self.wait(1.6)
        strikes = VGroup(*(strike(line.upper(column)) for column in (0, 2)))
        self.play(Create(strikes), run_time=0.8)
        self.rest(0.5)
        self.play(FadeOut(line), FadeOut(strikes), run_time=0.5)

    def move_h(self) -> None:
        plot, start = self.plot, self.plot.at.get_value()
        if not plot.moves():
            self.beat("With this target, the cost is the same for every {h}.")
            return
        self.section("What the slope says")
        card, readouts = self.panel(CARD), self.readouts()
        self.play(FadeIn(card), FadeIn(readouts), run_time=0.6)
        for sentence, stop in plot.moves():
            self.say(sentence)
            self.play(plot.at.animate.set_value(stop), run_time=2.2)
            self.rest(0.5)
        self.say("Back to this network.")
        self.play(plot.at.animate.set_value(start), run_time=1.6)
        for moving in (self.probe, *readouts):
            moving.clear_updaters()
        self.play(FadeOut(readouts), FadeOut(card), run_time=0.5)

    def readouts(self) -> VGroup:
        """The cost and its slope where h is moved to."""
        plot, y = self.plot, CARD.center[1]
        at = plot.at.get_value
        live = (
            ("J", "cost while h is moved", plot.value, plot.value_again, AGAIN, 0.08),
            ("dh", "slope of the cost while h is moved", plot.slope, plot.slope_again, DIFFERENCES, 0.5),
        )
        group = VGroup()
        for kind, key, value, second, method, share in live:
            left = CARD.left + share * CARD.width
            label = self.label(self.q(kind), size=0.5).move_to([left, y, 0], aligned_edge=LEFT)
            anchor = np.array([label.get_right()[0] + 0.95, y, 0])
            now, check = (lambda f=f: f(at()) for f in (value, second))
            group.add(label, self.live(key, now, lambda v, c=check: c(), method, lambda a=anchor: a, color=theme.J))
        return group

    def network_error(self) -> None:
        self.section("The network error")
        L = self.net.L
        error, signal = self.step("network error", self.q("dh")), self.step("output signal", self.q("delta", L))
        same = error.rhs == signal.rhs and self.net.activation(L).name == "linear"
        words = VGroup(self.label(self.q("dh"), size=0.6), self.words("is the network error", size=0.46))
        words.arrange(RIGHT, buff=0.3).move_to(CARD.center)
        sentence = (
            f"In this network, {{delta({L})}} is exactly this." if same else f"{{delta({L})}} will begin with it."
        )
        sentence = "This slope is the network error. " + sentence
        self.beat(sentence, FadeIn(self.panel(CARD)), FadeIn(words), pause=0.6)
        self.say("From here, the error will travel backward.")


def strike(part: VGroup) -> Line:
    """A line through a factor that cancels."""
    low, high = part.get_corner(DOWN + LEFT), part.get_corner(UP + RIGHT)
    return Line(low + 0.1 * (DOWN + LEFT), high + 0.1 * (UP + RIGHT), stroke_color=theme.text, stroke_width=5)
