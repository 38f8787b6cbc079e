"""A film is made aside and moved into its folder when it is whole: what stops half way leaves the last good one."""
from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.mistake import Mistake
from studio.signals import held_back

PREFIX = ".unfinished-"


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """A folder to work in, inside the output folder and so on the same disk. It is gone afterwards, come what may."""
    made = [p for p in (output, *output.parents) if not p.exists()]
    try:
        output.mkdir(parents=True, exist_ok=True)
        with alone(output):
            clear(output)
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=output))
            lock = open(folder / "in use", "w")    # noqa: SIM115  closed in the end
            fcntl.flock(lock, fcntl.LOCK_EX)
    except (FileExistsError, NotADirectoryError):
        raise Mistake(f"{output}: found a file, needed a folder for the film") from None
    except PermissionError:
        raise Mistake(f"{output}: cannot be written to, needed a folder that can; see --output") from None
    try:
        with lock:
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for p in made:
            with suppress(OSError):    # not empty: the film is in it
                p.rmdir()


def sweep(output: Path) -> None:
    """Removes what films left that were killed before they could clean up; one that is still at work holds its lock."""
    with suppress(FileNotFoundError), alone(output):
        clear(output)


def clear(output: Path) -> None:
    for folder in output.glob(f"{PREFIX}*"):
        with suppress(OSError):
            try:
                with open(folder / "in use") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except FileNotFoundError:    # killed before it had a lock
                pass
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def alone(output: Path) -> Iterator[None]:
    """While nobody else begins or sweeps in a folder."""
    folder = os.open(output, os.O_RDONLY)
    try:
        with suppress(OSError):    # a disk without locks
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def publish(files: Iterable[Path], output: Path, outdated: Iterable[str | Path] = ()) -> None:
    """Moves finished files into the output folder and removes outdated ones. Ctrl-C waits until all of it is done."""
    with held_back(signal.SIGINT, signal.SIGTERM):
        for file in files:
            os.replace(file, output / file.name)
        for name in outdated:
            (output / name).unlink(missing_ok=True)
