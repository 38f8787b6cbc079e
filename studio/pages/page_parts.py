"""What all pages have in common: templates, what a browser may do for them, and what they carry inside themselves."""
from __future__ import annotations

import hashlib
import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import av
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

TAIL = 1.0    # seconds before a clip's end from which its last picture is looked for


def render(folder: Path, things: Mapping[str, object]) -> Callable[..., str]:
    """The template page.html.j2 of a folder with these things in it; what is called adds others.

    All that is put in is escaped: it is text, whatever it looks like, unless it is Markup.
    """
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True,
                              undefined=StrictUndefined)
    environment.filters |= {"clock": clock, "url": lambda name: quote(str(name))}
    return partial(environment.get_template("page.html.j2").render, things)


def inline(folder: Path, name: str) -> Markup:
    """A file of a folder, to be put into a page as it is."""
    return Markup((folder / name).read_text(encoding="utf-8"))


def policy(style: str, script: str) -> str:
    """What a browser may do for a page: run this very script, and play what lies beside it. No network at all."""
    own = {name: f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
           for name, text in (("style", style), ("script", script))}
    return (f"default-src 'none'; script-src {own['script']}; style-src {own['style']}; font-src data:; img-src data:; "
            "media-src 'self' file: data:; base-uri 'none'; form-action 'none'")


def clock(seconds: float) -> str:
    """Minutes and seconds: 1:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def data_url(kind: str, content: bytes) -> str:
    """Content of a MIME type inside the page."""
    return f"data:{kind};base64,{b64encode(content).decode()}"


def last_picture(clip: Path) -> Image.Image:
    """The last picture of a clip, which works as a slide."""
    with av.open(str(clip)) as movie:
        stream = movie.streams.video[0]
        end = stream.duration or round((movie.duration or 0) / av.time_base / stream.time_base)
        movie.seek(max(0, end - round(TAIL / stream.time_base)), stream=stream)
        *_, last = movie.decode(stream)
    return last.to_image()


def still(clip: Path, width: int) -> str:
    """The last picture of a clip as a WebP so many pixels wide, inside the page."""
    image = last_picture(clip)
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
