"""Chapter 2: the slope of the hidden units' activation, equations (1) to (5)."""

from __future__ import annotations

import sympy as sp
from manim import DOWN, LEFT, RIGHT, Create, FadeIn, FadeOut, VGroup

from bpmath.model.network import Network
from bpmath.model.phrase import Phrase
from bpmath.symbolic.calculus import x
from bpmath.symbolic.largest_slope import largest
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.derivation_lines import LINE, Lines
from scenes.kit.plots.activation_curves import SlopeCurves
from scenes.kit.provenance.claims import Claim
from scenes.kit.setting import layout
from scenes.kit.setting.theme import LABEL, SMALL, theme

CURVES = layout.Zone(layout.LEFT + 0.1, -2.5, layout.BOTTOM, layout.STAGE.top)
SIDE = layout.Zone(-1.55, layout.RIGHT, layout.BOTTOM, layout.STAGE.top)
LIMIT = layout.Zone(SIDE.left, SIDE.right, layout.BOTTOM, -2.2)  # says how large a slope can be
CARD = layout.Zone(SIDE.left, SIDE.right, layout.BOTTOM, -0.75)

TITLES = {
    "linear": Phrase("The slope of the identity"),
    "sigmoid": Phrase("The slope of the sigmoid"),
    "tanh": Phrase("The slope of the hyperbolic tangent"),
    "relu": Phrase("The slope of the ReLU"),
    "leaky_relu": Phrase("The slope of the leaky ReLU"),
    "softplus": Phrase("The slope of the softplus"),
}
CHARACTER = {
    "linear": Phrase("The identity hands on any number x as it is."),
    "sigmoid": Phrase("The sigmoid squeezes any number x into the range from zero to one."),
    "tanh": Phrase("The hyperbolic tangent squeezes any number x into the range from minus one to one."),
    "relu": Phrase("The ReLU lets positive numbers pass, and turns all others into zero."),
    "leaky_relu": Phrase("The leaky ReLU lets positive numbers pass, and a little of all others."),
    "softplus": Phrase("The softplus of a number x is a ReLU with a round corner."),
}
RULES = {  # the rules of calculus that a line's rule needs, and what is told of them
    "the quotient rule when the numerator is constant": (
        ("quotient", "constant"),
        Phrase("A fraction needs the quotient rule. With a constant on top, a part of it is gone."),
    ),
    "the chain rule": (("chain",), Phrase("A function inside a function needs the chain rule.")),
}
WHY = {  # what is told when a line has appeared, by the line's rule
    "regrouped": Phrase("Now split it into factors."),
    "one added and taken away": Phrase("One added, one taken away. Do you see an old friend?"),
    "written with the function itself": Phrase("It is the function itself! The slope needs nothing else."),
    "multiplied out": Phrase("Multiplied out, it is even shorter."),
    "the derivative of the exponential is itself": Phrase("The exponential is its own derivative."),
    "divided by the exponential: the sigmoid": Phrase("Divided by the exponential, the slope is a sigmoid."),
    "each piece on its own": Phrase("Each piece is a straight line, and has one slope."),
    "the derivative of x is one": Phrase("A straight line has the same slope everywhere."),
}


class SigmoidDerivative(Chapter):
    """The curve and its slope as a second curve; the slope as a formula, line by line; the network's own slopes."""

    chapter = 2
    title = "The slope of the sigmoid"

    @classmethod
    def suits(cls, network: Network) -> str:
        g = network.activation(2)
        alone = "" if g.elementwise else f"derives the slope of one unit, and {g.words} has none"
        return super().suits(network) or alone

    @classmethod
    def title_for(cls, network: Network) -> str:
        g = network.activation(2)
        return TITLES.get(g.name, Phrase("The slope of the activation: {g}", g=g.words))

    def setup(self) -> None:
        super().setup()
        self.g = self.study.derivation.hidden
        self.own = [l for l in range(2, self.net.L + 1) if self.net.activation(l) is self.g]

    def construct(self) -> None:
        self.open()
        self.show_curve()
        self.slide_the_tangent()
        self.derive()
        self.own_slopes()
        self.largest_slope()

    def show_curve(self) -> None:
        inputs = [self.value(self.q("z", l)) for l in self.own]
        self.curves = curves = SlopeCurves(self, self.g, inputs, CURVES)
        (definition,), lines = self.steps(f"{self.g.name} definition"), self.steps(f"{self.g.name} line*")
        self.steps_shown = [definition, *lines]
        g = self.g.function(x)  # in the colour of activations, and its slope in that of slopes, wherever it is written
        self.tints = {g: theme.a, sp.Derivative(g, x): theme.slope}
        if not definition.rhs.is_Symbol:
            self.tints[definition.rhs] = theme.a
        self.lines = Lines(self, self.steps_shown, SIDE, self.tints)
        self.play(FadeIn(curves.frames[0]), run_time=0.7)
        sentence = CHARACTER.get(self.g.name, Phrase("This is {g}.", g=self.g.words))
        self.beat(sentence, Create(curves.curve), FadeIn(self.lines[0], shift=0.2 * RIGHT), run_time=1.5)

    def slide_the_tangent(self) -> None:
        self.section("The slope at every point")
        curves = self.curves
        probe, trace, readout = curves.probe(), curves.trace(), curves.readout()
        self.say("Its slope is the steepness of the tangent. Below, we draw that slope as a curve of its own.")
        self.play(FadeIn(curves.frames[1]), FadeIn(probe), FadeIn(readout), run_time=0.8)
        self.add(trace)
        self.play(curves.at.animate.set_value(curves.reach), run_time=5.4)
        for moving in (probe, trace, readout):
            moving.clear_updaters()
        self.rest()
        self.play(FadeOut(probe), FadeOut(readout), run_time=0.5)

    def derive(self) -> None:
        self.section("The slope as a formula")
        known, card = set(), VGroup()
        for step, line in list(zip(self.steps_shown, self.lines, strict=True))[1:]:
            rules, sentence = RULES.get(step.rule, ((), ""))
            if card and not rules:
                self.play(FadeOut(card), run_time=0.5)
                card = VGroup()
            if rules and step.rule not in known:
                known.add(step.rule)
                if card:
                    self.play(FadeOut(card), run_time=0.4)
                card = self.rules(rules)
                self.beat(sentence, FadeIn(card), run_time=0.8)
            self.beat(WHY.get(step.rule, ""), FadeIn(line, shift=0.2 * DOWN), pause=0.4)
        if card:
            self.play(FadeOut(card), run_time=0.5)
        self.rest(1.0)

    def rules(self, names: tuple[str, ...]) -> VGroup:
        """A card with rules of calculus and their numbers."""
        zone = layout.Zone(CARD.left, CARD.right, CARD.bottom, CARD.top if len(names) > 1 else CARD.bottom + 1.3)
        rules = VGroup(*(self.equation(self.steps(name)[0], size=LINE) for name in names)).arrange(DOWN, buff=0.15)
        for rule in rules[1:]:
            rule.align_to_equation(rules[0])
        rules.move_to(zone.center).align_to([zone.left + 0.3, 0, 0], LEFT)
        numbers = (self.numbering(rule, size=0.36, right=zone.right - 0.2) for rule in rules)
        return VGroup(self.panel(zone), rules, *numbers)

    def own_slopes(self) -> None:
        """Of the derivation the first and the last line stay; below them, where the network's units stand."""
        self.section("The slopes of this network")
        self.gather()
        inputs = [self.value(self.q("z", l)) for l in self.own]
        names = [self.label(self.q("z", l), size=SMALL) for l in self.own]
        room = CURVES.width - 0.14 * (len(names) + 1)
        for name in names:
            name.scale(min(1.0, room / sum(n.width for n in names)))
        marks = self.curves.marks(inputs, names)
        (lines, dots, name), *other_marks = marks
        (given, value, slope), *other_rows = self.rows()
        self.beat(self.place(), FadeIn(name), FadeIn(given, shift=0.2 * RIGHT))
        self.say("The upper curve tells its value, the lower one its slope.")
        for line, dot, number in zip(lines, dots, (value, slope), strict=True):
            self.play(Create(line), FadeIn(dot), run_time=0.8)
            self.play(FadeIn(number, target_position=dot, scale=0.5), run_time=0.9)
        self.rest(0.6)
        if other_rows:
            others = FadeIn(VGroup(*other_marks)), FadeIn(VGroup(*other_rows), shift=0.2 * RIGHT)
            sentence = Phrase("And the others:") if len(other_rows) > 1 else Phrase("And the other one:")
            if not self.net.is_path:
                sentence = Phrase("And one unit of each further layer that has this activation:")
            self.beat(sentence, *others, pause=0.8)
        if not all(map(self.curves.inside, inputs)):
            self.beat("A triangle marks a unit that stands outside the picture.")

    def place(self) -> Phrase:
        """Which unit is looked at first, and where it stands."""
        alone = self.net.L == 2
        if self.net.is_path:
            return (
                Phrase("This network's only unit stands at {=z(2)}.")
                if alone
                else Phrase("The first hidden unit stands at {=z(2)}.")
            )
        if self.net.units(2) > 1:
            return (
                Phrase("The unit in focus of this network stands at {=z(2)}.")
                if alone
                else Phrase("The unit in focus of the first hidden layer stands at {=z(2)}.")
            )
        return (
            Phrase("The unit of this network stands at {=z(2)}.")
            if alone
            else Phrase("The unit of the first hidden layer stands at {=z(2)}.")
        )

    def gather(self) -> None:
        """The lines between fade, and the last one goes up to the first and gets its left side."""
        first, last = self.lines[0], self.lines[-1]
        self.play(FadeOut(self.lines[1:-1]), run_time=0.6)
        self.play(last.animate.shift([0, first.get_bottom()[1] - 0.3 - last.get_top()[1], 0]), run_time=0.8)
        if len(self.lines) > 2:
            whole = self.equation(self.steps_shown[-1], size=LINE, tints=self.tints)
            whole.shift(last[0].upper(-1).get_center() - whole.upper(-1).get_center())
            self.play(FadeIn(whole.left, shift=0.2 * RIGHT), run_time=0.5)

    def rows(self) -> list[VGroup]:
        """For each layer, a row: its z, the value there, and the slope there; each kind is a column."""
        a = {l: self.q("h") if l == self.net.L else self.q("a", l) for l in self.own}
        kinds = [(self.q("z", l), a[l], self.q("slope", l)) for l in self.own]
        rows = [VGroup(*(self.label(q, number=True, size=LABEL) for q in row)) for row in kinds]
        widths = [max(label.width for label in column) for column in zip(*rows, strict=True)]
        factor = min(1.0, (SIDE.width - 0.8) / sum(widths))
        space = (SIDE.width - factor * sum(widths)) / 2
        lefts = [SIDE.left + i * min(space, 0.7) + factor * sum(widths[:i]) for i in range(3)]
        top = min(0.25, self.lines[-1].get_bottom()[1] - 0.8)
        tallest = max(label.height for row in rows for label in row)
        low = LIMIT.top + 0.1 + 0.6 * tallest
        if len(rows) == 1:  # alone, and so larger, one under another
            step = min(0.85, (top - 0.1 - low) / 2)
            for n, label in enumerate(rows[0]):
                place = [SIDE.left, top - 0.1 - step * n, 0]
                label.scale(min(1.2, 0.9 * step / tallest)).move_to(place, aligned_edge=LEFT)
            return rows
        step = min(0.85, (top - low) / (len(rows) - 1))
        factor = min(factor, 0.95 * step / tallest)
        for i, (row, keys) in enumerate(zip(rows, kinds, strict=True)):
            for label, q, left in zip(row, keys, lefts, strict=True):
                label.scale(factor).move_to([left, 0, 0], aligned_edge=LEFT)
                label.shift([0, top - step * i - label.part(("number", q)).get_bottom()[1], 0])
        return rows

    def largest_slope(self) -> None:
        self.section("The largest slope")
        line, figure, number = self.curves.limit()
        claim = Claim(tuple(self.q("slope", l) for l in self.own), "<=", number)
        sentence = Phrase("The curve is steepest in the middle. There its slope is {top}.", claim=claim)
        card = Phrase("The largest slope is {top}.", claim=claim)
        if self.curves.straight:
            sentence = Phrase("No slope here is larger than {top}.", claim=claim)
        elif largest(self.g).at is None:
            sentence = Phrase("The slope comes ever nearer to {top}, and never reaches it.", claim=claim)
            card = Phrase("The slope stays below {top}.", claim=claim)
        words = self.words(card, top=number, color=theme.slope).move_to(LIMIT.center)
        self.beat(
            sentence, Create(line), FadeIn(figure), FadeIn(VGroup(self.panel(LIMIT), words)), top=number, pause=0.4
        )
        if self.curves.top < 1:
            self.say("On the way back, every layer will multiply by such a slope.")
