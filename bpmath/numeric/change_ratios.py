"""A weight of a path is nudged: what moves on the way to J, and by how much. Nothing here knows the chain rule.

The changes are differences of two forward passes with 100 digits, one with the weight a little larger, one smaller.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite

import mpmath

from bpmath.model.network import Network
from bpmath.model.notation import Quantity, quantity
from bpmath.numeric.precise_pass import Precise, nudge_at, working_digits

SURE = 12    # digits of a change that are needed for a ratio that agrees with the factor


@dataclass(frozen=True)
class Move:
    """How far a quantity moves when the weight moves by 1, and its change over that of the one before it on the way.

    `ratio` is None for the weight itself, after a quantity that did not move, or too little for J to tell, where it is
    above all doubles, and where the path stands at the corner of a ReLU: there a small nudge up and one down do not
    have the same answer.
    """

    quantity: Quantity
    change: float
    ratio: float | None


def nudge(network: Network, l: int) -> tuple[Move, ...]:
    """theta(l), z(l+1), a(l+1), ..., h, J in the order in which they move. ValueError where the network is no path."""
    if not network.is_path:
        raise ValueError(f"found layers of {network.sizes} units, needed a path of single units")
    with working_digits(network):
        precise = Precise(network)
        at_corner = any(precise.corners[m] for m in range(l + 1, network.L + 1))
        (a,), (z,) = precise.a[l], precise.z[l + 1]
        eps = nudge_at(z) / (abs(a) or 1)
        down = z if at_corner else z - eps * a   # at a corner only upward
        width = eps if down == z and a else 2 * eps
        moves: list[Move] = [Move(quantity(network, "theta", l), 1.0, None)]
        before = width
        for (q, high), (_, low) in zip(onward(precise, l + 1, z + eps * a), onward(precise, l + 1, down), strict=True):
            change = high - low
            lost = q.kind == "J" and unfelt(before, change, high)
            known = before != 0 and not lost and not at_corner
            ratio = float(change / before) if known else inf
            moves.append(Move(q, float(change / width), ratio if isfinite(ratio) else None))
            before = change
    return tuple(moves)


def unfelt(before: mpmath.mpf, change: mpmath.mpf, J: mpmath.mpf) -> bool:
    """Whether an output moved so little, saturated as it is, that J has no digits left to tell it."""
    return abs(before) < mpmath.sqrt(mpmath.eps) and abs(change) < abs(J) * mpmath.eps * 10**SURE


def onward(precise: Precise, l: int, z: mpmath.mpf) -> Iterator[tuple[Quantity, mpmath.mpf]]:
    """The forward pass from z(l) to J."""
    net = precise.network
    for m in range(l, net.L + 1):
        yield quantity(net, "z", m), z
        if m == net.L:
            J = precise.cost_from(m, [z])
        (a,) = precise.activate(m, [z])
        yield (quantity(net, "a", m) if m < net.L else quantity(net, "h")), a
        if m < net.L:
            (z,) = precise.weighted(m, [a])
    yield Quantity("J"), J
