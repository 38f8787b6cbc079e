"""What a frame costs on networks of other sizes, beside the path:  .venv/bin/python benchmarks/sizes.py

Each network's chapters are rendered in a process of its own, in turn with the path's; what is compared is the time of
the processor for each frame of film.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
from pairs import ratio, tell

from bpmath.files.canonical import canonical
from bpmath.model.network import network
from studio.cache.job import jobs_for
from studio.film.chapters import chapters
from studio.film.networks import left_out, traced
from studio.render.chapter_files import render

SIZES = ("1-1-1-1", "1-1-1-1-1-1-1-1-1", "2-2-2", "2-3-2", "3-8-8-1", "4-12-12-4", "784-16-16-10")
RATE = {"l": 15, "m": 30, "h": 60}


@click.command()
@click.argument("sizes", nargs=-1, metavar="[SIZES]...")
@click.option("--quality", type=click.Choice(list(RATE)), default="l", show_default=True)
@click.option("--pairs", default=1, show_default=True, help="How often each is rendered.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/sizes.json"))
def main(sizes: tuple[str, ...], quality: str, pairs: int, target: Path) -> None:
    """Times all chapters that a network of these SIZES has, such as 784-16-16-10."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = written(SIZES[0], Path(folder))
        for size in sizes or SIZES:
            file, found = written(size, Path(folder)), []
            for _ in range(pairs):
                found.append((apart(file, quality), apart(path, quality)))
            own, paths = zip(*found, strict=True)
            rows.append({
                "network": size,
                "chapters": own[0]["chapters"],
                "frames": own[0]["frames"],
                "ms a frame": 1000 * statistics.median(f["cpu"] / f["frames"] for f in own),
                "to the path": ratio([f["cpu"] / f["frames"] for f in own], [f["cpu"] / f["frames"] for f in paths]),
                "frames a second": statistics.median(f["frames"] / f["wall"] for f in own),
                "memory, MB": max(f["memory"] for f in own),
            })
    tell(f"All chapters, quality {quality}", rows, target, quality=quality, pairs=pairs)


def written(size: str, folder: Path) -> Path:
    """A network with these layers: sigmoid in the hidden ones, numbers of the usual size, always the same."""
    rng, units = np.random.default_rng(7), [int(n) for n in size.split("-")]
    hidden, last = "sigmoid", "linear" if units[-1] == 1 else "sigmoid"
    x, y = rng.uniform(0.2, 1, units[0]).round(3), rng.uniform(0.1, 0.9, units[-1]).round(3)
    layers = []
    for left, right in pairwise(units):
        layers.append(((rng.normal(size=(right, left)) / np.sqrt(left) * 1.5).round(4), hidden))
    layers[-1] = layers[-1][0], last
    file = folder / f"{size}.json"
    file.write_text(canonical(network(x, y, "squared_error", layers, name=size)), encoding="utf-8")
    return file


def apart(file: Path, quality: str) -> dict[str, float]:
    """Renders a network's chapters in a fresh process."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=measured, args=(file, quality, there))
    process.start()
    there.close()
    found = here.recv()
    process.join()
    return found


def measured(file: Path, quality: str, told: object) -> None:
    net = traced(file).network
    cast = [c for c in chapters() if not left_out(c, net, chosen=True)]
    begun, cpu = time.perf_counter(), time.process_time()
    done = [replace(render(job), files={}) for job in jobs_for(cast, net, quality)]
    told.send({
        "chapters": len(done),
        "frames": round(sum(r.duration for r in done) * RATE[quality]),
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - begun,
        "memory": highest_memory(),
    })


def highest_memory() -> float:
    """MB that this process took at most."""
    status = Path("/proc/self/status")
    if status.exists():  # what the system tells of a process began with its parent's
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
