"""What Typst has set for a chapter, kept on disk: its formulas, numbers and words are there the next time it is played.

There is one file for each chapter, with what it showed when it was last played to its end. It serves whoever has the
same fonts, the same Typst and the same way to read what that writes.

With the pages are kept their forms, which say what the chapter will ask for with other numbers. So Typst is called once
when the chapter begins, for all of it that is new. Where nothing is kept yet, the forms are those of the film's own
network. What no form foresees is set when it is asked for: the first time in another language or with other layers, a
line that breaks elsewhere, a sum that is now only nearly right as printed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from itertools import pairwise
from math import isnan
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenes.kit.cache import cache_folder
from scenes.kit.forms import Display, filled, form_of, listed
from scenes.kit.shapes import PREAMBLE, Shape, compiled
from scenes.kit.theme import FONTS

if TYPE_CHECKING:
    from scenes.kit.glyphs import Mark

Page = tuple[Shape, ...]
NOTHING: Mapping[int, Mark] = MappingProxyType({})

CODE = (Path(__file__).with_name("shapes.py"), Path(__file__))
SEAL = 32  # bytes
MOST = 1024  # pages that a process has in mind; a film has some 350


@cache
def edition() -> bytes:
    """A fingerprint of all that makes a page of a source, and a file of pages."""
    versions = [importlib.metadata.version(library) for library in ("typst", "svgelements", "numpy")]
    made_of = hashlib.sha256(repr((versions, PREAMBLE)).encode())
    for file in (*CODE, *sorted(FONTS.glob("*.ttf"))):
        made_of.update(hashlib.sha256(file.read_bytes()).digest())
    return made_of.digest()


class Shelf:
    """Pages by their source: those in mind, those that a chapter asked for, and those that its file has."""

    def __init__(self) -> None:
        self.known: dict[str, Page] = {}
        self.asked: dict[str, Mapping[int, Mark]] = {}  # with what their parts are
        self.kept: Mapping[str, Page] = {}

    def page(self, source: str, marks: Mapping[int, Mark] = NOTHING) -> Page:
        """The shapes of one page of Typst source, with these marks in it; it is set where it is not known.

        TypesettingError where Typst refuses it, here and in all that follows.
        """
        self.fetch([source])
        self.asked.setdefault(source, marks)
        return self.known[source]

    def fetch(self, sources: Iterable[str]) -> None:
        """Has these pages in mind; those that are not known are set in one call."""
        if new := [source for source in dict.fromkeys(sources) if source not in self.known]:
            self.known.update(zip(new, compiled(new), strict=True))

    def open(self, chapter: str, display: Display) -> None:
        """Takes what a chapter had the last time, and has all set that it is known to ask for with these numbers."""
        if len(self.known) > MOST:
            self.known.clear()
        self.asked = {}
        self.kept, forms = read(file_of(chapter))
        self.known = {**self.kept, **self.known}
        self.fetch(source for form in forms or listed(chapter) if (source := filled(form, display)) is not None)

    def forms(self, display: Display) -> list[str]:
        """What the chapter asked for, with slots for these numbers."""
        return [form_of(source, marks, display) for source, marks in self.asked.items()]

    def close(self, chapter: str, display: Display) -> None:
        """Keeps what a chapter asked for, if any of it is new. Where nothing can be written, nothing is kept."""
        if not self.asked.keys() <= self.kept.keys():
            with suppress(OSError):
                write({source: self.known[source] for source in self.asked}, self.forms(display), file_of(chapter))


def common(name: str, sources: Sequence[str]) -> dict[str, Page]:
    """Pages that are no chapter's own, kept in a file of this name."""
    kept, _ = read(file_of(name))
    if not kept.keys() >= set(sources):
        kept = dict(zip(sources, compiled(sources), strict=True))
        with suppress(OSError):
            write(kept, [], file_of(name))
    return kept


def file_of(chapter: str) -> Path:
    return cache_folder() / "formulas" / f"{chapter}.pages"


def read(path: Path) -> tuple[dict[str, Page], list[str]]:
    """The pages and the forms in a file; none if it is not there, not whole, or of another edition."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}, []
    if content[:SEAL] != seal(content[SEAL:]):
        return {}, []
    with np.load(BytesIO(content[SEAL:]), allow_pickle=False) as file:
        parts, lines = file["parts"].tolist(), file["baselines"].tolist()
        found = [Shape(part, outline, None if isnan(line) else line)
                 for part, outline, line in zip(parts, cut(file["points"], file["lengths"]), lines, strict=True)]
        sources, forms = json.loads(file["texts"].tobytes())
        return dict(zip(sources, map(tuple, cut(found, file["counts"])), strict=True)), forms


def cut(row: Sequence, lengths: NDArray[np.int64]) -> Iterator[Sequence]:
    """A row in pieces of these lengths."""
    return (row[begin:end] for begin, end in pairwise([0, *np.cumsum(lengths).tolist()]))


def write(pages: Mapping[str, Page], forms: Sequence[str], path: Path) -> None:
    """Puts pages and forms into a file, which is there when it is whole."""
    found = [shape for page in pages.values() for shape in page]
    content = BytesIO()
    np.savez(content, texts=np.frombuffer(json.dumps([list(pages), forms]).encode(), np.uint8),
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
