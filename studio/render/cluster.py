"""Rendering on a Dask cluster: jobs go to its workers, files come back. No disk needs to be shared."""
from __future__ import annotations

import logging
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from uuid import uuid4

from studio.cache.job import Failed, Job
from studio.render.pool import Outcome, Workers
from studio.system.mistake import Mistake

if TYPE_CHECKING:
    from distributed import Future

NEEDED = "found no Dask here, needed for --scheduler:  .venv/bin/pip install distributed"
PATIENCE = 10    # seconds in which a scheduler has to answer

here: dict[str, Workers] = {}    # on a machine of the cluster: the processes that render, by the batch they are for
lock = threading.Lock()


def render_here(batch: str, job: Job) -> Outcome:
    """What comes of a job, in a thread of a Dask worker; manim wants a process for itself, and gets a warm one."""
    with lock:
        workers = here.setdefault(batch, Workers())
    return workers.render(job)


def stop_here(batch: str) -> None:
    """Ends a batch's processes on a machine of the cluster."""
    with lock:
        workers = here.pop(batch, None)
    if workers:
        workers.close()


class Cluster:
    """The engine behind `--scheduler`. Dask sends a job elsewhere if its worker dies."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise Mistake(NEEDED) from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)    # what matters is told by the command
        try:
            self.client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise Mistake(f"--scheduler {address}: no Dask scheduler answers there ({error}); needed its address, such "
                          "as tcp://host:8786") from None
        self.batch = uuid4().hex
        self.futures: set[Future] = set()
        self.finished: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()

    @property
    def room(self) -> int:
        return max(4, 2 * sum(self.client.nthreads().values()))

    def submit(self, number: int, job: Job) -> None:
        future = self.client.submit(render_here, self.batch, job, key=f"{job.name}-{number}-{self.batch}", pure=False)
        self.futures.add(future)
        future.add_done_callback(lambda future: self.finished.put((number, self.outcome(job, future))))

    def outcome(self, job: Job, future: Future) -> Outcome:
        """What came of a job, or what Dask says has become of it."""
        try:
            return future.result()
        except Exception as error:
            return Failed(job.name, f"{job.name}: the cluster lost it: {type(error).__name__}: {error}".splitlines()[0])
        finally:
            self.futures.discard(future)
            future.release()    # its files are not kept on the cluster

    def next(self, seconds: float) -> tuple[int, Outcome] | None:
        if self.client.status == "closed":
            raise Mistake("the connection to the scheduler was lost; the same command goes on where it stopped")
        try:
            return self.finished.get(timeout=seconds)
        except Empty:
            return None

    def close(self) -> None:
        """Stops this batch's work on every machine of the cluster."""
        with suppress(Exception):    # the cluster may be gone
            self.client.cancel(list(self.futures), force=True)
            self.client.run(stop_here, self.batch, on_error="ignore")
        self.client.close(timeout=PATIENCE)
