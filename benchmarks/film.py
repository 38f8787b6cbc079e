"""How long the preview film takes, and where the time goes:  .venv/bin/python benchmarks/film.py"""
from __future__ import annotations

import json
import tempfile
import time
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from studio.cache.job import jobs_for
from studio.cache.store import Store
from studio.commands.options import JOBS, NETWORK, QUALITY
from studio.display.progress import Progress
from studio.film.chapters import chapters
from studio.film.folder import Made, Order
from studio.film.make import make_all
from studio.film.networks import left_out, network_file, traced
from studio.render.pool import Local
from studio.system.terminal import cores

PARTS = {"import": "import", "build": "proofs, formulas", "play": "draw, encode", "finish": "files"}


@click.command()
@NETWORK
@QUALITY
@JOBS
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/benchmark.json"), metavar="FILE",
              show_default=True, help="Where the numbers go.")
def main(network: Path | None, quality: str, jobs: int | None, target: Path) -> None:
    """Render the film to a folder that is thrown away, and print its minutes, the wall seconds and where they went."""
    console, processes, file = Console(), jobs or cores(), network_file(network)
    begun = time.perf_counter()
    shown = traced(file).network
    cast = [c for c in chapters() if not left_out(c, shown, chosen=file is not None)]
    with tempfile.TemporaryDirectory() as folder:
        order = Order("", Path(folder) / "film", tuple(jobs_for(cast, shown if file else None, quality)), whole=True)
        progress = Progress(console, store := Store(Path(folder) / "kept"))
        with closing(Local(processes, progress.heard)) as engine, progress.shown():
            (film,) = make_all([order], engine, store, progress)
    result = numbers(film, time.perf_counter() - begun, quality, processes)
    console.print(table(result))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1), encoding="utf-8")


def numbers(film: Made, wall: float, quality: str, processes: int) -> dict:
    """The film's minutes, the wall seconds, and each chapter's share of them."""
    rows = [{"chapter": r.name, "film": r.duration, **r.seconds} for r in film.rendered]
    return {"quality": quality, "processes": processes, "minutes": film.duration / 60, "wall": wall,
            "film_per_wall": film.duration / wall, "chapters": rows}


def table(result: dict) -> Table:
    """The same for people."""
    title = (f"{result['minutes']:.1f} minutes of film in {result['wall']:.0f} s, "
             f"{result['film_per_wall']:.1f} times as fast as it plays ({result['processes']} processes)")
    made = Table(title=title)
    made.add_column("chapter")
    for column in ("film, s", *PARTS.values()):
        made.add_column(column, justify="right")
    for row in result["chapters"]:
        made.add_row(row["chapter"], *(f"{row[key]:.1f}" for key in ("film", *PARTS)))
    made.add_section()
    made.add_row("all", *(f"{sum(row[key] for row in result['chapters']):.1f}" for key in ("film", *PARTS)))
    return made


if __name__ == "__main__":
    main()
