"""No line and no circle goes through a text. What lies around a text does not, since its outline stays clear of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from studio.lint.rules.overlap import shared
from studio.lint.views.finding import Eye, Fault
from studio.lint.views.picture import FAINT, FIRM, TINT, Picture, Text

INSET = 0.03  # frame units of a glyph's rim that may be touched, at most a quarter of the glyph

BEYOND = 0.15  # frame units that a line which strikes something out goes beyond it


class Crossed(Eye):
    """The outline of anything drawn that is no text, also of a dot that travels.

    What a plate between the two hides does not count, nor what little shows through one that fades in with its text,
    nor a frame on its way from one text to the next, nor a line that strikes something out.
    """

    kind = "crossed"

    def look(self, picture: Picture) -> Iterator[Fault]:
        texts = picture.steady
        boxes = np.array([t.box for t in texts]).reshape(-1, 4)
        limit = FIRM if picture.moving else FAINT
        strength = np.maximum(picture.fill[:, 3] * (picture.fill[:, 3] >= TINT), picture.stroke[:, 3])
        passing = picture.is_carried & (picture.fill[:, 3] < TINT)
        lines = np.flatnonzero(~picture.is_glyph & (strength >= limit) & ~picture.covered & ~passing)
        near = shared(picture.boxes[lines] + [-0.05, -0.05, 0.05, 0.05], boxes)
        for n in np.flatnonzero(near.any(1)):
            i = lines[n]
            pieces = picture.segments(i)
            for t in np.flatnonzero(near[n]):
                text = texts[t]
                hit = text.glyphs[through(pieces, picture.boxes[text.glyphs])]
                if any(shining(picture, i, strength[i], g) > limit for g in hit) and not strikes_out(picture, i, text):
                    yield f"{text.name} by {picture.label(i)}", f"{len(hit)} of {len(text.glyphs)} glyphs"


def through(segments: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which boxes (n, 4), made a little smaller, any of the segments (m, 2, 2) goes through."""
    rim = np.minimum(INSET, (boxes[:, 2:] - boxes[:, :2]) / 4)
    low, high = boxes[:, :2] + rim, boxes[:, 2:] - rim
    start, way = segments[None, :, 0], segments[None, :, 1] - segments[None, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low[:, None] - start) / way, (high[:, None] - start) / way
    still = way == 0
    between = (start >= low[:, None]) & (start <= high[:, None])
    enter = np.where(still, np.where(between, -np.inf, np.inf), np.minimum(one, other)).max(2)
    leave = np.where(still, np.where(between, np.inf, -np.inf), np.maximum(one, other)).min(2)
    return (np.maximum(enter, 0) <= np.minimum(leave, 1)).any(1)


def strikes_out(picture: Picture, line: int, text: Text) -> bool:
    """Whether a slanted straight line over a text goes from corner to corner of a part of it, and hardly further."""
    outline, (left, bottom, right, top) = picture.outline(line), picture.boxes[line]
    way = outline[-1] - outline[0]
    aside = (outline - outline[0]) @ [-way[1], way[0]] / max(np.hypot(*way), INSET)
    if abs(way).min() < INSET or abs(aside).max() > INSET:
        return False
    boxes = picture.boxes[text.glyphs[text.glyphs < line]]
    struck = boxes[((boxes - [left, bottom, right, top]) * [1, 1, -1, -1] > -INSET).all(1)]
    if not len(struck):
        return False
    around = np.hstack([struck[:, :2].min(0), struck[:, 2:].max(0)])
    return bool((abs(around - [left, bottom, right, top]) < BEYOND).all())


def shining(picture: Picture, line: int, strength: float, glyph: int) -> float:
    """How opaque a line is through all areas that are painted between it and a glyph."""
    between = picture.areas[(picture.areas > line) & (picture.areas < glyph)]
    over = [k for k in between if picture.hides(k, picture.boxes[[glyph]])[0]]
    return float(strength * np.prod(1 - picture.fill[over, 3]))
