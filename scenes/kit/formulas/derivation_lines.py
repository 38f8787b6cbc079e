"""Lines of a derivation, one under another at the sign of equality, each with its rule in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sympy as sp
from manim import DOWN, LEFT, VGroup

from bpmath.symbolic.step import Step
from scenes.kit.setting.layout import Zone, even, fitted
from scenes.kit.setting.theme import theme

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

LINE, RULE, MARGIN = 0.385, 0.29, 0.62  # em of a line and of its rule; room for the article's number
NARROWEST, WIDEST = 1.35, 3.4  # of words beside a line
LOOSE = 0.34  # the largest gap between lines


class Lines(VGroup):
    """Equal things, written once on the left. `self[i]` is a line with all that belongs to it.

    A line's words stand right of it, or below it where it is too long; without `rules` there are none.
    """

    def __init__(
        self,
        chapter: Elements,
        steps: Sequence[Step],
        zone: Zone,
        tints: Mapping[sp.Expr, str] | None = None,
        size: float = LINE,
        rules: bool = True,
    ) -> None:
        said: list[sp.Basic] = []
        self.equations = []
        for step in steps:
            self.equations.append(chapter.equation(step, left=step.lhs not in said, size=size, tints=tints))
            said.append(step.lhs)
        equals = zone.left + max(e.upper(-1).get_left()[0] - e.get_left()[0] for e in self.equations)
        super().__init__()
        for step, equation in zip(steps, self.equations, strict=True):
            equation.shift([equals - equation.upper(-1).get_left()[0], 0, 0])
            line = VGroup(equation)
            if rules:
                line.add(self.rule(chapter, step, equation, zone))
            if step.equation:
                line.add(chapter.numbering(equation, size=0.36, right=zone.right))
            self.add(line)
        gap = (zone.height - sum(line.height for line in self)) / max(len(self) - 1, 1)
        top = zone.top
        for line in self:
            line.shift([0, top - line.get_top()[1], 0])
            top -= line.height + min(gap, LOOSE)

    def rule(self, chapter: Elements, step: Step, equation: VGroup, zone: Zone) -> VGroup:
        """The rule in words, flush with the right margin, or below the line."""
        room = min(zone.right - MARGIN - equation.get_right()[0] - 0.3, WIDEST)
        look = {"size": RULE, "color": theme.muted, "rule": step.rule}
        words = chapter.words("{rule}", **look)
        if words.width > room:
            block = chapter.words("{rule}", width=max(room, NARROWEST), align="right", **look)
            if room < NARROWEST or block.height > 0.9 * (equation.height + 0.1 + words.height):
                left = equation.upper(0).get_left()[0]
                return fitted(words, zone.right - left).next_to(equation, DOWN, buff=0.1).align_to([left, 0, 0], LEFT)
            words = even(lambda width: chapter.words("{rule}", width=width, align="right", **look), room)
        return words.move_to([zone.right - MARGIN, equation.get_center()[1], 0], aligned_edge=[1, 0, 0])
