"""The command `backprop`. Each command imports what it needs when it is called, so that `--help` is instant."""
from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studio.handouts import sheet
from studio.mistake import Mistake
from studio.workshop import Workshop

if TYPE_CHECKING:
    from rich.console import Console

    from scenes.kit.chapter import Chapter
    from studio.film import Made
    from studio.making import Engine

FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path)
DEFAULT_OUTPUT = Path("media/film")
BEGUN = time.monotonic()


@click.group(cls=Workshop, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="backprop-film", message="%(prog)s %(version)s")
def main() -> None:
    """Films that derive backpropagation on your own network: every number computed, every equation proved.

    \b
    A network is a small text file. To make a film of yours:
        backprop new mine.toml               write a file to edit
        backprop check mine.toml             is it right, and what are its numbers?
        backprop film --network mine.toml    the film, in media/film
    """
    gc.disable()    # a short command makes much and throws little away; longer ones enable it
    atexit.register(gc.freeze)    # what is there in the end needs no looking through
    if not sys.warnoptions:    # what libraries warn their own developers of, here and in the workers
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"
    signal.signal(signal.SIGTERM, signal.default_int_handler)    # a film that is told to end cleans up as after Ctrl-C
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")    # a terminal that knows no Greek shows a question mark


def console() -> Console:
    """The terminal. Text is printed as it is: nothing in a network's name is markup."""
    from rich.console import Console

    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 120)


# networks

@main.command()
@click.argument("file", type=FILE)
@click.option("--random", "invented", is_flag=True, help="Numbers fit for a desk calculator; FILE is a folder.")
@click.option("--count", type=click.IntRange(1, 100_000), default=1, show_default=True, metavar="N",
              help="With --random: so many networks, each with numbers of its own.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same gives the same files.")
@click.option("--sizes", default="1-1-1-1", show_default=True, metavar="N-N-...", help="With --random: units by layer.")
def new(file: Path, invented: bool, count: int, seed: int, sizes: str) -> None:
    """Write a commented network FILE (.toml) to edit.

    It holds the single-path network of the film. An existing file is never overwritten. With --random, FILE is a
    folder, and a network for each student of a class is written to it.
    """
    if invented:
        from studio.invent import write_all

        written = write_all(file, count, seed, sizes)
        click.echo(f"{file}: {written[0].name} to {written[-1].name}. For their handouts:")
        click.echo(f"  backprop sheet {file}/*.toml --blank --output {file / 'sheets'}")
        return
    from bpmath.files import DEFAULT

    if file.suffix.lower() != ".toml":
        raise Mistake(f"{file}: found the ending '{file.suffix}', needed .toml")
    text = DEFAULT.read_text(encoding="utf-8").replace("THIS_FILE", file.name)
    try:
        with open(file, "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise Mistake(f"{file}: there is such a file already, and it was left as it is; needed a new name") from None
    except (FileNotFoundError, NotADirectoryError):
        raise Mistake(f"{file}: there is no folder {file.parent}, needed one that exists") from None
    click.echo(f"{file} is there. Change any number in it, then:")
    click.echo(f"  backprop check {file}\n  backprop film --network {file}")


@main.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check a network and every number and equation of its film.

    Prints the network, the cost J, and each error signal and gradient by backpropagation and by a second method that
    knows nothing of it. The exit code is 0 only if every equation is proved and every number confirmed.
    """
    from studio import report as show

    out = console()
    _, found, report, steps = study(file, out)
    out.print(show.network_table(found.network), show.example(found), "", show.methods_table(report),
              show.verdict(steps, report))
    if not (report.ok and all(s.ok for s in steps)):
        raise SystemExit(1)


@main.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="In full precision, for other programs.")
def trace(file: Path, as_json: bool) -> None:
    """Show every number of one pass and one update."""
    from bpmath.backprop import cost_of
    from studio import report as show
    from studio.answers import trace_table
    from studio.networks import traced

    found = traced(file)
    if as_json:
        click.echo(json.dumps(trace_table(found), allow_nan=False))
        return
    before, after = (show.number(J) for J in (found.J, cost_of(found.updated)))
    console().print(show.network_table(found.network), show.example(found), "", show.layers_table(found),
                    show.parameters_table(found), f"J = {before} before the update, {after} after it")


@main.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="With SymPy text, Typst and LaTeX, for other programs.")
def derive(file: Path, as_json: bool) -> None:
    """Derive backpropagation line by line, each line proved.

    The numbers in brackets are the article's equation numbers, (1) to (17).
    """
    from studio import report as show
    from studio.answers import derivation_table

    out = console()
    derivation, _, report, steps = study(file, out)
    if as_json:
        click.echo(json.dumps(derivation_table(derivation, steps), allow_nan=False))
    else:
        out.print(*show.derivation_list(steps), "", show.verdict(steps, report))
    if not all(s.ok for s in steps):
        raise SystemExit(1)


def study(file: Path, out: Console) -> tuple:
    """The derivation, the trace, its check by the second method and the proved steps of a network file."""
    from bpmath.check import verify
    from bpmath.derivation import Derivation
    from studio.networks import traced

    found = traced(file)
    report = verify(found)
    derivation = Derivation(found.network)
    steps = derivation.checked(found, report, proving(out, len(derivation.steps)))
    return derivation, found, report, steps


def proving(out: Console, total: int) -> Callable[[object], None]:
    """Says on a terminal which equation is being proved; wide networks have many."""
    if not out.is_terminal:
        return lambda step: None
    status, done = out.status("proving"), count(1)
    status.start()

    def tell(step: object) -> None:
        number = next(done)
        status.update(f"proving: {number} of {total} equations")
        if number == total:
            status.stop()

    return tell


# chapters

CHAPTERS = click.argument("names", nargs=-1, metavar="[CHAPTER]...")
NETWORK = click.option("--network", type=FILE, metavar="FILE", help="A .toml or .json file.  [default: single path]")
UNITS = click.option("--units", metavar="L:U,...", expose_value=False, callback=lambda ctx, _, text: choose(ctx, text),
                     help="The units in focus: 2:3,3:1 is unit 3 of layer 2 and unit 1 of layer 3.  "
                          "[default: those with the largest |delta|]")
QUALITY = click.option("--quality", type=click.Choice(list("lmhpk")), default="l", show_default=True,
                       help="480p15, 720p30, 1080p60, 1440p60, 2160p60.")
OUTPUT = click.option("--output", type=FOLDER, metavar="DIR", default=DEFAULT_OUTPUT, show_default=True,
                      help="Where the files go.")
JOBS = click.option("--jobs", type=click.IntRange(1), metavar="N",
                    help="Chapters rendered at once.  [default: one a core]")
FORCE = click.option("--force", is_flag=True, help="Render again what is kept from before.")


def choose(context: click.Context, text: str | None) -> None:
    """Puts the units that were named in focus, as long as the command runs."""
    from studio.networks import units_in_focus

    if text is not None:
        context.with_resource(units_in_focus(text))


@main.command("list")
@click.option("--network", type=FILE, metavar="FILE", help="Say which chapters can show this network.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def list_chapters(network: Path | None, as_json: bool) -> None:
    """List the chapters in the order of the film."""
    from studio.chapters import chapters, file_of
    from studio.networks import traced

    shown = traced(network).network if network else None
    reasons = {c: c.suits(shown) if shown else "" for c in chapters()}
    if as_json:
        rows = [{"chapter": c.chapter, "class": c.__name__, "file": str(file_of(c)), "title": c.title} for c in reasons]
        if shown:
            rows = [row | {"left_out": reason} for row, reason in zip(rows, reasons.values(), strict=True)]
        click.echo(json.dumps(rows))
        return
    from studio.report import chapters_table

    console().print(chapters_table(reasons, file_of))


@main.command()
@CHAPTERS
@NETWORK
@UNITS
@QUALITY
@OUTPUT
@JOBS
@FORCE
def render(names: tuple[str, ...], network: Path | None, quality: str, output: Path, jobs: int | None,
           force: bool) -> None:
    """Render chapters, each to a clip, captions and a ledger.

    Without a CHAPTER all are rendered. A chapter is called by its class, its file, its title or its number:
    ErrorSignal, error_signal, 7.
    """
    from studio.chapters import chapters, find

    cast = tuple(sorted({find(name) for name in names}, key=lambda c: c.chapter)) or chapters()
    produce(cast, network, quality, output, jobs, force, named=bool(names))


@main.command()
@NETWORK
@UNITS
@QUALITY
@OUTPUT
@JOBS
@FORCE
def film(network: Path | None, quality: str, output: Path, jobs: int | None, force: bool) -> None:
    """Render the whole film, clip by clip and joined.

    There is a clip with captions and a ledger for each chapter, and film.mp4 with chapter marks and film.srt.
    The film replaces the one before only when it is whole. Chapters whose code, network, options and libraries are
    as before are not rendered again.
    """
    from studio.chapters import chapters

    produce(chapters(), network, quality, output, jobs, force, whole=True)


@main.command("batch")
@click.argument("networks", nargs=-1, required=True, type=FILE, metavar="NETWORK...")
@click.option("--output", type=FOLDER, metavar="DIR", required=True, help="A folder for each network is made in it.")
@click.option("--chapter", "names", multiple=True, metavar="NAME", help="Only this one; may be given again.")
@UNITS
@QUALITY
@JOBS
@click.option("--scheduler", metavar="ADDRESS", help="Render on the Dask cluster that this scheduler leads.")
@FORCE
def batch(networks: tuple[Path, ...], output: Path, names: tuple[str, ...], quality: str, jobs: int | None,
          scheduler: str | None, force: bool) -> None:
    """Render the film for many networks, here or on a cluster.

    Each NETWORK gets a folder in DIR, and index.json says what came of them. A network that fails stops no other. What
    is there already is not rendered again: the same command goes on where it stopped. The exit code is 0 only if all
    is there.
    """
    from contextlib import closing

    from studio.batch import Batch
    from studio.chapters import chapters, find
    from studio.making import make_all
    from studio.progress import Count
    from studio.report import batch_table
    from studio.store import Store

    gc.enable()
    cast = tuple(sorted({find(name) for name in names}, key=lambda c: c.chapter)) or chapters()
    wanted = Batch(networks, output, cast, bool(names), quality, force)
    out = console()
    told = Count(out, len(wanted.places))
    with closing(engine(scheduler, jobs)) as at, told.shown():
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
        from studio.cluster import Cluster

        return Cluster(scheduler)
    from studio.workers import Local

    return Local(jobs or cores())


main.add_command(sheet)


@main.command("lint")
@CHAPTERS
@NETWORK
@UNITS
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def lint_chapters(names: tuple[str, ...], network: Path | None, as_json: bool) -> None:
    """Look at chapters as a viewer would, without drawing them.

    Finds what leaves the margins, stands on a text or crosses one, is too small, too pale or too short to read, was
    left behind, does not add up as printed, or moves with too much else. The exit code is 0 only if nothing is found.
    """
    from studio.chapters import chapters, find
    from studio.lint import lint
    from studio.lint.report import findings_list, findings_table, verdict
    from studio.networks import network_file, traced

    gc.enable()
    out = console()
    cast = tuple(sorted({find(name) for name in names}, key=lambda c: c.chapter)) or chapters()
    file = network_file(network)
    suited = able(cast, file, bool(names), (lambda line: None) if as_json else out.print)
    shown = traced(file).network if file else None
    found = [finding for chapter in suited for finding in lint(chapter, shown).findings]
    if as_json:
        click.echo(json.dumps(findings_list(found)))
    else:
        if found:
            out.print(findings_table(found))
        out.print(verdict(found, len(suited), time.monotonic() - BEGUN))
    if found:
        raise SystemExit(1)


def produce(cast: Sequence[type[Chapter]], given: Path | None, quality: str, output: Path, jobs: int | None,
            force: bool, whole: bool = False, named: bool = False) -> None:
    """Renders chapters and says where they are. What cannot show the network is left out, or refused if `named`."""
    from contextlib import closing

    from studio.chapters import chapters
    from studio.film import Order
    from studio.job import jobs_for
    from studio.making import make_all
    from studio.networks import network_file, traced
    from studio.progress import Progress, clock
    from studio.store import Store
    from studio.workers import Local

    gc.enable()
    out, store = console(), Store()
    file = network_file(given)
    suited = able(cast, file, named, out.print)
    network = traced(file).network if file else None
    outdated = {c.__name__ for c in chapters()} - {c.__name__ for c in suited} if whole else ()
    order = Order(str(file or ""), output, tuple(jobs_for(suited, network, quality)), whole, tuple(sorted(outdated)))
    progress = Progress(out, store)
    with closing(Local(min(jobs or cores(), len(suited)), progress.heard)) as engine, progress.shown():
        (made,) = make_all([order], engine, store, progress, force)
    if made.failed:
        refuse(made)
    took = clock(time.monotonic() - BEGUN)
    out.print(f"{output / 'film.mp4' if whole else output}: {made.duration / 60:.1f} minutes, "
              f"{len(suited)} {'chapter' if len(suited) == 1 else 'chapters'}, made in {took}", soft_wrap=True)


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


def able(cast: Sequence[type[Chapter]], file: Path | None, named: bool,
         tell: Callable[[str], None]) -> list[type[Chapter]]:
    """The chapters that can show the network in a file. What cannot is told, or refused if `named`."""
    from studio.networks import check_units, left_out, traced

    network = traced(file).network
    check_units(network)
    reasons = {c: left_out(c, network, chosen=file is not None) for c in cast}
    for c in cast:
        if reasons[c]:
            line = f"{c.__name__} is left out: it {reasons[c]}"
            if named:
                raise Mistake(f"{network.source}: {line}")
            tell(line)
    suited = [c for c in cast if not reasons[c]]
    if not suited:
        raise Mistake(f"{network.source}: no chapter can show this network; `backprop list --network FILE` says why")
    return suited


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    main()
