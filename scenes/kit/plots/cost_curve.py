"""The cost over one output h, with the network's own point, its target, and a tangent that can be moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sympy as sp
from manim import DOWN, LEFT, RIGHT, UP, DashedLine, Dot, Line, Triangle, ValueTracker, VGroup, VMobject

from bpmath.model import multiprecision
from bpmath.model.activation import symbols
from bpmath.model.cost import h, y
from bpmath.model.phrase import Phrase
from bpmath.numeric.function_differences import again, difference
from scenes.kit.plots.plot import Plot
from scenes.kit.provenance.claims import Claim
from scenes.kit.setting.layout import LEFT as LEFT_MARGIN
from scenes.kit.setting.layout import Zone
from scenes.kit.setting.theme import LABEL, RIM, theme

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

BESIDE = 1.5  # so many times its distance from y is shown on either side of a target
ABOVE = 1.25  # and so many times its cost above h
BELOW = 0.25  # and so much of the curve's height below it, where other outputs lift it far above 0
SHORT = 0.3  # frame units: a shorter line from the curve to the axis would hide behind the points at its ends
APART = 0.8  # frame units: an output far above 1 leaves no room for the marks 0 and 1 side by side
EDGE = [10.0**-k for k in range(2, 16)]  # where a logarithm is steep, the curve needs closer points


class CostCurve:
    """J over the output in focus, the others held: its own part of the sum, on top of theirs, `rest`.

    Nothing is on the screen before it is added.
    `frame` is the axes; `goal` and `output` the target and the answer on them; `own` the network's point on `curve`,
    with `height_line` and `height_number`, its cost; `probe` stands where `at` says, between `low` and `high`.
    """

    def __init__(self, chapter: Elements, zone: Zone) -> None:
        net = chapter.net
        self.cost, self.chapter = net.cost, chapter
        self.h, self.y, self.J, self.error = (chapter.value(chapter.q(kind)) for kind in ("h", "y", "J", "dh"))
        self.rest, self.rest_again = self.others(chapter)
        xs, ys, self.samples = self.ranges()
        room = zone.width / (xs[1] - xs[0])
        bounds = [0.0] * (ys[0] >= 0) + [1.0] * (room > APART)  # no 0 where the other axis goes on below it
        ticks, marked = bounds if self.bounded else (), (ys[0],) if ys[0] > 0 else ()
        names = (chapter.label(chapter.q(kind), size=LABEL) for kind in ("h", "J"))
        corner = xs[0], max(ys[0], min(0.0, ys[1]))
        self.plot = plot = Plot(chapter, zone, xs, ys, ticks, marked, *names, corner=corner)
        plot.names[0].next_to(plot.axes[0].get_end(), RIGHT, buff=0.1)
        plot.names[1].next_to(plot.axes[1].get_end(), LEFT, buff=0.15)
        if self.bounded:
            for tick in plot.ticks[: len(ticks)]:  # below the slider, which may stand on a bound
                tick[1].shift(0.13 * DOWN)
        for _, number in plot.ticks[len(ticks) :]:
            number.scale(min(1.0, (number.get_right()[0] - LEFT_MARGIN) / number.width), about_edge=RIGHT)
        self.frame = plot.frame
        points = [(v, J) for v in self.samples if ys[0] <= (J := self.value(v)) <= ys[1]]
        self.low, self.high = points[0][0], points[-1][0]
        self.curve = VMobject(stroke_color=theme.J, stroke_width=5)
        self.curve.set_points_as_corners(np.array([plot.point(*p) for p in points]))
        self.at = ValueTracker(self.h)
        self.marks()

    @property
    def bounded(self) -> bool:
        """Whether the cost takes outputs as probabilities, from 0 to 1."""
        return self.cost.targets != sp.Reals

    def others(self, chapter: Elements) -> tuple[float, float]:
        """What the outputs that are not in focus add to J, and the same by a second method."""
        net = chapter.net
        held = [k for k in range(net.units(net.L)) if k + 1 != chapter.study.focus[net.L]]
        if not held:
            return 0.0, 0.0
        z = symbols(net.units(net.L))
        at = dict(zip(z, chapter.study.trace.z[net.L], strict=True))  # from z, since h may have rounded to 0 or 1
        units = net.activation(net.L).units(len(z))
        # targets stay symbols: an expression is compiled and kept, and the same for all networks of these sizes
        terms = [(self.cost.term.subs(h, units[k]), at | {y: float(net.target[k])}) for k in held]
        return sum(multiprecision.value(*term) for term in terms), sum(again(*term) for term in terms)

    def ranges(self) -> tuple[tuple[float, float], tuple[float, float], list[float]]:
        """What is shown of h and of J, and where the curve is computed."""
        if not self.bounded:
            reach = BESIDE * abs(self.h - self.y) or max(1.0, abs(self.y))
            xs = self.y - reach, self.y + reach
            return xs, self.lifted(0.0, self.own_part(xs[1])), list(np.linspace(*xs, 161))
        xs = 0.0, 1.2 * self.h if self.h > 1 else 1.0
        inner = [v for v in np.linspace(*xs, 161) if np.isfinite(self.own_part(float(v)))]
        near = [v for e in EDGE for v in (e, 1 - e)]
        least = min(self.own_part(float(v)) for v in inner)
        ys = self.lifted(min(0.0, 1.1 * least), max(2.0, ABOVE * (self.J - self.rest)))
        return xs, ys, sorted({self.h, *map(float, inner), *near})

    def lifted(self, low: float, high: float) -> tuple[float, float]:
        """What is shown of J, where the part in focus goes from low to high; from 0 on, where the curve has room."""
        below = self.rest + low - BELOW * (high - low)
        if self.rest <= high - low or below <= 0:
            return min(low, low + self.rest), high + self.rest
        step = 10.0 ** np.floor(np.log10(below) - 1)
        return float(np.floor(below / step) * step), high + self.rest

    def own_part(self, v: float) -> float:
        """What the output in focus adds to J at v."""
        return multiprecision.value(self.cost.term, {h: v, y: self.y})

    def value(self, v: float) -> float:
        """J at v; at h it is the trace's, which knows h better than its own double where it is next to 0 or 1."""
        return self.J if v == self.h else self.own_part(v) + self.rest

    def slope(self, v: float) -> float:
        return self.error if v == self.h else multiprecision.value(self.cost.slope, {h: v, y: self.y})

    def value_again(self, v: float) -> float:
        return self.second("J") if v == self.h else again(self.cost.term, {h: v, y: self.y}) + self.rest_again

    def slope_again(self, v: float) -> float:
        return self.second("dh") if v == self.h else difference(self.cost.term, h, {h: v, y: self.y})

    def second(self, kind: str) -> float:
        """What the second method found for a quantity of the trace."""
        study = self.chapter.study
        return study.report.checks[study.found(study.q(kind))].second

    def marks(self) -> None:
        plot, zone, chapter = self.plot, self.plot.zone, self.chapter
        base = plot.axes[0].get_start()[1]
        goal, here = plot.point(self.y, 0), plot.point(self.h, self.J)
        label = chapter.label(chapter.q("y"), number=True, size=LABEL)
        line = DashedLine([goal[0], base, 0], [goal[0], zone.top, 0], stroke_color=theme.J, stroke_width=3)
        label.move_to([max(goal[0], zone.left + 0.3 + label.width / 2), zone.top + 0.35, 0])
        self.goal = VGroup(line, label)
        name = chapter.label(chapter.q("h"), number=True, size=LABEL)
        foot = Dot([here[0], base, 0], radius=0.1, color=theme.a).set_z_index(4)
        self.output = VGroup(
            foot, name.move_to([max(here[0], LEFT_MARGIN + name.width / 2), zone.bottom - 0.84, 0])
        )
        self.own = VGroup(
            Line([here[0], base, 0], here, stroke_color=theme.muted, stroke_width=2.5),
            Dot(here, radius=0.1, color=theme.text).set_stroke(theme.background, RIM).set_z_index(6),
        )
        self.height_line = VGroup()
        if here[0] - zone.left > SHORT:
            self.height_line = DashedLine(here, [zone.left, here[1], 0], stroke_color=theme.muted, stroke_width=3)
        number = chapter.figure(chapter.q("J"))
        number.scale(min(1.0, (zone.left - LEFT_MARGIN - 0.12) / number.width))
        self.height_number = number.next_to([zone.left, here[1], 0], LEFT, buff=0.12)

    def tangent(self, v: float) -> Line:
        """A piece of the tangent at v, cut where it would leave the plot on its left or right."""
        line, zone = self.plot.tangent(v, self.value(v), self.slope(v), theme.text, 1.5), self.plot.zone
        start, end = line.get_start(), line.get_end()
        low, high = (np.clip((x - start[0]) / max(end[0] - start[0], 1e-6), 0, 1) for x in (zone.left, zone.right))
        return line.put_start_and_end_on(start + low * (end - start), start + high * (end - start))

    def probe(self) -> VGroup:
        """A slider on the axis, its point on the curve and the tangent there; all follow `at`."""
        base = self.plot.axes[0].get_start()[1]
        foot = Triangle(color=theme.text, fill_opacity=1, stroke_width=0).scale(0.13)
        link = Line(stroke_color=theme.muted, stroke_width=2.5)
        on, tangent = Dot(radius=0.1, color=theme.text), Line()

        def follow(group: VGroup) -> None:
            v = self.at.get_value()
            here = self.plot.point(v, self.value(v))
            on.move_to(here)
            foot.move_to([here[0], base - 0.12, 0])
            link.put_start_and_end_on([here[0], base, 0], here + 1e-4 * UP)
            tangent.become(self.tangent(v))

        group = VGroup(link, tangent.set_z_index(5), foot.set_z_index(4), on.set_z_index(6))
        follow(group)
        return group.add_updater(follow)

    def moves(self) -> list[tuple[str, float]]:
        """Where h may be moved to, and what is to be seen there; none where the cost does not look at h."""
        start, room = self.at.get_value(), 0.09 * (self.high - self.low)
        low, high = self.low + room, self.high - room
        if not self.slope(low) and not self.slope(high):
            return []
        if low < self.y < high and self.slope(low) < 0 < self.slope(high):  # a valley
            ends = [low, high] if start >= self.y else [high, low]
            sides = [(self.side(end), end) for end in ends]
            level = Claim(self.slope(self.y), "==", 0.0)
            goal = Phrase("At the target the slope is zero.", claim=level), self.y
            return sides if start == self.y else [goal, sides[0]]
        near, far = (low, high) if self.y <= low else (high, low)
        slopes, less = (self.slope(low), self.slope(high)), Claim(self.value(near), "<", self.value(far))
        everywhere = [less, Claim(slopes, "<" if self.slope(start) < 0 else ">", 0.0)]
        falling = Phrase("The slope is negative everywhere: nearer to the target, the cost is less.", claim=everywhere)
        rising = Phrase("The slope is positive everywhere: nearer to the target, the cost is less.", claim=everywhere)
        steeper = Claim(abs(self.slope(far)), ">", abs(self.slope(near)))
        return [
            (falling if self.slope(start) < 0 else rising, near),
            (Phrase("Farther from the target, the curve is steeper.", claim=steeper), far),
        ]

    def side(self, end: float) -> Phrase:
        """What is to be seen at an end of the curve, on its own side of the target. A cost is least at the target."""
        claim = [Claim(abs(self.slope(end)), ">", abs(self.slope(self.y / 2 + end / 2)))]
        if end > self.y:
            claim.append(Claim(self.slope(end), ">", 0.0))
            return Phrase("Above it, the slope is positive: the farther, the steeper.", claim=claim)
        claim.append(Claim(self.slope(end), "<", 0.0))
        return Phrase("Below it, the slope is negative: the farther, the steeper.", claim=claim)
