"""The film in 256 colours: those of the theme, and what lies between them at the edges of letters and lines."""

from __future__ import annotations

from functools import cache

import av
import cairo
import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from scenes.kit.setting.theme import Theme, theme

BITS = 6  # of each of red, green and blue that the table looks at
SHARES = 15  # steps from a background to a colour


def palette(theme: Theme) -> NDArray[np.uint8]:
    """256 colours (256, 3): the backgrounds first, then every colour of the theme at every share over each of them."""
    rgb = {name: np.array(ImageColor.getrgb(value)) for name, value in vars(theme).items()}
    grounds = [rgb.pop("background"), rgb.pop("panel")]
    blends = [g + (c - g) * n / SHARES for g in grounds for c in rgb.values() for n in range(1, SHARES + 1)]
    found = np.array([*grounds, *blends]).round().astype(np.uint8)
    return np.concatenate([found, np.repeat(found[:1], 256 - len(found), axis=0)])


@cache
def table() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The palette as encoders want it (256, 4), alpha first, and for every colour in BITS the number of the nearest."""
    colours = palette(theme)
    levels = (np.arange(1 << BITS) + 0.5) * (256 >> BITS)
    cells = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(len(levels), -1, 3)
    wanted = colours.astype(float)
    lengths = (wanted**2).sum(1)
    nearest = np.concatenate([(lengths - 2 * plane @ wanted.T).argmin(1) for plane in cells]).astype(np.uint8)
    for number in (1, 0):  # a background stays what it is, to the last bit
        nearest[place(colours[number])] = number
    return np.concatenate([np.full((256, 1), 255, np.uint8), colours], axis=1), nearest


def place(rgb: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Where colours (..., 3) stand in the table."""
    r, g, b = (np.moveaxis(rgb, -1, 0) >> (8 - BITS)).astype(np.intp)
    return (r << 2 * BITS) | (g << BITS) | b


class FewColours:
    """Frames in the colours of the palette. There is one for a whole film, so that its clips can be joined."""

    def frame(self, pixels: NDArray[np.uint8], area: cairo.RectangleInt | None = None) -> av.VideoFrame:
        """A frame of its own, every pixel in the nearest colour; not dithered, so that what is plain stays plain."""
        colours, nearest = table()
        return av.VideoFrame.from_ndarray((nearest[place(pixels[..., :3])], colours), format="pal8")
