"""Chapter 13: the same four moves again and again, and the way down the cost."""

from __future__ import annotations

from itertools import pairwise, takewhile

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Arrow,
    Create,
    DashedVMobject,
    Dot,
    FadeIn,
    FadeOut,
    Line,
    Mobject,
    RoundedRectangle,
    VGroup,
    VMobject,
    linear,
    rush_into,
)

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.cost_surface import Slice, steepest
from bpmath.numeric.gradient_descent import cost_again, train
from bpmath.numeric.second_method import AGAIN
from scenes.kit.chapter import Chapter
from scenes.kit.network.wide import network_diagram
from scenes.kit.plots.cost_map import CostMap, CostOver
from scenes.kit.plots.plot import Plot, nice_ticks
from scenes.kit.provenance.claims import Claim
from scenes.kit.provenance.study import other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import NUMBER, SMALL, WORDS, theme

CARD = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, 0.62)
AXES = layout.Zone(1.8, 4.65, -2.35, -0.1)  # J by update
TURN = {"forward": (-4.9, -0.45), "compare": (-1.75, -0.45), "backward": (-1.75, -2.05), "update": (-4.9, -2.05)}
WORD = {
    "forward": Phrase("forward"),
    "compare": Phrase("compare"),
    "backward": Phrase("backward"),
    "update": Phrase("update"),
}
ROLES = {"forward": theme.a, "compare": theme.J, "backward": theme.delta, "update": theme.theta}
PACES = (0.9, 0.5, 0.3)  # seconds for a move, in the turns that are shown
ROWS = (2.3, 1.6, 0.9)  # heights of the lines that sum up
SIGNS, NAMES, COSTS = 1.1, 1.75, 4.3  # where their parts begin
SHORT = 0.05  # frame units: a shorter curve is not seen
HARDLY = 0.02  # a fall by a smaller share of J is none to speak of


class Training(Chapter):
    """Forward, compare, backward, update, at rising speed; J by update; the way of two weights downhill."""

    chapter = 13
    title = "Again and again: training"

    def construct(self) -> None:
        self.run = train(self.net)
        choice = [self.q("theta", l) for l in range(1, self.net.L)]
        self.slice = Slice(self.net, tuple(map(self.study.found, steepest(self.study.trace, choice))))
        self.steps = len(self.run.costs) - 1
        self.walk = self.slice.walk(max(self.steps, 1))
        self.open()
        self.show_network()
        self.first_turn()
        if self.steps:
            for n, pace in enumerate(PACES[1 : self.steps], 1):
                self.turn(n, pace)
            self.all_turns()
        self.outcome()
        self.way_down()

    def moves(self) -> bool:
        """Whether any parameter has a gradient that is not 0."""
        return any(map(np.any, self.gradients()))

    def gradients(self) -> list[np.ndarray]:
        """The gradients of all weights and biases, layer by layer."""
        found = self.study.trace
        return [g for g in (*found.dtheta.values(), *found.db.values()) if g is not None]

    # the four moves

    def show_network(self) -> None:
        """No numbers: they would be old after one update."""
        self.diagram = net = network_diagram(self, numbers=False)
        units = VGroup(*net.edges.values(), *net.units.values(), *net.names.values())
        self.picture = VGroup(net.rest, units, *net.weights.values(), *net.biases.values(), net.goal)
        self.say("One update is one step. Training takes many, and each is made of the same moves.")
        self.play(FadeIn(self.picture), run_time=1.0)
        self.names = {name: self.words(WORD[name], WORDS) for name in TURN}
        for word, (x, y) in zip(self.names.values(), TURN.values(), strict=True):
            word.sit(x - word.width / 2, y - 0.13)
        self.loop = VGroup(*self.names.values(), *self.arrows())
        self.card = self.panel(CARD)
        self.play(FadeIn(self.card, self.loop), run_time=1.0)
        self.plot_costs()
        self.play(FadeIn(self.plot.frame, self.plot_names), run_time=0.8)
        self.rest()

    def arrows(self) -> list[Arrow]:
        """From each move to the next; forward goes right, backward goes left."""
        boxes = [self.frame(name) for name in TURN]
        found = []
        for one, other, way in zip(boxes, boxes[1:] + boxes[:1], (RIGHT, DOWN, LEFT, UP), strict=True):
            ends = one.get_critical_point(way) + 0.1 * way, other.get_critical_point(-way) - 0.1 * way
            found.append(Arrow(*ends, buff=0, color=theme.muted, stroke_width=4, tip_length=0.18))
        return found

    def plot_costs(self) -> None:
        """Axes for J by update."""
        shown, costs = max(self.steps, 1), self.run.costs
        span = min(0.0, *costs, *self.walk.costs), max(0.0, *costs)
        span = span if span[0] < span[1] else (0.0, 1.0)
        ticks = [t for t in nice_ticks(*span, 2) if t] if span[1] - span[0] > 10.0**-9 else []
        marks = [t for t in nice_ticks(0, shown, 3) if t and t % 1 == 0] or [float(shown)]
        self.plot = Plot(self, AXES, (0.0, float(shown)), span, marks, ticks, corner=(0.0, span[0]))
        across = self.words("updates", SMALL, color=theme.muted).next_to(self.plot.axes[0].get_end(), RIGHT, buff=0.1)
        up = self.label(self.q("J"), size=SMALL).next_to(self.plot.axes[1].get_end(), UP, buff=0.08)
        self.plot_names = VGroup(across, up)

    def first_turn(self) -> None:
        """Slowly, each move with its word."""
        net, pace = self.diagram, PACES[0]
        self.section("The moves of an update")
        first = next(iter(self.names))
        self.mark = self.frame(first)
        self.say("Forward: the values go to the output.")
        self.play(FadeIn(self.mark), run_time=0.5)
        self.forward(pace)
        self.rest()
        self.say("Compare: the cost is {=J}.")
        self.to("compare", pace, net.units[self.net.L].animate.set_stroke(theme.delta, 7))
        self.drawn = 0
        self.tip = self.plot.dot(0.0, self.run.costs[0], theme.J)
        self.play(FadeIn(self.tip, scale=2), run_time=0.6)
        self.rest(0.4)
        self.say(self.told_backward())
        self.backward(pace)
        self.rest()
        none = Claim(tuple(float(v) for g in self.gradients() for v in g.ravel()), "==", 0.0)
        self.say("Update: all weights step at once." if self.moves() else Phrase("Update: every gradient is zero.",
                                                                                 claim=none))
        self.update(0, pace)
        self.rest()

    def told_backward(self) -> Phrase:
        signals = [np.any(delta) for delta in self.study.trace.delta.values()]
        if not any(signals):
            none = Claim(tuple(float(v) for delta in self.study.trace.delta.values() for v in delta), "==", 0.0)
            return Phrase("Backward: here every error signal is zero.", claim=none)
        if self.net.L == 2:
            return Phrase("Backward: no layer is hidden, so the signal is there already.")
        return (
            Phrase("Backward: the error signal reaches every layer.")
            if all(signals)
            else Phrase("Backward: the error signal dies on its way.")
        )

    def turn(self, n: int, pace: float) -> None:
        if n == 1:
            self.section("Faster and faster")
            self.say("Then the same again, with the new weights." if self.moves() else "Then the same again.")
        self.to(next(iter(self.names)), pace)
        self.forward(pace)
        self.to("compare", pace, self.diagram.units[self.net.L].animate.set_stroke(theme.delta, 7))
        self.backward(pace)
        self.update(n, pace)

    def frame(self, name: str) -> RoundedRectangle:
        word = self.names[name]
        box = RoundedRectangle(corner_radius=0.12, width=word.width + 0.36, height=0.62)
        return box.set_stroke(ROLES[name], 4).move_to([word.get_x(), TURN[name][1], 0])

    def to(self, name: str, pace: float, *others: object) -> None:
        self.play(self.mark.animate.become(self.frame(name)), *others, run_time=pace)

    def forward(self, pace: float) -> None:
        """Values to the right; layer by layer while there is time."""
        net = self.diagram
        self.lit = {l: net.arriving(l) for l in net.units if l > 1}
        if pace == PACES[0]:
            each = max(0.3, 2.0 / len(self.lit))
            for l, arrow in self.lit.items():
                self.play(FadeOut(net.edges[l - 1]), FadeIn(arrow), run_time=each)
        else:
            self.play(FadeOut(VGroup(*net.edges.values())), FadeIn(VGroup(*self.lit.values())), run_time=pace)

    def backward(self, pace: float) -> None:
        """Signals to the left."""
        net = self.diagram
        self.to("backward", pace)
        back = {l: net.returning(l) for l in range(self.net.L - 1, 1, -1)}
        if pace == PACES[0]:
            for l, arrow in back.items():
                self.play(FadeOut(self.lit.pop(l + 1)), FadeIn(arrow), run_time=max(0.3, 1.6 / len(back)))
        elif back:
            gone = VGroup(*(self.lit.pop(l + 1) for l in back))
            self.play(FadeOut(gone), FadeIn(VGroup(*back.values())), run_time=pace)
        self.lit |= {-l: arrow for l, arrow in back.items()}

    def update(self, n: int, pace: float) -> None:
        """All edges step, and J after it joins the curve."""
        net = self.diagram
        edges = VGroup(*net.edges.values()).set_stroke(theme.theta, 8)
        self.to("update", pace, net.units[self.net.L].animate.set_stroke(theme.a, 5))
        self.play(FadeOut(VGroup(*self.lit.values())), FadeIn(edges), run_time=pace)
        calm = [edges.animate.set_stroke(theme.muted, 5)]
        if n < self.steps:
            calm += self.grown(n + 1)
        self.play(*calm, run_time=max(pace, 0.5))

    def grown(self, n: int) -> list[object]:
        """J after n updates: the tip of the curve goes there, and the curve where the tip does not hide it."""
        at = self.plot.point(n, self.run.costs[n])
        moves = [self.tip.animate.move_to(at)]
        if np.linalg.norm(at - self.plot.point(self.drawn, self.run.costs[self.drawn])) > 2 * self.tip.radius:
            moves.append(Create(self.curve_to(n)))
        return moves

    def curve_to(self, n: int) -> VMobject:
        """The piece of the curve of J that is still missing."""
        places = [self.plot.point(m, self.run.costs[m]) for m in range(self.drawn, n + 1)]
        self.drawn = n
        return VMobject(stroke_color=theme.J, stroke_width=5).set_points_as_corners(places)

    def all_turns(self) -> None:
        """The rest at once: the curve grows to its end."""
        if self.steps <= len(PACES):
            return
        self.say("And again, and again.")
        self.play(FadeOut(self.mark), FadeOut(self.tip), run_time=0.3)
        self.play(Create(self.curve_to(self.steps)), run_time=2.5, rate_func=rush_into)
        self.tip = self.plot.dot(self.steps, self.run.costs[-1], theme.J)
        self.play(FadeIn(self.tip), run_time=0.3)
        self.rest()

    def outcome(self) -> None:
        """What became of J, truly."""
        first, last = self.run.costs[0], self.run.costs[-1]
        count, _ = other_number(Phrase("updates"), self.steps, self.steps, Phrase("counted"))
        J = self.q("J")
        named = Phrase("J after {count} updates", count=str(self.steps))
        self.last = other_number(named, last, cost_again(self.run.networks[-1]), AGAIN)
        if not self.moves():
            told = Phrase("Nothing moves, however often: the cost stays at {=J}.")
        elif not self.steps:
            told = Phrase("After this update the cost has no value any more: the learning rate is too large.")
        elif last > first:
            told = Phrase.counted(
                "The cost grows, to {last} after {count} update: with this learning rate a step goes too far.",
                "The cost grows, to {last} after {count} updates: with this learning rate a step goes too far.",
                self.steps,
                claim=Claim(self.last[0], ">", J),
            )
        elif last == first:
            told = Phrase("The steps are too small to be seen in the cost.", claim=Claim(self.last[0], "==", J))
        elif first - last < HARDLY * abs(first):
            told = Phrase.counted(
                "After {count} update the cost has hardly fallen: {last}.",
                "After {count} updates the cost has hardly fallen: {last}.",
                self.steps,
                claim=[Claim(self.last[0], "<", J), Claim(first - last, "<", HARDLY * abs(first))],
            )
        else:
            told = Phrase.counted(
                "After {count} update the cost has fallen from {=J} to {last}.",
                "After {count} updates the cost has fallen from {=J} to {last}.",
                self.steps,
                claim=Claim(self.last[0], "<", J),
            )
        self.say(told, last=self.last[0], count=count)
        self.rest(0.8)

    # the surface

    def way_down(self) -> None:
        """Two weights alone, so that the cost is a surface that can be drawn."""
        self.section("The way down")
        two = len(self.slice.weights) == 2
        self.map = (CostMap if two else CostOver)(self, self.slice, self.walk)
        gone = VGroup(self.picture, self.card, self.loop)
        if self.mark in self.mobjects:
            gone.add(self.mark)
        self.say(self.told_choice(two))
        self.play(FadeOut(gone), run_time=0.8)
        self.play(FadeIn(self.map.frame), run_time=0.8)
        self.rest()
        self.say(self.map.describe())
        self.play(FadeIn(self.map.ground), run_time=1.2)
        self.play(FadeIn(self.map.begin, scale=1.5), run_time=0.5)
        self.rest(0.4)
        rows = self.rows(two)
        self.play(FadeIn(VGroup(*rows[:2])), run_time=0.6)
        self.say(self.told_way(two))
        if self.walked():
            moves = [Create(self.map.path, rate_func=linear)]
            if len(rows) > 2:
                moves += [Create(curve, rate_func=linear) for curve in self.second()]
            self.play(*moves, run_time=3.0)
            self.play(FadeIn(self.map.end, scale=1.5), run_time=0.5)
        if len(rows) > 2:
            self.play(FadeIn(rows[2]), run_time=0.6)
        self.rest(0.5)
        self.beat("Forward, compare, backward, update: that is training.", pause=0.8)

    def told_choice(self, two: bool) -> Phrase:
        """Which weights are drawn, and by what rule."""
        if not two:
            return Phrase("There is a single weight. Draw the cost over it.")
        if not self.moves():
            return Phrase("Draw the cost over some of the weights.")
        if self.net.is_path or self.net.L == 2:
            drawn = [abs(self.value(Quantity("dtheta", q.layer, q.unit, q.source))) for q in self.slice.weights]
            sizes = sorted((abs(float(v)) for g in self.study.trace.dtheta.values() for v in g.ravel()), reverse=True)
            largest = Claim(min(drawn), ">=", tuple(sizes[len(drawn):]))
            return Phrase("Now let only some weights move: those with the largest gradients.", claim=largest)
        return Phrase("Now let only some weights move, of those in focus.")

    def walked(self) -> bool:
        """Whether the way of the weights can be seen."""
        return self.map.goes_far

    def second(self) -> list[VMobject]:
        """The walk's J by update, beside that of the whole network, as far as the plot goes."""
        costs, top = self.walk.costs, self.plot.y[1]
        seen = list(takewhile(lambda at: at[1] <= top, enumerate(costs)))
        if (n := len(seen)) < len(costs):
            seen.append((n - 1 + (top - costs[n - 1]) / (costs[n] - costs[n - 1]), top))
        places = [self.plot.point(*at) for at in seen]
        if np.ptp(places, axis=0).max() < SHORT:
            return []
        curve = VMobject(stroke_color=theme.theta, stroke_width=5).set_points_as_corners(places)
        return [DashedVMobject(curve, num_dashes=24)]

    def rows(self, two: bool) -> list[VGroup]:
        """J at the start, after training, and after training two weights alone."""
        named = Phrase("J after {count} updates of the weights that are drawn", count=str(len(self.walk.costs) - 1))
        alone = other_number(named, self.walk.costs[-1], cost_again(self.slice.at(self.walk.places[-1])), AGAIN)
        dot, start = Dot(radius=0.08, color=theme.J), self.figure(self.q("J"), NUMBER)
        rows = [self.row(0, dot, Phrase("{J} at the start"), start)]
        if self.steps:
            end = self.other_figure(self.last, color=theme.J)
            rows.append(self.row(1, self.sign(theme.J), Phrase("all weights"), end))
        only = Phrase("only these") if two else Phrase("only this one")
        if self.walked() and not (len(self.slice.weights) == 1 and self.net.bias(1) is None):
            sign = DashedVMobject(self.sign(theme.theta), num_dashes=4)
            rows.append(self.row(2, sign, only, self.other_figure(alone, color=theme.theta)))
        return rows

    def sign(self, color: str) -> Line:
        return Line(LEFT * 0.2, RIGHT * 0.2, stroke_color=color, stroke_width=5)

    def row(self, n: int, sign: Mobject, text: Phrase, number: Mobject) -> VGroup:
        sign.move_to([SIGNS + 0.2, ROWS[n], 0])
        name = self.words(text, SMALL).sit(NAMES, ROWS[n] - 0.1)
        return VGroup(sign, name, number.move_to([COSTS, ROWS[n] - 0.1, 0], aligned_edge=LEFT + DOWN))

    def told_way(self, two: bool) -> Phrase:
        if len(self.walk.costs) == 1 and self.moves():
            return Phrase("One update would lead to where this cost has no value.")
        if not self.walked():
            if self.moves():
                return Phrase("Its steps are too small to be seen.", claim=Claim(float(self.map.goes_far), "==", 0.0))
            none = Claim(tuple(float(v) for g in self.gradients() for v in g.ravel()), "==", 0.0)
            return Phrase("Here the gradient is zero: the point stays where it is.", claim=none)
        first, last = self.walk.costs[0], self.walk.costs[-1]
        if last > first:
            return Phrase("The updates go against the gradient, but so far that the last one is higher than the start.",
                          claim=Claim(last, ">", first))
        if two:
            return Phrase("Every update goes straight down the slope, across the lines of equal cost.",
                          claim=Claim(last, "<=", first))
        steps = np.abs(np.diff(self.walk.places[:, 0]))
        if (np.diff(steps) < 0).all():
            shorter = [Claim(float(after), "<", float(before)) for before, after in pairwise(steps)]
            return Phrase("Every update goes down the slope, and the steps shorten.", claim=shorter)
        return Phrase("Every update goes down the slope.")
