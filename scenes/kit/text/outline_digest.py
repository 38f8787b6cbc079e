"""The outline that a glyph was made with: a glyph that was given another one no longer shows what its source says."""

from __future__ import annotations

from functools import cached_property

import numpy as np

NEAR, NOISE = 1e-6, 1e-9  # of the size of an outline, and in frame units: what rounding may change


class Form:
    """An outline (n, 3), n > 0, in frame units, up to its place and its size. Copies of a glyph share it."""

    def __init__(self, points: np.ndarray) -> None:
        self.points = points

    def __deepcopy__(self, memo: dict) -> Form:
        return self

    @cached_property
    def unit(self) -> tuple[np.ndarray, tuple[int, int], float]:
        """The outline from its first point, of size 1; the coordinate that is its size, and the sign of that."""
        away = self.points - self.points[0]
        row, column = divmod(int(np.abs(away).argmax()), 3)
        size = float(away[row, column])
        return away / (abs(size) or 1.0), (row, column), 1.0 if size >= 0 else -1.0

    def fits(self, points: np.ndarray) -> bool:
        """Whether an outline (n, 3) is this one, moved and scaled."""
        if len(points) != len(self.points):
            return False
        unit, at, sign = self.unit
        away = points - points[0]
        size = away[at] * sign
        return bool(size >= 0 and np.abs(away - size * unit).max() <= NEAR * size + NOISE)
