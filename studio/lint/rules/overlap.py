"""No text stands on another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from studio.lint.views.finding import Eye, Fault
from studio.lint.views.picture import Picture, pixels

CLOSE = 0.03  # frame units that two boxes may share: the rim of an italic letter


class Overlap(Eye):
    """A text that a movement carries may pass over another; a live number, which follows something, may not."""

    kind = "overlap"

    def look(self, picture: Picture) -> Iterator[Fault]:
        texts = picture.steady
        boxes = np.array([t.box for t in texts]).reshape(-1, 4)
        for a, b in np.argwhere(np.triu(shared(boxes, boxes), 1)):
            one, other = (picture.boxes[t.glyphs] for t in (texts[a], texts[b]))
            if (both := shared(one, other)).any():
                i, j = np.argwhere(both)[0]
                low, high = np.maximum(one[i, :2], other[j, :2]), np.minimum(one[i, 2:], other[j, 2:])
                yield f"{texts[a].name} on {texts[b].name}", f"{pixels((high - low).min()):.0f} px"


def shared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Which boxes of the one (n, 4) share room with which of the other (m, 4)."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    return (high - low > CLOSE).all(2)
