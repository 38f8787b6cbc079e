"""What Typst has set for a chapter, kept on disk: its formulas, numbers and words are there the next time it is played.

There is one file for each chapter, with what it showed when it was last played to its end. It serves whoever has the
same fonts, the same Typst and the same way to read what that writes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from itertools import pairwise
from math import isnan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenes.kit.cache import cache_folder
from scenes.kit.shapes import PREAMBLE, Shape, compiled
from scenes.kit.theme import FONTS

Page = tuple[Shape, ...]

CODE = Path(__file__).with_name("shapes.py")
SEAL = 32  # bytes
MOST = 1024  # pages that a process has in mind; a film has some 350


@cache
def edition() -> bytes:
    """A fingerprint of all that makes a page of a source."""
    versions = [importlib.metadata.version(library) for library in ("typst", "svgelements", "numpy")]
    made_of = hashlib.sha256(repr((versions, PREAMBLE)).encode())
    for file in (CODE, *sorted(FONTS.glob("*.ttf"))):
        made_of.update(hashlib.sha256(file.read_bytes()).digest())
    return made_of.digest()


class Shelf:
    """Pages by their source: those in mind, those that a chapter asked for, and those that its file has."""

    def __init__(self) -> None:
        self.known: dict[str, Page] = {}
        self.asked: dict[str, Page] = {}
        self.kept: Mapping[str, Page] = {}

    def page(self, source: str) -> Page:
        """The shapes of one page of Typst source; it is set where it is not known."""
        found = self.known.get(source)
        if found is None:
            found = self.known[source] = compiled(source)
        self.asked[source] = found
        return found

    def open(self, chapter: str) -> None:
        """Takes what a chapter had the last time."""
        if len(self.known) > MOST:
            self.known.clear()
        self.kept, self.asked = read(file_of(chapter)), {}
        self.known = {**self.kept, **self.known}

    def close(self, chapter: str) -> None:
        """Keeps what a chapter asked for, if any of it is new. Where nothing can be written, nothing is kept."""
        if not self.asked.keys() <= self.kept.keys():
            with suppress(OSError):
                write(self.asked, file_of(chapter))


def file_of(chapter: str) -> Path:
    return cache_folder() / "formulas" / f"{chapter}.pages"


def read(path: Path) -> dict[str, Page]:
    """The pages in a file; none if it is not there, not whole, or of another edition."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    if content[:SEAL] != seal(content[SEAL:]):
        return {}
    with np.load(BytesIO(content[SEAL:]), allow_pickle=False) as file:
        parts, lines = file["parts"].tolist(), file["baselines"].tolist()
        found = [Shape(part, outline, None if isnan(line) else line)
                 for part, outline, line in zip(parts, cut(file["points"], file["lengths"]), lines, strict=True)]
        sources = json.loads(file["sources"].tobytes())
        return dict(zip(sources, map(tuple, cut(found, file["counts"])), strict=True))


def cut(row: Sequence, lengths: NDArray[np.int64]) -> Iterator[Sequence]:
    """A row in pieces of these lengths."""
    return (row[begin:end] for begin, end in pairwise([0, *np.cumsum(lengths).tolist()]))


def write(pages: Mapping[str, Page], path: Path) -> None:
    """Puts pages into a file, which is there when it is whole."""
    found = [shape for page in pages.values() for shape in page]
    content = BytesIO()
    np.savez(content, sources=np.frombuffer(json.dumps(list(pages)).encode(), np.uint8),
             counts=[len(page) for page in pages.values()], parts=[shape.part for shape in found],
             baselines=[np.nan if shape.baseline is None else shape.baseline for shape in found],
             lengths=[len(shape.outline) for shape in found],
             points=np.concatenate([np.empty((0, 3)), *(shape.outline for shape in found)]))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(seal(content.getvalue()) + content.getvalue())
    os.replace(part, path)


def seal(content: bytes) -> bytes:
    """What a file begins with: it fits only this content, and only in this edition."""
    return hashlib.sha256(edition() + content).digest()


shelf = Shelf()
shapes = shelf.page
