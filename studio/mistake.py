"""What a lecturer is told when something cannot be done: one to three plain lines, exit code 2."""
from __future__ import annotations

import errno
import sys
from collections.abc import Iterator

import click


class Mistake(click.ClickException):
    """Says which file and place, what was found and what is needed. The command ends with exit code 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(self.message, file=file, err=True)


FULL = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def in_words(error: BaseException) -> Mistake | None:
    """The lecturer's words for an error that is not a fault of this program; None for one that is."""
    from bpmath.network import NetworkError  # here and not above: `backprop --help` needs no mathematics

    known: tuple[type[BaseException], ...] = (NetworkError,)
    if chapter := sys.modules.get("scenes.kit.chapter"):    # manim is imported only by who renders
        known += (chapter.ChapterError,)
    for cause in causes(error):
        if isinstance(cause, Mistake):
            return cause
        if isinstance(cause, known):
            return Mistake(str(cause))
        # PyAV's errors carry a number as the system's do, without being of their class
        number = getattr(cause, "errno", None)
        if number in FULL:
            return Mistake("the disk is full; what was there before is unchanged. Make room and try again.")
        if number in REFUSED and isinstance(cause, OSError):
            return Mistake(f"{cause.filename}: {cause.strerror}, needed a place that may be written to")
    return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it was raised from, and so on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
