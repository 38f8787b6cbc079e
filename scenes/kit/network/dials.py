"""Gauges along a path: what moves when a weight is nudged, and the ratios of these movements."""

from __future__ import annotations

from math import copysign
from typing import TYPE_CHECKING

import numpy as np
from manim import DEGREES, PI, UP, Animation, Arc, Dot, FadeIn, FadeOut, Line, Mobject, Rotate, VGroup

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.change_ratios import Move
from scenes.kit.formulas.readout import Number
from scenes.kit.provenance.study import other_number
from scenes.kit.setting.layout import LEFT, RIGHT, Zone, fitted
from scenes.kit.setting.theme import SMALL, theme

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements
    from scenes.kit.network.diagram import NetworkDiagram

RADIUS = 0.21
WIDEST, LEAST = 62 * DEGREES, 5 * DEGREES  # the largest swing, and the smallest that can still be seen
BY = Phrase("the factor in the trace")


class Dial(VGroup):
    """A gauge. Its needle stands upright until its quantity moves, and turns to the right when it rises."""

    def __init__(self, symbol: Mobject, at: np.ndarray, color: str) -> None:
        arc = Arc(RADIUS, 0, PI, arc_center=at, stroke_color=theme.muted, stroke_width=4)
        self.needle = Line(at, at + 0.9 * RADIUS * UP, stroke_color=color, stroke_width=7)
        self.pivot, self.angle = Dot(at, radius=0.06, color=color), 0.0
        super().__init__(arc, self.needle, self.pivot, symbol.next_to(arc, UP, buff=0.05))

    def swing(self, angle: float) -> Rotate:
        """Turns the needle so far to the right of upright."""
        turn, self.angle = self.angle - angle, angle
        return Rotate(self.needle, turn, about_point=self.pivot.get_center())


class Dials:
    """The gauges of z, a, ..., h and J under a path's units, and of the weight that is nudged in front of them.

    `heads` names the rows. `ready`, `swing` and `answer` are what a chapter plays: the gauges come, their needles turn
    in order, and the ratios between them appear below.
    """

    def __init__(self, chapter: Elements, diagram: NetworkDiagram, zone: Zone) -> None:
        self.chapter, self.diagram, self.L = chapter, diagram, chapter.net.L
        self.dials: dict[Quantity, Dial] = {}
        self.ratios: dict[tuple[Quantity, Quantity], VGroup] = {}
        self.half = min(0.62, diagram.gap / 4)  # from a unit's middle to its gauges
        self.y, self.ratio_y = zone.bottom + 0.45, zone.bottom + 0.16
        heads = ((Phrase("change"), self.y + RADIUS / 2), (Phrase("ratio"), self.ratio_y))
        rule = Line(
            [LEFT, zone.bottom - 0.06, 0], [RIGHT, zone.bottom - 0.06, 0], stroke_color=theme.line, stroke_width=1.5
        )
        self.heads = VGroup(
            rule.set_stroke(opacity=0.6),
            *(
                chapter.words(text, SMALL, color=theme.muted).move_to([LEFT, y, 0], aligned_edge=[-1, 0, 0])
                for text, y in heads
            ),
        )

    def x(self, q: Quantity) -> float:
        """theta(l) stands where a(l) would: it is what moves in its place."""
        last = RIGHT - RADIUS
        before = self.diagram.place(self.L - 1)[0] + self.half
        spacing = min(0.92, (last - before) / 3)  # of the last three, which share what is left
        match q.kind:
            case "J":
                return last
            case "h":
                return last - spacing
            case "z" if q.layer == self.L:
                return last - 2 * spacing
            case "z":
                return self.diagram.place(q.layer)[0] - self.half
            case _:
                return self.diagram.place(q.layer)[0] + self.half

    def place(self, q: Quantity) -> np.ndarray:
        return np.array([self.x(q), self.y, 0.0])

    def ready(self, moves: tuple[Move, ...]) -> list[Animation]:
        """Every gauge that is needed comes, with its needle upright; the weight nudged before goes."""
        gone = [q for q in self.dials if q.kind == "theta"]
        still = [dial.swing(0) for q, dial in self.dials.items() if dial.angle and q not in gone]
        found = [FadeOut(self.dials.pop(q)) for q in gone]
        fresh = {m.quantity: self.dial(m.quantity) for m in moves if m.quantity not in self.dials}
        self.dials |= fresh
        return [*still, *found, FadeIn(VGroup(*fresh.values()))]

    def dial(self, q: Quantity) -> Dial:
        return Dial(self.chapter.label(q, size=SMALL), self.place(q), theme.role(q.role))

    def swing(self, moves: tuple[Move, ...]) -> list[Animation]:
        """Each needle turns in proportion to its quantity's change, but so far that it can be seen."""
        largest = max(abs(m.change) for m in moves)
        return [
            self.dials[m.quantity].swing(
                copysign(max(LEAST, WIDEST * abs(m.change) / largest), m.change) if m.change else 0.0
            )
            for m in moves
        ]

    def answer(self, before: Quantity, move: Move) -> list[Animation]:
        """The ratio of two gauges comes, in place of the one that ended here; nothing where it is shown already."""
        if (before, move.quantity) in self.ratios:
            return []
        old = [pair for pair in self.ratios if pair[1] == move.quantity]
        gone = [FadeOut(self.ratios.pop(pair)) for pair in old]
        self.ratios[before, move.quantity] = shown = self.ratio(before, move)
        return [*gone, FadeIn(shown, shift=0.1 * UP)]

    def slope(self, l: int) -> Mobject | None:
        """The number of the slope of layer l, as the ratio that it is; None where it has none."""
        shown = self.ratios.get((self.chapter.q("z", l), self.diagram.activation(l)))
        return shown[1] if shown is not None and len(shown) > 1 else None

    def factor(self, before: Quantity, after: Quantity) -> Quantity:
        """The quantity that the ratio of two changes comes to."""
        q = self.chapter.q
        if after.kind == "J":
            return q("dh")
        if after.kind in ("a", "h"):
            return q("slope", before.layer)
        l = after.layer - 1
        return q("theta", l) if before.kind != "theta" else q("a", l) if l > 1 else q("x")

    def ratio(self, before: Quantity, move: Move) -> VGroup:
        """A line from one gauge to the next and the ratio of their changes below it; no number where there is none."""
        factor = self.factor(before, move.quantity)
        color = theme.role(factor.role)
        start, end = self.place(before), self.place(move.quantity)
        found = VGroup(Line(start, end, stroke_color=color, stroke_width=3).shift(0.12 * -UP).scale(0.8))
        if move.ratio is not None:
            key = Phrase("change of {one} over change of {other}", one=move.quantity.key, other=before.key)
            given = factor.kind in ("x", "theta")
            for decimals in (4, 3, 2):
                known = other_number(key, move.ratio, self.chapter.value(factor), BY, given, decimals)
                figure = Number(*known, 0.32, color)
                room = end[0] - start[0] - 0.12
                if 0.95 * figure.width < room:
                    break
            fitted(figure, room)
            found.add(figure.move_to([(start[0] + end[0]) / 2, self.ratio_y, 0]))
        return found
