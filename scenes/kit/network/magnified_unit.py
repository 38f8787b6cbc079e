"""A unit under a magnifying glass: z goes in, a comes out, and a weight stands on each of its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, ORIGIN, PI, RIGHT, UP, Circle, Line, SurroundingRectangle, VGroup

from bpmath.model.phrase import Phrase
from scenes.kit.network.diagram import NetworkDiagram
from scenes.kit.network.wide import WideDiagram
from scenes.kit.setting.theme import FORMULA, SMALL, theme

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

RADIUS, REACH, Y = 1.1, 3.9, -0.85  # of the glass; how far its edges go; where it is


class Glass:
    """Layer l's unit, large: `circle`, `into`, `out` and `edges` have their words; `zoom` points to it."""

    def __init__(self, chapter: Elements, diagram: NetworkDiagram, l: int) -> None:
        x = min(max(diagram.place(l)[0], -2.0), 1.6 if l < diagram.net.L else 4.5)
        unit = Circle(RADIUS, stroke_color=theme.a, stroke_width=6, fill_color=theme.panel, fill_opacity=1)
        unit.move_to([x, Y, 0])
        half = Line(unit.get_top(), unit.get_bottom(), stroke_color=theme.line, stroke_width=3)
        self.circle = VGroup(unit, half)
        lines = [Line(unit.get_center() + REACH * LEFT, unit.get_center() + (RADIUS + 0.07) * LEFT)]
        if l < diagram.net.L:
            lines.append(Line(unit.get_center() + (RADIUS + 0.07) * RIGHT, unit.get_center() + REACH * RIGHT))
        self.symbols = {
            q: chapter.label(q, size=FORMULA)
            for q in (
                chapter.q("z", l),
                diagram.activation(l),
                *(chapter.q("theta", l - 1 + i) for i in range(len(lines))),
            )
        }
        z, a, *weights = self.symbols.values()
        z.move_to(unit.get_center() + 0.44 * RADIUS * LEFT)
        a.move_to(unit.get_center() + 0.46 * RADIUS * RIGHT)
        for weight, line in zip(weights, lines, strict=True):
            line.set_stroke(theme.line, 6).add_tip(tip_length=0.22, tip_width=0.22)
            weight.next_to(line, UP, 0.16)

        def said(text: Phrase, at: list[float]) -> VGroup:
            return chapter.words(text, SMALL, color=theme.muted).sit(at[0], at[1], ORIGIN)

        below = unit.get_bottom()[1] - 0.36
        self.into = VGroup(z, said(Phrase("goes in"), [x - 0.8, below, 0]))
        self.out = VGroup(a, said(Phrase("comes out"), [x + 0.9, below, 0]))
        named = (said(Phrase("weight"), [line.get_center()[0], Y - 0.36, 0]) for line in lines)
        counts = {-1: diagram.net.units(l - 1), 1: diagram.net.units(l + 1) if l < diagram.net.L else 1}
        more = (self.stub(unit, side, up) for side, count in counts.items() for up in (1, -1) if count > 1)
        self.edges = VGroup(*lines, *weights, *named, *more)
        small = diagram.units[l]
        if isinstance(diagram, WideDiagram):  # from below its name
            small = Circle(0.1).move_to([diagram.place(l)[0], diagram.values_y + 0.05, 0])
        self.zoom = VGroup(*(self.ray(small, unit, side) for side in (1, -1)))

    @staticmethod
    def stub(unit: Circle, side: int, up: int) -> Line:
        """The end of another edge of the unit."""
        way = np.array([side * np.cos(PI / 6), up * np.sin(PI / 6), 0.0])
        return Line(
            unit.get_center() + (RADIUS + 0.07) * way,
            unit.get_center() + (RADIUS + 0.75) * way,
            stroke_color=theme.line,
            stroke_width=4,
        )

    @staticmethod
    def ray(small: Circle, large: Circle, side: int) -> Line:
        """One of the two lines that touch the unit in the network and the large one, and cross neither."""
        way = small.get_center() - large.get_center()
        turn = side * np.arccos((large.width - small.width) / 2 / np.linalg.norm(way))
        along, across = way[:2] / np.linalg.norm(way), np.array([-way[1], way[0]]) / np.linalg.norm(way)
        touch = np.array([*(np.cos(turn) * along + np.sin(turn) * across), 0.0])
        start, end = (c.get_center() + c.width / 2 * touch for c in (small, large))
        return Line(start, end, stroke_color=theme.line, stroke_width=2.5)

    @property
    def brackets(self) -> VGroup:
        """A ring around the layer's number of each symbol that has one."""
        last = [
            VGroup(*sorted(label, key=lambda g: g.get_y())[-3:])
            for q, label in self.symbols.items()
            if q.layer is not None
        ]
        return VGroup(
            *(
                SurroundingRectangle(glyphs, buff=0.035, corner_radius=0.06, color=theme.muted, stroke_width=3)
                for glyphs in last
            )
        )

    @property
    def whole(self) -> VGroup:
        return VGroup(self.circle, self.into, self.out, self.edges)
