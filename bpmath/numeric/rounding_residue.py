"""Which numbers of a trace are nothing but the rounding of the given numbers.

The double that stands for 0.1 is not one tenth. Where given numbers are taken as the doubles that they are, sums such
as 0.1 + 0.2 - 0.3 do not cancel: what is left, 2.8e-17, says nothing but that. It is told as about 0.
"""
from __future__ import annotations

import numpy as np

from bpmath.model.activation import z
from bpmath.model.cost import h, y
from bpmath.model.notation import MATRICES, Quantity, quantities
from bpmath.numeric.backprop import Trace

ROUNDING = 2.0 ** -50    # of the size of the terms of a sum: what rounding each of them to a double can leave


def about_zero(trace: Trace) -> frozenset[Quantity]:
    """The quantities that are not 0 and smaller than the rounding of the terms that they are sums of.

    Decimals are exact; of them there are none.
    """
    if trace.network.decimal:
        return frozenset()
    left = masks(trace)
    return frozenset(q for q in quantities(trace.network)
                     if q.kind in left and q.value(trace) != 0 and at(left[q.kind], q))


def at(masks: dict[int, np.ndarray], q: Quantity) -> bool:
    """The entry of a quantity."""
    mask = masks.get(q.layer or 0)
    return mask is not None and bool(
        mask[(q.unit or 1) - 1, (q.source or 1) - 1] if q.kind in MATRICES else mask[(q.unit or 1) - 1])


def masks(trace: Trace) -> dict[str, dict[int, np.ndarray]]:
    """Whether each number is a remainder of rounding, by kind and layer (0 where it has none)."""
    net, L = trace.network, trace.network.L
    found: dict[str, dict[int, np.ndarray]] = {kind: {} for kind in (
        "z", "a", "h", "J", "dh", "delta", "dtheta", "db", "new_theta", "new_b")}
    for l in range(2, L + 1):
        terms = np.abs(net.theta(l - 1)) @ np.abs(trace.a[l - 1])
        terms += 0 if net.bias(l - 1) is None else np.abs(net.bias(l - 1))
        found["z"][l] = np.abs(trace.z[l]) < ROUNDING * terms
        g = net.activation(l)
        through_zero = g.elementwise and g.g.subs(z, 0) == 0
        found["a"][l] = found["z"][l] & through_zero
    found["h"][0] = found["a"][L]
    if net.cost.slope == h - y:
        found["dh"][0] = np.abs(trace.dh) < ROUNDING * (np.abs(trace.h) + np.abs(net.target))
        found["dh"][0] |= found["h"][0] & (net.target == 0)
        found["J"][0] = np.array([found["dh"][0].all()])
    errors = found["dh"].get(0, np.zeros(len(net.target), dtype=bool))
    found["delta"][L] = errors if net.activation(L).elementwise else np.full(len(errors), errors.all())
    for l in range(L - 1, 1, -1):
        arriving = np.abs(net.theta(l)).T @ np.abs(trace.delta[l + 1])
        slope = trace.slope[l]
        own = np.abs(trace.delta[l]) < ROUNDING * arriving * (0 if slope is None else np.abs(slope))
        found["delta"][l] = own | found["delta"][l + 1].all()
    for l in range(1, L):
        signal = found["delta"][l + 1]
        values = found["a"].get(l, np.zeros(net.units(l), dtype=bool))
        found["dtheta"][l] = signal[:, None] | values[None, :]
        found["db"][l] = signal
        for kind, old, gradient in (("new_theta", net.theta(l), trace.dtheta[l]), ("new_b", net.bias(l), trace.db[l])):
            if old is not None:
                terms = np.abs(old) + net.learning_rate * np.abs(gradient)
                found[kind][l] = np.abs(old - net.learning_rate * gradient) < ROUNDING * terms
    return found
