"""What a page carries inside itself, as data: URLs: stills of the clips and the letters of the film's font."""
from __future__ import annotations

import logging
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import av
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TAIL = 1.0    # seconds before a clip's end from which its last picture is looked for


def data_url(kind: str, content: bytes) -> str:
    """Content of a MIME type inside the page."""
    return f"data:{kind};base64,{b64encode(content).decode()}"


def still(clip: Path, width: int) -> str:
    """The last picture of a clip, which works as a slide, as a WebP so many pixels wide."""
    with av.open(str(clip)) as movie:
        stream = movie.streams.video[0]
        end = stream.duration or round((movie.duration or 0) / av.time_base / stream.time_base)
        movie.seek(max(0, end - round(TAIL / stream.time_base)), stream=stream)
        for picture in movie.decode(stream):
            last = picture
    image = last.to_image()
    image.thumbnail((width, width))
    image.save(out := BytesIO(), "WEBP", quality=82, method=6)
    return data_url("image/webp", out.getvalue())


def letters(font: Path, text: str) -> str:
    """Of a font only what a text needs, as a WOFF. It loses its name, which belongs to the whole font alone."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = Options(name_IDs=[], layout_features=["kern", "liga", "tnum", "mark", "ccmp"], notdef_outline=True)
    shortened = TTFont(font)
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(shortened)
    shortened.flavor = "woff"
    shortened.save(out := BytesIO())
    return data_url("font/woff", out.getvalue())
