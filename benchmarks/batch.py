"""How many clips a minute a batch makes:  .venv/bin/python benchmarks/batch.py

One worker on one core beside two workers on two, in local processes and on a Dask cluster; and a warm worker beside a
fresh process for each clip, of `backprop render` and of manim's own command. The clip is short, a formula and a few
seconds of film, so that what is measured is the batch more than the drawing. All are whole processes, in turn.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from pairs import Run, command, in_turn, ratio, tell

from bpmath.files.network_file import DEFAULT

BIN = Path(sys.executable).parent
CHAPTER = '''
from manim import FadeIn
from scenes.kit.chapter import Chapter


class Clip(Chapter):
    chapter = 1
    title = "A clip"

    def construct(self):
        self.open()
        step = self.step("signal", self.q("delta", 2))
        self.beat("{delta(2)} is {=delta(2)}.", FadeIn(self.equation(step, numbers=True)))
'''
COMMAND = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import studio.film.chapters
studio.film.chapters.PACKAGE = "short"
from studio.commands.main import run
run()
"""


def on(cores: Sequence[int], words: Sequence[object], **environment: str) -> Run:
    """A process to be timed, with all that it needs on these cores."""
    timed = command(list(map(str, words)), environment)

    def run() -> None:
        confine(os.getpid(), cores)    # Dask's scheduler is a thread here; and a process inherits its cores
        timed()

    return run


def confine(pid: int, cores: Sequence[int]) -> None:
    """Keeps a process, with its threads and what they start, on these cores."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        with suppress(ProcessLookupError):    # it has ended meanwhile
            os.sched_setaffinity(int(thread), cores)


def after_one_another(runs: Sequence[Run]) -> Run:
    return lambda: [run() for run in runs] and None


@contextmanager
def cluster(workers: int, cores: Sequence[int], films: Path) -> Iterator[str]:
    """The address of a Dask cluster of so many workers of one thread, on these cores."""
    from distributed import LocalCluster

    if str(films) not in sys.path:
        sys.path.insert(0, str(films))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None,
                          silence_logs=True) as made:
            for nanny in made.workers.values():
                confine(nanny.pid, cores)
            yield made.scheduler_address


@click.command()
@click.option("--networks", default=300, show_default=True, help="Clips that a batch makes: one for each of a class.")
@click.option("--fresh", default=6, show_default=True, help="Clips that fresh processes make.")
@click.option("--pairs", default=5, show_default=True, help="How often each is run.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/batch.json"))
def main(networks: int, fresh: int, pairs: int, target: Path) -> None:
    """Times batches of a short clip."""
    everything = sorted(os.sched_getaffinity(0))
    one, two = everything[:1], everything[:2]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["BACKPROP_CACHE"] = str(folder / "cache")
        films = folder / "films"
        (films / "short").mkdir(parents=True)
        (films / "short" / "__init__.py").touch()
        chapter = films / "short" / "clip.py"
        chapter.write_text(CHAPTER)
        files = [folder / f"n{number}.toml" for number in range(networks)]
        for number, file in enumerate(files, 1):
            file.write_text(DEFAULT.read_text().replace("0.8", f"0.{number:03}"))
        ours = [sys.executable, "-c", COMMAND, films]

        def batch(cores: Sequence[int], *words: object) -> Run:
            clips = [*ours, "batch", *files, "--chapter", "Clip", "--force", "--output", folder / "out"]
            return on(cores, [*clips, *words])

        def render(file: Path) -> Run:
            return on(one, [*ours, "render", "Clip", "--force", "--network", file, "--output", folder / "out"])

        def manim(file: Path) -> Run:
            return on(one, [BIN / "manim", "-ql", "--media_dir", folder / "manim", chapter, "Clip"],
                      BACKPROP_NETWORK=str(file))

        with cluster(1, one, films) as single, cluster(2, two, films) as double:
            seconds = in_turn({
                "local, 1 worker": batch(one, "--jobs", 1),
                "local, 2 workers": batch(two, "--jobs", 2),
                "Dask, 1 worker": batch(one, "--scheduler", single),
                "Dask, 2 workers": batch(two, "--scheduler", double),
                "backprop render, a process a clip": after_one_another([render(file) for file in files[:fresh]]),
                "manim -ql, a process a clip": after_one_another([manim(file) for file in files[:fresh]]),
            }, pairs)
    confine(os.getpid(), everything)
    each = {name: [s / (fresh if "process" in name else networks) for s in found] for name, found in seconds.items()}
    warm = each["local, 1 worker"]
    rows = []
    for what, found in each.items():
        rows.append({"engine": what, "clips a minute": 60 * len(found) / sum(found),
                     "of a warm worker's": ratio(warm, found), "efficiency at 2": ""})
    for engine, place in (("local", 1), ("Dask", 3)):
        rows[place]["efficiency at 2"] = ratio(each[f"{engine}, 1 worker"], each[f"{engine}, 2 workers"]) / 2
    tell("Batches of a short clip", rows, target, seconds=seconds, networks=networks, fresh=fresh)


if __name__ == "__main__":
    main()
