"""From orders to films: what is kept is taken, the rest is rendered by an engine, and each film is put in its place."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from studio.cache.job import Failed, Job, Rendered
from studio.cache.store import Store
from studio.film.folder import Build, Made, Order
from studio.render.parts import parted, whole
from studio.render.pool import Outcome
from studio.system.mistake import in_words

LOOK = 0.5    # seconds; how long to wait for an engine before looking again


class Engine(Protocol):
    """Renders jobs somewhere, as many at once as it can."""

    room: int    # how many jobs it should have, so that none of its workers has to wait

    def submit(self, number: int, job: Job) -> None: ...
    def next(self, seconds: float) -> tuple[int, Outcome] | None: ...
    def close(self) -> None: ...


class Tell:
    """What is told of the work while it goes on; this tells nothing."""

    def begun(self, order: Order) -> None: ...
    def heard(self, job: Job, moment: float) -> None: ...
    def done(self, outcome: Outcome) -> None: ...


@dataclass
class Task:
    """A chapter at work, in one part or several, and what came of each so far."""

    build: Build
    job: Job
    parts: Sequence[Job]
    found: dict[Job, Outcome] = field(default_factory=dict)

    def take(self, part: Job, outcome: Outcome) -> Outcome | None:
        """What came of the chapter, when that was its last part."""
        self.found[part] = outcome
        if len(self.found) < len(self.parts):
            return None
        found = [self.found[part] for part in self.parts]
        if failed := next((one for one in found if isinstance(one, Failed)), None):
            return failed
        try:
            return whole(self.job, found)
        except Exception as error:
            if not (mistake := in_words(error)):
                raise
            return Failed(self.job.name, mistake.message)


def make_all(orders: Iterable[Order], engine: Engine, store: Store, tell: Tell, force: bool = False,
             processes: int = 1) -> Iterator[Made]:
    """Makes the orders, in any order, and yields each when it is done. With `force` all is rendered again.

    An order is only read when the engine has room for it, so that there may be any number of them. A chapter is
    rendered in parts where that keeps so many processes busy.
    """
    at_work: dict[int, tuple[Task, Job]] = {}
    builds: set[Build] = set()
    numbers, orders, more = count(), iter(orders), True
    try:
        while more or at_work:
            while more and len(at_work) < engine.room:
                order = next(orders, None)
                if order is None:
                    more = False
                    break
                tell.begun(order)
                try:
                    build = Build(order)
                except Exception as error:
                    yield unmade(order, error)
                    continue
                builds.add(build)
                missing = []
                for job in order.jobs:
                    files = None if force else store.get(job)
                    if files:
                        tell.done(build.take(Rendered(job.name, files, 0.0, {})))
                    else:
                        missing.append(job)
                for job, parts in parted(missing, store.expected, processes):
                    task = Task(build, job, parts)
                    for part in parts:
                        at_work[number := next(numbers)] = task, part
                        engine.submit(number, part)
                if not missing:
                    builds.remove(build)
                    yield finished(build)
            if at_work and (found := engine.next(LOOK)):
                number, outcome = found
                task, part = at_work.pop(number)
                build, job = task.build, task.job
                outcome = task.take(part, outcome)
                if outcome is None:
                    continue
                if isinstance(outcome, Rendered):
                    store.put(job, outcome.files)
                    store.remember(job, outcome.duration, sum(outcome.seconds.values()))
                tell.done(build.take(outcome))
                if build.complete:
                    builds.remove(build)
                    yield finished(build)
    finally:
        for build in builds:
            build.close()


def finished(build: Build) -> Made:
    """What came of an order; if the last step fails, why."""
    try:
        return build.finish()
    except Exception as error:
        return Made(build.order, failed=(Failed("", build.reason(error)),))
    finally:
        build.close()


def unmade(order: Order, error: Exception) -> Made:
    """An order that could not be made for a reason that is not the program's fault; else the error is raised."""
    if mistake := in_words(error):
        return Made(order, failed=(Failed("", mistake.message),))
    raise error
