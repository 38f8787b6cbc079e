"""A lint that sees what a viewer would see: it plays chapters without drawing them and looks at every picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpmath.network import Network
from scenes.kit.chapter import Chapter
from studio.lint.arithmetic import Arithmetic
from studio.lint.contrast import Contrast
from studio.lint.crossed import Crossed
from studio.lint.finding import Eye, Finding
from studio.lint.leftovers import Pieces, Twice, Unseen
from studio.lint.margins import Margins
from studio.lint.movement import Movement
from studio.lint.overlap import Overlap
from studio.lint.picture import Picture
from studio.lint.play import Play, play
from studio.lint.reading import Reading
from studio.lint.size import Size

EYES: tuple[type[Eye], ...] = (
    Margins, Overlap, Crossed, Size, Contrast, Reading, Unseen, Twice, Pieces, Arithmetic, Movement,
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A chapter that was played to its end, and what was found in it, in order of time."""

    chapter: Chapter
    findings: tuple[Finding, ...]


def lint(
    chapter: type[Chapter], network: Network | None = None, eyes: Sequence[type[Eye]] = EYES, between: bool = True
) -> Seen:
    """Plays a chapter on a network, or on its own if None, and looks at it. A fault is told once, where it begins.

    Without `between` it does not look into movements, only at what they end in.
    """
    looking = [eye() for eye in eyes]
    found: dict[tuple[str, str], Finding] = {}

    def note(eye: Eye, time: float, faults: object) -> None:
        for what, much in faults:
            found.setdefault((eye.kind, what), Finding(chapter.__name__, round(time, 2), eye.kind, what, much))

    last: Picture | None = None

    def see(done: Play) -> None:
        nonlocal last
        for picture in done.pictures:
            if not picture.same(last):
                for eye in looking:
                    note(eye, picture.time, eye.look(picture))
            last = picture
        for eye in looking:
            note(eye, done.start, eye.after(done))

    scene = play(chapter, network, see, between)
    for eye in looking:
        note(eye, last.time, eye.end(last))
    return Seen(scene, tuple(sorted(found.values(), key=lambda f: f.time)))
