"""A film is made aside and moved into its folder when it is whole: what stops half way leaves the last good one."""
from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from scenes.kit.setting.whole_file import PART, UNFINISHED
from studio.system.mistake import REFUSED, Mistake
from studio.system.signals import held_back

STALE = 3600.0    # seconds after which an unfinished file that nobody writes to is left over
CHANGED = "studio.changed"


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """A folder to work in, inside the output folder and so on the same disk. It is gone afterwards, come what may.

    Mistake where the output folder cannot be one, or cannot be written to.
    """
    made = [p for p in (output, *output.parents) if not p.exists()]
    folder = None
    try:
        try:
            output.mkdir(parents=True, exist_ok=True)
            with alone(output):
                clear(output)
                folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=output))
                lock = open(folder / "in use", "w")    # noqa: SIM115  closed in the end
                fcntl.flock(lock, fcntl.LOCK_EX)
        except (FileExistsError, NotADirectoryError):
            found = "a link that leads nowhere" if output.is_symlink() and not output.exists() else "a file"
            raise Mistake(f"{output}: found {found}, needed a folder for the film") from None
        except OSError as error:
            if error.errno not in REFUSED:
                raise
            raise Mistake(f"{output}: cannot be written to, needed a folder that can; see --output") from None
        with lock:
            yield folder
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        for p in made:
            with suppress(OSError):    # not empty: the film is in it
                p.rmdir()


def sweep(output: Path) -> None:
    """Removes what films left that were killed before they could clean up; one that is still at work holds its lock.

    Where nothing can be removed, nothing is.
    """
    with suppress(OSError), alone(output):
        clear(output)


def clear(output: Path) -> None:
    for folder in output.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            if folder.name.endswith(PART):
                if time.time() - folder.stat().st_mtime > STALE:
                    folder.unlink()
                continue
            try:
                with open(folder / "in use") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except FileNotFoundError:    # killed before it had a lock
                pass
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def alone(output: Path) -> Iterator[None]:
    """While nobody else begins, sweeps or moves files in a folder."""
    folder = os.open(output, os.O_RDONLY)
    try:
        with suppress(OSError):    # a disk without locks
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextmanager
def putting_into(output: Path, files: Iterable[Path]) -> Iterator[None]:
    """While files are moved into a folder: nobody else does so, and Ctrl-C waits until all of it is done.

    Mistake, before it begins, where a folder is in the way of one.
    """
    with alone(output), held_back(signal.SIGINT, signal.SIGTERM):
        if blocked := next((there for file in files if (there := output / file.name).is_dir()), None):
            raise Mistake(f"{blocked}: found a folder, needed its place for a file of this name")
        yield
        note(output)


def move(files: Iterable[Path], output: Path, outdated: Iterable[str | Path] = ()) -> None:
    """Moves finished files into a folder and removes outdated ones. To be used while it is `putting_into` it."""
    for file in files:
        os.replace(file, output / file.name)
    for name in outdated:
        (output / name).unlink(missing_ok=True)


def publish(files: Iterable[Path], output: Path, outdated: Iterable[str | Path] = ()) -> None:
    """Moves finished files into the output folder and removes outdated ones, all together."""
    files = list(files)
    with putting_into(output, files):
        move(files, output, outdated)


def note(output: Path) -> None:
    """Remembers, for as long as the command runs, that there are new files in a folder."""
    if context := click.get_current_context(silent=True):
        context.meta.setdefault(CHANGED, {})[output] = None


def changed() -> list[Path]:
    """The folders into which this command has put something, in the order in which it did."""
    context = click.get_current_context(silent=True)
    return list(context.meta.get(CHANGED, {})) if context else []
