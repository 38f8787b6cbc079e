"""A weight is turned up and down, as a knob: what the units and the cost then are, and how far J moves.

Nothing here knows a derivative. Every number is the 100-digit forward pass's, and the trace's own forward pass in
doubles confirms it; where a double has lost its last digits, twice as many digits do.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import ceil, isclose, isfinite

import mpmath
import numpy as np

from bpmath.model.network import Layer, Network, NetworkError
from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.backprop import working_bits
from bpmath.numeric.double_pass import cost, forward
from bpmath.numeric.precise_pass import DIGITS, Precise

STEPS = (0.25, 0.1, 0.05, 0.02, 0.01)   # how far a knob is turned: the largest that suits all weights of a network
METHOD = Phrase("the forward pass in doubles, or with {digits} digits", digits=str(2 * DIGITS))
CLOSE = 1e-10
BLOCK = 128   # bits: precisions are multiples of it, so that passes can be shared


@dataclass(frozen=True, eq=False)
class Doubles:
    """The trace's own forward pass."""

    network: Network
    z: dict[int, np.ndarray]
    a: dict[int, np.ndarray]
    J: float

    @property
    def h(self) -> np.ndarray:
        return self.a[self.network.L]


class Onward(Precise):
    """The forward pass of a network that differs from another's in theta(l)_ji: what comes before stays as it is."""

    def __init__(self, network: Network, before: Precise, l: int, j: int, i: int) -> None:
        self.network, self.target = network, before.target
        (new,) = self.given([network.theta(l)[j - 1, i - 1]])
        rows = [list(row) for row in before.weights[l]]
        rows[j - 1][i - 1] = new
        self.weights = {**before.weights, l: rows}
        self.z = {m: before.z[m] for m in range(2, l + 1)}
        self.a = {m: before.a[m] for m in range(1, l + 1)}
        self.onward(l)


@dataclass(frozen=True, eq=False)
class Turned:
    """A network whose weight theta(l)_ji has been changed from what it is in `base`.

    `value` and `again` give an activation, an output or J by two methods.
    """

    network: Network
    base: Network
    l: int
    j: int
    i: int

    @cached_property
    def doubles(self) -> Doubles:
        z, a = forward(self.network)
        return Doubles(self.network, z, a, cost(self.network, z[self.network.L]))

    @cached_property
    def exact(self) -> Precise:
        return precisely(DIGITS, self)[0]

    @cached_property
    def more(self) -> Precise:
        return precisely(2 * DIGITS, self)[0]

    def value(self, q: Quantity) -> float:
        return float(q.value(self.exact))

    def again(self, q: Quantity) -> float:
        return confirmed(self.value(q), q.value(self.doubles), lambda: float(q.value(self.more)))


def precisely(digits: int, *stops: Turned) -> list[Precise]:
    """The forward passes of networks, all with the same precision, so that what does not change does not differ."""
    bits = BLOCK * ceil(max(working_bits(t.network, digits) for t in stops) / BLOCK)
    with mpmath.workprec(bits):
        return [Onward(t.network, unturned(t.base, bits), t.l, t.j, t.i) for t in stops]


@lru_cache(maxsize=64)
def unturned(net: Network, bits: int) -> Precise:
    """The forward pass of a network, with the working precision `bits` that is set."""
    return Precise(net)


def confirmed(value: float, double: float, more: Callable[[], float]) -> float:
    """The second method's number: the double where it agrees, else the one with more digits."""
    return double if isclose(value, double, rel_tol=CLOSE) else more()


@lru_cache(maxsize=4096)
def turned(net: Network, l: int, by: float, j: int = 1, i: int = 1) -> Turned:
    """The network with theta(l)_ji larger by `by`. NetworkError where its cost has no value."""
    theta = np.array(net.theta(l))
    theta[j - 1, i - 1] += by
    changed = net.with_parameters({l: theta}) if by else net
    found = Turned(changed, net, l, j, i)
    if not isfinite(found.doubles.J):
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
    stops = [turned(net, l, by, j, i) for by in (-step, 0.0, step)]

    def spread(passes: Sequence[Doubles | Precise]) -> float:
        return float(max(p.J for p in passes) - min(p.J for p in passes))

    def exactly(digits: int) -> float:
        return spread(precisely(digits, *stops))

    size = exactly(DIGITS)
    return Answer(l, size, confirmed(size, spread([t.doubles for t in stops]), lambda: exactly(2 * DIGITS)))


def step_for(net: Network, chosen: Mapping[int, int] | None = None) -> float:
    """How far the weights between the chosen units, or the first ones, are turned.

    So far that J has a value, and goes one way only unless it is at its lowest.
    """
    fitting = []
    for step in STEPS:
        if goes := one_way(net, step, chosen):
            return step
        if goes is not None:
            fitting.append(step)
    return fitting[0] if fitting else STEPS[-1]


def one_way(net: Network, step: float, chosen: Mapping[int, int] | None = None) -> bool | None:
    """Whether J only rises or only falls while each weight is turned; None where it has no value on the way.

    In doubles: it only chooses a step, and no number of it is shown.
    """
    try:
        for l in range(1, net.L):
            ends = [(chosen or {}).get(m, 1) for m in (l + 1, l)]
            costs = [turned(net, l, step * k / 4, *ends).doubles.J for k in range(-4, 5)]
            rises = np.diff(costs)
            noise = CLOSE * max(map(abs, costs))
            if min(rises) < -noise and max(rises) > noise:
                return False
    except NetworkError:
        return None
    return True


def without_hidden(net: Network) -> Network | None:
    """A model without a hidden layer on the same example, with the network's output activation and cost.

    Its weight is the first of the network's own with which its cost has a value wherever it is turned; None where
    no weight has.
    """
    for l in range(1, net.L):
        layer = Layer(net.theta(l), None, net.activation(net.L))
        plain = replace(net, name="without a hidden layer", layers=(layer,), source="")
        if any(one_way(plain, step) is not None for step in STEPS):
            return plain
    return None
