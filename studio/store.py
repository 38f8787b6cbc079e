"""Finished chapters, kept by what they were made of, so that none is rendered twice.

One file a chapter, which stands there whole or not at all. Several films may use the store at once.
"""
from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from scenes.kit.cache import cache_folder
from studio.form import LEDGER
from studio.mistake import Mistake
from studio.staging import staging

if TYPE_CHECKING:
    from studio.job import Job

LARGEST = 4_000_000_000    # bytes; what was not used for the longest time goes first
USUAL = (45.0, 20.0)       # seconds of film and of work, for a chapter that was never rendered


class Store:
    """A folder of finished chapters, of at most `largest` bytes. What cannot be kept is not, and nothing is said."""

    def __init__(self, folder: Path | None = None, largest: int = LARGEST) -> None:
        self.folder, self.largest = folder or cache_folder() / "chapters", largest
        self.memory = self.folder / "seconds.json"

    def path(self, key: str) -> Path:
        return self.folder / f"{key}.zip"

    def get(self, key: str) -> dict[str, bytes] | None:
        """The files of a chapter by their endings; None if they are not there, or not whole any more."""
        path = self.path(key)
        try:
            with zipfile.ZipFile(path) as entry:
                files = {kind: entry.read(kind) for kind in entry.namelist()}    # each with its checksum
            os.utime(path)
            if LEDGER not in files:
                raise KeyError(LEDGER)
        except FileNotFoundError:
            return None
        except (OSError, KeyError, EOFError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
            with suppress(OSError):
                path.unlink()
            return None
        return files

    def put(self, key: str, files: Mapping[str, bytes]) -> None:
        """Keeps the files of a chapter."""
        content = BytesIO()
        with zipfile.ZipFile(content, "w") as entry:    # not compressed: clips are
            for kind, data in files.items():
                entry.writestr(kind, data)
        self.write(self.path(key), content.getbuffer())
        self.trim()

    def trim(self) -> None:
        """Removes the entries that were not used for the longest time until the rest is small enough."""
        found = []
        for path in self.folder.glob("*.zip"):
            with suppress(OSError):    # another film removed it
                state = path.stat()
                found.append((state.st_mtime_ns, state.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.largest:
                break
            with suppress(OSError):
                path.unlink()
            total -= size

    def expected(self, job: Job) -> tuple[float, float]:
        """Seconds of film and of work that a chapter had when it was last rendered with this effort."""
        found = self.remembered().get(f"{job.name} {job.effort}")
        return tuple(found) if found else USUAL

    def remember(self, job: Job, film: float, work: float) -> None:
        """Notes how long a chapter was and took."""
        table = {**self.remembered(), f"{job.name} {job.effort}": [round(film, 1), round(work, 1)]}
        self.write(self.memory, json.dumps(table, indent=1).encode())

    def remembered(self) -> dict[str, list[float]]:
        with suppress(OSError, ValueError):
            return json.loads(self.memory.read_text(encoding="utf-8"))
        return {}

    def write(self, path: Path, content: bytes | memoryview) -> None:
        """Puts a file in its place when it is whole."""
        with suppress(OSError, Mistake), staging(self.folder) as aside:
            part = aside / path.name
            part.write_bytes(content)
            os.replace(part, path)
