"""The command `batch`: films of many networks."""
from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studio.commands.options import FILE, FOLDER, FORCE, JOBS, VOICE, formed, pictured
from studio.film.chosen_chapters import called
from studio.system.mistake import Mistake
from studio.system.terminal import console, cores

if TYPE_CHECKING:
    from studio.film.make import Engine
    from studio.movie.clip_format import Form


@click.command("batch")
@click.argument("networks", nargs=-1, required=True, type=FILE, metavar="NETWORK...")
@click.option("--output", type=FOLDER, metavar="DIR", required=True, help="A folder for each network is made in it.")
@click.option("--sheet", "on_paper", is_flag=True, help="No film, but a handout to fill in, and its key.")
@click.option("--chapter", "names", multiple=True, metavar="NAME", help="Only this one; may be given again.")
@pictured
@VOICE
@formed
@JOBS
@click.option("--scheduler", metavar="ADDRESS", help="Render on the Dask cluster that this scheduler leads.")
@FORCE
def batch(networks: tuple[Path, ...], output: Path, names: tuple[str, ...], quality: str, jobs: int | None,
          scheduler: str | None, force: bool, form: Form, on_paper: bool) -> None:
    """Render the film for many networks, here or on a cluster.

    Each NETWORK gets a folder in DIR, and index.json says what came of them. A network that fails stops no other. What
    is there already is not rendered again: the same command goes on where it stopped. The exit code is 0 only if all
    is there. With --sheet, DIR gets NETWORK.pdf and NETWORK-key.pdf of each, here and made anew.
    """
    if on_paper and (names or scheduler):
        raise Mistake(f"--sheet: found {'--chapter' if names else '--scheduler'} too, which is for films; "
                      "needed one of them")
    if on_paper:
        from studio.commands.handouts import for_a_class

        return for_a_class(networks, output, jobs)
    from contextlib import closing

    from studio.cache.store import Store
    from studio.display.progress import Count
    from studio.display.tables import batch_table
    from studio.film.batch import Batch
    from studio.film.make import make_all

    cast = called(names)
    output.mkdir(parents=True, exist_ok=True)    # what cannot be one is told before the work
    wanted = Batch(networks, output, cast, bool(names), quality, form, force)
    out = console()
    told = Count(out, len(wanted.places))
    with closing(engine(scheduler, jobs)) as at, told.shown():
        gc.enable()    # not before all is imported, of which nothing is thrown away
        try:
            with closing(make_all(wanted.orders(), at, Store(), told, force)) as results:
                for made in results:
                    told.made(wanted.made(made))
        finally:
            wanted.write_index()
    out.print(batch_table(wanted.in_order()))
    out.print(f"{output / 'index.json'} has the whole list.", soft_wrap=True)
    if any(row.failed for row in wanted.rows.values()):
        raise SystemExit(1)


def engine(scheduler: str | None, jobs: int | None) -> Engine:
    """What renders a batch: a cluster, or processes here."""
    if scheduler:
        from studio.render.cluster import Cluster

        return Cluster(scheduler)
    from studio.render.pool import Local

    return Local(jobs or cores())
