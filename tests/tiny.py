"""The files of a chapter as a renderer gives them, as small as they can be."""
from __future__ import annotations

import json
from functools import cache
from io import BytesIO

import av
import numpy as np
from PIL import Image

CAPTIONS = b"1\n00:00:00,000 --> 00:00:00,200\nWords.\n\n"


def whole_files(name: str, shade: int = 40) -> dict[str, bytes]:
    """A chapter's, by their endings: a movie of three pictures of one shade, and what is beside it."""
    ledger = {"chapter": name, "network": f"of shade {shade}", "duration": 0.3}
    return {".mp4": movie(shade), ".png": still(shade), ".srt": CAPTIONS, ".json": json.dumps(ledger).encode()}


@cache
def movie(shade: int) -> bytes:
    """An mp4."""
    content = BytesIO()
    with av.open(content, "w", format="mp4") as opened:
        stream = opened.add_stream("libx264", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), shade, np.uint8))
            opened.mux(stream.encode(frame))
        opened.mux(stream.encode(None))
    return content.getvalue()


@cache
def still(shade: int) -> bytes:
    """A PNG."""
    content = BytesIO()
    Image.new("RGB", (32, 32), (shade,) * 3).save(content, "png")
    return content.getvalue()
