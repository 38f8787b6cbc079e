"""A single picture of the canvas: with alpha as files have it, and as a PNG."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from scenes.kit.setting.theme import theme

GONE = 0.8  # of what was drawn on; with less of it in the end, a part has left


def straight(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours as files have them, not yet multiplied with their alpha as cairo's are (height, width, 4).

    What is clear has the colour of the theme's background, so that no other bleeds into the edges when compressed.
    """
    made, alpha = pixels.copy(), pixels[..., 3]
    made[alpha == 0, :3] = ImageColor.getrgb(theme.background)
    edges = (alpha > 0) & (alpha < 255)
    part = pixels[edges].astype(np.uint16)
    made[edges, :3] = np.minimum((part[:, :3] * 255 + part[:, 3:] // 2) // part[:, 3:], 255)
    return made


def fuller(end: NDArray[np.uint8], held: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """The end of something; or what was held before, if much of that is gone in the end."""
    return end if held is None or ink(end) > GONE * ink(held) else held


def ink(pixels: NDArray[np.uint8]) -> float:
    """The share of a picture that is drawn on; its corner is not."""
    return float((pixels != pixels[0, 0]).any(2).mean())


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A picture (height, width, 4) as a file; with alpha if any of it is clear."""
    if pixels[..., 3].min() < 255:
        return file_of(Image.fromarray(straight(pixels)))
    return file_of(Image.fromarray(pixels).convert("RGB"))


def file_of(image: Image.Image) -> bytes:
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
