"""What the lint found, and who looks for it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.lint.views.picture import Picture
    from studio.lint.views.play import Play

Fault = tuple[str, str]  # what is wrong, and by how much


@dataclass(frozen=True)
class Finding:
    """One fault, at the second of its first appearance."""

    chapter: str
    time: float
    kind: str
    what: str
    much: str


class Eye:
    """Looks at one chapter for one kind of finding. A subclass has `kind` and answers what it needs of these."""

    kind = ""

    def look(self, picture: Picture) -> Iterator[Fault]:
        """At every picture, those in the middle of a movement (`picture.moving`) and those at rest."""
        yield from ()

    def after(self, play: Play) -> Iterator[Fault]:
        """After every play, once all its pictures have been looked at."""
        yield from ()

    def end(self, last: Picture) -> Iterator[Fault]:
        """When the chapter is over."""
        yield from ()


class Lasting:
    """States of the picture that are faults only if they stay."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.since: dict[Hashable, float] = {}

    def after(self, play: Play, states: set[Hashable]) -> set[Hashable]:
        """Which of the states that hold after a play have held for so long; a wait begins as it ends."""
        now = play.pictures[-1].time
        self.since = {s: self.since.get(s, now if play.animations else play.start) for s in states}
        return {s for s, begun in self.since.items() if now - begun > self.seconds}
