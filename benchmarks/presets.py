"""What a faster preset of the encoder saves, and what the picture pays:  .venv/bin/python benchmarks/presets.py

`backprop render` with the encoder's usual settings and with a preset, whole processes in turn; both clips are decoded
and compared with the frames as they were drawn. These rows are no part of the ratios of `drawing.py`.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path

import av
import click
import frames
import numpy as np
from drawing import BIN, apart
from pairs import Run, command, in_turn, ratio, tell

from studio.film.chapters import find
from studio.movie.clip_format import PRESETS


@click.command()
@click.argument("names", nargs=-1, metavar="[CHAPTER]...")
@click.option("--preset", type=click.Choice(PRESETS), default="veryfast", show_default=True)
@click.option("--quality", type=click.Choice("lmhpk"), default="l", show_default=True)
@click.option("--pairs", default=5, show_default=True, help="How often each is run.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/presets.json"))
def main(names: tuple[str, ...], preset: str, quality: str, pairs: int, target: Path) -> None:
    """Times chapters with and without a preset, and says how near their pictures are to what was drawn."""
    rows = []
    for chapter in map(find, names or ["ErrorSignal"]):
        with tempfile.TemporaryDirectory() as name:
            folder, clip = Path(name), f"{chapter.__name__}.mp4"
            apart(frames.record, chapter.__module__, chapter.__name__, quality, "", folder / "drawn")
            seconds = in_turn({
                "usual": render(chapter.__name__, quality, folder / "usual"),
                preset: render(chapter.__name__, quality, folder / preset, "--preset", preset),
            }, pairs)
            for kind, found in seconds.items():
                rows.append({
                    "chapter": chapter.__name__,
                    "preset": kind,
                    "s": statistics.median(found),
                    "usual / this": ratio(seconds["usual"], found),
                    "kB": (folder / kind / clip).stat().st_size // 1000,
                    "PSNR, dB": psnr(folder / kind / clip, folder / "drawn"),
                })
    tell(f"Presets of the encoder, quality {quality}, medians of {pairs}", rows, target, quality=quality, pairs=pairs)


def render(chapter: str, quality: str, output: Path, *words: str) -> Run:
    return command([str(BIN / "backprop"), "render", chapter, "--force", "--quality", quality, "--output", str(output),
                    *words])


def psnr(movie: Path, drawn: Path) -> float:
    """Peak signal to noise over all frames, brightness and colour: decoded against as they went to the encoder."""
    told = json.loads((drawn / "told.json").read_text(encoding="utf-8"))
    pictures = frames.pictures(drawn, told)
    meant = (picture for picture, repeat in zip(pictures, told["repeats"], strict=True) for _ in range(repeat))
    errors = []
    with av.open(str(movie)) as opened:
        for frame, picture in zip(opened.decode(video=0), meant, strict=True):
            away = frame.to_ndarray(format=told["format"]).astype(np.int16) - picture
            errors.append(np.square(away, dtype=np.int32).mean())
    return float(10 * np.log10(255**2 / np.mean(errors)))


if __name__ == "__main__":
    main()
