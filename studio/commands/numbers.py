"""The commands `new`, `check`, `trace` and `derive`: a network and its mathematics, without pictures."""
from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studio.commands.options import FILE, UNITS
from studio.system.mistake import Mistake
from studio.system.terminal import console

if TYPE_CHECKING:
    from rich.console import Console


@click.command()
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
        from studio.paper.random_networks import write_all

        written = write_all(file, count, seed, sizes)
        click.echo(f"{file}: {written[0].name} to {written[-1].name}. For their handouts:")
        click.echo(f"  backprop batch {file}/*.toml --sheet --output {file / 'sheets'}")
        return
    from bpmath.files.network_file import DEFAULT

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


@click.command()
@click.argument("file", type=FILE)
@UNITS
def check(file: Path) -> None:
    """Check a network and every number and equation of its film.

    Prints the network, the cost J, and each error signal and gradient by backpropagation and by a second method that
    knows nothing of it; of wide layers those of the units in focus and the largest. The exit code is 0 only if every
    equation is proved and every number confirmed.
    """
    from studio.display import tables as show

    out = console()
    derivation, found, report, steps = study(file, out)
    out.print(show.network_table(found.network), show.example(found), "",
              show.methods_table(report, derivation.chosen), show.verdict(steps, report))
    if not (report.ok and all(s.ok for s in steps)):
        raise SystemExit(1)


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="In full precision, for other programs.")
def trace(file: Path, as_json: bool) -> None:
    """Show every number of one pass and one update."""
    from bpmath.numeric.backprop import cost_of
    from studio.display import tables as show
    from studio.display.answers import trace_table
    from studio.film.networks import traced

    found = traced(file)
    if as_json:
        click.echo(json.dumps(trace_table(found), allow_nan=False))
        return
    before, after = (show.number(J) for J in (found.J, cost_of(found.updated)))
    console().print(show.network_table(found.network), show.example(found), "", show.layers_table(found),
                    show.parameters_table(found), f"J = {before} before the update, {after} after it")


@click.command()
@click.argument("file", type=FILE)
@UNITS
@click.option("--json", "as_json", is_flag=True, help="With SymPy text, Typst and LaTeX, for other programs.")
def derive(file: Path, as_json: bool) -> None:
    """Derive backpropagation line by line, each line proved.

    The numbers in brackets are the article's equation numbers, (1) to (17). Of a wide layer the equations of one unit
    are written out, the one in focus.
    """
    from studio.display import tables as show
    from studio.display.answers import derivation_table

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
    from bpmath.numeric.second_method import verify
    from bpmath.symbolic.derivation import Derivation
    from scenes.kit.setting.focus import in_focus
    from studio.film.networks import derivable, named_units, traced

    found = traced(file)
    derivable(found.network)
    derivation = Derivation(found.network, in_focus(found, named_units(found.network)))
    report = verify(found)
    steps = derivation.checked(report, proving(out, len(derivation.steps)))
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
