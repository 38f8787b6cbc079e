"""Captions in the picture itself, in the lane that every chapter keeps empty for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import cairo
import numpy as np
from manim import ORIGIN, Rectangle, VGroup
from numpy.typing import NDArray

from scenes.kit.canvas.canvas import Canvas, leaves
from scenes.kit.narration.captions import Cue
from scenes.kit.setting.layout import BOTTOM
from scenes.kit.setting.theme import theme
from scenes.kit.text.glyphs import Typeset, escaped, plain_mark, words_source

SIZE, PITCH = 0.32, 0.37  # of the letters, and from line to line, in frame units
MIDDLE = -3.47  # of a block of lines, from the top of its capitals to its last baseline
CAPITALS = 0.72  # the height of a capital, of the size
AROUND, VEIL = 0.14, 0.8  # of the plate that is behind the words where nothing else is

Shown = tuple[NDArray[np.uint8], cairo.RectangleInt | None, int]  # a frame, what is new of it, how often it is shown


def lettering(text: str, clear: bool = False) -> VGroup:
    """A caption as it stands in the frame; on a plate, where the frame is clear."""
    lines = [
        Typeset(words_source([f"#{escaped(line)}"], "regular", None, "center"), {0: plain_mark(None)}, SIZE)
        for line in text.split("\n")
    ]
    first = MIDDLE + (PITCH * (len(lines) - 1) - CAPITALS * SIZE) / 2
    made = VGroup(*(line.sit(0, first - PITCH * n, ORIGIN) for n, line in enumerate(lines)))
    if clear:
        plate = Rectangle(
            width=made.width + 2 * AROUND, height=made.height + AROUND, stroke_width=0,
            fill_color=theme.background, fill_opacity=VEIL,
        )  # fmt: skip
        made.add_to_back(plate.move_to(made))
    return made


class Burnt:
    """Writes the cues of a chapter, which may still grow, into the frames of a canvas."""

    def __init__(self, canvas: Canvas, cues: Sequence[Cue]) -> None:
        self.canvas, self.cues = canvas, cues
        self.top = int((canvas.frame_height / 2 - BOTTOM) * canvas.pixel_height / canvas.frame_height) + 1
        self.place = cairo.RectangleInt(0, self.top, canvas.pixel_width, canvas.pixel_height - self.top)
        self.last: Cue | None = None
        self.lane = lru_cache(maxsize=2)(self.drawn)

    def runs(
        self, frame: NDArray[np.uint8], area: cairo.RectangleInt | None, time: float, times: int
    ) -> Iterator[Shown]:
        """A frame that is shown so many times from a time on, with the caption of each moment."""
        moments = (time + n / self.canvas.frame_rate for n in range(times))
        for cue, run in groupby(map(self.at, moments)):
            made = frame.copy()
            made[self.top :] = self.lane(cue)
            if cue != self.last and area is not None:
                area = cairo.Region([area, self.place]).get_extents()
            yield made, area, len(list(run))
            self.last, area = cue, cairo.RectangleInt()

    def at(self, time: float) -> Cue | None:
        return next((cue for cue in reversed(self.cues) if cue.start <= time < cue.end), None)

    def drawn(self, cue: Cue | None) -> NDArray[np.uint8]:
        """The lane with a caption, or empty."""
        sheet = self.canvas.background.copy()
        if cue is not None:
            words = lettering(cue.text, clear=self.canvas.background_opacity < 1)
            context = self.canvas.get_cairo_context(sheet)
            self.canvas.paint(context, [self.canvas.look(shape) for shape in leaves([words])])
            self.canvas.pixel_array_to_cairo_context.pop(id(sheet))
        return sheet[self.top :]
