"""From a changed weight to the first clip and to the whole film:  .venv/bin/python benchmarks/changes.py

`backprop render` of one chapter and `backprop film`, whole processes each with a cache of its own, in three states:
cold, where nothing was ever rendered; where the same was rendered with another weight; and where nothing changed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import click
from pairs import command, ratio, tell

from bpmath.files.network_file import DEFAULT
from studio.movie.clip import Clip

BACKPROP = str(Path(sys.executable).parent / "backprop")
STATES = ("cold", "another weight", "nothing changed")


@click.command()
@click.option("--chapter", default="ErrorSignal", show_default=True, help="The first clip.")
@click.option("--quality", type=click.Choice("lmhpk"), default="l", show_default=True)
@click.option("--pairs", default=3, show_default=True, help="How often each is run.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/changes.json"))
def main(chapter: str, quality: str, pairs: int, target: Path) -> None:
    """Times a clip and the film after a change."""
    found: dict[str, list[tuple[float, float, float]]] = {state: [] for state in STATES}
    for n in range(pairs):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            network = folder / "mine.toml"
            for state, weight in zip(STATES, (f"0.8{n}1", f"0.8{n}2", f"0.8{n}2"), strict=True):
                network.write_text(DEFAULT.read_text(encoding="utf-8").replace("0.8", weight), encoding="utf-8")
                words = "--network", str(network), "--quality", quality, "--output"
                clip = timed(["render", chapter, *words, str(folder / "clip")], folder / "clip's cache")
                film = timed(["film", *words, str(folder / "film")], folder / "film's cache")
                found[state].append((clip, film, Clip(folder / "film" / "film.mp4", "").duration))
    rows = []
    for state, runs in found.items():
        clip, film, length = zip(*runs, strict=True)
        rows.append({
            "before": state,
            f"{chapter}, s": statistics.median(clip),
            "the film, s": statistics.median(film),
            "film a second": ratio(length, film),
            "cold / this": ratio([run[1] for run in found["cold"]], film),
        })
    tell(f"After a change, quality {quality}, medians of {pairs}", rows, target, quality=quality, pairs=pairs)


def timed(words: list[str], cache: Path) -> float:
    begun = time.perf_counter()
    command([BACKPROP, *words], {"BACKPROP_CACHE": str(cache)})()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
