"""Which chapters a command is about: those that were named, and of them those that can show the network."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio.system.mistake import Mistake

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter


def called(names: Iterable[str]) -> tuple[type[Chapter], ...]:
    """The chapters of these names in the order of the film; all, where none is named."""
    from studio.film.chapters import chapters, find

    return tuple(sorted({find(name) for name in names}, key=lambda c: c.chapter)) or chapters()


def able(cast: Sequence[type[Chapter]], file: Path | None, named: bool,
         tell: Callable[[str], None]) -> list[type[Chapter]]:
    """The chapters that can show the network in a file. What cannot is told, or refused if `named`."""
    from studio.film.networks import left_out, named_units, traced

    network = traced(file).network
    named_units(network)
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
