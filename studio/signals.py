"""Ctrl-C at a moment of our choosing."""
from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_back(*signals: signal.Signals) -> Iterator[None]:
    """Signals that arrive meanwhile are delivered afterwards. A process begun meanwhile never hears them.

    The mask is for those processes, which inherit it; in this one another thread could still be interrupted, and Python
    would act in the main thread, so the handlers are exchanged too. To be used in the main thread.
    """
    arrived: list[int] = []
    handlers = {s: signal.signal(s, lambda number, frame: arrived.append(number)) for s in signals}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for s, handler in handlers.items():
            signal.signal(s, handler)
        for number in dict.fromkeys(arrived):
            signal.raise_signal(number)
