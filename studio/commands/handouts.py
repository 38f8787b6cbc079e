"""The command `backprop sheet`: handouts of one network, or of a whole class's."""
from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import click

from studio.commands.options import FILE, LANGUAGE
from studio.film.index import INDEX, visible, write_index
from studio.system.mistake import Mistake
from studio.system.signals import held_back
from studio.system.staging import note, sweep
from studio.system.terminal import console, cores

FEW = 4    # sheets that are not worth more processes


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="NETWORK...")
@click.option("--blank", is_flag=True, help="Leave the results as boxes; the key is a file of its own, -key.pdf.")
@click.option("--output", type=FILE, metavar="FILE|DIR", help="A .pdf for one network, a folder for more.  "
              "[default: the network's name, here]")
@LANGUAGE
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Sheets made at once.  [default: one a core]")
def sheet(files: tuple[Path, ...], blank: bool, output: Path | None, jobs: int | None) -> None:
    """Write handouts: the network drawn, both passes with every number, and the derivation, as PDF.

    A class's networks come from `backprop new --random`. One bad network does not stop the others.
    """
    targets = places(files, output)
    failed = [reason for reason in hand_out(files, targets, blank, jobs) if reason]
    where = targets[0] if len(targets) == 1 else targets[0].parent
    if failed:
        more = f"\nand {len(failed) - 2} more" if len(failed) > 2 else ""
        raise Mistake("\n".join(failed[:2]) + more)
    console().print(f"{where}: {len(files)} {'handout' if len(files) == 1 else 'handouts'}"
                    + (" with a key each" if blank and len(files) > 1 else " and its key" if blank else ""),
                    soft_wrap=True)


def hand_out(files: Sequence[Path], targets: Sequence[Path], blank: bool, jobs: int | None) -> list[str]:
    """Writes the handouts of many networks, on all cores; for each "" or why it was not made."""
    from rich.progress import Progress

    from studio.paper.sheet import attempt

    processes = 1 if len(files) < FEW else min(jobs or cores(), len(files))
    folders = list(dict.fromkeys(target.parent for target in targets))
    out = console()
    bars = Progress(console=out, transient=True, disable=not out.is_terminal)
    with bars as shown, several(processes, folders) as spread:
        bar = shown.add_task("handouts", total=len(files))
        made = []
        for reason in spread(attempt, files, targets, repeat(blank)):
            made.append(reason)
            shown.advance(bar)
    return made


def for_a_class(files: Sequence[Path], output: Path, jobs: int | None) -> None:
    """Writes the handouts to fill in and their keys, and an index of what came of them. Ends with exit code 1 if one
    was not made.
    """
    from studio.paper.sheet import key_of

    output.mkdir(parents=True, exist_ok=True)    # what cannot be one is told before the work
    targets = places(files, output)
    reasons = hand_out(files, targets, True, jobs)
    rows = [{"network": str(file), "sheet": target.name, "key": key_of(target).name, "ok": not reason, "reason": reason}
            for file, target, reason in zip(files, targets, reasons, strict=True)]
    write_index(rows, output)
    out, failed = console(), [reason for reason in reasons if reason]
    for reason in failed:
        out.print(reason, soft_wrap=True)
    out.print(f"{output}: {len(files) - len(failed)} of {len(files)} handouts, with a key each; {INDEX} has the list",
              soft_wrap=True)
    if failed:
        raise SystemExit(1)


@contextmanager
def several(processes: int, folders: Sequence[Path]) -> Iterator[Callable]:
    """A `map` that works in so many processes, which put files into these folders.

    They are gone afterwards, at once if it is stopped, and leave nothing unfinished.
    """
    if processes == 1:
        yield map
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    for folder in folders:
        note(folder)
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))

    def spread(*what: object) -> Iterator:
        with held_back(signal.SIGINT):    # so the processes, which begin here, never hear it: this one ends them
            return pool.map(*what)

    try:
        yield spread
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        for folder in folders:
            sweep(folder)


def places(files: Sequence[Path], output: Path | None) -> list[Path]:
    """Where each handout goes. Mistake where two would have one name."""
    if len(files) == 1 and output and output.suffix.lower() == ".pdf":
        folder, targets = output.parent, [output]
    else:
        folder = output or Path()
        targets = [folder / f"{visible(file)}.pdf" for file in files]
    double = [str(t) for t, n in Counter(targets).items() if n > 1]
    if double:
        raise Mistake(f"{double[0]}: two networks would have this handout; needed files of different names")
    return targets
