"""Checking a gradient by hand: central differences as a double gives them, for steps from long to tiny.

The second method of `check.py` takes 100 digits, and its step can be tiny. With the 16 digits of a double no step is
right for all: a long one misses how the cost bends (truncation), a tiny one loses the digits of J (rounding).
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

import numpy as np

from bpmath.model.network import Network, NetworkError
from bpmath.model.notation import Quantity
from bpmath.numeric.double_pass import cost_of


@dataclass(frozen=True)
class Difference:
    """J with a weight nudged up and down by eps, and what the two say about its derivative."""

    eps: float
    up: float
    down: float

    @property
    def value(self) -> float:
        """(J+ - J-) / 2 eps, in double precision."""
        return (self.up - self.down) / (2 * self.eps)

    @property
    def exact(self) -> float:
        """The same two costs, subtracted and divided without rounding."""
        return float((Fraction(self.up) - Fraction(self.down)) / (2 * Fraction(self.eps)))


def nudged(network: Network, weight: Quantity, by: float) -> float:
    """J when one weight theta(l) is changed by so much."""
    theta = network.theta(weight.layer).copy()
    theta[(weight.unit or 1) - 1, (weight.source or 1) - 1] += by
    return cost_of(network.with_parameters({weight.layer: theta}))


def central(network: Network, weight: Quantity, eps: float) -> Difference:
    """The central difference for one weight. NetworkError where J has no finite value at an end of the step."""
    return Difference(eps, nudged(network, weight, eps), nudged(network, weight, -eps))


def sweep(network: Network, weight: Quantity, steps: Iterable[float]) -> list[Difference]:
    """The differences for many steps, without those at whose ends J, or they themselves, have no finite value."""
    found = []
    for eps in steps:
        try:
            difference = central(network, weight, eps)
        except NetworkError:
            continue
        if isfinite(difference.value):
            found.append(difference)
    return found


def curve(network: Network, weight: Quantity, reach: float, samples: int = 121) -> list[list[tuple[float, float]]]:
    """J over a weight, from its value minus `reach` to plus `reach`, as pieces of (change of the weight, J).

    Pieces end where J has no finite value; those of a single point are left out.
    """
    pieces: list[list[tuple[float, float]]] = [[]]
    for by in np.linspace(-reach, reach, samples).tolist():
        try:
            pieces[-1].append((by, nudged(network, weight, by)))
        except NetworkError:
            pieces.append([])
    return [piece for piece in pieces if len(piece) > 1]
