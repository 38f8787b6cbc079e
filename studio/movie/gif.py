"""GIF files joined as they are: all clips of a film have one palette (GIF89a, W3C 1990)."""
from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FIRST = 13                   # bytes of signature and screen
END = b"\x3b"
APPLICATION = b"\x21\xff"    # an extension: it says how often the film is played


def join_gifs(files: Iterable[Path], target: Path) -> None:
    """Writes the pictures of GIF files of one size, one after another. ValueError where the palettes differ."""
    palette = None
    with open(target, "wb") as film:
        for data in map(Path.read_bytes, files):
            head = FIRST + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
            if palette is None:
                palette = data[:head]
                film.write(data[:head])
                at = head
            elif data[:head] != palette:
                raise ValueError("two clips have other palettes or sizes")
            else:
                at = after_applications(data, head)
            film.write(data[at:].removesuffix(END))
        film.write(END)


def after_applications(data: bytes, at: int) -> int:
    """Where the pictures begin: behind the extensions that are said once for the whole film."""
    while data[at:at + 2] == APPLICATION:
        at += 2
        while length := data[at]:
            at += 1 + length
        at += 1
    return at
