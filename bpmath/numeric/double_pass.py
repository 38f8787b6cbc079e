"""The forward pass in double precision: quick, for pictures of many points, and as another way to the same number."""
from __future__ import annotations

import mpmath
import numpy as np

from bpmath.model import multiprecision
from bpmath.model.activation import Activation
from bpmath.model.cost import Output
from bpmath.model.network import Network, NetworkError


def activated(activation: Activation, z: np.ndarray) -> np.ndarray:
    """a (n,) for z (n,)."""
    with mpmath.workprec(2 * multiprecision.bits(*z)):
        return multiprecision.rounded(activation.values([mpmath.mpf(v) for v in z.tolist()]))


def forward(network: Network, x: np.ndarray | None = None) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """(z, a) by layer for the network's input, or for another x (n,). NetworkError where a number overflows."""
    a, z = {1: network.input if x is None else x}, {}
    for l in range(1, network.L):
        with np.errstate(all="ignore"):
            z[l + 1] = network.theta(l) @ a[l]
            if network.bias(l) is not None:
                z[l + 1] = z[l + 1] + network.bias(l)
        a[l + 1] = activated(network.activation(l + 1), z[l + 1]) if np.isfinite(z[l + 1]).all() else z[l + 1]
        if not np.isfinite(a[l + 1]).all():
            raise NetworkError(f"layer {l + 1}: the forward pass overflows in double precision")
    return z, a


def cost(network: Network, z: np.ndarray, y: np.ndarray | None = None) -> float:
    """J for the output layer's z (n,). NetworkError where it has no finite value."""
    target = network.target if y is None else y
    with mpmath.workprec(2 * multiprecision.bits(*z, *target)):
        numbers = [[mpmath.mpf(v) for v in values.tolist()] for values in (z, target)]
        J = float(Output(network.cost, network.activation(network.L)).J(*numbers))
    if not np.isfinite(J):
        raise NetworkError(f"cost: {network.cost.name} has no finite value in double precision")
    return J


def cost_of(network: Network, x: np.ndarray | None = None, y: np.ndarray | None = None) -> float:
    """J of a network on its example, or on another. NetworkError where it has no finite value."""
    z, _ = forward(network, x)
    return cost(network, z[network.L], y)
