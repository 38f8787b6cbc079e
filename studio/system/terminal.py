"""The terminal that a command speaks to, and the machine it runs on."""
from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

BEGUN = time.monotonic()


def elapsed() -> float:
    """Seconds since the command was called."""
    return time.monotonic() - BEGUN


def console() -> Console:
    """The terminal. Text is printed as it is: nothing in a network's name is markup."""
    from rich.console import Console

    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 120)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
