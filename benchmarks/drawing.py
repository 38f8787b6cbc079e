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

from studio.commands.options import NETWORK
from studio.film.chapters import chapters
from studio.film.networks import left_out, traced
from studio.system.terminal import cores

BIN = Path(sys.executable).parent
HERE = Path(__file__).parent
FILM = "side by side"
RATIOS = (("ours", "encoder"), ("manim", "ours"))


@click.command()
@NETWORK
@click.argument("names", nargs=-1, metavar="[CHAPTER]...")
@click.option("--quality", type=click.Choice("lmhpk"), default="l", show_default=True)
@click.option("--pairs", default=5, show_default=True, help="How often each is run.")
@click.option("--film", is_flag=True, help="These chapters side by side, too, beside as many encoders as workers.")
@click.option("--manim/--no-manim", "stock", default=True, show_default=True, help="Beside stock manim, the slowest.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/drawing.json"))
def main(network: Path | None, names: tuple[str, ...], quality: str, pairs: int, film: bool, stock: bool,
         target: Path) -> None:
    """Times chapters, and the film, beside stock manim and beside the encoder alone."""
    file = str(network.absolute()) if network else ""
    cast = [c for c in chapters() if not names or c.__name__ in names]
    if network:
        net = traced(network).network
        cast = [c for c in cast if not left_out(c, net, chosen=True)]
    options = ["--quality", quality, *(["--network", file] if file else [])]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for group in [cast] if film else [[c] for c in cast]:
            recorded = {c.__name__: folder / c.__name__ for c in group}
            runs: dict[tuple[str, str], Run] = {}
            for c in group:
                apart(frames.record, c.__module__, c.__name__, quality, file, recorded[c.__name__])
                runs[c.__name__, "ours"] = ours(["render", c.__name__], options, folder)
                if stock:
                    runs[c.__name__, "manim"] = manim(c, file, quality, folder)
                runs[c.__name__, "encoder"] = encoders([recorded[c.__name__]], 1)
            if film:
                runs[FILM, "ours"] = ours(["render", *recorded] if names else ["film"], options, folder)
                runs[FILM, "encoder"] = encoders(list(recorded.values()), cores())
            seconds = in_turn(runs, pairs)
            if film and stock:  # manim's chapters one after another, as a user would render them
                each = (seconds[chapter, "manim"] for chapter in recorded)
                seconds[FILM, "manim"] = [sum(one_round) for one_round in zip(*each, strict=True)]
            rows += [row(shown, seconds) for shown in (*recorded, *([FILM] if film else []))]
            for kept in recorded.values():
                shutil.rmtree(kept)
    tell(f"Quality {quality}, medians of {pairs}", rows, target, quality=quality, pairs=pairs)


def row(shown: str, seconds: dict[tuple[str, str], list[float]]) -> dict[str, object]:
    found = {kind: seconds[shown, kind] for kind in ("ours", "manim", "encoder") if (shown, kind) in seconds}
    ratios = {f"{a} / {b}": ratio(found[a], found[b]) for a, b in RATIOS if a in found}
    return {"": shown, **{f"{kind}, s": statistics.median(each) for kind, each in found.items()}, **ratios}


def ours(words: list[str], options: list[str], folder: Path) -> Run:
    return command([str(BIN / "backprop"), *words, "--force", "--output", str(folder / "ours"), *options])


def manim(chapter: type, network: str, quality: str, folder: Path) -> Run:
    """A chapter drawn and written by stock manim."""
    environment = {"BACKPROP_DRAWING": "manim", **({"BACKPROP_NETWORK": network} if network else {})}
    plain = [str(BIN / "manim"), "-v", "ERROR", "--progress_bar", "none", f"-q{quality}"]
    module = str(sys.modules[chapter.__module__].__file__)
    drawn = command([*plain, "--media_dir", str(folder / "manim"), module, chapter.__name__], environment)

    def run() -> None:
        drawn()
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
