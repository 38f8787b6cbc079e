"""The stills of the README: the last picture of every clip in a folder, made small.

    python -m tools.sample media/film media/sample
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenes.kit.encoder.cover import reduced
from studio.film.chapters import chapters, file_of
from studio.pages.page_parts import last_picture


def main(film: str, sample: str) -> None:
    folder = Path(sample)
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in chapters():
        still = last_picture(Path(film) / f"{chapter.__name__}.mp4")
        reduced(still).save(folder / f"{file_of(chapter).stem}.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
