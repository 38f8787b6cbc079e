"""What is told while chapters are rendered: one bar on a terminal, plain lines elsewhere."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from studio.render import Rendered


class Progress:
    """The film as one bar, as long as its chapters in seconds of film; it names those that are being rendered."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def over(self, expected: Mapping[str, float]) -> Iterator[None]:
        """While the chapters of these names and expected seconds are rendered."""
        self.expected, self.grown, self.finished = expected, {}, set()
        columns = (SpinnerColumn(), BarColumn(24), TaskProgressColumn(), TimeElapsedColumn(),
                   TextColumn("{task.description}", markup=False))
        with Bar(*columns, console=self.console, disable=not self.console.is_terminal, transient=True) as self.bar:
            self.task = self.bar.add_task("starting", total=sum(expected.values()))
            yield

    def heard(self, name: str, seconds: float) -> None:
        """A chapter has grown to these seconds of film."""
        self.grown[name] = seconds
        self.show()

    def done(self, rendered: Rendered) -> None:
        """A chapter is finished."""
        self.finished.add(rendered.job.name)
        took = sum(rendered.seconds.values())
        self.console.print(f"{rendered.job.name}: {rendered.duration:.0f} s of film in {took:.0f} s "
                           f"({len(self.finished)} of {len(self.expected)})", highlight=False, markup=False)
        self.show()

    def show(self) -> None:
        """Draws the bar as it stands."""
        at_work = [f"{name} {clock(s)}" for name, s in self.grown.items() if name not in self.finished]
        so_far = sum(self.expected[n] if n in self.finished else min(s, 0.97 * self.expected[n])
                     for n, s in (dict.fromkeys(self.finished, 0.0) | self.grown).items())
        self.bar.update(self.task, completed=so_far, description=", ".join(at_work) or "joining")


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
