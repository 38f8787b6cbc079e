"""What is told while chapters are rendered: bars on a terminal, plain lines elsewhere."""
from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from rich import progress as bars
from rich.console import Console

from scenes.kit.narration.sections import Part
from studio.cache.job import Failed, Job
from studio.cache.store import Store
from studio.film.batch import Row
from studio.film.folder import Order
from studio.film.make import Tell
from studio.render.pool import Outcome

NEARLY = 0.97    # a chapter that is longer than it was before stays here until it is done


def board(console: Console, how_far: bars.ProgressColumn) -> bars.Progress:
    """Bars with their times and names, on a terminal."""
    columns = (bars.SpinnerColumn(), bars.BarColumn(24), how_far, bars.TimeElapsedColumn(),
               bars.TextColumn("{task.description}", markup=False))
    return bars.Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


class Progress(Tell):
    """A bar for each chapter that is rendered, and one for the film, as long as its chapters in seconds of film."""

    def __init__(self, console: Console, store: Store) -> None:
        self.console, self.store = console, store
        self.expected: dict[str, float] = {}
        self.parts: dict[str, dict[Part, float]] = defaultdict(dict)    # seconds of film that there are of each
        self.grown: dict[str, float] = {}
        self.bars: dict[str, int] = {}
        self.finished = 0
        self.lock = threading.Lock()    # workers are heard in threads of their own

    @contextmanager
    def shown(self) -> Iterator[None]:
        """While there is something to tell."""
        with board(self.console, bars.TaskProgressColumn()) as self.board:
            self.film = self.board.add_task("starting", total=None)
            yield

    def begun(self, order: Order) -> None:
        self.expected = {job.name: self.store.expected(job)[0] for job in order.jobs}
        self.show()

    def heard(self, job: Job, moment: float) -> None:
        with self.lock:
            name, begin = job.name, job.part[0]
            self.parts[name][job.part] = max(0.0, moment - begin)
            seconds = sum(self.parts[name].values())
            self.grown[name] = min(seconds, NEARLY * self.expected[name])
            if name not in self.bars:
                self.bars[name] = self.board.add_task(name, total=self.expected[name])
            self.board.update(self.bars[name], completed=self.grown[name], description=f"{name} {clock(seconds)}")
            self.show()

    def done(self, outcome: Outcome) -> None:
        with self.lock:
            name = outcome.name
            self.finished, self.grown[name] = self.finished + 1, self.expected[name]
            if name in self.bars:
                self.board.remove_task(self.bars.pop(name))
            line = f"{said(outcome)} ({self.finished} of {len(self.expected)})"
            self.console.print(line, highlight=False, markup=False)
            self.show()

    def show(self) -> None:
        """The film's bar as it stands."""
        doing = f"{self.finished} of {len(self.expected)}" if self.finished < len(self.expected) else "joining"
        self.board.update(self.film, total=sum(self.expected.values()), completed=sum(self.grown.values()),
                          description=doing)


def said(outcome: Outcome) -> str:
    """What came of a chapter, in a line."""
    if isinstance(outcome, Failed):
        return f"{outcome.name}: failed"
    if not outcome.seconds:
        return f"{outcome.name}: {outcome.duration:.0f} s of film, kept from before"
    return f"{outcome.name}: {outcome.duration:.0f} s of film in {sum(outcome.seconds.values()):.0f} s"


class Count(Tell):
    """One bar for many networks, and a line for each."""

    def __init__(self, console: Console, total: int) -> None:
        self.console, self.total, self.finished = console, total, 0

    @contextmanager
    def shown(self) -> Iterator[None]:
        """While there is something to tell."""
        with board(self.console, bars.MofNCompleteColumn()) as self.board:
            self.bar = self.board.add_task("networks", total=self.total)
            yield

    def made(self, row: Row) -> None:
        """A network is done."""
        self.finished += 1
        result = "failed" if row.failed else f"{row.duration / 60:.1f} minutes of film, made in {clock(row.took)}"
        self.console.print(f"{row.folder}: {result}", highlight=False, markup=False)
        self.board.update(self.bar, completed=self.finished)


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
