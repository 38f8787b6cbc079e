"""Chapter 4: the cost and the network error, equations (7) and (8)."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, Line, TransformFromCopy, VGroup

from bpmath.model.network import Network, NetworkError
from bpmath.model.phrase import Phrase
from bpmath.numeric.backprop import trace
from bpmath.numeric.second_method import AGAIN, DIFFERENCES
from bpmath.symbolic.step import Step
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.plots.cost_curve import CostCurve
from scenes.kit.provenance.claims import Claim
from scenes.kit.setting import layout
from scenes.kit.setting.theme import theme

PLOT = layout.Zone(-5.0, -1.75, -1.95, 2.2)
SIDE = layout.Zone(-0.55, layout.RIGHT, layout.BOTTOM, layout.STAGE.top)
COST = layout.Zone(SIDE.left, SIDE.right, 0.75, SIDE.top)
ERROR = layout.Zone(SIDE.left, SIDE.right, -1.45, 0.65)
SUM = layout.Zone(SIDE.left, SIDE.right, 0.25, SIDE.top)  # where the cost has a part of every output
CARD = layout.Zone(SIDE.left, SIDE.right, layout.BOTTOM, -1.7)


class CostFunction(Chapter):
    """J over h with the network's own point; its tangent; h is moved; the derivative is the network error."""

    chapter = 4
    title = "The cost and the network error"

    @classmethod
    def suits(cls, network: Network) -> str:
        with suppress(NetworkError):  # which the film itself tells
            if not np.isfinite(trace(network).dh).all():
                return "shows how steep the cost is at the output, and here that is too much for a double"
        return super().suits(network)

    @property
    def several(self) -> bool:
        """Whether the cost is a sum over several outputs."""
        return self.net.units(self.net.L) > 1

    @property
    def apart(self) -> bool:
        """Whether each output answers to its own input alone."""
        return self.net.activation(self.net.L).elementwise

    def construct(self) -> None:
        self.open()
        self.answer_and_target()
        self.cost()
        self.slope()
        self.move_h()
        self.network_error()

    def answer_and_target(self) -> None:
        self.plot, self.lower = CostCurve(self, PLOT), ERROR
        plot = self.plot
        sentence = Phrase("The forward pass ends with an answer: {h}.")
        if self.several:
            sentence = Phrase("The forward pass ends with an answer of several outputs. One of them is in focus: {h}.")
        self.beat(sentence, FadeIn(plot.frame), FadeIn(plot.output))
        self.beat("{y} is what it should have been.", FadeIn(plot.goal), pause=0.6)

    def cost(self) -> None:
        self.section("The cost")
        if not self.study.has("cost"):
            self.beat("The cost adds up a part from every output, far too many to write out. {J} is {=J}.")
        else:
            self.cost_as_a_formula()
        self.play(Create(self.plot.height_line), FadeIn(self.plot.own), run_time=0.7)
        sentence = Phrase("For every other {h}, the cost would be another: a curve.")
        if self.several:
            sentence = Phrase(
                "Now {h} alone may change, and all other outputs are held. For every {h} there is a cost: a curve."
            )
            if not self.apart:
                sentence = Phrase(
                    "Softmax never changes one output alone. But look at {J} as it stands, over {h} alone: a curve."
                )
        self.beat(sentence, Create(self.plot.curve), run_time=1.6)

    def cost_as_a_formula(self) -> None:
        """Equation (7) with its numbers, and the part of the sum that is in focus."""
        self.seven = self.written(self.step("cost", self.q("J")), SUM if self.several else COST)
        self.seven.shift(max(0.0, SIDE.top - 0.05 - self.seven.get_top()[1]) * UP)
        below = min(ERROR.top, self.seven.get_bottom()[1] - 0.25)
        self.lower = layout.Zone(SIDE.left, SIDE.right, ERROR.bottom - 0.1, below)
        equation = self.seven[0]
        if self.several:
            self.say("The cost adds up a part from every output: how wrong is it?")
        else:
            self.say("The cost makes one number of the two: how wrong is the answer?")
        self.play(FadeIn(equation.symbols, shift=0.2 * RIGHT), FadeIn(self.seven[1]), run_time=0.9)
        if self.several:
            self.beat("This is the part of {h}.", FadeIn(self.part_in_focus(equation)), run_time=0.6)
        sentence, unrounded = Phrase("{J} is {=J}."), Phrase("Before rounding, {J} is {=J}.")
        self.tell(self.seven, sentence, unrounded, self.plot.height_number)

    def written(self, step: Step, zone: layout.Zone) -> VGroup:
        """A formula with its numbers below and the article's number, in a zone.

        Where rounded numbers would mislead, as of an output next to 1, or have no room, words give the result.
        """
        room = {"size": 0.5, "width": zone.width - 0.75, "height": zone.height - 0.1}
        if self.several and step.name == "cost":  # a sum is larger on several lines
            room |= {"width": zone.width - 0.95, "readable": 0.42}
        equation = self.equation(step, numbers=True, **room)
        block = VGroup(equation)
        if equation.breaks_terms or not equation.tells_result:
            told = Phrase("with all numbers: {=q}") if equation.tells_result else Phrase("before rounding: {=q}")
            words = self.words(told, size=0.42, color=theme.J, q=step.subject)
            equation = self.equation(step, **room | {"height": room["height"] - words.height - 0.35})
            block = VGroup(equation, words).arrange(DOWN, buff=0.35, aligned_edge=LEFT)
        block.move_to(zone.center).shift([zone.left - block.get_left()[0], 0, 0])
        return VGroup(equation, self.numbering(equation, right=zone.right), *block[1:])

    def tell(self, written: VGroup, sentence: str, unrounded: str, place: VGroup | None = None) -> None:
        """The numbers, time to predict, and the result, which goes to its place in the picture."""
        equation, words = written[0], written[2:]
        if words:
            if not equation.tells_result:
                self.say("Here an output is so near to its bound that rounded digits would mislead.")
            self.rest(0.5)
            self.say(sentence if equation.tells_result else unrounded)
            self.play(FadeIn(words, shift=0.2 * RIGHT), run_time=0.7)
            shown = words[0]
        else:
            self.put_numbers(equation)
            self.rest(1.5)
            self.say(sentence)
            if equation.has_result:
                self.play(FadeIn(equation.result), run_time=0.6)
            shown = equation.result_number if equation.has_result else equation.numbers
        if place is not None:
            self.play(TransformFromCopy(VGroup(*shown), place), run_time=0.9)

    def part_in_focus(self, equation: Equation) -> VGroup:
        """A line below the terms of the sum that speak of the output in focus, on each line of the formula."""
        rows: list[list[VGroup]] = []
        for part in map(equation.upper, equation.term_of(self.q("h"))):
            if rows and abs(rows[-1][-1].get_y() - part.get_y()) < 0.2:
                rows[-1].append(part)
            else:
                rows.append([part])
        lines = VGroup()
        for symbols in (VGroup(*row) for row in rows):
            y = symbols.get_bottom()[1] - 0.09
            ends = ([symbols.get_left()[0], y, 0], [symbols.get_right()[0], y, 0])
            lines.add(Line(*ends, stroke_color=theme.J, stroke_width=4))
        return lines

    def put_numbers(self, equation: Equation) -> None:
        """The numbers of h and y fly from the axis to their places under the symbols; all others appear there."""
        flights, flown = [], set()
        for kind, label in (("h", self.plot.output), ("y", self.plot.goal)):
            q = self.q(kind)
            if q in equation.atoms.values():
                flights.append(TransformFromCopy(label[-1].part(("number", q)), equation.number(q)))
                flown |= {id(g) for g in equation.number(q)}
        others = VGroup(*(g for g in equation.numbers if id(g) not in flown))
        self.play(*flights, FadeIn(others), run_time=1.1)

    def slope(self) -> None:
        self.section("The slope of the cost")
        plot = self.plot
        self.probe = plot.probe()
        question = Phrase("How does {J} answer when {h} moves a little? That is the slope of the tangent.")
        self.beat(question, FadeOut(plot.own), FadeIn(self.probe), pause=0.4)
        self.why_the_half()
        self.eight = self.written(self.step("network error", self.q("dh")), self.lower)
        equation = self.eight[0]
        self.play(FadeIn(equation.symbols, shift=0.2 * RIGHT), FadeIn(self.eight[1]), run_time=0.9)
        self.tell(self.eight, Phrase("The slope is {=dh}."), Phrase("Before rounding, the slope is {=dh}."))
        self.rest(0.8)

    def why_the_half(self) -> None:
        """The squared error's derivative before its two factors cancel."""
        lines = self.steps("power rule", self.q("dh"))
        if not lines:
            self.say(
                "Only the part of {h} depends on it. The derivative of a logarithm is one over what stands inside."
                if self.several
                else "The derivative of a logarithm is one over what stands inside."
            )
            return
        (step,) = lines
        line = self.equation(step, size=0.5, width=SIDE.width).move_to(self.lower.center)
        line.shift([SIDE.left - line.get_left()[0], 0, 0])
        self.say(
            "Only the part of {h} answers. The power brings down a two. The one half is there to cancel it."
            if self.several
            else "The power brings down a two. The one half is there to cancel it."
        )
        self.play(FadeIn(line, shift=0.2 * RIGHT), run_time=0.9)
        self.wait(1.6)
        strikes = VGroup(*(strike(line.upper(column)) for column in (0, 2)))
        self.play(Create(strikes), run_time=0.8)
        self.rest(0.5)
        self.play(FadeOut(line), FadeOut(strikes), run_time=0.5)

    def move_h(self) -> None:
        plot, start = self.plot, self.plot.at.get_value()
        if not plot.moves():
            level = Claim((plot.slope(plot.low), plot.slope(plot.high)), "==", 0.0)
            self.beat("With this target, the cost is the same for every {h}.", claim=level)
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
            ("J", Phrase("cost while h is moved"), plot.value, plot.value_again, AGAIN, 0.08),
            ("dh", Phrase("slope of the cost while h is moved"), plot.slope, plot.slope_again, DIFFERENCES, 0.5),
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
        equal = Claim(self.q("delta", L), "==", self.q("dh"))
        if not self.apart:
            sentence = Phrase(
                "This slope is the network error. {delta} will add up the errors of all outputs, "
                "since each of them answers to {z}."
            )
        elif self.several:
            sentence = (
                Phrase(
                    "This slope is the network error. Each output has its own. "
                    "In this network, {delta} is exactly this.",
                    claim=equal,
                )
                if same
                else Phrase(
                    "This slope is the network error. Each output has its own. {delta} will begin with it."
                )
            )
        else:
            sentence = (
                Phrase("This slope is the network error. In this network, {delta} is exactly this.", claim=equal)
                if same
                else Phrase("This slope is the network error. {delta} will begin with it.")
            )
        slots = {"delta": self.q("delta", L), "z": self.q("z", L)}
        self.beat(sentence, FadeIn(self.panel(CARD)), FadeIn(words), pause=0.6, **slots)
        self.say("From here, the error will travel backward.")


def strike(part: VGroup) -> Line:
    """A line through a factor that cancels."""
    low, high = part.get_corner(DOWN + LEFT), part.get_corner(UP + RIGHT)
    return Line(low + 0.1 * (DOWN + LEFT), high + 0.1 * (UP + RIGHT), stroke_color=theme.text, stroke_width=5)
