"""The numeric pass: forward, backward and one update, by the mathematics' own layer numbers.

    z(l+1) = theta(l) a(l) + b(l)      a(l) = g(z(l))      h = a(L)
    delta(L) = dJ/dz(L)                delta(l) = theta(l)^T delta(l+1) * g'(z(l))
    dJ/dtheta(l) = delta(l+1) a(l)^T   dJ/db(l) = delta(l+1)
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import sympy as sp

from bpmath.cost import Output
from bpmath.network import Network, NetworkError, frozen

ByLayer = Mapping[int, np.ndarray]


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

    def _repr_html_(self) -> str:
        """Shows the trace in a notebook."""
        from bpmath.table import html

        return html(self)


def by_layer(values: dict) -> Mapping:
    """A read-only table by layer number."""
    return MappingProxyType({l: None if v is None else frozen(v) for l, v in values.items()})


def forward(network: Network, x: np.ndarray | None = None) -> tuple[dict, dict]:
    """(z, a) by layer for the network's input, or for another x (n,). NetworkError where a number overflows."""
    a, z = {1: network.input if x is None else x}, {}
    for l in range(1, network.L):
        with np.errstate(all="ignore"):
            z[l + 1] = network.theta(l) @ a[l]
            if network.bias(l) is not None:
                z[l + 1] = z[l + 1] + network.bias(l)
        a[l + 1] = network.activation(l + 1).values(z[l + 1]) if np.isfinite(z[l + 1]).all() else z[l + 1]
        if not np.isfinite(a[l + 1]).all():
            raise NetworkError(f"layer {l + 1}: the forward pass overflows (z or a above 1.8e308), needed smaller "
                               "weights or inputs")
    return z, a


def cost(network: Network, z: np.ndarray, y: np.ndarray | None = None) -> float:
    """J for the output layer's z (n,). NetworkError where the cost has no value there."""
    J = Output(network.cost, network.activation(network.L)).J(z, network.target if y is None else y)
    if not np.isfinite(J):
        h = network.activation(network.L).values(z)
        if network.cost.targets == sp.Reals:   # a cost of any outputs
            raise NetworkError(f"cost: {network.cost.name} overflows (above 1.8e308), needed smaller weights or inputs")
        raise NetworkError(f"cost: found the output {', '.join(f'{v:.4g}' for v in h[:4])}, where {network.cost.name} "
                           "has no finite value; needed outputs between 0 and 1, as a sigmoid or softmax layer gives")
    return J


def backward(network: Network, z: Mapping, a: Mapping) -> dict[int, np.ndarray]:
    """delta by layer, from the output back to layer 2."""
    L = network.L
    with np.errstate(all="ignore"):
        delta = {L: Output(network.cost, network.activation(L)).delta(z[L], network.target)}
        for l in range(L - 1, 1, -1):
            delta[l] = network.activation(l).pull_back(z[l], network.theta(l).T @ delta[l + 1]) + 0.0
    for l, d in delta.items():
        if not np.isfinite(d).all():
            raise NetworkError(f"layer {l}: the backward pass overflows (delta above 1.8e308), needed smaller weights")
    return delta


def trace(network: Network) -> Trace:
    """The whole pass on the network's example. Raises NetworkError where a number has no finite value."""
    z, a = forward(network)
    J = cost(network, z[network.L])
    delta = backward(network, z, a)
    alpha, layers = network.learning_rate, range(1, network.L)
    with np.errstate(all="ignore"):
        dtheta = {l: np.outer(delta[l + 1], a[l]) + 0.0 for l in layers}
        db = {l: None if network.bias(l) is None else delta[l + 1] for l in layers}
        new_theta = {l: network.theta(l) - alpha * dtheta[l] for l in layers}
        new_b = {l: None if db[l] is None else network.bias(l) - alpha * db[l] for l in layers}
    for l in layers:
        if not np.isfinite(new_theta[l]).all():
            raise NetworkError(f"theta({l}): the update overflows, needed smaller weights or a smaller learning_rate")
    slope = {l: network.activation(l).slopes(z[l]) for l in z}
    dh = Output(network.cost, network.activation(network.L)).error(z[network.L], network.target)
    return Trace(network, by_layer(a), by_layer(z), by_layer(slope), J, frozen(dh), by_layer(delta), by_layer(dtheta),
                 by_layer(db), by_layer(new_theta), by_layer(new_b))


def cost_of(network: Network, x: np.ndarray | None = None, y: np.ndarray | None = None) -> float:
    """J of a network on its example, or on another."""
    z, _ = forward(network, x)
    return cost(network, z[network.L], y)
