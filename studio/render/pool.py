"""Warm processes that render chapters, on this machine. One that dies is replaced, and its chapter tried again."""
from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue

from studio.cache.job import Failed, Job, Options, Rendered, options
from studio.cache.key import Ingredients
from studio.render.forked import Copied, can_copy
from studio.system.workplace import sweep_workplaces

Outcome = Rendered | Failed
Heard = Callable[[Job, float], None]    # and how far it has come, in seconds of film

TRIES = 2


class Died(Exception):
    """A process ended before it answered; says how."""


class Worker:
    """A process that renders jobs one after another; what it imported for one is there for the next.

    It serves jobs that are meant for the same code and the same environment.
    """

    def __init__(self, process: subprocess.Popen | Copied, options: Options) -> None:
        self.process, self.options = process, options
        self.code: dict[str, Ingredients] = {}    # as it was imported

    @classmethod
    def fresh(cls, job: Job) -> Worker:
        """One that begins with nothing, for this job and others like it."""
        environment = {name: value for name, value in os.environ.items() if name not in dict(options())}
        environment |= dict(job.options) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])    # the process inherits that it hears none
        try:
            return cls(subprocess.Popen([sys.executable, "-P", "-m", "studio.render.worker"], env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE), job.options)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @classmethod
    def copies(cls, number: int) -> list[Worker]:
        """So many that begin with all that this process has imported; none where that is not safe."""
        made: list[Copied] = []
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            while can_copy() and len(made) < number:
                made.append(Copied(made))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return [cls(process, options()) for process in made]

    def serves(self, job: Job) -> bool:
        """Whether it is alive and can take this job."""
        if self.process.poll() is not None or self.options != job.options:
            return False
        same = self.code.get(job.module, job.made_of) == job.made_of
        return same and all(made_of[1:] == job.made_of[1:] for made_of in self.code.values())    # but for chapters

    def render(self, job: Job, heard: Heard) -> Outcome:
        """What comes of a job. Died if the process ended meanwhile."""
        self.code[job.module] = job.made_of
        try:
            pickle.dump(job, self.process.stdin)
            self.process.stdin.flush()
            while isinstance(answer := pickle.load(self.process.stdout), float):
                heard(job, answer)
            return answer
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):    # the pipe ended, or was cut in an answer
            self.end()
            raise Died(how(self.process.returncode)) from None

    def end(self) -> None:
        """Ends the process at once."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError, ValueError):    # what was written last may be in it still, and a thread reading
                pipe.close()


def how(code: int) -> str:
    """The end of a process, in words."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


class Workers:
    """As many processes as jobs are rendered at once: those that are `ready`, and others where more are needed.

    Threads may share it.
    """

    def __init__(self, heard: Heard = lambda job, seconds: None, ready: Sequence[Worker] = ()) -> None:
        self.heard = heard
        self.idle: list[Worker] = list(ready)
        self.all: set[Worker] = set(ready)
        self.lock = threading.Lock()
        self.closed = False

    def render(self, job: Job) -> Outcome:
        """What comes of a job, in a process of its own or one that is idle. A second one tries again if it dies."""
        ends = []
        while len(ends) < TRIES and not self.closed:
            try:
                worker = self.take(job)
                answer = worker.render(job, self.heard)
            except (Died, OSError) as end:    # OSError: no process could be started
                ends.append(str(end))
                continue
            self.idle.append(worker)
            return answer
        return Failed(job.name, f"{job.name}: the process that rendered it was ended {len(ends)} times "
                                f"({', '.join(ends)}), perhaps for lack of memory; `--jobs 1` needs the least")

    def take(self, job: Job) -> Worker:
        """A worker that can serve the job: an idle one, or else a new one in its place."""
        with self.lock:
            while self.idle:
                worker = self.idle.pop()
                if worker.serves(job):
                    return worker
                worker.end()
            self.all = {worker for worker in self.all if worker.process.returncode is None}
            worker = Worker.fresh(job)
            self.all.add(worker)
            if self.closed:
                worker.end()
            return worker

    def close(self) -> None:
        """Ends all of them at once, in the middle of whatever they do."""
        self.closed = True
        with self.lock:
            for worker in self.all:
                worker.process.kill()    # all of them first: each takes a while to be gone
            for worker in self.all:
                worker.end()
        sweep_workplaces()


class Local:
    """An engine: it takes jobs and gives what came of them. This one has workers on this machine.

    They know what is imported where it is made: chapters should be.
    """

    def __init__(self, processes: int, heard: Heard = lambda job, seconds: None) -> None:
        self.room = 2 * processes    # jobs that it should have at least, so that no worker has to wait
        self.workers = Workers(heard, Worker.copies(processes))
        self.threads = ThreadPoolExecutor(processes, "worker")
        self.finished: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()

    def submit(self, number: int, job: Job) -> None:
        """Takes a job; what comes of it is given with this number."""
        self.threads.submit(lambda: self.finished.put((number, self.workers.render(job))))

    def next(self, seconds: float) -> tuple[int, Outcome] | None:
        """What came of a job and its number; None if there is nothing for so many seconds."""
        try:
            return self.finished.get(timeout=seconds)
        except Empty:
            return None

    def close(self) -> None:
        """Stops at once."""
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.workers.close()
        self.threads.shutdown()
