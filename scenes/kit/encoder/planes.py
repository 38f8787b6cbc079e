"""From the canvas's RGBA to the planes that an encoder takes; what did not change is not converted again."""

from __future__ import annotations

import av
import cairo
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from scenes.kit.canvas.picture import straight
from scenes.kit.encoder.palette import FewColours

REACH = 8  # pixels: colour is halved in width and height by filters that look so far
MUCH = 0.7  # of the picture; if more changed, all is converted


def converter(pixel_format: str) -> Planes | FewColours:
    """What makes the frames of a pixel format."""
    return FewColours() if pixel_format == "pal8" else Planes(pixel_format)


class Planes:
    """Converts frames of one size to a pixel format."""

    def __init__(self, pixel_format: str) -> None:
        self.pixel_format = pixel_format
        self.clear = any(component.is_alpha for component in av.VideoFormat(pixel_format).components)
        self.reformatter = VideoReformatter()
        self.part_reformatter = VideoReformatter()
        self.last: NDArray[np.uint8] | None = None  # yuv420p: the brightness, and below it the two planes of colour

    def frame(self, pixels: NDArray[np.uint8], area: cairo.RectangleInt | None = None) -> av.VideoFrame:
        """A frame of its own, which differs only in this area from the one before; None for all of it."""
        height, width = pixels.shape[:2]
        if self.pixel_format != "yuv420p" or height % 4 or width % 2:
            return self.converted(straight(pixels) if self.clear else pixels, self.reformatter)
        if area is None or self.last is None or area.width * area.height > MUCH * width * height:
            frame = self.converted(pixels, self.reformatter)
            self.last = frame.to_ndarray()
            return frame
        if area.width and area.height:
            rows, columns = (area.y, area.y + area.height), (area.x, area.x + area.width)
            self.renew(pixels, widened(rows, height), widened(columns, width))
        return filled(self.last)

    def renew(self, pixels: NDArray[np.uint8], rows: tuple[int, int], columns: tuple[int, int]) -> None:
        """Converts these rows and columns anew, with as much around them as the filters look at."""
        (top, bottom), (left, right) = rows, columns
        (above, below), (before, beyond) = widened(rows, pixels.shape[0]), widened(columns, pixels.shape[1])
        found = self.converted(pixels[above:below, before:beyond], self.part_reformatter).to_ndarray()
        for new, old, n in zip(planes(found), planes(self.last), (1, 2, 2), strict=True):
            old[top // n : bottom // n, left // n : right // n] = new[
                (top - above) // n : (bottom - above) // n, (left - before) // n : (right - before) // n
            ]

    def converted(self, pixels: NDArray[np.uint8], reformatter: VideoReformatter) -> av.VideoFrame:
        frame = av.VideoFrame.from_numpy_buffer(pixels, format="rgba")
        # with threads of its own it takes more of a processor than it saves, and now and then spoils ten-bit pixels
        return reformatter.reformat(frame, format=self.pixel_format, threads=1)


def widened(span: tuple[int, int], most: int) -> tuple[int, int]:
    """A span of pixels and those around it that its filters reach, from and to a multiple of four or the edge."""
    return max(0, span[0] // 4 * 4 - REACH), min(most, -(-span[1] // 4) * 4 + REACH)


def filled(yuv: NDArray[np.uint8]) -> av.VideoFrame:
    """A frame of yuv420p from an array, as `VideoFrame.from_ndarray` makes it row by row, in a tenth of the time."""
    height, width = yuv.shape[0] * 2 // 3, yuv.shape[1]
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, part in zip(frame.planes, planes(yuv), strict=True):
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: part.shape[0], : part.shape[1]] = part
    return frame


def planes(yuv: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Views of the three planes of a yuv420p array."""
    height, width = yuv.shape[0] * 2 // 3, yuv.shape[1]
    u, v = yuv[height:].reshape(2, height // 2, width // 2)
    return yuv[:height], u, v
