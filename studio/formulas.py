"""The formulas of the film, written down: what each chapter asks Typst for on the film's own network.

    python -m studio.formulas     brings scenes/kit/formulas/*.typ up to date

They are set in one call where nothing of a chapter is kept yet. And they are the film in text: what a change of the
code does to any of its formulas is seen in these files.
"""
from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from scenes.kit import variables
from scenes.kit.forms import FOLDER, list_of
from scenes.kit.shapes import NEXT_PAGE
from scenes.kit.shelf import shelf

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter


def write(chapter: type[Chapter]) -> None:
    """Plays a chapter and writes down the forms of what it asked for, in order."""
    from manim import tempconfig

    from studio.lint.play import DRY

    with tempconfig(DRY):
        played = chapter(skip_animations=True)
        played.render()
    name = chapter.__name__
    head = f"// What {name} asks for on the film's own network: written by python -m studio.formulas, never by hand"
    text = NEXT_PAGE.join(shelf.forms(played.study.number))
    list_of(name).write_text(f"{head}\n{text}", encoding="utf-8")


def main() -> None:
    from studio.chapters import chapters

    for name in [name for name in os.environ if name.startswith(variables.PREFIX)]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as aside:
        os.environ[variables.CACHE] = aside
        for chapter in chapters():
            write(chapter)
            print(list_of(chapter.__name__).name)
    for file in set(FOLDER.iterdir()) - {list_of(chapter.__name__) for chapter in chapters()}:
        file.unlink()


if __name__ == "__main__":
    main()
