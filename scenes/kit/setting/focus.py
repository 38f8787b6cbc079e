"""The units of a network that a film speaks of: one of each layer is in focus."""
from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from bpmath.model.network import Network, NetworkError, shown
from bpmath.numeric.backprop import Trace

MOST = 3   # units that may be chosen in a layer; a layer too wide to be drawn whole has room for no more


def largest(trace: Trace) -> dict[int, int]:
    """In each layer the unit with the largest error signal, in the input the one with the largest value."""
    sizes = {1: np.abs(trace.network.input), **{l: np.abs(delta) for l, delta in trace.delta.items()}}
    return {l: int(size.argmax()) + 1 for l, size in sizes.items()}


def in_focus(trace: Trace, chosen: Mapping[int, tuple[int, ...]]) -> dict[int, int]:
    """In each layer the first unit that was chosen, else the one with the largest error signal."""
    return largest(trace) | {l: units[0] for l, units in chosen.items()}


def chosen(text: str, network: Network) -> Mapping[int, tuple[int, ...]]:
    """The units by layer that a text such as "2:3, 3:1" names: unit 3 of layer 2, unit 1 of layer 3.

    Of several in a layer the first is to be in focus. NetworkError says what no unit of this network is.
    """
    found: dict[int, tuple[int, ...]] = {}
    for part in re.split(r"[\s,;]+", text.strip(" \t,;")) if text.strip(" \t,;") else ():
        if not (match := re.fullmatch("([0-9]{1,9}):([0-9]{1,9})", part)):
            raise NetworkError(f"units: found '{shown(part)}', needed layer:unit, as in 2:3 or 2:3,3:1")
        l, j = map(int, match.groups())
        if not 1 <= l <= network.L:
            raise NetworkError(f"units: found layer {l} in {part}, needed 1 to {network.L}, "
                               "counted from the input")
        if not 1 <= j <= network.units(l):
            raise NetworkError(f"units: found unit {j} in {part}, needed 1 to {network.units(l)}, "
                               f"the units of layer {l}")
        found[l] = tuple(dict.fromkeys((*found.get(l, ()), j)))
        if len(found[l]) > MOST:
            raise NetworkError(f"units: found more than {MOST} units of layer {l}, needed {MOST} or fewer; "
                               "the first of them is in focus")
    return found
