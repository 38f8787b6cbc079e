"""Plays a chapter without drawing it and looks at it with the whole lint, as `backprop lint` does."""

from __future__ import annotations

from dataclasses import dataclass

from bpmath.network import Network
from scenes.kit.chapter import Chapter
from studio.lint import lint
from studio.lint.play import DRY

__all__ = ["DRY", "Viewing", "watch"]


@dataclass
class Viewing:
    """A chapter that was played to its end, and what was wrong to look at."""

    chapter: Chapter
    faults: list[str]

    @property
    def book(self) -> dict:
        return self.chapter.ledger.book(type(self.chapter).__name__, self.chapter.net.name, self.chapter.time)


def watch(chapter: type[Chapter], network: Network) -> Viewing:
    """Plays a chapter on a network with its exact times, and notes what a viewer would object to."""
    seen = lint(chapter, network)
    faults = [f"{f.chapter} at {f.time:.1f} s, {f.kind}: {f.what} ({f.much})" for f in seen.findings]
    return Viewing(seen.chapter, faults)
