"""Files that are there whole or not at all."""
from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

UNFINISHED = ".unfinished-"    # begins the name of what is not whole
PART = ".part"                 # ends the name of such a file


@contextmanager
def replacing(path: Path, aside: Path | None = None) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of the one at `path` when it is whole.

    It is written in the folder `aside`, on the same disk, or beside it. If anything fails, the one that was there
    stays, and nothing else does. OSError where it cannot be written.
    """
    part = (aside or path.parent) / f"{UNFINISHED}{uuid4().hex}{PART}"
    try:
        with open(part, "xb") as file:
            yield file
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
