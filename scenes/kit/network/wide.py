"""A network with several units in a layer, or more layers than have room for labels on their edges.

The whole network is drawn small. One unit of each layer is in focus, and the edges between these: what is written below
the network, in columns, is theirs. A layer of more than `MOST` units shows the one in focus, those that were asked for,
and some of the first and last; where others are left out, it says how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from manim import ORIGIN, BackgroundRectangle, Circle, DashedLine, Dot, Line, VGroup

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from scenes.kit.formulas.equation import Label
from scenes.kit.formulas.readout import Number, alike
from scenes.kit.network.diagram import NetworkDiagram
from scenes.kit.network.pulse import Pulse
from scenes.kit.provenance.study import other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import SMALL, theme

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

MOST = 12  # units of a layer that are drawn one by one
ROWS = 9  # of a wider layer, units and gaps: between them there is room for a number
SYMBOLS, VALUES = 0.51, 0.05  # above the zone's lower edge: the two rows of writing below the network
ABOVE = 1.35  # how much higher, on a path, the weights stand: above the edges, so that all has more room
COLUMN, PATH_COLUMN = 0.45, 0.86  # of the distance between layers: how wide writing may be; units and edges take turns
LARGEST, SMALLEST = 0.24, 0.055  # radii of units
SINK = 0.09  # from the middle of a row of symbols to the line that they stand on
CROWD = 24  # edges between two layers; of more, each is thinner


class WideDiagram(NetworkDiagram):
    """Like a path's diagram for the units in focus; `others` and `web` are the rest of the units and edges."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.others = VGroup(
            *(self.dot(l, j) for l in self.units for j in self.drawn(l) if j and j != self.study.focus[l])
        )
        self.thins = {
            (l, j, i): self.thin(l, j, i)
            for l in self.edges
            for j in self.drawn(l + 1)
            for i in self.drawn(l)
            if j and i and (j, i) != (self.study.focus[l + 1], self.study.focus[l])
        }
        self.web = VGroup(*self.thins.values())
        self.gaps = VGroup(*(self.gap_of(l) for l in self.units if None in self.drawn(l)))

    # where things are

    @property
    def symbols_y(self) -> float:
        return self.zone.bottom + SYMBOLS

    @property
    def values_y(self) -> float:
        return self.zone.bottom + VALUES

    @property
    def tall(self) -> layout.Zone:
        """Where the units are."""
        top = self.values_y + ABOVE - 0.15 if self.net.is_path else self.zone.top - 0.02
        return layout.Zone(layout.LEFT, layout.RIGHT, self.symbols_y + 0.26, top)

    @property
    def times(self) -> float:
        """How much higher than usual the drawing is."""
        return self.zone.height / layout.PICTURE.height

    def drawn(self, l: int) -> list[int | None]:
        """The units of layer l from above; None is a gap where some are left out."""
        return list(rows(self.net.units(l), self.study.named_units(l)))

    def step_of(self, l: int) -> float:
        """How far the rows of layer l are from each other."""
        return min(0.62 * self.times, self.tall.height / max(len(self.drawn(l)), 2))

    def row_place(self, l: int, row: int) -> np.ndarray:
        """The middle of a row of layer l, counted from 0 at its top."""
        middle = (len(self.drawn(l)) - 1) / 2
        return np.array([self.x[l - 1], self.tall.center[1] + self.step_of(l) * (middle - row), 0.0])

    def unit_place(self, l: int, j: int) -> np.ndarray:
        """The middle of unit j of layer l."""
        return self.row_place(l, self.drawn(l).index(j))

    def place(self, l: int) -> np.ndarray:
        return self.unit_place(l, self.study.focus[l])

    def size_of(self, l: int) -> float:
        if self.net.is_path:
            return 0.16 * self.gap
        return float(np.clip(0.4 * self.step_of(l), SMALLEST, LARGEST * min(self.times, 1.4)))

    # what is drawn

    def circle(self, l: int) -> Circle:
        return (
            Circle(self.size_of(l), stroke_color=theme.a, stroke_width=5, fill_color=theme.panel, fill_opacity=1)
            .move_to(self.place(l))
            .set_z_index(2)
        )

    def dot(self, l: int, j: int) -> Circle:
        return (
            Circle(self.size_of(l), stroke_color=theme.muted, stroke_width=2.5, fill_color=theme.panel, fill_opacity=1)
            .move_to(self.unit_place(l, j))
            .set_z_index(2)
        )

    def between(self, l: int, j: int, i: int) -> tuple[np.ndarray, np.ndarray]:
        """The ends of the edge from unit i of layer l to unit j of layer l + 1, at the rims of the two."""
        start, end = self.unit_place(l, i), self.unit_place(l + 1, j)
        along = (end - start) / np.linalg.norm(end - start)
        return start + along * (self.size_of(l) + 0.04), end - along * (self.size_of(l + 1) + 0.04)

    def edge(self, l: int) -> Line:
        return Line(
            *self.between(l, self.study.focus[l + 1], self.study.focus[l]), stroke_color=theme.muted, stroke_width=5
        ).set_z_index(1)

    def thin(self, l: int, j: int, i: int) -> Line:
        width = 1.5 * self.fine(l)
        return Line(*self.between(l, j, i), stroke_color=theme.line, stroke_width=width).set_z_index(0)

    def fine(self, l: int) -> float:
        """How thin the edges from layer l are, 0 to 1, so that many of them do not become a block."""
        count = sum(1 for j in self.drawn(l + 1) for i in self.drawn(l) if i and j)
        return max(0.45, min(1.0, (CROWD / count) ** 0.5))

    def gap_of(self, l: int) -> VGroup:
        """Three dots wherever units are left out; and how many there are in all, where the edge in focus is far."""
        units = self.drawn(l)
        gaps = [row for row, j in enumerate(units) if j is None]
        far = min(0.06, 0.2 * self.step_of(l))
        dots = VGroup(
            *(
                Dot(self.row_place(l, row) + np.array([0, s * far, 0]), radius=min(0.022, 0.4 * far), color=theme.muted)
                for row in gaps
                for s in (-1, 0, 1)
            )
        )
        left_out = self.net.units(l) - len(units) + len(gaps)
        named = Phrase("units of layer {l} that are not drawn", l=str(l))
        count = Number(*other_number(named, left_out, left_out, Phrase("counted")), 0.28, theme.muted)
        edge = 0.8 * self.place(l) + 0.2 * self.place(min(l + 1, self.net.L))  # where it leaves the layer
        clear = max(gaps, key=lambda row: abs(self.row_place(l, row)[1] - edge[1]))
        side = -1 if l == 1 else 1  # no edge leads to the left of the input
        count.next_to(self.row_place(l, clear), [side, 0, 0], buff=0.14)
        plate = BackgroundRectangle(count, color=theme.background, fill_opacity=1, buff=0.03)  # pulses pass behind it
        return VGroup(dots, VGroup(plate, count).set_z_index(5))

    @property
    def room(self) -> float:
        """How wide a symbol or number of the writing may be."""
        return (PATH_COLUMN if self.net.is_path else COLUMN) * self.gap

    def written(self, label: Label, x: float, y: float) -> Label:
        """A symbol in a column of the writing, on the line of its row, no wider than the column if it can be read."""
        return layout.fitted(label, self.room).sit(x, y - SINK, ORIGIN)

    def number(self, q: Quantity, row: Sequence[Quantity], x: float, y: float, color: str | None = None) -> Number:
        """A number of the writing, as large and with as many decimals as all the numbers of its row."""
        decimals, factor = alike(self.study, tuple(row), self.room, SMALL, fewest=2)
        figure = self.chapter.figure(q, SMALL, color, self.study, decimals)
        return figure.scale(factor).move_to([x, y, 0])

    def unit_name(self, l: int) -> Label:
        return self.written(self.chapter.label(self.activation(l), size=SMALL), self.x[l - 1], self.symbols_y)

    def weight_labels(self, numbers: bool) -> dict[int, VGroup]:
        """The weights in focus: between the units, below the network; those of a path above its edges."""
        labels, up = {}, ABOVE if self.net.is_path else 0.0
        row = [self.study.q("theta", l) for l in self.edges]
        for l, q in zip(self.edges, row, strict=True):
            x = self.between_x(l)
            y = self.values_y if up and not numbers else self.symbols_y  # near the edge
            labels[l] = VGroup(self.written(self.chapter.label(q, size=SMALL), x, y + up))
            if numbers:
                labels[l].add(self.number(q, row, x, self.values_y + up))
        return labels

    def bias(self, l: int, numbers: bool) -> VGroup:
        """Biases have no room here: they stand in the formulas alone."""
        return VGroup()

    def value(self, l: int, color: str | None = None) -> Number:
        row = [self.activation(m) for m in range(1, self.net.L + 1)]
        return self.number(self.activation(l), row, self.x[l - 1], self.values_y, color or theme.text).set_z_index(3)

    def layer_names(self) -> VGroup:
        """The number of each layer, below the writing."""
        names = super().layer_names()
        return names.set_y(self.values_y - 0.4)

    # what moves

    @property
    def rest(self) -> VGroup:
        return VGroup(self.web, self.others, self.gaps)

    def whole(self, l: int) -> VGroup:
        """All edges that are drawn from layer l to the next, to be lit together."""
        pairs = ((j, i) for j in self.drawn(l + 1) for i in self.drawn(l) if i and j)
        edges = VGroup(*(self.thin(l, j, i) for j, i in pairs))
        return edges.set_stroke(theme.theta, 2.5 * self.fine(l)).set_z_index(1)

    def layer(self, l: int) -> VGroup:
        """All units of layer l that are drawn, the one in focus first."""
        return VGroup(self.units[l], *(dot for dot in self.others if np.isclose(dot.get_x(), self.x[l - 1])))

    def downstream(self, l: int) -> VGroup:
        reached = self.study.focus[l + 1]
        return VGroup(*(t for (m, _, i), t in self.thins.items() if m > l + 1 or (m == l + 1 and i == reached)))

    def flow_in(self, l: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return [self.between(l - 1, self.study.focus[l], i) for i in self.drawn(l - 1) if i]

    def flow_back(self, l: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return [self.between(l, j, self.study.focus[l])[::-1] for j in self.drawn(l + 1) if j]

    def arriving(self, l: int) -> VGroup:
        return VGroup(*(Line(*ends, stroke_color=theme.a, stroke_width=4) for ends in self.flow_in(l)))

    def returning(self, l: int) -> VGroup:
        return VGroup(
            *(
                DashedLine(*ends, stroke_color=theme.delta, stroke_width=4, dash_length=0.12)
                for ends in self.flow_back(l)
            )
        )

    def pulse(self, at: np.ndarray, color: str) -> Pulse:
        """Smaller where units are so near to each other that their pulses would cover each other."""
        return Pulse(at, color, min(0.08, 0.55 * min(map(self.step_of, self.units))))


@lru_cache(maxsize=64)
def rows(count: int, named: tuple[int, ...]) -> tuple[int | None, ...]:
    """Which of `count` units are drawn, from above: all, or those named and as many at both ends as there is room for.

    None is a gap; a gap of a single unit shows that instead.
    """
    if count <= MOST:
        return tuple(range(1, count + 1))
    best: tuple[int | None, ...] = ()
    for ends in (1, 2, 3):
        shown = sorted({*named, *range(1, ends + 1), *range(count - ends + 1, count + 1)})
        tried: list[int | None] = shown[:1]
        for before, j in pairwise(shown):
            tried += [None] * (j - before > 2) + [j - 1] * (j - before == 2) + [j]
        if not best or len(tried) <= ROWS:
            best = tuple(tried)
    return best


def network_diagram(chapter: Elements, **options: object) -> NetworkDiagram:
    """The drawing that suits the network: wide layers, or edges too short for labels, are drawn small."""
    net = (options.get("of") or chapter.study).network
    return (NetworkDiagram if net.is_path and net.L <= 6 else WideDiagram)(chapter, **options)
