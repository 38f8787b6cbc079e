"""Chapter 8: the gradients at the edges, and one update of all weights, equation (17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from manim import (
    LEFT,
    RIGHT,
    UP,
    FadeIn,
    FadeOut,
    GrowFromEdge,
    LaggedStart,
    Mobject,
    ReplacementTransform,
    SurroundingRectangle,
    TransformFromCopy,
    VGroup,
)

from bpmath.model.network import Network, NetworkError
from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.gradient_descent import biases_kept, wrong_order
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.formulas.readout import Number
from scenes.kit.network.diagram import Table
from scenes.kit.network.wide import network_diagram
from scenes.kit.plots.bars import Bars
from scenes.kit.provenance.claims import Claim
from scenes.kit.provenance.study import Study, other_number, study
from scenes.kit.setting import layout
from scenes.kit.setting.theme import theme
from scenes.kit.text.rounding import LONG

ROWS = layout.Zone(layout.LEFT, layout.RIGHT, -1.14, 0.68)
COSTS = layout.Zone(layout.LEFT + 0.4, layout.RIGHT - 0.2, layout.BOTTOM + 0.08, layout.PANEL.top - 0.08)
NAMES = Phrase("{J} before"), Phrase("{J} after"), Phrase("wrong order")
KEPT = Phrase("{J} before"), Phrase("weights only"), Phrase("weights only, wrong order")
TALLEST = layout.PANEL.height - 0.4  # of a formula
ALIKE = 0.7  # numbers of a row are all made smaller alike down to this
MOST = 2.6  # so many times its room may a number be wide before it is made smaller: it stays legible


class WeightUpdate(Chapter):
    """On each edge its two ends meet; then all weights change at once; J before and after, and in the wrong order."""

    chapter = 8
    title = "Every weight takes its step"

    def construct(self) -> None:
        self.open()
        self.show_network()
        for l in range(self.net.L - 1, 0, -1):
            self.gradient(l)
        if not self.net.is_path and self.study.has("block gradient"):
            self.whole_layer()
        if self.diagram.biases:
            self.bias_gradient()
        self.twelve_becomes_seventeen()
        self.update_all()
        self.costs()
        if self.net.L > 2:
            self.wrong_order()
            if self.diagram.biases and not self.net.is_path:
                self.biases_left_alone()

    def show_network(self) -> None:
        """Values and signals are known; the weights are frozen."""
        self.diagram = net = network_diagram(self)
        self.table = Table(self, net, ("delta", "dtheta", "theta", "new_theta"), ROWS)
        self.values = {l: net.value(l) for l in net.units}
        self.deltas = {l: self.table.cell("delta", l) for l in range(2, self.net.L + 1)}
        self.gradients: dict[int, Number] = {}
        self.card, self.formula = self.panel(), VGroup()
        units = VGroup(*net.units.values(), *net.names.values(), *self.values.values(), *net.edges.values(), net.rest)
        self.say("Both passes are done: each edge has a value at its left end, a signal at its right.")
        self.play(FadeIn(VGroup(units, *net.weights.values(), *net.biases.values(), net.goal)), run_time=0.9)
        self.play(FadeIn(VGroup(self.table.heads[0], *self.deltas.values())), run_time=0.8)
        if not self.net.is_path:
            self.say("One edge between two layers is in focus. The same is done on every other.")
        self.rest()
        self.frames = VGroup(*(self.frame(w, theme.theta) for w in net.weights.values()))
        self.beat("Freeze all weights until every gradient is known.", FadeIn(self.frames))

    def frame(self, around: Mobject, color: str) -> SurroundingRectangle:
        """A tinted ground behind something, as strong as its text can bear; a rim close around it would touch it."""
        ground = SurroundingRectangle(around, color=color, buff=0.07, corner_radius=0.1, stroke_width=0)
        return ground.set_fill(color, 0.14 if theme.dark else 0.08).set_z_index(-1)

    def gradient(self, l: int) -> None:
        """A value from the left, a signal from the right: their product is the gradient of the weight between."""
        first, last, q = l == self.net.L - 1, l == 1, self.q("dtheta", l)
        self.section("The gradient of the weight from layer {l}", l=l)
        self.gradients[l] = self.table.cell("dtheta", l)
        equation = self.equation(self.step("gradient", q), numbers=True, height=TALLEST)
        equation.move_to(self.card)
        if first:
            self.say("The gradient of a weight is that signal times that value.")
        self.bring(equation, run_time=0.8 if first or last else 0.5)
        if first:
            self.play(FadeIn(VGroup(self.table.rules[0], self.table.heads[1])), run_time=0.5)
            self.rest()
        self.meet(l, equation, 0.8 if first else 0.6 if last else 0.4)
        if first:
            self.wait(1.8)
            self.say("{=gradient}: both numbers were already there.", gradient=q)
        elif last:
            self.wait(0.8)
            self.say("One multiplication for each weight, however deep the network.")
        self.play(FadeIn(equation.result), run_time=0.4)
        self.play(TransformFromCopy(equation.result_number, self.gradients[l]), run_time=0.8)

    def meet(self, l: int, equation: Equation, pace: float) -> None:
        """A pulse from the right end of an edge, then one from its left; their numbers go into the formula."""
        net, edge, last = self.diagram, self.diagram.edges[l], []
        for q, home, start, color in (
            (self.q("delta", l + 1), self.deltas[l + 1], edge.get_end(), theme.delta),
            (net.activation(l), self.values[l], edge.get_start(), theme.a),
        ):
            pulse = net.pulse(start, color)
            number = TransformFromCopy(home, equation.number(q))
            self.play(pulse.animate.move_to(edge.get_center()), number, *map(FadeOut, last), run_time=pace)
            last = [pulse]
        self.play(FadeOut(*last), FadeIn(equation.signs), run_time=0.3)

    def bring(self, equation: Equation, run_time: float = 0.8) -> None:
        """The new formula takes the panel, which comes with the first, and its row of numbers stays empty."""
        shown = VGroup(equation.symbols, self.numbering(equation))
        if len(self.formula):
            self.swap(self.formula, shown, run_time=run_time)
        else:
            self.play(FadeIn(VGroup(self.card, shown)), run_time=run_time)
        self.formula = VGroup(equation, shown[1])

    def whole_layer(self) -> None:
        """The same product on all edges of a layer at once."""
        self.section("All edges of a layer")
        l = self.net.L - 1
        equation = self.equation(self.step("block gradient", Quantity("dtheta", l))).move_to(self.card)
        lit = self.diagram.whole(l)
        self.say("All edges of a layer at once: each signal at the right times each value at the left.")
        self.play(FadeIn(lit), run_time=0.6)
        self.bring(equation)
        self.rest(0.6)
        self.play(FadeOut(lit), run_time=0.5)

    def bias_gradient(self) -> None:
        self.section("The gradient of a bias")
        l = max(self.diagram.biases)
        equation = self.equation(self.step("gradient", self.q("db", l)), numbers=True, height=TALLEST)
        equation.move_to(self.card)
        self.say("A bias has no value at its left end: its gradient is the signal itself.")
        self.bring(equation)
        self.play(
            TransformFromCopy(self.deltas[l + 1], equation.number(self.q("delta", l + 1))), FadeIn(equation.signs)
        )
        self.rest(0.5)

    def twelve_becomes_seventeen(self) -> None:
        """The derivative in the update gives its place to the product."""
        self.section("The update with delta")
        self.chosen = l = 1
        new = self.q("new_theta", l)
        before = self.equation(self.step("update", new), height=TALLEST).move_to(self.card)
        after = self.equation(self.step("update with delta", new), numbers=True, height=TALLEST).move_to(self.card)
        self.say("The update, as it stood before: one step against the gradient.")
        self.bring(before)
        self.rest(0.2)
        common = [VGroup(*(g for i in range(-2, 4) for g in self.column(e, i))) for e in (before, after)]
        product = VGroup(*(g for i in range(4, len(after.right)) for g in after.upper(i)))
        number = self.numbering(after)
        self.say("Now the gradient gives its place to signal times value.")
        self.play(FadeOut(VGroup(before.upper(4), self.formula[1]), shift=0.2 * UP), run_time=0.6)
        self.play(ReplacementTransform(*common), FadeIn(VGroup(product, number), shift=0.2 * UP), run_time=1.0)
        self.rest(0.4)
        homes = {self.q("theta", l): self.diagram.weight_number(l), self.q("delta", l + 1): self.deltas[l + 1]}
        homes[self.diagram.activation(l)] = self.values[l]
        flights = [TransformFromCopy(home, after.number(q)) for q, home in homes.items()]
        self.play(*flights, FadeIn(VGroup(*after.signs, *after.number(self.q("alpha")))), run_time=1.1)
        self.wait(1.5)
        self.formula = VGroup(after, number)

    def column(self, equation: Equation, i: int) -> VGroup:
        return equation.left if i == -2 else equation.upper(i)

    def update_all(self) -> None:
        """Old and new in the table; then the new ones go to their places, all at once."""
        self.section("All weights at once")
        net, table, layers = self.diagram, self.table, range(1, self.net.L)
        olds, kept = self.parameters("theta", layers), self.parameters("b", table.biases)
        self.old_biases = VGroup(*kept.values())
        old = VGroup(*olds.values(), self.old_biases)
        self.new = self.parameters("new_theta", layers)
        self.new_biases = biases = VGroup(*self.parameters("new_b", table.biases).values())
        self.say("Every gradient is known. Only now does anything change, and all at once.")
        if not self.net.is_path:
            self.tell_how_many()
        self.play(FadeIn(VGroup(*table.rules[1:], *table.heads[2:], old)), run_time=0.8)
        self.play(FadeIn(self.formula[0].result), run_time=0.5)
        others = VGroup(*(cell for l, cell in self.new.items() if l != self.chosen), *biases)
        first = TransformFromCopy(self.formula[0].result_number, self.new[self.chosen])
        self.play(first, *([FadeIn(others)] if len(others) else []), run_time=0.9)
        self.rest(0.6)
        self.after = self.attempt(lambda: self.study.trace.updated, Phrase("after the update"))
        if self.after is None:
            return
        self.fresh = network_diagram(self, of=self.after)
        stale = [*self.values.values(), *self.deltas.values(), *self.gradients.values()]
        weights = VGroup(*net.weights.values(), *net.biases.values(), self.frames)
        self.say("The new weights take their places. What was computed with the old ones goes.")
        self.play(FadeOut(VGroup(weights, *stale, *table.heads[:2], *table.rules[:2])), run_time=0.7)
        kept = VGroup(*table.heads[2:], *table.rules[2:], old, *self.new.values(), biases)
        fresh = VGroup(*self.fresh.weights.values(), *self.fresh.biases.values())
        self.play(FadeIn(fresh), kept.animate.shift(table.pitch * UP), run_time=0.8)
        self.rest()

    def tell_how_many(self) -> None:
        """The table has the weights in focus; how many change with them, and whether biases are among them."""
        sizes, biased = self.net.sizes, [l for l in range(1, self.net.L) if self.net.bias(l) is not None]
        weights = sum(a * b for a, b in pairwise(sizes))
        again = sum(self.net.theta(l).size for l in range(1, self.net.L))
        counted = Phrase("counted")
        slots = {"weights": other_number(Phrase("weights of the network"), weights, again, counted)[0]}
        if not biased:
            self.say("The table shows those in focus. In all, {weights} weights are updated.", **slots)
            return
        count, again = sum(sizes[l] for l in biased), sum(self.net.bias(l).size for l in biased)
        slots["biases"] = other_number(Phrase("biases of the network"), count, again, counted)[0]
        told = Phrase.counted(
            "The table shows those in focus. In all, {weights} weights are updated and {biases} bias.",
            "The table shows those in focus. In all, {weights} weights are updated and {biases} biases.",
            count,
        )
        self.say(told, **slots)

    def parameters(self, kind: str, layers: Iterable[int]) -> dict[int, Number]:
        """Old or new parameters in the table: weights under their edges, biases under the units that they are added in.

        All are alike in size, unless that would make most of them too small.
        """
        net, row = self.diagram, {"b": "theta", "new_b": "new_theta"}.get(kind, kind)
        room = net.gap / 2 - 0.1 if self.table.biases else net.gap - 0.15
        found = {l: self.parameter(kind, l, room) for l in layers}
        common = layout.alike(list(found.values()), room)
        for l, figure in found.items():
            at = net.place(l + 1) if kind != row else net.edges[l].get_center()
            scaled = figure.scale(common) if common > ALIKE else layout.fitted(figure, room)
            scaled.move_to([at[0], self.table.y[row], 0])
        return found

    def parameter(self, kind: str, l: int, room: float) -> Number:
        """One of them, with as many decimals as there is room for."""
        q, old = self.q(kind, l), self.q(kind.removeprefix("new_"), l)
        tries = [(self.figure(q, self.table.size, decimals=d), self.shows(old, q, d)) for d in (4, 3, 2)]
        fitting = [f for f, shown in tries if shown and f.width < 1.3 * room] or [
            f for f, _ in sorted(tries, key=lambda t: not t[1]) if f.width < MOST * room
        ]
        return fitting[0] if fitting else min((f for f, _ in tries), key=lambda f: f.width)

    def shows(self, old: Quantity, new: Quantity, decimals: int) -> bool:
        """Whether so many decimals show that a number has changed, if it has."""
        one, other = (self.study.number(q, decimals)[1].printed for q in (old, new))
        return one != other or self.value(old) == self.value(new)

    def attempt(self, network: Callable[[], Network], named: str) -> Study | None:
        """The study of a network that an update made; None where its numbers overflow or its cost has no value."""
        try:
            return study(network(), named, self.study)
        except NetworkError:
            return None

    def costs(self) -> None:
        """The forward pass once more, with the new weights: is the cost smaller?"""
        self.section("The cost before and after")
        wrong = self.attempt(lambda: wrong_order(self.net), Phrase("in the wrong order")) if self.net.L > 2 else None
        self.wrong = wrong
        known = [one for one in (self.study, self.after, wrong) if one is not None]
        sizes = [one.value(Quantity("J")) for one in known]
        self.decimals = max((4, 5, 6), key=lambda d: len(set(self.texts(known, d))))  # the fewest that tell most apart
        self.rows = VGroup()
        self.bars = Bars(self, COSTS, NAMES[: len(known)], sizes)
        before = self.row(self.study)
        self.play(FadeOut(self.formula), run_time=0.4)
        if self.after is None:
            self.say("This step was so long that the cost has no value any more.")
            self.play(FadeIn(before), run_time=0.8)
            return
        self.say("Forward once more. What has become of the cost?")
        self.play(FadeIn(before), run_time=0.6)
        self.flow = flow = VGroup(*(self.fresh.value(l) for l in self.fresh.units))
        self.play(LaggedStart(*map(FadeIn, flow), lag_ratio=0.5), run_time=1.6)
        self.rest(0.8)
        row = self.row(self.after)
        self.say(self.outcome(sizes))
        self.show(row)

    def texts(self, known: list[Study], decimals: int) -> list[str]:
        return [one.number(Quantity("J"), decimals)[1].text for one in known]

    def row(self, one: Study) -> VGroup:
        self.rows.add(row := self.bars.add(self.figure(Quantity("J"), of=one, decimals=self.decimals)))
        return row

    def show(self, row: VGroup) -> None:
        name, bar, number = row
        edge = LEFT if bar.get_x() >= self.bars.zero else RIGHT
        self.play(FadeIn(name), GrowFromEdge(bar, edge), run_time=0.9)
        self.play(FadeIn(number), run_time=0.4)
        self.rest(0.6)

    def outcome(self, sizes: list[float]) -> Phrase:
        """What the update did to the cost."""
        before, after = sizes[:2]
        numbers = [one.number(Quantity("J"), self.decimals)[0] for one in (self.study, self.after)]
        less, more = (Claim(numbers[1], sign, numbers[0]) for sign in "<>")
        hidden = Claim(numbers[1].text, "==", numbers[0].text)
        if after != before and len(set(self.texts([self.study, self.after], self.decimals))) == 1:
            return (
                Phrase("The cost is smaller, but only in digits that are not shown.", claim=[less, hidden])
                if after < before
                else Phrase("The cost is larger, but only in digits that are not shown.", claim=[more, hidden])
            )
        if after < before:
            return Phrase("The cost is smaller now: one step downhill.", claim=less)
        if after > before:
            return Phrase("The cost has grown: with this learning rate the step went too far.", claim=more)
        slopes = (*self.study.trace.dtheta.values(), *self.study.trace.db.values())
        still = not any(each.any() for each in slopes if each is not None)
        level = Claim(numbers[1], "==", numbers[0])
        none = Claim(tuple(float(v) for each in slopes if each is not None for v in each.ravel()), "==", 0.0)
        return (
            Phrase("Every gradient was zero: nothing has moved.", claim=none)
            if still
            else Phrase("The step was too small to be seen in the cost.", claim=level)
        )

    def wrong_order(self) -> None:
        """The upper weight first, and the signal through the new one: no gradient step."""
        if self.after is None:
            return
        self.section("The wrong order")
        net, l = self.fresh, self.net.L - 1
        mark = self.frame(net.weights[l], theme.text)
        arrows = net.returning(l)
        if self.net.is_path:
            self.say("A common mistake: the last weight first, then the signal back through the new one.")
        else:
            self.say("A common mistake: the last weights first, then the signals back through the new ones.")
        self.play(FadeIn(mark), run_time=0.7)
        self.play(
            FadeOut(self.diagram.edges[l]),
            FadeIn(arrows),
            net.travel(net.flow_back(l), theme.delta),
            run_time=1.3,
        )
        self.rest()
        if self.wrong is None:
            self.beat("With this learning rate, that leaves the cost without a value.")
            return
        right, wrong = (one.number(Quantity("J"))[0] for one in (self.after, self.wrong))
        if wrong.value == right.value:
            told = Phrase("Here it comes to the same, but in general it is not the gradient step.",
                          claim=Claim(wrong, "==", right))
        elif wrong.value < right.value:
            told = Phrase("Here it even lands lower, by luck. It is not the gradient step.",
                          claim=Claim(wrong, "<", right))
        else:
            told = Phrase("It lands higher: it is not the gradient step.", claim=Claim(wrong, ">", right))
        self.say(told)
        self.show(self.row(self.wrong))
        self.play(FadeOut(mark), FadeOut(arrows), FadeIn(self.diagram.edges[l]), run_time=0.6)

    def biases_left_alone(self) -> None:
        """Many texts leave the biases as they are: both orders once more, with the digits that differ."""
        if self.after is None or self.wrong is None:
            return
        right, wrong = (
            self.attempt(
                lambda one=one: biases_kept(self.net, one.network), Phrase("{network}, biases kept", network=one.named)
            )
            for one in (self.after, self.wrong)
        )
        if right is None or wrong is None:
            return
        self.section("With the biases left alone")
        known = [self.study, right, wrong]
        self.say("Here the biases were updated too. Many texts leave them as they are. Then both orders give this.")
        self.play(FadeOut(VGroup(self.rows, self.flow, self.new_biases)), run_time=0.5)
        down = (self.table.y["new_theta"] - self.table.y["theta"]) * UP
        self.play(FadeIn(self.old_biases.copy().shift(down)), run_time=0.5)
        sizes = [one.value(Quantity("J")) for one in known]
        self.decimals = next((d for d in (4, 5) if len(set(self.texts(known, d))) == len(set(sizes))), LONG)
        self.bars = Bars(self, COSTS, KEPT, sizes, room=2.7)
        self.rows = VGroup()
        for one in known:
            self.play(FadeIn(self.row(one)), run_time=0.6)
        self.rest()
        right, wrong = (one.number(Quantity("J"), self.decimals)[0] for one in (right, wrong))
        if right.value == wrong.value:
            self.say("There too both come to the same.", claim=Claim(right, "==", wrong))
        else:
            self.say("Right order {right}, wrong order {wrong}.", right=right, wrong=wrong)
        self.rest(1.0)
