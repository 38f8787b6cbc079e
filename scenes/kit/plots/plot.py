"""Axes, curves and points. What is drawn are functions and values of bpmath; tick numbers have their provenance too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, RIGHT, UP, Arrow, Dot, Line, Mobject, Rectangle, VGroup, VMobject

from bpmath.model.phrase import Phrase
from bpmath.numeric.second_method import Check
from scenes.kit.formulas.readout import Number
from scenes.kit.provenance.source import TICK, FromNumber
from scenes.kit.setting.layout import Zone
from scenes.kit.setting.theme import SMALL, theme
from scenes.kit.text.rounding import numeral, power_of_ten

MARK = Phrase("a mark on an axis")

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements


class Plot:
    """Axes in a zone. `x` and `y` are (lowest, highest); `log` makes the y axis logarithmic;
    `corner` is where the axes meet, at 0 if it is in sight. With `powers`, x are exponents of ten.

    `frame` is axes, ticks and their numbers; names go to the ends of the axes. `point(x, y)` is the place of a value,
    clipped to the axes; everything else that the class makes is placed by it.
    """

    def __init__(
        self,
        chapter: Elements,
        zone: Zone,
        x: tuple[float, float],
        y: tuple[float, float],
        x_ticks: Sequence[float] = (),
        y_ticks: Sequence[float] = (),
        x_name: Mobject | None = None,
        y_name: Mobject | None = None,
        log: bool = False,
        size: float = SMALL,
        corner: tuple[float, float] | None = None,
        powers: bool = False,
    ) -> None:
        self.zone, self.log, self.size, self.powers = zone, log, size, powers
        self.x, self.y = x, tuple(map(log10, y)) if log else y
        corner = corner or (
            max(x[0], min(0.0, x[1])),
            y[0] if log else max(y[0], min(0.0, y[1])),
        )  # axes cross at 0 where it is in sight
        axis = {
            "color": theme.muted,
            "stroke_width": 2.5,
            "buff": 0,
            "max_tip_length_to_length_ratio": 0.04,
            "tip_length": 0.16,
        }
        self.axes = VGroup(
            Arrow(self.point(x[0], corner[1]), self.point(x[1], corner[1]) + 0.25 * RIGHT, **axis),
            Arrow(self.point(corner[0], y[0]), self.point(corner[0], y[1]) + 0.25 * UP, **axis),
        )
        self.ticks = VGroup(
            *(self.tick(chapter, v, corner, across=True) for v in x_ticks),
            *(self.tick(chapter, v, corner, across=False) for v in y_ticks),
        )
        self.names = VGroup()
        if x_name is not None:
            self.names.add(
                x_name.next_to(self.axes[0].get_end(), [0, 1, 0], buff=0.12).align_to(self.axes[0], [1, 0, 0])
            )
        if y_name is not None:
            self.names.add(y_name.next_to(self.axes[1].get_end(), [1, 0, 0], buff=0.15))
        self.frame = VGroup(self.axes, self.ticks, self.names)

    def point(self, x: float, y: float) -> np.ndarray:
        """The place of (x, y)."""
        v = log10(max(y, 10.0 ** self.y[0])) if self.log else y
        across = np.clip((x - self.x[0]) / (self.x[1] - self.x[0]), 0, 1)
        up = np.clip((v - self.y[0]) / (self.y[1] - self.y[0]), 0, 1)
        return np.array([self.zone.left + across * self.zone.width, self.zone.bottom + up * self.zone.height, 0.0])

    def tick(self, chapter: Elements, v: float, corner: tuple[float, float], across: bool) -> VGroup:
        at = self.point(v, corner[1]) if across else self.point(corner[0], v)
        step = np.array([0, 0.07, 0]) if across else np.array([0.07, 0, 0])
        if self.powers and across:
            v = 10.0**v
        power = self.powers if across else self.log
        shown = power_of_ten(v) if power else numeral(v, given=v != int(v))
        source = FromNumber(TICK, v, shown.text, Check(v, v, MARK))
        number = Number(source, shown, self.size, theme.muted)
        number.next_to(at, [0, -1, 0] if across else [-1, 0, 0], buff=0.16)
        return VGroup(Line(at - step, at + step, stroke_color=theme.muted, stroke_width=2.5), number)

    def curve(
        self,
        f: Callable[[float], float],
        color: str,
        span: tuple[float, float] | None = None,
        samples: int = 160,
        width: float = 5,
    ) -> VMobject:
        """The graph of f, left out where it leaves the axes."""
        low, high = span or self.x
        xs = np.linspace(low, high, samples)
        graph = VMobject(stroke_color=color, stroke_width=width)
        inside: list[np.ndarray] = []
        for v in xs:
            value = f(float(v))
            fits = value >= 10.0 ** self.y[0] if self.log else self.y[0] - 1e-9 <= value <= self.y[1] + 1e-9
            if fits:
                inside.append(self.point(float(v), value))
        if len(inside) > 1:
            graph.set_points_as_corners(np.array(inside))
        return graph

    def dot(self, x: float, y: float, color: str, radius: float = 0.1) -> Dot:
        return Dot(self.point(x, y), radius=radius, color=color).set_z_index(3)

    def bar(self, x: float, value: float, width: float, color: str) -> Rectangle:
        """A bar from the x axis up to a value that is not negative; nothing is to be seen of one that is exactly 0."""
        low, high = self.point(x, 10.0 ** self.y[0] if self.log else 0.0), self.point(x, value)
        box = Rectangle(width=width, height=max(high[1] - low[1], 0.02), stroke_width=0, fill_color=color)
        return box.set_fill(opacity=1 if value else 0).move_to(low, aligned_edge=DOWN)

    def tangent(self, x: float, y: float, slope: float, color: str, length: float = 1.6) -> Line:
        """A piece of the line through (x, y) with this slope, of this length on the screen."""
        sx, sy = self.zone.width / (self.x[1] - self.x[0]), self.zone.height / (self.y[1] - self.y[0])
        along = np.array([sx, slope * sy, 0.0])
        along *= length / 2 / np.hypot(along[0], along[1])  # which a slope of any size does not overflow
        middle = self.point(x, y)
        return Line(middle - along, middle + along, stroke_color=color, stroke_width=6).set_z_index(2)


def decades(least: float, most: float, count: int = 4) -> tuple[tuple[float, float], list[float]]:
    """Bounds of a logarithmic axis that leave a piece of the least value in sight, and about `count` marks on it."""
    high = ceil(log10(most))
    low = max(min(floor(log10(least) - 0.1), high - 1), -307)
    return (10.0**low, 10.0**high), [10.0**e for e in range(high, low - 1, -ceil((high - low) / count))]


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers between two bounds, 0 among them where it is inside."""
    raw = (high - low) / max(count, 1)
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
    first = int(np.ceil(low / step - 1e-9))
    last = int(np.floor(high / step + 1e-9))
    return [float(round(i * step, 12)) + 0.0 for i in range(first, last + 1)]
