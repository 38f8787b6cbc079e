"""The zones of the frame, which is 14.2 units wide and 8 high with its origin in the middle.

From above: title, picture (the network in columns), table under its units, formula panel, and the lane of the captions,
the lowest 12 %, which stays empty. Nothing stands outside the margins, 90 % of the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from manim import Mobject

LEADING = 1.5  # from line to line of words, of the height of one, which is more where letters have feet
LEGIBLE = 0.108  # frame units that the tallest glyph of a text has at least, 14.6 px of 1080


@dataclass(frozen=True)
class Zone:
    """A rectangle of the frame."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def center(self) -> np.ndarray:
        return np.array([(self.left + self.right) / 2, (self.bottom + self.top) / 2, 0.0])

    def part(self, left: float, right: float) -> Zone:
        """The columns between two shares of the width, 0 to 1."""
        return Zone(self.left + left * self.width, self.left + right * self.width, self.bottom, self.top)

    def fit(self, mobject: Mobject, margin: float = 0.25) -> Mobject:
        """Puts a mobject in the middle, smaller only if it has to be."""
        factor = min(
            (self.width - 2 * margin) / max(mobject.width, 1e-6),
            (self.height - 2 * margin) / max(mobject.height, 1e-6),
            1.0,
        )
        return mobject.scale(factor).move_to(self.center)


LEFT, RIGHT, TOP, BOTTOM = -6.4, 6.4, 3.6, -3.04
TITLE = Zone(LEFT, RIGHT, 3.0, TOP)
PICTURE = Zone(LEFT, RIGHT, 0.85, 2.95)
TABLE = Zone(LEFT, RIGHT, -1.05, 0.75)
PANEL = Zone(LEFT, RIGHT, BOTTOM, -1.2)
STAGE = Zone(LEFT, RIGHT, BOTTOM, 2.95)  # all below the title, for chapters without a table

NUMBERED = 1.8  # of a panel's width, what a formula leaves to its number at the right margin and to the margins

FIRST_COLUMN, LAST_COLUMN = -4.3, 4.9  # the x of layer 1 and of layer L; names of rows stand to the left of it


def fitted(text: Mobject, room: float) -> Mobject:
    """Makes a text smaller where it is wider than `room`, but never smaller than what can be read."""
    return text.scale(alike([text], room))


def alike(texts: Sequence[Mobject], room: float) -> float:
    """By how much several texts are made smaller, all alike, so that each has `room` and can be read."""
    tallest = min((max(part.height for part in text.family_members_with_points()) for text in texts), default=LEGIBLE)
    return min([1.0, *(max(room / text.width, LEGIBLE / tallest) for text in texts)])


def even(words: Callable[[float | None], Mobject], room: float) -> Mobject:
    """Words on one line, where there is room for it; else on as few as that takes, about as long as each other.

    `words` makes them in lines of a width, or on one line.
    """
    line = words(None)
    if line.width <= room:
        return line
    block = words(room)
    count = 1 + round((block.height / line.height - 1) / LEADING)
    closer = words(min(1.15 * line.width / count, room))
    return closer if closer.height < 1.1 * block.height else block


def columns(count: int) -> list[float]:
    """The x of each layer."""
    return list(np.linspace(FIRST_COLUMN, LAST_COLUMN, count))


def stacked(heights: Sequence[float], zone: Zone) -> list[float]:
    """The y of the middle of each of these heights, from above, with equal gaps between them and at both ends."""
    gap, y, middles = (zone.height - sum(heights)) / (len(heights) + 1), zone.top, []
    for height in heights:
        y -= gap + height
        middles.append(y + height / 2)
    return middles


def rows(count: int, zone: Zone = TABLE) -> list[float]:
    """The y of each row of a table, from above."""
    height = min(0.62, zone.height / count)
    return [zone.top - height * (i + 0.5) for i in range(count)]
