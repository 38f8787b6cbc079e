"""The command `slides`: the film in steps, for a lecture."""
from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from studio.commands.films import produce
from studio.commands.options import CHAPTERS, FOLDER, FORCE, JOBS, NETWORK, pictured
from studio.film.chosen_chapters import called
from studio.system.terminal import console


@click.command()
@CHAPTERS
@NETWORK
@pictured
@click.option("--output", type=FOLDER, metavar="DIR", default=Path("media/slides"), show_default=True,
              help="Where the files go.")
@JOBS
@FORCE
def slides(names: tuple[str, ...], network: Path | None, quality: str, output: Path, jobs: int | None,
           force: bool) -> None:
    """Make slides of the chapters, one for each click point.

    slides.pptx is for PowerPoint, Keynote and Impress: each slide has its clip, which plays when the slide comes, and
    what is told as its notes. slides.html plays the clips beside it in a browser, without a network. What was rendered
    before and is the same is not rendered again.
    """
    from studio.pages.slides.deck import write

    made = produce(called(names), network, quality, output, jobs, force, named=bool(names))
    out = console()
    with out.status("writing the slides") if out.is_terminal else nullcontext():
        count = write(made.order)
    out.print(f"{output / 'slides.pptx'}, slides.html: {count} slides", soft_wrap=True)
