"""Reads files that users name: ordinary files only, of a limited size, whatever stands at the path."""
from __future__ import annotations

import os
import stat
from pathlib import Path

from bpmath.model.network import NetworkError, shown


def read_bytes(path: Path, largest: int) -> bytes:
    """The bytes of an ordinary file of at most `largest` bytes.

    A pipe or a device is never waited for or read. NetworkError says what was found; FileNotFoundError is for the
    caller to explain.
    """
    try:
        # a pipe without a writer is opened at once, and refused below
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if stat.S_ISDIR(about.st_mode):
                raise NetworkError("found a folder, needed a file")
            if not stat.S_ISREG(about.st_mode):
                raise NetworkError("found a pipe, a device or a socket, needed an ordinary file")
            if about.st_size > largest:
                raise NetworkError(f"found {about.st_size / 1e6:.0f} MB, needed at most {largest / 1e6:.0f} MB")
            content = file.read(largest + 1)
    except (FileNotFoundError, NetworkError):
        raise
    except IsADirectoryError:
        raise NetworkError("found a folder, needed a file") from None
    except OSError as error:
        raise NetworkError(f"cannot be read: {shown(error.strerror or str(error))}") from None
    except ValueError:   # a zero byte, which no name of a file has
        raise FileNotFoundError(path) from None
    if len(content) > largest:   # it grew meanwhile
        raise NetworkError(f"found more than {largest / 1e6:.0f} MB, needed less")
    return content
