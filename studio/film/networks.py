"""Which network a command is about, and which of its units."""
from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scenes.kit.setting import environment_variables

if TYPE_CHECKING:
    from bpmath.model.network import Network
    from bpmath.numeric.backprop import Trace
    from scenes.kit.chapter import Chapter


def network_file(given: Path | None) -> Path | None:
    """The network that every chapter shall show: the one given, else BACKPROP_NETWORK, else None: each its own."""
    chosen = given or os.environ.get(environment_variables.NETWORK)
    return Path(chosen) if chosen else None


def named_units(network: Network) -> Mapping[int, tuple[int, ...]]:
    """The units that were named, by layer. NetworkError where the network has no such units."""
    from bpmath.model.network import NetworkError
    from scenes.kit.setting.focus import chosen

    try:
        return chosen(os.environ.get(environment_variables.UNITS, ""), network)
    except NetworkError as error:
        raise NetworkError(f"{network.source}: {error}") from None


def traced(path: Path | None) -> Trace:
    """The trace of the network in a file (None: the default). NetworkError names the file, whatever is wrong."""
    from bpmath.files.network_file import DEFAULT, read_network
    from bpmath.model.network import NetworkError
    from bpmath.numeric.backprop import trace

    network = read_network(path or DEFAULT)
    try:
        return trace(network)
    except NetworkError as error:
        raise NetworkError(f"{network.source}: {error}") from None


DEEPEST = 24    # layers whose derivation takes some ten seconds; a film draws fewer
MANY = 5000     # weights that take longer to check than one waits without a word


def derivable(network: Network) -> None:
    """NetworkError where the derivation of so deep a network would take minutes. Of a wide one says so."""
    from bpmath.model.network import NetworkError

    if network.L > DEEPEST:
        raise NetworkError(f"{network.source or network.name}: found {network.L} layers, needed at most {DEEPEST} to "
                           "derive and check it; `backprop trace` shows the numbers of any")
    if (count := sum(layer.weights.size for layer in network.layers)) > MANY:
        click.echo(f"{network.source or network.name}: {count} weights: this can take minutes", err=True)


def left_out(chapter: type[Chapter], network: Network, chosen: bool) -> str:
    """Why a chapter cannot show the network; "" if it can. If none was chosen, a chapter may have one of its own."""
    return "" if not chosen and chapter.network is not None else chapter.suits(network)
