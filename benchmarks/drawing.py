"""How close a chapter comes to the encoder, and how far from stock manim:  .venv/bin/python benchmarks/drawing.py

Three whole processes in turn, with the same frames and the same settings of the encoder: `backprop render`; manim's own
command drawing and writing with manim's own code; and the encoder alone, given the frames ready for it.
"""

from __future__ import annotations

import multiprocessing
import shutil
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import frames
from pairs import Run, command, in_turn, ratio, tell

from studio.chapters import chapters
from studio.commands.options import NETWORK
from studio.networks import left_out, traced
from studio.terminal import cores

BIN = Path(sys.executable).parent
HERE = Path(__file__).parent


@click.command()
@NETWORK
@click.argument("names", nargs=-1, metavar="[CHAPTER]...")
@click.option("--quality", type=click.Choice("lmhpk"), default="l", show_default=True)
@click.option("--pairs", default=5, show_default=True, help="How often each is run.")
@click.option("--film", is_flag=True, help="All the chapters as a film, beside as many encoders as there are workers.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/drawing.json"))
def main(network: Path | None, names: tuple[str, ...], quality: str, pairs: int, film: bool, target: Path) -> None:
    """Times chapters, or the film, beside stock manim and beside the encoder alone."""
    shown = traced(network) if network else None
    cast = [c for c in chapters() if not names or c.__name__ in names]
    if shown:
        cast = [c for c in cast if not left_out(c, shown.network, chosen=True)]
    file = str(network.absolute()) if network else ""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        groups = [cast] if film else [[c] for c in cast]
        for group in groups:
            recorded = [Path(folder) / c.__name__ for c in group]
            for c, kept in zip(group, recorded, strict=True):
                apart(frames.record, c.__module__, c.__name__, quality, file, kept)
            runs = {
                "ours": ours([c.__name__ for c in group], file, quality, Path(folder), film),
                "manim": manims(group, file, quality, Path(folder)),
                "encoder": encoders(recorded, cores() if film else 1),
            }
            seconds = in_turn(runs, pairs)
            rows.append(
                {
                    "chapter": "the film" if film else group[0].__name__,
                    **{f"{name}, s": statistics.median(found) for name, found in seconds.items()},
                    "ours / encoder": ratio(seconds["ours"], seconds["encoder"]),
                    "manim / ours": ratio(seconds["manim"], seconds["ours"]),
                }
            )
            for kept in recorded:
                shutil.rmtree(kept)
    tell(f"Quality {quality}, medians of {pairs}", rows, target, quality=quality, pairs=pairs)


def ours(names: list[str], network: str, quality: str, folder: Path, film: bool) -> Run:
    chosen = ["film"] if film else ["render", *names]
    more = ["--network", network] if network else []
    return command(
        [str(BIN / "backprop"), *chosen, "--force", "--quality", quality, "--output", str(folder / "ours"), *more]
    )


def manims(cast: list[type], network: str, quality: str, folder: Path) -> Run:
    """The chapters drawn and written by stock manim, one after another as a user would run them."""
    environment = {"BACKPROP_DRAWING": "manim", **({"BACKPROP_NETWORK": network} if network else {})}
    plain = [str(BIN / "manim"), "-v", "ERROR", "--progress_bar", "none", f"-q{quality}"]
    files = [(sys.modules[c.__module__].__file__, c.__name__) for c in cast]
    each = [command([*plain, "--media_dir", str(folder / "manim"), *f], environment) for f in files]

    def run() -> None:
        for one in each:
            one()
        shutil.rmtree(folder / "manim")  # or the next run would find the plays there

    return run


def encoders(recorded: list[Path], side_by_side: int) -> Run:
    """The encoder alone, so many side by side."""

    def run() -> None:
        with ThreadPoolExecutor(side_by_side) as pool:
            list(pool.map(lambda run: run(), each))

    longest_first = sorted(recorded, key=lambda f: -(f / "frames").stat().st_size)
    each = [command([sys.executable, str(HERE / "frames.py"), str(f)]) for f in longest_first]
    return run


def apart(work: object, *arguments: object) -> None:
    """In a process of its own, since manim keeps much in mind."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{arguments} failed")


if __name__ == "__main__":
    main()
