"""The numeric pass: forward, backward and one update, by the mathematics' own layer numbers.

It is computed with more digits than a double has (see `multiprecision.py`) and rounded once: each number of a trace is
the double nearest to what the mathematics says of the given numbers.

    z(l+1) = theta(l) a(l) + b(l)      a(l) = g(z(l))      h = a(L)
    delta(L) = dJ/dz(L)                delta(l) = theta(l)^T delta(l+1) * g'(z(l))
    dJ/dtheta(l) = delta(l+1) a(l)^T   dJ/db(l) = delta(l+1)
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

import mpmath
import numpy as np
import sympy as sp

from bpmath.model import multiprecision
from bpmath.model.cost import Output
from bpmath.model.network import Network, NetworkError, frozen
from bpmath.numeric import double_pass

ByLayer = Mapping[int, np.ndarray]

DIGITS = 60                              # that are told apart, at least
ABOVE = mpmath.mpf("1.797693134862315807e308")   # what is as large as this rounds to no finite double


@dataclass(frozen=True, eq=False)
class Trace:
    """Every quantity of one forward and backward pass and of one update.

    `dh` (outputs,) is dJ/dh; where an output is so saturated that it overflows a double it is inf, while delta is not.

    `a[1..L]`, `z[2..L]`, `slope[2..L]` (None where g is not elementwise), `delta[2..L]` are (units,);
    `dtheta[1..L-1]` and `new_theta` have the shape of theta(l), `db` and `new_b` that of b(l), or are None.
    """

    network: Network
    a: ByLayer
    z: ByLayer
    slope: Mapping[int, np.ndarray | None]
    J: float
    dh: np.ndarray
    delta: ByLayer
    dtheta: ByLayer
    db: Mapping[int, np.ndarray | None]
    new_theta: ByLayer
    new_b: Mapping[int, np.ndarray | None]

    @property
    def h(self) -> np.ndarray:
        """The output a(L)."""
        return self.a[self.network.L]

    @property
    def updated(self) -> Network:
        """The network after one update: every gradient from the old parameters, then all parameters at once."""
        biases = {l: b for l, b in self.new_b.items() if b is not None}
        return self.network.with_parameters(dict(self.new_theta), biases)


def by_layer(values: Mapping) -> Mapping:
    """A read-only table by layer number, in doubles."""
    return MappingProxyType({l: None if v is None else frozen(multiprecision.rounded(v)) for l, v in values.items()})


@dataclass(frozen=True, eq=False)
class Parameters:
    """A network's given numbers at the working precision, as arrays of mpf: x, y, and theta(l) and b(l) by l."""

    x: np.ndarray
    y: np.ndarray
    theta: Mapping[int, np.ndarray]
    b: Mapping[int, np.ndarray | None]
    alpha: mpmath.mpf

    @classmethod
    def of(cls, network: Network) -> Parameters:
        def array(values: np.ndarray) -> np.ndarray:
            return objects([multiprecision.given(v, network.decimal) for v in values.flat]).reshape(values.shape)

        biases = {l: network.bias(l) for l in range(1, network.L)}
        return cls(array(network.input), array(network.target), {l: array(network.theta(l)) for l in biases},
                   {l: None if b is None else array(b) for l, b in biases.items()},
                   multiprecision.given(network.learning_rate, network.decimal))


def objects(numbers: Iterable) -> np.ndarray:
    """A vector of mpf."""
    found = list(numbers)
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array


def given_numbers(network: Network) -> Iterator[np.ndarray]:
    """All numbers of the network file."""
    yield from (network.input, network.target, np.array([network.learning_rate]))
    for layer in network.layers:
        yield layer.weights
        if layer.bias is not None:
            yield layer.bias


@contextmanager
def working_precision(network: Network, digits: int) -> Iterator[None]:
    """mpmath's precision for passes of a network, in which sums that cancel to all of `digits` digits or more are 0."""
    with mpmath.workprec(working_bits(network, digits)):
        yield


def working_bits(network: Network, digits: int) -> int:
    """The bits of `working_precision`."""
    numbers = list(given_numbers(network))
    try:
        z, _ = double_pass.forward(network)
    except NetworkError:   # a sum of doubles may overflow where the number itself does not
        with mpmath.workprec(multiprecision.working_bits(numbers, network.L, digits)):
            z, _ = forward(network, Parameters.of(network))
    return multiprecision.working_bits(numbers, network.L, digits, sum(multiprecision.bits(*at) for at in z.values()))


def weighted(theta: np.ndarray, a: np.ndarray, b: np.ndarray | None) -> np.ndarray:
    """theta a + b (n_out,)."""
    rows = (row * a for row in theta)
    return objects(multiprecision.total([*row, *([] if b is None else [b[j]])]) for j, row in enumerate(rows))


def forward(network: Network, given: Parameters) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """(z, a) by layer at the working precision. NetworkError where a number is above all doubles."""
    a, z = {1: given.x}, {}
    for l in range(1, network.L):
        z[l + 1] = weighted(given.theta[l], a[l], given.b[l])
        a[l + 1] = objects(network.activation(l + 1).values(z[l + 1]))
        if not all(abs(v) < ABOVE for v in (*z[l + 1], *a[l + 1])):   # also where one is nan
            raise NetworkError(f"layer {l + 1}: the forward pass overflows (z or a above 1.8e308), needed smaller "
                               "weights or inputs")
    return z, a


def cost(network: Network, z: np.ndarray, a: np.ndarray, y: np.ndarray) -> mpmath.mpf:
    """J for the output layer's z (n,) and a (n,). NetworkError where the cost has no value there."""
    J = Output(network.cost, network.activation(network.L)).J(z, y)
    if not abs(J) < ABOVE:
        if network.cost.targets == sp.Reals:   # a cost of any outputs
            raise NetworkError(f"cost: {network.cost.name} overflows (above 1.8e308), needed smaller weights or inputs")
        raise NetworkError(f"cost: found the output {', '.join(f'{float(v):.4g}' for v in a[:4])}, where "
                           f"{network.cost.name} has no finite value; needed outputs between 0 and 1, as a sigmoid or "
                           "softmax layer gives")
    return J


def backward(network: Network, given: Parameters, z: Mapping) -> dict[int, np.ndarray]:
    """delta by layer at the working precision, from the output back to layer 2."""
    L = network.L
    delta = {L: objects(Output(network.cost, network.activation(L)).delta(z[L], given.y))}
    for l in range(L - 1, 1, -1):
        arriving = weighted(given.theta[l].T, delta[l + 1], None)
        delta[l] = objects(network.activation(l).pull_back(z[l], arriving))
    return delta


def cost_of(network: Network) -> float:
    """J of a network on its example. NetworkError where it has no finite value."""
    with working_precision(network, DIGITS):
        given = Parameters.of(network)
        z, a = forward(network, given)
        return float(cost(network, z[network.L], a[network.L], given.y))


def stepped(old: np.ndarray, alpha: mpmath.mpf, gradient: np.ndarray) -> np.ndarray:
    """old - alpha gradient, in the shape of the two."""
    pairs = zip(old.flat, gradient.flat, strict=True)
    return objects(multiprecision.total([v, -alpha * d]) if d else v for v, d in pairs).reshape(old.shape)


def trace(network: Network) -> Trace:
    """The whole pass on the network's example. Raises NetworkError where a number has no finite value."""
    with working_precision(network, DIGITS):
        given = Parameters.of(network)
        z, a = forward(network, given)
        J = cost(network, z[network.L], a[network.L], given.y)
        delta = backward(network, given, z)
        dtheta = {l: np.outer(delta[l + 1], a[l]) for l in given.theta}
        db = {l: None if b is None else delta[l + 1] for l, b in given.b.items()}
        new_theta = {l: stepped(theta, given.alpha, dtheta[l]) for l, theta in given.theta.items()}
        new_b = {l: None if b is None else stepped(b, given.alpha, db[l]) for l, b in given.b.items()}
        slope = {l: network.activation(l).slopes(at) for l, at in z.items()}
        dh = Output(network.cost, network.activation(network.L)).error(z[network.L], given.y)
        found = Trace(network, by_layer(a), by_layer(z), by_layer(slope), float(J), frozen(multiprecision.rounded(dh)),
                      by_layer(delta), by_layer(dtheta), by_layer(db), by_layer(new_theta), by_layer(new_b))
    for words, remedy, table in (
            ("layer {l}: the backward pass", "smaller weights", found.delta),
            ("theta({l}): the gradient", "smaller weights or inputs", found.dtheta),
            ("theta({l}): the update", "smaller weights or a smaller learning_rate", found.new_theta),
            ("b({l}): the update", "smaller weights or a smaller learning_rate", found.new_b)):
        for l, numbers in table.items():
            if numbers is not None and not np.isfinite(numbers).all():
                raise NetworkError(f"{words.format(l=l)} overflows (above 1.8e308), needed {remedy}")
    return found
