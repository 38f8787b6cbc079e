"""A picture as plain arrays: everything that can be seen at one moment, in the order in which it is painted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from manim import ManimColor, Mobject, Rectangle, Scene, VMobject, config

from scenes.kit.provenance.source import FromName, FromNumber, FromStep, FromWords
from scenes.kit.text.glyphs import Glyph

FAINT = 0.05  # what is less opaque is not seen
FIRM = 0.6  # what is less opaque while something moves is coming or going
TINT = 0.5  # an area that is less opaque tints what is below it, and has no edge
SOLID = 0.95  # what is more opaque hides what is below it
STROKE = 0.01  # frame units that a stroke of width 1 is wide
LINES = 1080  # lengths are reported in pixels of a frame of so many lines
LOOKS = "points", "fill", "stroke", "width"
BEZIER = np.array([[(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3] for t in np.linspace(0, 1, 5)])


def pixels(length: float) -> float:
    return length * LINES / config.frame_height


@dataclass(frozen=True, eq=False)
class Text:
    """The visible glyphs of one formula, number or sentence, as indices into a picture, with the box around them."""

    picture: Picture
    glyphs: np.ndarray
    box: np.ndarray

    @property
    def sources(self) -> dict[object, None]:
        """Where they come from, in order."""
        return dict.fromkeys(self.picture.sources[i] for i in self.glyphs)

    @property
    def name(self) -> str:
        return named(self.sources)


class Picture:
    """What is seen at `time`: `things[i]` has the box `boxes[i]` (left, bottom, right, top), a fill and a stroke
    (r, g, b, alpha), and the stroke's width. Later things are painted over earlier ones.

    `moving` says that a movement is going on; `carried` are then the ids of the things that an animation takes to
    another place. `unseen` are mobjects of the scene of which nothing can be seen.
    """

    def __init__(self, scene: Scene, time: float, moving: bool = False) -> None:
        self.time, self.moving = time, moving
        self.carried: frozenset[int] = frozenset()
        self.ground = ManimColor(scene.camera.background_color).to_rgb()
        homes, drawn = {}, {}
        for top in scene.mobjects:
            parts = family(top)
            drawn[top] = [id(m) for m, _ in parts]
            for m, parent in parts:
                homes.pop(m, None)
                homes[m] = (parent, top)
        order = sorted(homes, key=lambda m: m.z_index)
        fill, stroke = colours(order, "fill_rgbas"), colours(order, "stroke_rgbas")
        width = np.array([m.stroke_width if np.isscalar(m.stroke_width) else m.stroke_width[0] for m in order], float)
        stroke[:, 3] *= width > 0
        seen = np.flatnonzero(np.maximum(fill[:, 3], stroke[:, 3]) > FAINT)
        self.things: list[VMobject] = [order[i] for i in seen]
        self.tops = [homes[m][1] for m in self.things]
        self.fill, self.stroke, self.width = fill[seen], stroke[seen], width[seen]
        self.points = np.concatenate([np.zeros((0, 2)), *(m.points[:, :2] for m in self.things)])
        self.starts = np.cumsum([0, *(len(m.points) for m in self.things)])
        if len(seen):
            begins = self.starts[:-1]
            ends = np.minimum.reduceat(self.points, begins), np.maximum.reduceat(self.points, begins)
            self.boxes = np.hstack(ends)
        else:
            self.boxes = np.zeros((0, 4))
        self.is_glyph = np.array([isinstance(m, Glyph) for m in self.things], bool)
        self.parents = [homes[m][0] for m in self.things]
        self.sources = [m.source if isinstance(m, Glyph) else None for m in self.things]
        there = set(map(id, self.things))
        self.unseen = [top for top, parts in drawn.items() if parts and there.isdisjoint(parts)]

    def __len__(self) -> int:
        return len(self.things)

    def same(self, other: Picture | None) -> bool:
        """Whether the two look alike."""
        return self is other or (
            other is not None
            and self.moving == other.moving
            and len(self) == len(other)
            and all(a is b for a, b in zip(self.things, other.things, strict=True))
            and all(np.array_equal(getattr(self, name), getattr(other, name)) for name in LOOKS)
        )

    # texts

    @cached_property
    def texts(self) -> list[Text]:
        """The glyphs that stand under one formula, number or sentence, together; loose ones by where they come from."""
        groups: dict[object, list[int]] = {}
        for i in np.flatnonzero(self.is_glyph & ~self.covered):
            parent = self.parents[i]
            groups.setdefault(id(parent) if parent is not None else self.sources[i], []).append(i)
        if not groups:
            return []
        boxes = self.boxes[[i for found in groups.values() for i in found]]
        begins = np.cumsum([0, *map(len, groups.values())])[:-1]
        around = np.hstack([np.minimum.reduceat(boxes[:, :2], begins), np.maximum.reduceat(boxes[:, 2:], begins)])
        return [Text(self, np.array(found), box) for found, box in zip(groups.values(), around, strict=True)]

    @cached_property
    def steady(self) -> list[Text]:
        """The texts that stand still and can be read; what a movement carries may pass over other things."""
        limit = FIRM if self.moving else FAINT
        return [t for t in self.texts if self.fill[t.glyphs, 3].max() >= limit and not self.is_carried[t.glyphs].any()]

    @cached_property
    def is_carried(self) -> np.ndarray:
        return np.array([id(m) in self.carried for m in self.things], bool)

    # shapes

    def outline(self, i: int) -> np.ndarray:
        """The outline of a thing as points so close that straight lines between them do, (n, 2)."""
        return flat(self.points[self.starts[i] : self.starts[i + 1]]).reshape(-1, 2)

    def segments(self, i: int) -> np.ndarray:
        """The same as segments, (n, 2, 2), without the jumps between its parts."""
        return segments(self.points[self.starts[i] : self.starts[i + 1]])

    def inside(self, i: int, points: np.ndarray) -> np.ndarray:
        """Which of the points (n, 2) are in the filled shape i."""
        left, bottom, right, top = self.boxes[i]
        within = (points >= [left, bottom]).all(1) & (points <= [right, top]).all(1)
        if not within.any() or isinstance(self.things[i], Rectangle):
            return within
        within[within] = enclosed(points[within], self.segments(i))
        return within

    def hides(self, i: int, boxes: np.ndarray) -> np.ndarray:
        """Which of the boxes (n, 4) lie all in the shape i."""
        within = ((boxes - self.boxes[i]) * [1, 1, -1, -1] >= 0).all(1)
        if within.any() and not isinstance(self.things[i], Rectangle):
            corners = boxes[within][:, [[0, 1], [2, 1], [2, 3], [0, 3]]].reshape(-1, 2)
            within[within] = self.inside(i, corners).reshape(-1, 4).all(1)
        return within

    @cached_property
    def areas(self) -> np.ndarray:
        """The filled shapes that are no glyphs."""
        return np.flatnonzero(~self.is_glyph & (self.fill[:, 3] > FAINT))

    @cached_property
    def plates(self) -> np.ndarray:
        """Those of them that hide what is below."""
        return self.areas[self.fill[self.areas, 3] >= SOLID]

    @cached_property
    def covered(self) -> np.ndarray:
        """Which things lie all below a later one."""
        found = np.zeros(len(self), bool)
        for k in self.plates:
            found[:k] |= self.hides(k, self.boxes[:k])
        return found

    def behind(self, things: np.ndarray, points: np.ndarray) -> np.ndarray:
        """The colours (n, 3) that things are painted on, each at a point (n, 2)."""
        colors = np.tile(self.ground, (len(points), 1))
        for k in self.areas:
            share = self.fill[k, 3] * (self.inside(k, points) & (things > k))[:, None]
            colors = colors * (1 - share) + self.fill[k, :3] * share
        return colors

    def label(self, i: int) -> str:
        """What to call a thing."""
        return named((self.sources[i],)) if self.is_glyph[i] else type(self.things[i]).__name__


def flat(curves: np.ndarray) -> np.ndarray:
    """Manim's cubic points (4 n, 2) as points on each curve, (n, 5, 2)."""
    return np.einsum("tk,nkd->ntd", BEZIER, curves[: len(curves) // 4 * 4].reshape(-1, 4, 2))


def segments(curves: np.ndarray) -> np.ndarray:
    """The same as straight pieces, (n, 2, 2)."""
    points = flat(curves)
    return np.stack([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 2, 2)


def enclosed(points: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Which points (n, 2) closed outlines go around, an odd number of times; their edges are (m, 2, 2)."""
    (x, y), (x0, y0), (x1, y1) = points.T[:, :, None], edges[:, 0].T, edges[:, 1].T
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses = ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return crosses.sum(1) % 2 == 1


def family(m: Mobject, parent: Mobject | None = None) -> list[tuple[VMobject, Mobject | None]]:
    """The drawn members of a mobject, each with what holds it directly."""
    found, below = [], [(m, parent)]
    while below:
        m, parent = below.pop()
        if len(m.points) and isinstance(m, VMobject):
            found.append((m, parent))
        below += [(part, m) for part in reversed(m.submobjects)]
    return found


def colours(things: Sequence[VMobject], name: str) -> np.ndarray:
    """(n, 4), of a gradient the first."""
    none = np.zeros(4)
    rows = [found[0] if len(found := getattr(m, name)) else none for m in things]
    return np.array(rows, float).reshape(-1, 4)


def named(sources: Iterable[object]) -> str:
    """A text in a few words."""
    return shortened(" ".join(dict.fromkeys(map(said, sources))))


def said(source: object) -> str:
    match source:
        case FromStep():
            step = source.step
            return f"the formula of {step.subject.key} ({step.name})" if step.subject else f"the formula {step.name}"
        case FromNumber():
            return source.key
        case FromName():
            return source.key
        case FromWords():
            return f"“{source.text}”"
    return str(source)


def shortened(text: str, most: int = 56) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
