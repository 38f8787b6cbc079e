"""A lint that sees what a viewer would see: it plays chapters without drawing them and looks at every picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpmath.model.network import Network
from scenes.kit.chapter import Chapter
from studio.lint.rules.arithmetic import Arithmetic
from studio.lint.rules.contrast import Contrast
from studio.lint.rules.crossed import Crossed
from studio.lint.rules.leftovers import Pieces, Twice, Unseen
from studio.lint.rules.margins import Margins
from studio.lint.rules.movement import Movement
from studio.lint.rules.overlap import Overlap
from studio.lint.rules.reading import Reading
from studio.lint.rules.size import Size
from studio.lint.views.finding import Eye, Finding
from studio.lint.views.picture import Picture
from studio.lint.views.play import Play, play

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
