"""What a lecturer is told when something cannot be done: one to three plain lines, exit code 2."""
from __future__ import annotations

import errno
import os
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


def in_words(error: BaseException, place: str = "") -> Mistake | None:
    """The lecturer's words for an error that is not a fault of this program; None for one that is.

    An error of the system, or of PyAV, that names a file is that file's. `place` says where the work was, and what
    sets that, for a disk that is full.
    """
    from bpmath.model.network import NetworkError  # here and not above: `backprop --help` needs no mathematics

    known: tuple[type[BaseException], ...] = (NetworkError,)
    if chapter := sys.modules.get("scenes.kit.chapter"):    # manim is imported only by who renders
        known += (chapter.ChapterError,)
    for cause in causes(error):
        if isinstance(cause, Mistake):
            return cause
        if isinstance(cause, known):
            return Mistake(str(cause))
        if getattr(cause, "errno", None) in FULL:    # PyAV's errors have a number, but are not all OSErrors
            where = place or named_by(cause)
            return Mistake(f"{where}{': ' if where else ''}the disk is full; what was there before is unchanged. "
                           "Make room and try again.")
    file = named_by(error)
    return Mistake(f"{file}: {error.strerror or type(error).__name__}") if file else None


def named_by(error: BaseException) -> str:
    """The file that an error of the system or of PyAV is about, the target where there are two; "" if none."""
    av = sys.modules.get("av")
    if not isinstance(error, (OSError, av.FFmpegError) if av else OSError):
        return ""
    name = getattr(error, "filename2", None) or error.filename
    return os.fsdecode(name) if isinstance(name, (str, bytes, os.PathLike)) else ""


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it was raised from, and so on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
