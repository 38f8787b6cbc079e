"""Blocks as pictures: a vector is a row or a column of cells, a matrix a grid. A brighter cell is a larger number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Dot, Square, VGroup

from scenes.kit.setting.theme import theme

FAINTEST = 0.18  # so that a cell of 0 is still seen


class Block(VGroup):
    """`values` (rows, columns) as cells. `rows` and `columns` are the units drawn; None leaves a gap with dots.

    `row(j)`, `column(i)` and `cell(j, i)` are the cells of a unit, counted from 1.
    """

    def __init__(
        self,
        values: np.ndarray,
        rows: Sequence[int | None],
        columns: Sequence[int | None],
        color: str,
        side: float,
    ) -> None:
        super().__init__()
        self.cells = {}
        largest = float(np.abs(values).max()) or 1.0
        for y, j in enumerate(rows):
            for x, i in enumerate(columns):
                at = [x * side, -y * side, 0]
                if j is None or i is None:
                    self.add(Dot(at, radius=0.02, color=theme.muted))
                    continue
                share = FAINTEST + (1 - FAINTEST) * abs(float(values[j - 1, i - 1])) / largest
                cell = Square(0.84 * side, stroke_color=color, stroke_width=1.5, fill_color=color, fill_opacity=share)
                self.cells[j, i] = cell.move_to(at)
                self.add(cell)

    def row(self, j: int) -> VGroup:
        return VGroup(*(cell for (row, _), cell in self.cells.items() if row == j))

    def column(self, i: int) -> VGroup:
        return VGroup(*(cell for (_, column), cell in self.cells.items() if column == i))

    def cell(self, j: int, i: int) -> VGroup:
        return VGroup(self.cells[j, i])
