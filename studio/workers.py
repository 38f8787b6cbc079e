"""Several chapters at once, each in a process of its own."""
from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from studio.mistake import Mistake
from studio.render import Job, Rendered, render
from studio.signals import held_back

SPAWN = multiprocessing.get_context("spawn")    # a fresh process: manim and Typst do not survive a fork well
LOOK = 0.1                                      # seconds between two looks at what the workers report

reports = None    # in a worker: the queue that leads to the film


def begin(queue: multiprocessing.SimpleQueue) -> None:
    """What a worker does first."""
    global reports
    reports = queue
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """Ends a worker whose film was killed, so that it does not wait for work forever."""
    multiprocessing.parent_process().join()
    os._exit(1)


def work(job: Job) -> Rendered:
    """One job, in a worker."""
    return render(job, lambda name, time: reports.put((name, time)))


def render_all(jobs: Sequence[Job], processes: int, heard: Callable[[str, float], None],
               done: Callable[[Rendered], None]) -> list[Rendered]:
    """Renders the jobs, the first ones first, and returns them in their order. On any error the workers end at once.

    `heard(name, seconds)` is called while a chapter grows, `done(rendered)` when it is finished.
    """
    queue = SPAWN.SimpleQueue()
    pool = ProcessPoolExecutor(min(processes, len(jobs)), SPAWN, begin, (queue,))
    try:
        with held_back(signal.SIGINT):    # Ctrl-C reaches every process of a terminal, and the film alone decides
            futures = [pool.submit(work, job) for job in jobs]
        waiting = set(futures)
        while waiting:
            finished, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
            while not queue.empty():
                heard(*queue.get())
            for future in finished:
                done(future.result())
        pool.shutdown()
        return [future.result() for future in futures]
    except BrokenProcessPool:
        raise Mistake("a process that rendered a chapter was ended from outside, perhaps for lack of memory; "
                      "nothing was changed. `--jobs 1` needs the least.") from None
    finally:
        for process in multiprocessing.active_children():    # none, if all went well
            process.kill()
        pool.shutdown(cancel_futures=True)
