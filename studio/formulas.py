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
from scenes.kit.shapes import NEXT_PAGE
from scenes.kit.shelf import FORMULAS, shelf, written_down

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter

STILL = {"dry_run": True, "verbosity": "ERROR", "progress_bar": "none"}


def forms(chapter: type[Chapter]) -> list[str]:
    """The forms of what a chapter asks for, in order; without digits, which are set once for all chapters."""
    from manim import tempconfig

    with tempconfig(STILL):
        played = chapter(skip_animations=True)
        played.render()
    return [form for form in shelf.forms(played.study.number) if "#" in form]


def write(chapter: type[Chapter]) -> None:
    """Writes down what a chapter asks for."""
    name = chapter.__name__
    head = f"// What {name} asks for on the film's own network: written by python -m studio.formulas, never by hand"
    written_down(name).write_text(f"{head}\n{NEXT_PAGE.join(forms(chapter))}", encoding="utf-8")


def main() -> None:
    from studio.chapters import chapters

    for name in [name for name in os.environ if name.startswith(variables.PREFIX)]:
        del os.environ[name]
    FORMULAS.mkdir(exist_ok=True)
    for file in FORMULAS.glob("*.typ"):
        file.unlink()
    with tempfile.TemporaryDirectory() as aside:
        os.environ[variables.CACHE] = aside
        for chapter in chapters():
            write(chapter)
            print(written_down(chapter.__name__).name)


if __name__ == "__main__":
    main()
