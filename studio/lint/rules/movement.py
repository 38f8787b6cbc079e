"""At most three things move at once."""

from __future__ import annotations

from collections.abc import Iterator

from manim import ValueTracker
from manim.animation.fading import _Fade

from studio.lint.views.finding import Eye, Fault
from studio.lint.views.play import Play, leaves

MOST = 3
MOVES, DRIFTS = 0.1, 0.5  # frame units: what goes further moves; a fade may drift a little


class Movement(Eye):
    """Each animation of a play counts once, a group of them too, if what it has in hand changes its place or size.

    Things that fade where they stand do not move, nor does what changes only its colour.
    """

    kind = "movement"

    def after(self, play: Play) -> Iterator[Fault]:
        far = play.moved
        moving: list[str] = []
        seen: frozenset[int] = frozenset()
        for animation, hand in zip(play.animations, play.hands, strict=True):
            limit = DRIFTS if all(isinstance(a, _Fade) for a in leaves(animation)) else MOVES
            moves = isinstance(animation.mobject, ValueTracker) or any(far.get(i, 0.0) > limit for i in hand)
            if moves and not hand <= seen:
                moving.append(type(animation).__name__.lstrip("_"))
            seen |= hand
        if len(moving) > MOST:
            yield ", ".join(moving), f"{len(moving)} of {MOST}"
