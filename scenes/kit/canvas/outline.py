"""Paths for cairo that are kept, and found again in what was only moved or stretched."""

from __future__ import annotations

from dataclasses import dataclass

import cairo
import numpy as np
from manim import VMobject
from numpy.typing import NDArray

FINE = 2.0**17  # pixels of the pen's sheet a frame unit; cairo can count to 2^23, far outside of the frame
SAME = 1e-8  # frame units
SHORT = 32  # points: lines and boxes are cheap, and stand where rounding shows
MOST = 4.0  # times that an outline is stretched before it is made anew, for its precision

Points = NDArray[np.float64]  # (n, 2), or one of them, (2,)


@dataclass(slots=True, frozen=True)
class Outline:
    """A path, and the points that it was made of with the corners of their box."""

    points: Points
    low: Points
    high: Points
    path: cairo.Path

    def moved_to(self, points: Points, low: Points, high: Points) -> cairo.Matrix | None:
        """How it has to be moved and stretched to be these points; None if it is another one."""
        if len(points) != len(self.points) or len(points) <= SHORT:
            return None
        (wide, x), (tall, y) = map(stretch, self.low.tolist(), self.high.tolist(), low.tolist(), high.tolist())
        if not (1 / MOST <= wide <= MOST and 1 / MOST <= tall <= MOST):
            return None
        away = self.points * np.array((wide, tall))
        away += np.array((x, y))
        away -= points
        if not np.abs(away, away).max() < SAME:
            return None
        return cairo.Matrix(wide, 0, 0, tall, x, y)


def stretch(low: float, high: float, new_low: float, new_high: float) -> tuple[float, float]:
    """How many times something got longer, and where its origin went."""
    times = (new_high - new_low) / (high - low) if high - low >= SAME else 1.0
    return times, new_low - low * times


def fine() -> cairo.Context:
    """A sheet that is so large that its rounding is far below a pixel of the picture."""
    context = cairo.Context(cairo.ImageSurface(cairo.Format.A8, 1, 1))
    context.scale(FINE, FINE)
    return context


def path(context: cairo.Context, shape: VMobject) -> cairo.Path:
    """A shape's cubic curves, as a context rounds them; a new part where one does not begin where the last ended."""
    context.new_path()
    points = shape.points[:, :2]
    if len(points) < 4 or not np.isfinite(points).all():
        return context.copy_path()
    starts, ends = points[4::4], points[3:-1:4]
    near = np.abs(ends - starts) <= shape.tolerance_for_point_equality + 1e-5 * np.abs(starts)
    breaks = (4 * (np.flatnonzero(~near.all(1)) + 1)).tolist()
    flat = points.tolist()
    move_to, curve_to = context.move_to, context.curve_to
    for begin, end in zip([0, *breaks], [*breaks, len(flat)], strict=True):
        if end - begin < 4:
            continue
        context.new_sub_path()
        move_to(*flat[begin])
        for n in range(begin + 1, end - 2, 4):
            curve_to(*flat[n], *flat[n + 1], *flat[n + 2])
        if shape.consider_points_equals_2d(flat[begin], flat[end - 1]):
            context.close_path()
    return context.copy_path()
