"""A place for files that are thrown away: in the cache, or where that cannot be, in the system's temporary folder."""
from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scenes.kit.setting import environment_variables
from scenes.kit.setting.cache_folder import cache_folder
from studio.system.mistake import Mistake
from studio.system.staging import staging, sweep


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder to work in, which is gone afterwards. Mistake where there is no place for one."""
    with ExitStack() as opened:
        try:
            folder = opened.enter_context(staging(cached()))
        except (OSError, Mistake):
            try:
                folder = opened.enter_context(staging(own(temporary())))
            except (OSError, Mistake):
                raise Mistake(f"{cached()} and {temporary()}: neither can be written to; needed one that can. "
                              f"{environment_variables.CACHE} and TMPDIR name others") from None
        yield folder


def cached() -> Path:
    return cache_folder() / "work"


def temporary() -> Path:
    return Path(tempfile.gettempdir()) / f"backprop-film-{os.getuid()}"


def own(folder: Path) -> Path:
    """A folder that nobody else can write to, made where it is not there. Mistake if it is another user's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise Mistake(f"{folder}: found another user's, needed one's own")
    return folder


def sweep_workplaces() -> None:
    """Removes what processes left there that were killed."""
    for folder in (cached(), temporary()):
        sweep(folder)


def said(folder: Path) -> str:
    """A working folder, for who reads that it is full."""
    return f"{folder.parent} ({environment_variables.CACHE} names another place)"
