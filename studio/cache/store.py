"""Finished chapters, kept by what they were made of, so that none is rendered twice.

One file a chapter, which stands there whole or not at all. Several films may use the store at once. What is taken is
checked: an entry fits its own key only, and has all files of the chapter and no others, which can be read.
"""
from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from scenes.kit.setting.cache_folder import cache_folder
from scenes.kit.setting.whole_file import replacing
from studio.cache.key import digest
from studio.movie.clip_format import LEDGER, POSTER
from studio.system.staging import sweep

if TYPE_CHECKING:
    from studio.cache.job import Job

LARGEST = 4_000_000_000    # bytes; what was not used for the longest time goes first
LONGEST = 1e6              # seconds of film or work that a chapter may be said to have
USUAL = (45.0, 20.0)       # seconds of film and of work, for a chapter that was never rendered


class Store:
    """A folder of finished chapters, of at most `largest` bytes. What cannot be kept is not, and nothing is said."""

    def __init__(self, folder: Path | None = None, largest: int = LARGEST) -> None:
        self.folder, self.largest = folder or cache_folder() / "chapters", largest
        self.memory = self.folder / "seconds.json"
        self.added = largest    # bytes since it was last made small enough

    def path(self, key: str) -> Path:
        return self.folder / f"{key}.zip"

    def get(self, job: Job) -> dict[str, bytes] | None:
        """The files of a chapter by their endings; None if they are not there. What is not whole is removed."""
        path = self.path(job.key)
        try:
            if not path.is_file():
                return None
            entry = open(path, "rb")    # noqa: SIM115  closed below
        except OSError:
            return None
        try:
            with entry:
                files = unpacked(job, entry)
        except Exception:    # there is no end of what can be wrong with a file; each means that it is not the entry
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):    # another user's, or on a disk that is read only
            os.utime(path)
        return files

    def put(self, job: Job, files: Mapping[str, bytes]) -> None:
        """Keeps the files of a chapter, if they are whole and leave room for others."""
        size = sum(map(len, files.values()))
        if size > self.largest // 2 or not are_whole(job, files):
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self.path(job.key)) as file, zipfile.ZipFile(file, "w") as entry:    # clips are compressed
                entry.comment = seal(job.key, files)
                for kind, data in files.items():
                    entry.writestr(kind, data)
        self.added += size
        if self.added > self.largest // 100:    # not each time: it looks at every entry
            self.added = 0
            with suppress(OSError):
                self.trim()

    def trim(self) -> None:
        """Removes entries that are too large, and those that were not used for the longest time, until there is room.
        """
        sweep(self.folder)
        found = []
        for path in self.folder.glob("*.zip"):
            with suppress(OSError):    # another film removed it
                state = path.stat()
                found.append((state.st_size <= self.largest, state.st_mtime_ns, state.st_size, path))
        total = sum(size for _, _, size, _ in found)
        for _, _, size, path in sorted(found):
            if total <= self.largest:
                break
            with suppress(OSError):
                path.unlink()
            total -= size

    def expected(self, job: Job) -> tuple[float, float]:
        """Seconds of film and of work that a chapter had when it was last rendered with this effort."""
        return self.remembered().get(f"{job.name} {job.effort}", USUAL)

    def remember(self, job: Job, film: float, work: float) -> None:
        """Notes how long a chapter was and took."""
        table = {**self.remembered(), f"{job.name} {job.effort}": (round(film, 1), round(work, 1))}
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self.memory) as file:
                file.write(json.dumps(table, indent=1).encode())

    def remembered(self) -> dict[str, tuple[float, float]]:
        """By chapter and effort, what was noted; only what can be: two numbers above 0."""
        with suppress(OSError, ValueError, RecursionError):
            if self.memory.is_file() and isinstance(found := json.loads(self.memory.read_bytes()), dict):
                return {name: tuple(pair) for name, pair in found.items() if is_pair(pair)}
        return {}


def is_pair(found: object) -> bool:
    """Whether this is how many seconds of film and of work a chapter was."""
    return isinstance(found, list) and len(found) == 2 and all(
        isinstance(n, int | float) and not isinstance(n, bool) and 0 < n < LONGEST for n in found)


def unpacked(job: Job, file: object) -> dict[str, bytes]:
    """The files in an entry. An exception of any kind if it is not whole, or not this chapter's."""
    with zipfile.ZipFile(file) as entry:
        if any(info.compress_type != zipfile.ZIP_STORED for info in entry.infolist()):
            raise ValueError("found what was not packed here")
        files = {kind: entry.read(kind) for kind in entry.namelist()}
        if entry.comment != seal(job.key, files):
            raise ValueError("found another chapter's files, or changed ones")
    if not are_whole(job, files):
        raise ValueError("found files that are not whole")
    return files


def seal(key: str, files: Mapping[str, bytes]) -> bytes:
    """What an entry ends with: it fits this key and these files only."""
    return digest(key, [(kind, hashlib.sha256(data).hexdigest()) for kind, data in sorted(files.items())]).encode()


def are_whole(job: Job, files: Mapping[str, bytes]) -> bool:
    """Whether these are all files of a chapter that a renderer makes, no others, and each can be read."""
    import srt  # here and not above: who only asks for times needs neither

    from studio.movie.clip import length

    if not job.form.holds(files) or not all(
            data.startswith(b"\x89PNG") for kind, data in files.items() if kind.endswith(POSTER)):
        return False
    try:
        ledger = json.loads(files[LEDGER])
        lasts = [ledger["duration"]]
        if job.form.is_movie:
            list(srt.parse(files[".srt"].decode()))
            lasts.append(length(BytesIO(files[f".{job.form.format}"])))
        return ledger["chapter"] == job.name and all(0 < seconds < LONGEST for seconds in lasts)
    except Exception:    # as above
        return False
