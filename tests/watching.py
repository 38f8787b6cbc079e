"""Plays a chapter without drawing it and looks at the picture after every movement, as a viewer would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from manim import Mobject, VMobject, tempconfig

from bpmath.network import Network
from scenes.kit import layout
from scenes.kit.chapter import Chapter
from scenes.kit.glyphs import Glyph
from scenes.kit.ledger import visible

CLOSE = 0.03  # frame units that two boxes may share: the rim of an italic letter
DRY = {
    "dry_run": True,
    "quality": "low_quality",
    "verbosity": "ERROR",
    "progress_bar": "none",
    "disable_caching": True,
}


@dataclass
class Viewing:
    """A chapter that was played to its end, and what was wrong to look at."""

    chapter: Chapter
    faults: list[str] = field(default_factory=list)

    @property
    def book(self) -> dict:
        return self.chapter.ledger.book(type(self.chapter).__name__, self.chapter.net.name, self.chapter.time)


def watch(chapter: type[Chapter], network: Network) -> Viewing:
    """Plays a chapter on a network, with its exact times, and notes what stands outside the margins or on other text."""
    faults: dict[str, None] = {}

    class Watched(chapter):
        def play(self, *args, **kwargs):
            super().play(*args, **kwargs)
            for fault in look(self.mobjects):
                faults.setdefault(f"{chapter.__name__} at {self.time:.1f} s: {fault}")

    Watched.__name__, Watched.__module__, Watched.network = chapter.__name__, chapter.__module__, network
    with tempconfig(DRY):
        scene = Watched(skip_animations=True)
        scene.render()
    return Viewing(scene, list(faults))


def look(mobjects: list[Mobject]) -> Iterator[str]:
    """What is outside the margins, and which texts stand on one another."""
    texts: dict[object, list[np.ndarray]] = {}
    for top in mobjects:
        for m in top.get_family():
            if (
                not isinstance(m, VMobject)
                or not len(m.points)
                or not (visible(m) or (m.get_stroke_width() > 0 and m.get_stroke_opacity() > 0.05))
            ):
                continue
            low, high = m.points[:, :2].min(0), m.points[:, :2].max(0)
            if low[0] < layout.LEFT - 0.12 or high[0] > layout.RIGHT + 0.12:
                yield f"{named(m)} leaves the margin at x {low[0]:.2f} to {high[0]:.2f}"
            if low[1] < layout.BOTTOM - 0.08 or high[1] > layout.TOP + 0.12:
                yield f"{named(m)} leaves the zones at y {low[1]:.2f} to {high[1]:.2f}"
            if isinstance(m, Glyph) and visible(m):
                texts.setdefault((id(top), m.source), []).append(np.array([*low, *high]))
    boxes = {key: np.array(found) for key, found in texts.items()}
    for (a, one), (b, other) in combinations(boxes.items(), 2):
        if a != b and (len(one) and len(other)) and overlap(one, other):
            yield f"{saying(a[1])} stands on {saying(b[1])}"


def overlap(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether any glyph box of one text shares room with any of another."""
    across = np.minimum(one[:, None, 2], other[None, :, 2]) - np.maximum(one[:, None, 0], other[None, :, 0])
    up = np.minimum(one[:, None, 3], other[None, :, 3]) - np.maximum(one[:, None, 1], other[None, :, 1])
    return bool(((across > CLOSE) & (up > CLOSE)).any())


def named(m: Mobject) -> str:
    return saying(m.source) if isinstance(m, Glyph) else type(m).__name__


def saying(source: object) -> str:
    return str(getattr(source, "typst", getattr(source, "key", getattr(source, "text", source))))
