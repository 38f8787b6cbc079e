"""A network whose weights can be turned: a knob under each edge, live values in the units, and a meter for J."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import pi, sin
from typing import TYPE_CHECKING

import numpy as np
from manim import (
    DEGREES,
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    Animation,
    Arc,
    ArcBetweenPoints,
    Circle,
    Line,
    Rectangle,
    UpdateFromAlphaFunc,
    ValueTracker,
    VGroup,
    VMobject,
    linear,
)

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.weight_sweep import METHOD, Answer, Turned, answer, step_for, turned
from scenes.kit.formulas.readout import Number, Readout
from scenes.kit.network.wide import WideDiagram, network_diagram
from scenes.kit.provenance.study import Study, other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import LABEL, NUMBER, theme
from scenes.kit.text.number_shapes import HEIGHT
from scenes.kit.text.rounding import DECIMALS, Numeral, numeral, plain, steady

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

RADIUS, WIDEST = 0.36, 60 * DEGREES  # of a knob, and how far its pointer turns
METER = layout.Zone(5.3, 5.84, -2.5, -0.5)  # it stands on the same line as the columns
TALLEST = 1.35  # the height of the largest column


class Knob(VGroup):
    """A dial whose pointer stands upright, and turns to the right while `share()` goes from 0 to 1."""

    def __init__(self, at: np.ndarray, share: Callable[[], float]) -> None:
        reach = Arc(RADIUS + 0.09, PI / 2 - WIDEST, 2 * WIDEST, arc_center=at, stroke_color=theme.muted, stroke_width=3)
        self.ring = Circle(RADIUS, stroke_color=theme.theta, stroke_width=4, fill_color=theme.panel, fill_opacity=1)
        self.pointer = Line(stroke_color=theme.theta, stroke_width=7)

        def point(line: Line) -> None:
            angle = PI / 2 - WIDEST * share()
            way = np.array([np.cos(angle), np.sin(angle), 0.0])
            line.put_start_and_end_on(at + 0.25 * RADIUS * way, at + 0.88 * RADIUS * way)

        point(self.pointer)
        self.pointer.add_updater(point)
        super().__init__(reach, self.ring.move_to(at), self.pointer)


def manner(values: Sequence[float], room: float, most: int) -> tuple[Callable[[float], Numeral], int, float]:
    """How a live number that takes these values is written in `room`, with how many decimals, and by which factor."""
    largest = max(map(abs, values))
    for decimals in range(most, 1, -1):
        if decimals < most and decimals < fewest(largest):
            break
        chosen, written = decimals, steady(largest, decimals)
        width = max(Number(None, written(v), NUMBER, theme.text).width for v in values)
        if width <= 1.3 * room:
            break
    return written, chosen, min(1.0, max(room / width, layout.LEGIBLE / (HEIGHT * NUMBER)))


def fewest(largest: float) -> int:
    """With how many decimals something is left of a number of this size; with powers of ten always."""
    if "dot" in numeral(largest).typst:
        return 2
    return next((d for d in range(2, DECIMALS) if largest >= 10**-d), DECIMALS)


class Board:
    """The knobs, live values and meter of a study's network; nothing is on the screen before a chapter adds it.

    `turn(l)` is the movement of one knob, to both its stops and back; all that is live follows.
    """

    def __init__(self, chapter: Elements, study: Study) -> None:
        self.chapter, self.study, self.net = chapter, study, study.network
        self.step, self.active, self.by = step_for(self.net, study.focus), 1, ValueTracker(0.0)
        self.diagram = network_diagram(chapter, numbers=False, of=study)
        self.small = isinstance(self.diagram, WideDiagram)  # values stand below the network, above the knobs
        knob_y = 0.24 if self.small else 0.55
        edges = {l: np.array([self.diagram.between_x(l), knob_y, 0.0]) for l in self.diagram.edges}
        self.knobs = {l: Knob(at, lambda l=l: self.turned_by(l) / self.step) for l, at in edges.items()}
        self.thetas = {l: self.theta(l, at + 0.66 * DOWN) for l, at in edges.items()}
        self.values = {l: self.unit(l) for l in range(2, self.net.L + 1)}
        self.J = Quantity("J")
        self.lowest, self.highest = min(0.0, *self.reached(self.J)), max(0.0, *self.reached(self.J))
        self.meter = self.make_meter()

    def turned_by(self, l: int) -> float:
        return self.by.get_value() if l == self.active else 0.0

    @property
    def now(self) -> Turned:
        return turned(self.net, self.active, float(self.by.get_value()), *self.ends(self.active))

    def ends(self, l: int) -> tuple[int, int]:
        """The units that the weight of a knob leads to and comes from."""
        return self.study.focus[l + 1], self.study.focus[l]

    def reached(self, q: Quantity) -> list[float]:
        """The values of a quantity at all stops of all knobs."""
        return [
            turned(self.net, l, by, *self.ends(l)).value(q) for l in self.knobs for by in (-self.step, 0.0, self.step)
        ]

    def turn(self, l: int) -> Animation:
        self.active = l
        return UpdateFromAlphaFunc(
            self.by,
            lambda m, t: m.set_value(self.step * sin(2 * pi * t) if t < 1 else 0.0),
            rate_func=linear,
            suspend_mobject_updating=False,
        )

    def live(
        self,
        q: Quantity,
        at: np.ndarray,
        room: float,
        color: str,
        value: Callable[[], float] | None = None,
        again: Callable[[float], float] | None = None,
        most: int = DECIMALS,
        factor: float = 1.0,
    ) -> Readout:
        """A live number centred on a place, as wide as `room` at most, with fewer decimals where that helps."""
        found = [value() - self.step, value() + self.step] if value else self.reached(q)
        written, _, fitting = manner(found, room, most)
        return self.chapter.live(
            self.study.called(Phrase("live {key}", key=q.key)),
            value or (lambda: self.now.value(q)),
            again or (lambda v: self.now.again(q)),
            METHOD,
            lambda: at,
            size=NUMBER * min(factor, fitting),
            color=color,
            written=written,
        )

    def theta(self, l: int, at: np.ndarray) -> Readout:
        j, i = self.ends(l)
        given = float(self.net.theta(l)[j - 1, i - 1])
        return self.live(
            self.study.q("theta", l),
            at,
            0.8 * self.diagram.gap,
            theme.theta,
            lambda: given + self.turned_by(l),
            lambda v: float(turned(self.net, l, self.turned_by(l), j, i).network.theta(l)[j - 1, i - 1]),
            most=min(max(len(plain(given).partition(".")[2]), 2), DECIMALS),
        )

    def unit(self, l: int) -> Readout:
        q, at = self.diagram.activation(l), self.diagram.place(l)
        if self.small:
            at = np.array([at[0], self.diagram.values_y, 0.0])
        return self.live(q, at, self.room, theme.text, most=self.alike[0], factor=self.alike[1]).set_z_index(3)

    @property
    def room(self) -> float:
        """How wide the live number of a unit may be."""
        return min(self.diagram.room, 0.85) if self.small else 1.6 * self.diagram.radius

    @cached_property
    def alike(self) -> tuple[int, float]:
        """The fewest decimals and the smallest factor that the number of a unit needs: all are written so."""
        found = [self.reached(self.diagram.activation(l)) for l in range(2, self.net.L + 1)]
        decimals = min(manner(values, self.room, DECIMALS)[1] for values in found)
        decimals = max(decimals, *(fewest(max(map(abs, values))) for values in found))
        return decimals, min(manner(values, self.room, decimals)[2] for values in found)

    def make_meter(self) -> VGroup:
        """A frame, a bar from 0 to J, the name J and its live number above, and a short arrow from the output to it."""
        frame = Rectangle(width=METER.width, height=METER.height, stroke_color=theme.muted, stroke_width=3)
        frame.move_to(METER.center)
        bar = Rectangle(width=METER.width - 0.1, height=0.01, stroke_width=0, fill_color=theme.J, fill_opacity=1)

        def follow(m: Rectangle) -> None:
            low, high = sorted((self.height(0.0), self.height(self.now.value(self.J))))
            m.stretch_to_fit_height(max(high - low, 0.01)).move_to([METER.center[0], (low + high) / 2, 0])

        follow(bar)
        bar.add_updater(follow)
        x, top = METER.center[0], METER.top
        number = self.live(self.J, np.array([x, top + 0.28, 0]), 1.7, theme.J)
        name = self.chapter.label(self.J, size=LABEL).move_to([x, top + 0.75, 0])
        output = self.diagram.units[self.net.L]
        way = Line(output.get_center(), name.get_center())
        arrow = Line(
            way.point_from_proportion((output.width / 2 + 0.1) / way.get_length()), name.get_center() + 0.24 * UP
        )
        if self.small:  # past the output's value
            start = [output.get_x() + 0.2, self.diagram.values_y - 0.25, 0]
            arrow = Line(start, name.get_center() + 0.22 * LEFT + 0.1 * UP)
        arrow.set_stroke(theme.muted, 4).add_tip(tip_length=0.16, tip_width=0.16)
        return VGroup(arrow, name, number, frame, bar)

    def height(self, J: float) -> float:
        """The y of a cost on the meter."""
        span = (self.highest - self.lowest) or 1.0
        return METER.bottom + 0.05 + (METER.height - 0.1) * (J - self.lowest) / span

    @cached_property
    def answers(self) -> dict[int, Answer]:
        """How far J moves by the weight that is turned."""
        return {l: answer(self.net, l, self.step, *self.ends(l)) for l in self.knobs}

    def column(self, l: int) -> VGroup:
        """How far J moves, as a column under the knob with its number on it; no column where J does not move."""
        found, largest = self.answers[l], max(a.size for a in self.answers.values()) or 1.0
        bar = Rectangle(width=METER.width, height=max(TALLEST * found.size / largest, 0.02), stroke_width=0)
        bar.set_fill(theme.J, 1).move_to([self.knobs[l].get_center()[0], METER.bottom, 0], aligned_edge=DOWN)
        key = Phrase("how far J moves while {theta} is turned", theta=self.study.q("theta", l).key)
        figure = self.chapter.other_figure(other_number(key, found.size, found.again, METHOD), color=theme.J)
        layout.fitted(figure, 0.85 * self.diagram.gap)
        return VGroup(bar if found.size else VMobject(), figure.next_to(bar, UP, 0.12))

    @property
    def shortcut(self) -> ArcBetweenPoints:
        """An arrow from the first knob straight to the meter."""
        start = self.knobs[1].get_right() + 0.15 * RIGHT
        end = METER.center + (METER.width / 2 + 0.15) * LEFT
        arrow = ArcBetweenPoints(start, end, angle=-0.8, stroke_color=theme.muted, stroke_width=5)
        return arrow.add_tip(tip_length=0.2, tip_width=0.2)

    @property
    def ground(self) -> Line:
        """What columns and meter stand on."""
        left = min(self.diagram.between_x(1) - 0.6, self.diagram.place(2)[0] - 0.6)
        return Line([left, METER.bottom, 0], [METER.right, METER.bottom, 0], stroke_color=theme.muted, stroke_width=3)

    @property
    def picture(self) -> VGroup:
        """Units, edges and their names, without knobs and live values."""
        return self.diagram.picture

    @property
    def controls(self) -> VGroup:
        return VGroup(*self.knobs.values(), *self.thetas.values())
