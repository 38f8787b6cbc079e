"""Ctrl-C at a moment of our choosing, and the signal to end."""
from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Terminated(KeyboardInterrupt):
    """The process was told to end by SIGTERM. It cleans up as after Ctrl-C."""


def terminate(number: int, frame: object) -> None:
    """A handler for SIGTERM."""
    raise Terminated


@contextmanager
def held_back(*signals: signal.Signals) -> Iterator[None]:
    """Signals that arrive meanwhile are delivered afterwards. A process begun meanwhile never hears them.

    The mask is for those processes, which inherit it; in this one another thread could still be interrupted, and Python
    would act in the main thread, so the handlers are exchanged too. In another thread than the main one nothing is to
    be done: Python interrupts none of them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
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
