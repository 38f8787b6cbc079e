"""Which network a command is about, and which of its units."""
from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from scenes.kit import variables

if TYPE_CHECKING:
    from bpmath.backprop import Trace
    from bpmath.network import Network
    from scenes.kit.chapter import Chapter


def network_file(given: Path | None) -> Path | None:
    """The network that every chapter shall show: the one given, else BACKPROP_NETWORK, else None: each its own."""
    chosen = given or os.environ.get(variables.NETWORK)
    return Path(chosen) if chosen else None


def named_units(network: Network) -> Mapping[int, tuple[int, ...]]:
    """The units that were named, by layer. NetworkError where the network has no such units."""
    from bpmath.focus import chosen
    from bpmath.network import NetworkError

    try:
        return chosen(os.environ.get(variables.UNITS, ""), network)
    except NetworkError as error:
        raise NetworkError(f"{network.source}: {error}") from None


def traced(path: Path | None) -> Trace:
    """The trace of the network in a file (None: the default). NetworkError names the file, whatever is wrong."""
    from bpmath.backprop import trace
    from bpmath.files import DEFAULT, read_network
    from bpmath.network import NetworkError

    network = read_network(path or DEFAULT)
    try:
        return trace(network)
    except NetworkError as error:
        raise NetworkError(f"{network.source}: {error}") from None


def left_out(chapter: type[Chapter], network: Network, chosen: bool) -> str:
    """Why a chapter cannot show the network; "" if it can. If none was chosen, a chapter may have one of its own."""
    return "" if not chosen and chapter.network is not None else chapter.suits(network)
