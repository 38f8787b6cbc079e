"""A process that begins as a copy of this one, with all that was imported here, where the system copies safely."""
from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from multiprocessing import get_context

from studio.render import worker


def can_copy() -> bool:
    """Whether a copy is safe. Elsewhere than on Linux, libraries of the system may not survive one, nor do threads."""
    return sys.platform == "linux" and threading.active_count() == 1


class Copied:
    """A copy of this process that serves jobs as `studio.render.worker` does: as much of a Popen as is needed for that.

    `before` are the copies made before, whose pipes it must not hold open.
    """

    def __init__(self, before: Sequence[Copied] = ()) -> None:
        jobs, mine = os.pipe()
        theirs, answers = os.pipe()
        self.stdin, self.stdout = open(mine, "wb"), open(theirs, "rb")    # noqa: SIM115  closed by the worker
        gc.freeze()    # so that no copy looks through what is shared, which would make it its own
        self.process = get_context("fork").Process(target=serve, args=(jobs, answers, (*before, self)), daemon=True)
        self.process.start()
        gc.unfreeze()
        self.lock = threading.Lock()    # of two threads that ask at once, only one is told how it ended
        self.pid = self.process.pid
        os.close(jobs)
        os.close(answers)

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it lives."""
        with self.lock:
            return self.process.exitcode

    poll = returncode.fget

    def kill(self) -> None:
        self.process.kill()

    def wait(self) -> None:
        with self.lock:
            self.process.join()


def serve(jobs: int, answers: int, copies: Sequence[Copied]) -> None:
    """What a copy does: it lets go of what is its original's, and takes jobs until there are no more."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for copy in copies:
        copy.stdin.close()
        copy.stdout.close()
    os.dup2(2, 1)    # what a chapter prints is no answer
    gc.enable()
    worker.serve(open(jobs, "rb"), open(answers, "wb"))    # noqa: SIM115  for as long as the process lives
