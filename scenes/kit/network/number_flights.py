"""Symbols and numbers that leave the place where they live for their place in a formula."""

from __future__ import annotations

from manim import Animation, FadeIn, Mobject, RoundedRectangle, TransformFromCopy, VGroup

from bpmath.model.notation import Quantity
from scenes.kit.formulas.equation import Equation, meant
from scenes.kit.network.diagram import NetworkDiagram
from scenes.kit.setting.theme import theme


def flight(diagram: NetworkDiagram, q: Quantity, glyphs: VGroup, home: Mobject | None) -> Animation:
    """From a copy of `home` to the glyphs; what has no home of its own, as a slope, comes out of its unit."""
    if home is None:
        return FadeIn(glyphs, target_position=diagram.place(q.layer), scale=0.5)
    return TransformFromCopy(home, glyphs)


def drops(diagram: NetworkDiagram, part: VGroup) -> list[Animation]:
    """The symbols in a part of a formula leave the network, a weight its edge, a slope its unit; signs just appear."""
    symbols = {q: VGroup(*(g for g in part if ("symbol", q) in g.keys)) for q in meant(part)}
    others = VGroup(*(g for g in part if not any(g in s.submobjects for s in symbols.values())))
    found = [flight(diagram, q, glyphs, diagram.home(q, number=False)) for q, glyphs in symbols.items()]
    return [*found, FadeIn(others)] if len(others) else found


def empty_box(formula: Equation, column: int) -> RoundedRectangle:
    """An empty place for a factor that the viewer shall predict, on the height of the sign before it."""
    part, sign = formula.upper(column), formula.upper(column - 1)
    box = RoundedRectangle(corner_radius=0.08, width=max(part.width, 0.32), height=formula.size)
    return box.set_stroke(theme.muted, 3).move_to([part.get_center()[0], sign.get_center()[1], 0])
