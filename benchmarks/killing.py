"""What kill -9 leaves behind, at random moments:  .venv/bin/python benchmarks/killing.py

Films of a few short chapters are made again and again, each on another weight over the film before, and something is
killed at a random moment: a process that renders, the command itself, or a worker of a Dask cluster. Every file under a
final name must then be whole, the film be the earlier or the new one, no process be left, and the next run complete it.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import click
import srt
from pairs import tell

from bpmath.files.network_file import DEFAULT

CHAPTERS = ("One", "Two", "Three")
CHAPTER = """
from manim import Circle, Create
from scenes.kit.chapter import Chapter


class {name}(Chapter):
    chapter = {number}
    title = "{name}"

    def construct(self):
        for _ in range({number} * 3):
            self.beat("Round and round.", Create(Circle(1 + self.net.theta(1)[0, 0])))
"""
COMMAND = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import studio.film.chapters
studio.film.chapters.PACKAGE = "short"
from studio.commands.main import run
run()
"""
FILES = {f"{name}{kind}" for name in CHAPTERS for kind in (".mp4", ".srt", ".json")} | {"film.mp4", "film.srt"}


class Trials:
    """A folder with a short film, which is made again on one weight after another."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance, self.number = folder, random.Random(seed), 0
        package = folder / "films" / "short"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        for number, name in enumerate(CHAPTERS, 1):
            (package / f"{name.lower()}.py").write_text(CHAPTER.format(name=name, number=number))
        self.environment = {**os.environ, "BACKPROP_CACHE": str(folder / "cache")}
        self.environment.pop("BACKPROP_NETWORK", None)

    def network(self) -> Path:
        """A network that no film was made of yet."""
        self.number += 1
        file = self.folder / "mine.toml"
        file.write_text(DEFAULT.read_text().replace("0.8", f"0.{self.number:04}"))
        return file

    def start(self, *words: object) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", COMMAND, str(self.folder / "films"), *map(str, words)],
                                env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *words: object) -> float:
        """A run to its end, and how long it took."""
        begun, process = time.monotonic(), self.start(*words)
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(said)
        return time.monotonic() - begun


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    try:
        return [int(p) for task in Path(f"/proc/{pid}/task").iterdir() for p in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(pid: int) -> list[int]:
    return [d for child in children(pid) for d in (child, *descendants(child))]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def broken(folder: Path) -> list[str]:
    """The files under final names that are not whole."""
    found = []
    for path in folder.iterdir():
        if path.name not in FILES:
            continue
        try:
            if path.suffix == ".mp4":
                with av.open(str(path)) as movie:
                    stream = movie.streams.video[0]
                    if sum(1 for _ in movie.decode(stream)) != stream.frames:
                        raise ValueError("frames are missing")
            elif path.suffix == ".json":
                json.loads(path.read_text())
            else:
                list(srt.parse(path.read_text()))
        except (av.FFmpegError, ValueError, srt.SRTParseError) as error:
            found.append(f"{path.name}: {error}")
    return found


def prints(folder: Path) -> dict[str, str]:
    return {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in FILES if (folder / n).exists()}


def trial(trials: Trials, words: Callable[[Path], list], output: Path, span: float,
          victim: Callable[[subprocess.Popen], int | None], survives: bool) -> dict[str, bool]:
    """One film during which the victim is killed: what was found afterwards."""
    network = trials.network()
    before, begun = prints(output), time.monotonic()
    process = trials.start(*words(network))
    while victim(process) is None and process.poll() is None:    # a process that renders is there only after a while
        time.sleep(0.02)
    time.sleep(trials.chance.uniform(0, max(0.0, span - (time.monotonic() - begun))))
    there = descendants(process.pid)    # who must not outlive it
    pid = victim(process)
    hit = pid is not None and process.poll() is None and kill(pid)
    process.communicate()
    deadline = time.monotonic() + 10
    while any(map(alive, there)) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = sum(map(alive, there))
    after = prints(output)
    found = {"hit": hit, "went on": not process.returncode, "old film": after == before, "broken": bool(broken(output)),
             "lost": set(after) != FILES or (survives and process.returncode != 0), "left over": left > 0}
    trials.run(*words(network))
    whole = not broken(output) and set(prints(output)) == FILES and not list(output.glob(".unfinished-*"))
    return found | {"next failed": not whole}


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, Callable[[], list[int]]]]:
    """A Dask cluster of two worker processes: its address, and the processes as they are now."""
    from distributed import LocalCluster

    sys.path.insert(0, str(folder / "films"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                          silence_logs=True) as made:
            yield made.scheduler_address, lambda: [n.pid for n in made.workers.values() if n.pid]


@click.command()
@click.option("--moments", default=20, show_default=True, help="How often each is killed.")
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/killing.json"))
def main(moments: int, seed: int, target: Path) -> None:
    """Kills a rendering process, the command, and a Dask worker, each at random moments, and looks at what is left."""
    rows, times = [], range(moments)
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(Path(folder), seed)
        output = Path(folder) / "out"

        def film(network: Path) -> list:
            return ["film", "--network", network, "--output", output, "--jobs", 2]

        def worker(process: subprocess.Popen) -> int | None:
            return trials.chance.choice(children(process.pid) or [None])

        trials.run(*film(trials.network()))
        span = trials.run(*film(trials.network()))
        rows.append(row("a rendering process", [trial(trials, film, output, span, worker, True) for _ in times]))
        rows.append(row("the command", [trial(trials, film, output, span, lambda p: p.pid, False) for _ in times]))
        os.environ["BACKPROP_CACHE"] = trials.environment["BACKPROP_CACHE"]
        with cluster(Path(folder)) as (address, workers):
            output = Path(folder) / "batch" / "mine"

            def batch(network: Path) -> list:
                return ["batch", network, "--output", output.parent, "--scheduler", address]

            def dask(process: subprocess.Popen) -> int | None:
                return trials.chance.choice(workers() or [None])

            trials.run(*batch(trials.network()))
            span = trials.run(*batch(trials.network()))
            rows.append(row("a Dask worker", [trial(trials, batch, output, span, dask, True) for _ in times]))
    tell("kill -9 at random moments", rows, target, seed=seed)
    raise SystemExit(any(row[name] for row in rows for name in ("broken", "lost", "left over", "next failed")))


def row(what: str, found: list[dict[str, bool]]) -> dict[str, object]:
    return {"killed": what, "moments": len(found), **{name: sum(one[name] for one in found) for name in found[0]}}


if __name__ == "__main__":
    main()
