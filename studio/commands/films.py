"""The commands `list`, `render` and `film`: chapters, and the film of them."""
from __future__ import annotations

import gc
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studio.commands.options import (
    CHAPTERS,
    FILE,
    FORCE,
    JOBS,
    LANGUAGE,
    NETWORK,
    OUTPUT,
    SECTION,
    VOICE,
    formed,
    pictured,
)
from studio.film.chosen_chapters import able, called
from studio.movie.clip_format import USUAL, Form
from studio.system.mistake import Mistake
from studio.system.terminal import console, cores, elapsed

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter
    from studio.film.folder import Made


@click.command("list")
@click.option("--network", type=FILE, metavar="FILE", help="Say which chapters can show this network.")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def list_chapters(network: Path | None, as_json: bool) -> None:
    """List the chapters in the order of the film."""
    from studio.film.chapters import chapters, file_of
    from studio.film.networks import traced

    shown = traced(network).network if network else None
    reasons = {c: c.suits(shown) if shown else "" for c in chapters()}
    if as_json:
        rows = [{"chapter": c.chapter, "class": c.__name__, "file": str(file_of(c)), "title": c.told_title(shown)}
                for c in reasons]
        if shown:
            rows = [row | {"left_out": reason} for row, reason in zip(rows, reasons.values(), strict=True)]
        click.echo(json.dumps(rows))
        return
    from studio.display.tables import chapters_table

    console().print(chapters_table(reasons, file_of, shown))


@click.command()
@CHAPTERS
@NETWORK
@pictured
@VOICE
@SECTION
@formed
@OUTPUT
@JOBS
@FORCE
def render(names: tuple[str, ...], network: Path | None, quality: str, output: Path, jobs: int | None,
           force: bool, form: Form) -> None:
    """Render chapters, each to a clip, a poster, captions and a ledger.

    Without a CHAPTER all are rendered. A chapter is called by its class, its file, its title or its number:
    ErrorSignal, error_signal, 7. The clip of a section is called ErrorSignal-2, the stills of all ErrorSignal-1.png
    and so on.
    """
    cast = called(names)
    produce(cast, network, quality, output, jobs, force, form, named=bool(names))


@click.command()
@NETWORK
@pictured
@VOICE
@formed
@OUTPUT
@JOBS
@FORCE
def film(network: Path | None, quality: str, output: Path, jobs: int | None, force: bool, form: Form) -> None:
    """Render the whole film, clip by clip and joined.

    There is a clip with a poster, captions and a ledger for each chapter, and film.mp4 with chapter marks and film.srt.
    The film replaces the one before only when it is whole. Chapters whose code, network, options and libraries are
    as before are not rendered again.
    """
    from studio.film.chapters import chapters

    produce(chapters(), network, quality, output, jobs, force, form, whole=True)


def produce(cast: Sequence[type[Chapter]], given: Path | None, quality: str, output: Path, jobs: int | None,
            force: bool, form: Form = USUAL, whole: bool = False, named: bool = False) -> Made:
    """Renders chapters and says where they are. What cannot show the network is left out, or refused if `named`."""
    from contextlib import closing

    from studio.cache.job import jobs_for
    from studio.cache.store import Store
    from studio.display.progress import Progress, clock
    from studio.film.chapters import chapters
    from studio.film.folder import Order
    from studio.film.make import make_all
    from studio.film.networks import network_file, traced
    from studio.render.pool import Local

    out, store = console(), Store()
    file = network_file(given)
    suited = able(cast, file, named, out.print)
    network = traced(file).network if file else None
    outdated = {c.__name__ for c in chapters()} - {c.__name__ for c in suited} if whole else ()
    wanted = tuple(jobs_for(suited, network, quality, form))
    order = Order(str(file or ""), output, wanted, whole, tuple(sorted(outdated)))
    progress = Progress(out, store)
    processes = jobs or cores()
    with closing(Local(processes, progress.heard)) as engine, progress.shown():
        gc.enable()    # not before all is imported, of which nothing is thrown away
        (made,) = make_all([order], engine, store, progress, force, processes)
    if made.failed:
        refuse(made)
    took = clock(elapsed())
    there = output / f"film.{form.format}" if order.joined else output
    much = f"{made.duration / 60:.1f} minutes" if form.is_movie else f"{made.pictures} stills"
    out.print(f"{there}: {much}, {len(suited)} {'chapter' if len(suited) == 1 else 'chapters'}, made in {took}",
              soft_wrap=True)
    return made


def refuse(made: Made) -> None:
    """Says why a film was not made, and ends: with exit code 2, or 1 where the program itself has a fault."""
    reasons = list(dict.fromkeys(failed.reason for failed in made.failed))
    lines = reasons[:2] if len(reasons) > 3 else reasons
    if len(reasons) > len(lines):
        lines.append(f"and {len(reasons) - len(lines)} more chapters failed.")
    if made.rendered:
        lines.append(f"{made.order.output} is as it was. The other chapters are kept, and will be there at once.")
    if trace := next((failed.traceback for failed in made.failed if failed.traceback), ""):
        click.echo(trace, err=True)
        click.echo("\n".join(lines), err=True)
        raise SystemExit(1)
    raise Mistake("\n".join(lines))
