"""The picture that a file manager or a player shows for an mp4 file: its last one, small."""

from __future__ import annotations

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray
from PIL import Image

from scenes.kit.canvas.picture import file_of

WIDTH, COLOURS = 640, 64  # at most; the film has few colours, and a palette keeps a cover near 20 kB


def add_cover(movie: av.container.OutputContainer, width: int, height: int) -> av.VideoStream:
    """A track for the cover of a movie of a size."""
    track = movie.add_stream("png", rate=1)
    track.width, track.height = size(width, height)
    track.pix_fmt, track.disposition = "rgb24", Disposition.attached_pic
    return track


def size(width: int, height: int) -> tuple[int, int]:
    small = min(WIDTH, width)
    return small, round(small * height / width)


def reduced(picture: Image.Image) -> Image.Image:
    """A picture made small, in few colours: near 20 kB."""
    small = picture.resize(size(*picture.size), Image.Resampling.LANCZOS)
    return small.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)  # keeps rare colours true


def cover(pixels: NDArray[np.uint8]) -> bytes:
    """The cover of a movie with this picture (height, width, 4): a PNG."""
    return file_of(reduced(Image.fromarray(pixels).convert("RGB")).convert("RGB"))


def packed(made: bytes, track: av.VideoStream) -> av.Packet:
    """A cover for the track of a movie that has begun."""
    packet = av.Packet(made)
    packet.pts = packet.dts = 0
    packet.time_base, packet.stream = track.time_base, track
    return packet


def is_cover(track: av.stream.Stream) -> bool:
    return bool(track.disposition & Disposition.attached_pic)
