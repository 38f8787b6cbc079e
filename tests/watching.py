"""Plays a chapter without drawing it and looks at it with the whole lint, as `backprop lint` does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bpmath.model.network import Network
from bpmath.model.phrase import Phrase
from scenes.kit.chapter import Chapter
from scenes.kit.setting.language import Language
from studio.lint import lint
from studio.lint.views.play import DRY

__all__ = ["DRY", "Viewing", "watch"]


@dataclass
class Viewing:
    """A chapter that was played to its end, what was wrong to look at, and the words it asked its language for."""

    chapter: Chapter
    faults: list[str]
    asked: set[str] = field(default_factory=set)

    @property
    def book(self) -> dict:
        return self.chapter.ledger.book(type(self.chapter).__name__, self.chapter.net.name, self.chapter.time)


def watch(chapter: type[Chapter], network: Network) -> Viewing:
    """Plays a chapter on a network with its exact times, and notes what a viewer would object to."""
    with listening() as asked:
        seen = lint(chapter, network)
    faults = [f"{f.chapter} at {f.time:.1f} s, {f.kind}: {f.what} ({f.much})" for f in seen.findings]
    return Viewing(seen.chapter, faults, asked)


@contextmanager
def listening() -> Iterator[set[str]]:
    """Collects what a language is asked for: all words on the screen and in captions go through it."""
    asked, pattern = set(), Language.pattern

    def heard(self: Language, phrase: str) -> str:
        asked.add(phrase.pattern if isinstance(phrase, Phrase) else phrase)
        return pattern(self, phrase)

    Language.pattern = heard
    try:
        yield asked
    finally:
        Language.pattern = pattern
