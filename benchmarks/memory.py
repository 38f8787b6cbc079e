"""How much memory rendering takes, and that a longer film takes no more:  .venv/bin/python benchmarks/memory.py

A chapter that says the same again and again, in fresh processes: once, and more often; and the chapters of the film,
once and twice over, in one worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import click
from again import Again
from pairs import tell
from sizes import highest_memory

from scenes.kit.chapter import Chapter
from studio.cache.job import Job, jobs_for
from studio.film.chapters import chapters
from studio.film.networks import left_out, traced
from studio.render.chapter_files import render
from studio.render.worker import give_back

LONGER = (1, 4, 16)


@click.command()
@click.option("--quality", type=click.Choice("lmhpk"), default="l", show_default=True)
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/memory.json"))
def main(quality: str, target: Path) -> None:
    """Takes the highest memory of processes that render."""
    shown = traced(None).network
    cast = [c for c in chapters() if not left_out(c, shown, chosen=False)]
    rows = []
    for what, cases in (
        ("a chapter", [(times, [Again]) for times in LONGER]),
        ("the film", [(1, cast), (1, cast * 2)]),
    ):
        found = [apart(quality, times, list(played)) for times, played in cases]
        rows += [{"rendered": what, "minutes": seconds / 60, "MB": memory, "of the shortest": memory / found[0][1]}
                 for seconds, memory in found]
    tell(f"The highest memory of a process, quality {quality}", rows, target, quality=quality)


def apart(quality: str, times: int, cast: Sequence[type[Chapter]]) -> tuple[float, float]:
    """Seconds of film and the highest memory of a fresh process that renders these one after another."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=measured, args=(quality, times, cast, there))
    process.start()
    there.close()
    found = here.recv()
    process.join()
    return found


def measured(quality: str, times: int, cast: Sequence[type[Chapter]], told: Connection) -> None:
    Again.times = times
    told.send((sum(seconds(job) for job in jobs_for_each(cast, quality)), highest_memory()))


def seconds(job: Job) -> float:
    """Renders a chapter as a worker does; how many seconds of film it is."""
    try:
        return render(job).duration
    finally:
        give_back()


def jobs_for_each(cast: Sequence[type[Chapter]], quality: str) -> list:
    return [job for c in cast for job in jobs_for([c], None, quality)]


if __name__ == "__main__":
    main()
