"""A weight is turned up and down, as a knob: what the units and the cost then are, and how far J moves.

Nothing here knows a derivative. Every number is the 100-digit forward pass's, and the trace's own forward pass in
doubles confirms it; where a double has lost its last digits, twice as many digits do.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import isclose, isfinite

import mpmath
import numpy as np

from bpmath import exact
from bpmath.backprop import cost_of, forward
from bpmath.check import DIGITS, Precise
from bpmath.network import Network, NetworkError, network
from bpmath.notation import Quantity, quantity

STEPS = (0.25, 0.1, 0.05, 0.02, 0.01)   # how far a knob is turned: the largest that suits all weights of a network
METHOD = "the forward pass in doubles, or with 200 digits"
CLOSE = 1e-10


@dataclass(frozen=True, eq=False)
class Turned:
    """A network with one weight changed. `value` and `again` give an activation, an output or J by two methods."""

    network: Network

    @cached_property
    def doubles(self) -> dict[Quantity, float]:
        return named(self.network, forward(self.network)[1], cost_of(self.network))

    @cached_property
    def exact(self) -> dict[Quantity, mpmath.mpf]:
        return precisely(DIGITS, self.network)[0]

    @cached_property
    def more(self) -> dict[Quantity, mpmath.mpf]:
        return precisely(2 * DIGITS, self.network)[0]

    def value(self, q: Quantity) -> float:
        return float(self.exact[q])

    def again(self, q: Quantity) -> float:
        return confirmed(self.value(q), self.doubles[q], lambda: self.more[q])


def named(net: Network, a: dict, J: object) -> dict[Quantity, object]:
    """The activations of a network and its cost by their names."""
    kinds = {1: "x", net.L: "h"}
    return {
        quantity(net, kinds.get(l, "a"), None if l in kinds else l, j): v
        for l, values in a.items()
        for j, v in enumerate(values, 1)
    } | {Quantity("J"): J}


def precisely(digits: int, *nets: Network) -> list[dict[Quantity, mpmath.mpf]]:
    """The forward passes of networks, all with the same precision, so that what does not change does not differ."""
    largest = max(abs(float(z)) for net in nets for zs in Precise(net).z.values() for z in zs)
    with mpmath.workprec(int(digits * 3.33) + exact.bits(largest)):
        passes = [Precise(net) for net in nets]
        return [named(p.network, p.a, p.J) for p in passes]


def confirmed(value: float, double: float, more: Callable[[], mpmath.mpf]) -> float:
    """The second method's number: the double where it agrees, else the one with more digits."""
    return double if isclose(value, double, rel_tol=CLOSE) else float(more())


@lru_cache(maxsize=4096)
def turned(net: Network, l: int, by: float, j: int = 1, i: int = 1) -> Turned:
    """The network with theta(l)_ji larger by `by`. NetworkError where its cost has no value."""
    theta = np.array(net.theta(l))
    theta[j - 1, i - 1] += by
    changed = net.with_parameters({l: theta}) if by else net
    found = Turned(changed)
    if not isfinite(found.doubles[Quantity("J")]):
        raise NetworkError(f"cost: has no finite value where theta({l}) is {float(theta[j - 1, i - 1])!r}")
    return found


@dataclass(frozen=True)
class Answer:
    """How far J moves while theta(l) is turned by `step` down and up. `again` is by the second method."""

    l: int
    size: float
    again: float


def answer(net: Network, l: int, step: float, j: int = 1, i: int = 1) -> Answer:
    """The largest less the smallest J at the two stops and in the middle."""
    stops, J = [turned(net, l, by, j, i) for by in (-step, 0.0, step)], Quantity("J")

    def spread(passes: list[dict]) -> float:
        return float(max(p[J] for p in passes) - min(p[J] for p in passes))

    def exactly(digits: int) -> float:
        return spread(precisely(digits, *(t.network for t in stops)))

    size = exactly(DIGITS)
    return Answer(l, size, confirmed(size, spread([t.doubles for t in stops]), lambda: exactly(2 * DIGITS)))


def step_for(net: Network, chosen: Mapping[int, int] | None = None) -> float:
    """How far the weights between the chosen units, or the first ones, are turned.

    So far that J has a value, and goes one way only unless it is at its lowest.
    """
    fitting = [step for step in STEPS if one_way(net, step, chosen) is not None]
    return next((step for step in fitting if one_way(net, step, chosen)), fitting[0] if fitting else STEPS[-1])


def one_way(net: Network, step: float, chosen: Mapping[int, int] | None = None) -> bool | None:
    """Whether J only rises or only falls while each weight is turned; None where it has no value on the way."""
    try:
        for l in range(1, net.L):
            ends = [(chosen or {}).get(m, 1) for m in (l + 1, l)]
            nets = [turned(net, l, step * k / 4, *ends).network for k in range(-4, 5)]
            costs = [p[Quantity("J")] for p in precisely(DIGITS, *nets)]
            if costs not in (sorted(costs), sorted(costs, reverse=True)):
                return False
    except NetworkError:
        return None
    return True


def without_hidden(net: Network) -> Network | None:
    """A model without a hidden layer on the same example, with the network's output activation and cost.

    Its weight is the first of the network's own with which its cost has a value wherever it is turned; None where
    no weight has.
    """
    output = net.activation(net.L).name
    for l in range(1, net.L):
        plain = network(net.input, net.target, net.cost.name, [(net.theta(l), output)], net.learning_rate,
                        "without a hidden layer")
        if any(one_way(plain, step) is not None for step in STEPS):
            return plain
    return None
