"""Plays a chapter without drawing it, and takes pictures: in the middle of every movement and at its end."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
from manim import Animation, AnimationGroup, CairoRenderer, Wait, tempconfig

from bpmath.model.network import Network
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from studio.lint.views.picture import Picture

DRY = {
    "dry_run": True,
    "quality": "low_quality",
    "verbosity": "ERROR",
    "progress_bar": "none",
    "disable_caching": True,
}
EVERY, FEWEST, MOST = 0.5, 3, 12  # seconds between two looks into a movement, and how many there are
STILL = 0.05  # what moves less has not moved


@dataclass(frozen=True, eq=False)
class Play:
    """One play: its animations with the ids of all that each of them has in hand, and its pictures.

    `pictures` are the last one at rest, those in the middle of the movement, and the one when it is over.
    """

    start: float
    animations: tuple[Animation, ...]
    hands: tuple[frozenset[int], ...]
    pictures: tuple[Picture, ...]

    @cached_property
    def moved(self) -> dict[int, float]:
        """How far the sides of the box of each thing in hand went at most, by the thing's id."""
        held = frozenset().union(*self.hands)
        ids = [np.array([id(m) for m in p.things], dtype=np.int64) for p in self.pictures]
        rows = [np.flatnonzero(np.isin(found, list(held))) for found in ids] if held else []
        if not sum(map(len, rows)):
            return {}
        keys = np.concatenate([found[r] for found, r in zip(ids, rows, strict=True)])
        boxes = np.concatenate([p.boxes[r] for p, r in zip(self.pictures, rows, strict=True)])
        order = np.argsort(keys, kind="stable")
        keys, boxes = keys[order], boxes[order]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        far = (np.maximum.reduceat(boxes, firsts) - np.minimum.reduceat(boxes, firsts)).max(1)
        return dict(zip(keys[firsts].tolist(), far.tolist(), strict=True))

    @property
    def carried(self) -> frozenset[int]:
        """The ids of the things that an animation takes to another place."""
        return frozenset(i for i, far in self.moved.items() if far > STILL)


class Blind(CairoRenderer):
    """Keeps the time of a chapter that is played, and draws nothing."""

    def update_frame(self, *args: Any, **kwargs: Any) -> None:
        pass


def play(
    chapter: type[Chapter], network: Network | None, see: Callable[[Play], None], between: bool = True
) -> Chapter:
    """Plays a chapter to its end with its exact times, on a network or on its own; `see` gets every play.

    Without `between` there are no pictures of the middle of movements.
    """
    before: Picture | None = None
    begun, middle, hands = 0.0, [], ()

    class Watched(chapter):
        def find_network(self) -> Network:
            return network or super().find_network()

        def equation(self, *args: Any, **kwargs: Any) -> Equation:
            made = super().equation(*args, **kwargs)
            for i, glyph in enumerate(made.submobjects):  # copies of glyphs have this too
                glyph.part_of = (made, i)
            return made

        def begin_animations(self) -> None:
            nonlocal hands
            super().begin_animations()
            hands = tuple(
                frozenset(id(m) for leaf in leaves(a) for m in leaf.mobject.get_family()) for a in moving(self)
            )

        def update_to_time(self, t: float) -> None:
            for share in shares(t) if between else ():  # a skipped play comes here once, at its end
                super().update_to_time(share * t)
                middle.append(Picture(self, begun + share * t, moving=True))
            super().update_to_time(t)

        def play(self, *args: Any, **kwargs: Any) -> None:
            nonlocal before, begun, middle, hands
            before = before or Picture(self, self.time)
            begun, middle, hands = self.time, [], ()
            super().play(*args, **kwargs)
            done = Play(begun, moving(self), hands, (before, *middle, after := Picture(self, self.time)))
            for picture in middle:
                picture.carried = done.carried
            before = after
            see(done)

    for name in ("__name__", "__qualname__", "__module__"):  # it is known by the chapter's own name
        setattr(Watched, name, getattr(chapter, name))
    with tempconfig(DRY), seldom_collected():
        scene = Watched(Blind(skip_animations=True))
        scene.render()
    return scene


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Looks for garbage seldom: a chapter makes much that lives until it ends, and looking at that takes long."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def moving(scene: Chapter) -> tuple[Animation, ...]:
    """The animations of a play, without those that only wait."""
    return tuple(a for a in scene.animations if not isinstance(a, Wait))


def leaves(animation: Animation) -> Iterator[Animation]:
    """The animations that an animation consists of."""
    if isinstance(animation, AnimationGroup):
        for inner in animation.animations:
            yield from leaves(inner)
    else:
        yield animation


def shares(run_time: float) -> np.ndarray:
    """When to look into a movement, as shares of its time."""
    count = min(max(ceil(run_time / EVERY), FEWEST), MOST)
    return np.arange(1, count + 1) / (count + 1)
