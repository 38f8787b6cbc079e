"""Numbers on the screen: still ones, and live ones that follow a value while something is turned."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from manim import VGroup

from bpmath.model.notation import Quantity
from scenes.kit.provenance.ledger import demand
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting import layout
from scenes.kit.setting.theme import NUMBER, theme
from scenes.kit.text.glyphs import Glyph
from scenes.kit.text.number_shapes import HEIGHT, outlines
from scenes.kit.text.rounding import DECIMALS, Numeral

if TYPE_CHECKING:
    from scenes.kit.provenance.study import Study

LONGEST = 12  # glyphs that a live number keeps ready


class Number(VGroup):
    """A still number of the trace, centred on the middle of its digits."""

    def __init__(self, source: FromNumber, numeral: Numeral, size: float, color: str) -> None:
        super().__init__()
        self.size = size
        self.add(*(Glyph(o * size, color, source) for o in outlines(numeral.text)))


class Readout(VGroup):
    """A live number: `value()` is asked every frame, and glyphs are touched only when the text changes.

    `source(value, numeral)` says where the number comes from; it is asked once for each text that is shown, and when
    the number has come to rest. ChapterError where it fails its check, at rest or on its way.
    """

    def __init__(
        self,
        value: Callable[[], float],
        numeral: Callable[[float], Numeral],
        source: Callable[[float, Numeral], FromNumber],
        size: float,
        color: str,
        anchor: Callable[[], np.ndarray],
    ) -> None:
        super().__init__(*(Glyph(np.zeros((0, 3)), color, None) for _ in range(LONGEST)))
        self._value, self._numeral, self._source, self._anchor = value, numeral, source, anchor
        self._text, self._at, self.size = "", None, size
        self.follow()
        self.add_updater(lambda m: m.follow())

    def follow(self) -> None:
        value, at = self._value(), self._anchor()
        numeral = self._numeral(value)
        if numeral.text == self._text and self._at is not None and np.array_equal(at, self._at):
            return
        demand(source := self._source(value, numeral))
        found = outlines(numeral.text)
        for glyph, outline in zip(self.submobjects, [*found, *[None] * (LONGEST - len(found))], strict=False):
            glyph.show(*((outline * self.size + at, source) if outline is not None else (np.zeros((0, 3)), None)))
        self._text, self._at, self._told = numeral.text, at, value

    def settle(self) -> None:
        """Now that it rests, it comes from the very value that it shows, not from the first with the same text."""
        self.follow()
        if (value := self._value()) != self._told:
            source = self._source(value, self._numeral(value))
            for glyph in self.submobjects:
                glyph.source = glyph.source and source
            self._told = value


@lru_cache(maxsize=256)
def alike(
    study: Study, row: tuple[Quantity, ...], room: float, size: float = NUMBER, fewest: int = DECIMALS
) -> tuple[int, float]:
    """With how many decimals, `fewest` or more, and by which factor all numbers of a row are to be written, so that
    each fits in `room`, if it can be read then, and none is larger than another."""
    widest = {
        decimals: max(Number(*study.number(q, decimals), size, theme.text).width for q in row)
        for decimals in range(DECIMALS, fewest - 1, -1)
    }
    chosen = next((d for d, width in widest.items() if width <= 1.2 * room), min(widest, key=widest.get))
    return chosen, min(1.0, max(room / widest[chosen], layout.LEGIBLE / (HEIGHT * size)))
