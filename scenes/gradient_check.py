"""Chapter 12: a gradient checked by differences, and the step that is neither too long nor too short."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import log10

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, LaggedStart, Line, Transform, VGroup, VMobject

from bpmath.model.phrase import Phrase
from bpmath.numeric.second_method import Check
from bpmath.numeric.step_size import Difference, curve, sweep
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.readout import Number
from scenes.kit.network.wide import network_diagram
from scenes.kit.plots.plot import Plot, decades
from scenes.kit.provenance.claims import Claim
from scenes.kit.provenance.source import FromNumber
from scenes.kit.provenance.study import other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import NUMBER, SMALL, theme
from scenes.kit.text.rounding import Numeral, power_of_ten

ROWS = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, 0.62)
NUDGES = layout.Zone(2.95, 5.85, -2.2, -0.1)  # J over the weight, in the panel
AXES = layout.Zone(layout.LEFT + 1.3, layout.RIGHT - 1.45, -2.3, 2.1)  # the error by step
STEPS, FINENESS, DIGITS = 13, 4, 12  # decades of steps, steps a decade, decimals that are compared
SEEN, CLOSE = 6, 3  # digits: an error beyond the one is none to look at, and one beyond the other is small
SHOWN = (5, 12)  # decades of the second and third step of the table; the first is the longest that the cost allows
VALUES, ERRORS = -3.4, 0.15  # where columns begin
WINDOW = 1.6  # how far J over the weight is drawn on both sides, in long steps
EXACTLY = Phrase("the same two costs, subtracted exactly")


class GradientCheck(Chapter):
    """One weight, three step sizes beside backpropagation; then the error by step on logarithmic axes."""

    chapter = 12
    title = "Is the gradient right?"

    def construct(self) -> None:
        layers = range(1, self.net.L)
        self.layer = next((l for l in layers if self.value(self.q("dtheta", l))), 1)
        self.weight = self.q("theta", self.layer)
        self.right = self.value(self.q("dtheta", self.layer))
        self.all = sweep(self.net, self.weight, (10.0 ** (-n / FINENESS) for n in range(STEPS * FINENESS + 1)))
        self.shown = [self.all[0], *(d for d in self.all if any(d.eps == 10.0**-n for n in SHOWN))]
        self.open()
        self.show_network()
        self.nudge()
        self.start_table()
        for n in range(len(self.shown)):
            self.one_step(n)
        if self.errors_are_seen():
            self.errors_by_step()
        else:
            self.always_the_same()

    def error(self, difference: Difference) -> float:
        return abs(difference.value - self.right)

    def errors_are_seen(self) -> bool:
        """Whether any step is off by more than what hardly any digit shows, beside the slopes of this cost."""
        return max(map(self.error, self.all)) > 10.0**-SEEN * self.steepest()

    def steepest(self) -> float:
        """The largest slope of this cost that is to be seen: at the weight itself, and of the longest step."""
        long, J = self.all[0], self.value(self.q("J"))
        return max(abs(self.right), abs(long.up - J) / long.eps, abs(long.down - J) / long.eps)

    def show_network(self) -> None:
        few = self.net.is_path and self.net.L <= 6  # of many numbers none would be looked at
        self.diagram = net = network_diagram(self, numbers=few)
        values = VGroup(*(net.value(l) for l in net.units if few))
        units = VGroup(*net.edges.values(), *net.units.values(), *net.names.values(), values)
        self.picture = VGroup(net.rest, units, *net.weights.values(), *net.biases.values(), net.goal)
        self.say("Backpropagation gave us every gradient. How could we know that it is right?")
        self.play(FadeIn(self.picture), run_time=1.0)
        self.rest()

    # the cost, asked twice

    def nudge(self) -> None:
        """J over the weight, a step up and a step down, and the line through both."""
        self.section("Ask the cost itself")
        reach, long = WINDOW * self.shown[0].eps, self.shown[0]
        pieces = curve(self.net, self.weight, reach)
        costs = [J for piece in pieces for _, J in piece]
        low, high = min(costs), max(costs)
        pad = 0.12 * (high - low) or abs(high) or 1.0
        self.nudges = plot = Plot(self, NUDGES, (-reach, reach), (low - pad, high + pad), corner=(-reach, low - pad))
        graph = VGroup(*(self.graph(plot, piece) for piece in pieces))
        names = VGroup(
            self.label(self.q("J"), size=SMALL).next_to(plot.axes[1].get_end(), UP, buff=0.08),
            self.label(self.weight, size=SMALL).next_to(plot.axes[0].get_end(), DOWN, buff=0.12),
        )
        names[1].align_to(plot.axes[0], RIGHT)
        self.ends = VGroup(
            *(plot.dot(x, J, theme.text, 0.08) for x, J in ((long.eps, long.up), (-long.eps, long.down)))
        )
        self.chord = self.line(long)
        self.card = VGroup(self.panel(ROWS), plot.frame, names, graph)
        self.aside = VGroup(*self.card[1:], self.ends, self.chord)
        self.way = (NUDGES.center[0] - ROWS.center[0]) * RIGHT  # it stands in the middle until the table comes
        self.aside.shift(-self.way)
        self.say("Take one weight, and draw the cost over it.")
        edge = self.diagram.edges[self.layer]
        self.play(FadeIn(self.card), edge.animate.set_stroke(theme.theta, 8), run_time=1.0)
        self.rest()
        self.say("Nudge it a step up, then a step down. The line through both points stands for the slope.")
        self.play(FadeIn(self.ends[0], scale=2), run_time=0.5)
        self.play(FadeIn(self.ends[1], scale=2), run_time=0.5)
        self.play(Create(self.chord), run_time=0.8)
        self.card.add(self.ends, self.chord)
        self.rest()

    def graph(self, plot: Plot, piece: list[tuple[float, float]]) -> VMobject:
        return VMobject(stroke_color=theme.J, stroke_width=5).set_points_as_corners([plot.point(*p) for p in piece])

    def line(self, d: Difference) -> Line:
        return self.nudges.tangent(0.0, d.up / 2 + d.down / 2, d.value, theme.text, 2.0).set_stroke(width=4)

    # the table

    def start_table(self) -> None:
        """What backpropagation says, with many digits."""
        self.section("Differences beside backpropagation")
        share = (ROWS.height - 0.2) / (len(self.shown) + 2)
        self.y = [ROWS.top - (n + 0.5) * share for n in range(len(self.shown) + 2)]
        heads = VGroup(
            self.words("the gradient", SMALL, color=theme.muted).sit(VALUES, self.y[0] - 0.1),
            self.words("the error", SMALL, color=theme.muted).sit(ERRORS, self.y[0] - 0.1),
        )
        number = self.figure(self.q("dtheta", self.layer), decimals=DIGITS)
        self.text = self.study.number(self.q("dtheta", self.layer), DIGITS)[1].typst
        row = VGroup(self.head(Phrase("backpropagation"), 1), self.at(number, VALUES, 1))
        self.play(self.aside.animate.shift(self.way), run_time=0.8)
        self.beat("Backpropagation says this.", FadeIn(heads), FadeIn(row))
        self.card.add(heads, row)

    def head(self, text: Phrase, row: int) -> VGroup:
        return self.words(text, SMALL).sit(ROWS.left + 0.3, self.y[row] - 0.13)

    def at(self, number: Number, x: float, row: int) -> Number:
        """A number in a column; digits stand on the line of their row, whatever exponent they have."""
        return number.move_to([x, self.y[row] - 0.13, 0], aligned_edge=LEFT + DOWN)

    def one_step(self, n: int) -> None:
        """A row: the step, the difference with the digits that agree in full colour, and how far it is off."""
        difference, row = self.shown[n], n + 2
        slots = {"l": str(self.layer), "n": str(n + 1)}
        named = Phrase("central difference of the weight in focus of layer {l}, step {n}", **slots)
        again = abs(Fraction(difference.value) - Fraction(self.right))
        found = other_number(named, difference.value, difference.exact, EXACTLY, decimals=DIGITS)
        named = Phrase("error of the weight in focus of layer {l}, step {n}", **slots)
        off = other_number(named, self.error(difference), float(again), Phrase("subtracted exactly"))
        number = self.at(self.other_figure(found), VALUES, row)
        self.dim(number, found[1].typst)
        error = self.at(self.other_figure(off), ERRORS, row)
        head = self.head(Phrase("a step of"), row)
        step = self.other_figure(self.step_size(difference.eps))
        head = VGroup(head, self.at(step, head.get_right()[0] + 0.15, row))
        told = Phrase("A long step first."), Phrase("A much shorter step. Is it closer?"), Phrase("And a tiny one?")
        self.say(told[min(n, 2)])
        moves = []
        if n:
            up, *rest = self.ends  # at shorter steps both points are one, for the eye
            at = self.nudges.point(0.0, difference.up)
            moves = [up.animate.move_to(at), *(FadeOut(dot, target_position=at) for dot in rest)]
            moves.append(Transform(self.chord, self.line(difference)))
            self.ends.remove(*rest)
        self.play(FadeIn(head), run_time=0.5)
        if moves:
            self.play(*moves, run_time=0.8)
        self.rest(0.8)
        self.say(self.told(n))
        self.play(FadeIn(number, shift=0.2 * RIGHT), FadeIn(error, shift=0.2 * RIGHT), run_time=0.8)
        self.card.add(head, number, error)
        self.rest(0.4)

    def step_size(self, eps: float) -> tuple[FromNumber, Numeral]:
        shown = power_of_ten(eps)
        return FromNumber(Phrase("step"), eps, shown.text, Check(eps, shown.printed, Phrase("chosen"))), shown

    def dim(self, number: Number, text: str) -> None:
        """Digits from the first that differs are quieter."""
        if len(number) != len(text) or "dot" in text + self.text:
            return
        same = next((k for k, (a, b) in enumerate(zip(text, self.text, strict=False)) if a != b), len(text))
        number[same:].set_fill(theme.muted)

    def told(self, n: int) -> Phrase:
        """What a row shows, beside the row above it."""
        difference, error = self.shown[n], self.error(self.shown[n])
        if not error:
            none = Claim(error, "==", 0.0)
            return Phrase("The difference and the gradient are the same in every digit.", claim=none)
        if difference.up == difference.down:
            lost = Claim(difference.up, "==", difference.down)
            return Phrase("Both costs are the same number now: the difference has lost the gradient.", claim=lost)
        if n == 0:
            near = 0.1 * abs(self.right)
            return (
                Phrase("It comes from the cost alone, and is not far off.", claim=Claim(error, "<", near))
                if error < near
                else Phrase("It comes from the cost alone, and is far off, with so long a step.",
                            claim=Claim(error, ">=", near))
            )
        before = self.error(self.shown[n - 1])
        if error < 0.1 * before:
            return Phrase("Closer: more digits agree.", claim=Claim(error, "<", 0.1 * before))
        if error < before:
            return Phrase("A little closer.", claim=Claim(error, "<", before))
        if error == before:
            return Phrase("No closer than before.", claim=Claim(error, "==", before))
        return Phrase("Farther off: in so short a step, the rounding of the costs counts.",
                      claim=Claim(error, ">", before))

    def always_the_same(self) -> None:
        self.section("Every step agrees")
        first, J = self.all[0], self.value(self.q("J"))
        ends, none = (first.up, first.down), Claim(self.q("dtheta", self.layer), "==", 0.0)
        if self.right:
            small = Claim(max(map(self.error, self.all)), "<=", 10.0**-SEEN * self.steepest())
            told = Phrase("Here every step gives almost the same: this cost is simple enough.", claim=small)
        elif first.up == J == first.down:
            told = Phrase("Here the cost does not feel this weight: the gradient is zero, whatever the step.",
                          claim=[none, Claim(ends, "==", J)])
        elif min(ends) > J:
            told = Phrase("Up and down, the cost rises: the weight stands in the valley, and the gradient is zero.",
                          claim=[none, Claim(ends, ">", J)])
        else:
            told = Phrase("The gradient is zero, whatever the step.", claim=none)
        self.beat(told, pause=1.0)

    # the plot

    def errors_by_step(self) -> None:
        self.section("The error by step")
        errors = {log10(d.eps): self.error(d) for d in self.all if self.error(d)}
        none = len(errors) < len(self.all)
        self.show_axes(list(errors.values()))
        dots = {x: self.plot.dot(x, e, theme.J, 0.06) for x, e in sorted(errors.items(), reverse=True)}
        best, first, last = min(errors, key=errors.get), max(errors), min(errors)
        bends, rounds = errors[first] > 10 * errors[best], errors[last] > 10 * errors[best]
        self.say(
            "A long step misses how the cost bends: truncation."
            if bends
            else Phrase("From the right: this cost bends so little that even a long step does little harm.",
                        claim=Claim(errors[first], "<=", 10 * errors[best]))
        )
        self.play(LaggedStart(*(FadeIn(dots[x]) for x in dots if x >= best), lag_ratio=0.3), run_time=1.8)
        if bends:
            self.play(FadeIn(self.note(Phrase("truncation"), (best + first) / 2, errors)), run_time=0.5)
        self.rest(0.4)
        self.say(
            "A tiny one leaves few digits of the two rounded costs: rounding."
            if rounds
            else Phrase("Shorter steps are hardly worse here.", claim=Claim(errors[last], "<=", 10 * errors[best]))
        )
        if rest := [FadeIn(dots[x]) for x in dots if x < best]:
            self.play(LaggedStart(*rest, lag_ratio=0.3), run_time=1.8)
        if rounds:
            self.play(FadeIn(self.note(Phrase("rounding"), (best + last) / 2, errors)), run_time=0.5)
        self.rest(0.4)
        joined = VGroup(*(self.link(a, b, errors) for a, b in pairwise(sorted(errors))))
        ends = errors[first], errors[last]
        self.say(self.verdict(errors[best], ends, bends and rounds, none))
        self.play(FadeIn(joined), *([] if none else [dots[best].animate.scale(2.2)]), run_time=0.8)
        self.rest(1.0)

    def show_axes(self, errors: list[float]) -> None:
        span, ticks = decades(min(errors), max(errors))
        marks = [float(-k) for k in range(STEPS - 1, -1, -3)]
        up, across = (self.words(name, SMALL, color=theme.muted) for name in (Phrase("error"), Phrase("step")))
        corner = (-float(STEPS), span[0])
        room = layout.RIGHT - across.width - 0.4  # for the arrow's end and what is written behind it
        zone = replace(AXES, right=min(AXES.right, room))
        self.plot = plot = Plot(
            self, zone, (corner[0], 0.0), span, marks, ticks, y_name=up, log=True, corner=corner, powers=True
        )
        across.next_to(plot.axes[0].get_end(), RIGHT, buff=0.12)
        self.say("What is the best step? Both axes are logarithmic: equal lengths are equal factors.")
        self.play(FadeOut(VGroup(self.picture, self.card)), run_time=0.7)
        self.play(FadeIn(plot.frame, across), run_time=0.8)
        self.rest()

    def link(self, a: float, b: float, errors: dict[float, float]) -> Line:
        """Between the dots of two steps that follow each other; none where one between has no dot."""
        shown = b - a < 1.5 / FINENESS
        ends = self.plot.point(a, errors[a]), self.plot.point(b, errors[b])
        return Line(*ends, stroke_color=theme.muted, stroke_width=2.5, stroke_opacity=float(shown))

    def note(self, text: Phrase, x: float, errors: dict[float, float]) -> VMobject:
        """A word above the dots near x."""
        words = self.words(text, NUMBER, color=theme.text)
        near = 0.6 * words.width / AXES.width * STEPS
        top = max((e for at, e in errors.items() if abs(at - x) < near), default=10.0 ** self.plot.y[0])
        words.next_to(self.plot.point(x, top), UP, buff=0.18)
        room = np.clip(words.get_x(), AXES.left + 1.3 + words.width / 2, layout.RIGHT - 0.1 - words.width / 2)
        return words.set_x(room)

    def verdict(self, best: float, ends: tuple[float, float], between: bool, none: bool) -> Phrase:
        """What is to be said of the least error, beside those at both ends; `none` if some step had no error."""
        if self.study.report.checks[self.study.found(self.q("dtheta", self.layer))].custom:
            return Phrase(
                "A unit stands at the corner of its activation: there the cost has no slope that both must find."
            )
        if none:
            exact = Claim(min(map(self.error, self.all)), "==", 0.0)
            return Phrase("Where no dot stands, both agree in all digits: an error of zero has no place on this scale.",
                          claim=exact)
        if self.right and best > 10.0**-CLOSE * abs(self.right):
            far = Claim(best, ">", 10.0**-CLOSE * abs(self.right))
            return Phrase("Even the best step is not close: a double keeps too few digits of this cost.", claim=far)
        least = Claim(ends, ">" if between else ">=", best)
        if between:
            return Phrase("The best step lies between. There, both methods, which know nothing of each other, agree.",
                          claim=least)
        return Phrase("Where the error is least, both methods, which know nothing of each other, agree.", claim=least)
