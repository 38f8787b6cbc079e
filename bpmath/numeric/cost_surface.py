"""The cost over one or two weights, all others as they are: heights, contour lines, and descent on them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from bpmath.model.network import Network, NetworkError
from bpmath.model.notation import Quantity
from bpmath.numeric.backprop import Trace, trace
from bpmath.numeric.double_pass import activated, cost, forward
from bpmath.numeric.gradient_descent import done


def entry(q: Quantity) -> tuple[int, int]:
    """Row and column of a weight in its theta(l)."""
    return (q.unit or 1) - 1, (q.source or 1) - 1


def steepest(trace: Trace, choice: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """The two weights with the largest gradients: of a choice of one a layer; without a hidden layer of all there are.

    A single one where the network has no more.
    """
    net = trace.network
    if net.L == 2:
        rows, columns = net.theta(1).shape
        choice = [Quantity("theta", 1, j, i) for j, i in product(range(1, rows + 1), range(1, columns + 1))]
    ordered = sorted(choice, key=lambda q: -abs(trace.dtheta[q.layer][entry(q)]))
    return tuple(sorted(ordered[:2], key=lambda q: (q.layer, entry(q))))


@dataclass(frozen=True, eq=False)
class Walk:
    """Where the weights (steps, weights) stand after each update, from the beginning on, and J there."""

    places: np.ndarray
    costs: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Slice:
    """J as a function of some weights theta(l) of a network, with all its other parameters held still."""

    network: Network
    weights: tuple[Quantity, ...]

    @property
    def start(self) -> tuple[float, ...]:
        """The weights as the network has them."""
        return tuple(float(self.network.theta(q.layer)[entry(q)]) for q in self.weights)

    @cached_property
    def below(self) -> tuple[int, np.ndarray]:
        """The first layer that has such a weight, and a of it, which none of them changes."""
        first = min(q.layer for q in self.weights)
        return first, forward(self.network)[1][first]

    def changed(self, values: Sequence[float]) -> dict[int, np.ndarray]:
        """theta(l) of the layers concerned, with these values in it."""
        theta = {q.layer: self.network.theta(q.layer).copy() for q in self.weights}
        for q, value in zip(self.weights, values, strict=True):
            theta[q.layer][entry(q)] = value
        return theta

    def at(self, values: Sequence[float]) -> Network:
        """The network with these values of the weights."""
        return self.network.with_parameters(self.changed(values))

    def J(self, *values: float) -> float:
        """The cost at these values of the weights; nan where it has no finite value."""
        net, theta, (first, a) = self.network, self.changed(values), self.below
        for l in range(first, net.L):
            with np.errstate(all="ignore"):
                z = theta.get(l, net.theta(l)) @ a + (0.0 if net.bias(l) is None else net.bias(l))
            if not np.isfinite(z).all():
                return float("nan")
            a = activated(net.activation(l + 1), z)
        try:
            return cost(net, z)
        except NetworkError:
            return float("nan")

    def heights(self, xs: Sequence[float], ys: Sequence[float]) -> np.ndarray:
        """J on a grid (ys, xs) of two weights."""
        return np.array([[self.J(float(x), float(y)) for x in xs] for y in ys])

    def walk(self, steps: int) -> Walk:
        """So many updates of these weights alone; fewer where J gets no value, or has grown far."""
        now = trace(self.network)
        places, costs = [self.start], [now.J]
        while len(costs) <= steps and not done(costs, steps):
            gradient = [now.dtheta[q.layer][entry(q)] for q in self.weights]
            to = tuple(v - self.network.learning_rate * g for v, g in zip(places[-1], gradient, strict=True))
            try:
                now = trace(self.at(to))
            except NetworkError:
                break
            costs.append(now.J)
            places.append(to)
        return Walk(np.array(places), tuple(costs))


def contour(xs: Sequence[float], ys: Sequence[float], heights: np.ndarray, level: float) -> np.ndarray:
    """The line on which a height (ys, xs) has a level, as segments (n, 2 ends, 2); none where a height is nan.

    Between two points of the grid the height is taken as straight. Where two pieces cross a cell, its middle, the mean
    of its corners, lies between them.
    """
    x, y = np.meshgrid(xs, ys)
    grid = np.stack([x, y, heights], axis=-1)
    cells = np.stack([grid[i, j].reshape(-1, 3) for i, j in ROUND], axis=1)
    cells = cells[np.isfinite(cells).all((1, 2))]
    following = np.roll(cells, -1, axis=1)
    here, there = cells[..., 2], following[..., 2]
    crosses = (here > level) != (there > level)
    with np.errstate(all="ignore"):
        share = np.where(crosses, (level - here) / (there - here), 0.0)
    points = cells[..., :2] + share[..., None] * (following - cells)[..., :2]
    two, four = (crosses.sum(1) == n for n in (2, 4))
    sides = np.argsort(~crosses[two], axis=1, kind="stable")[:, :2]
    once = np.take_along_axis(points[two], sides[..., None], axis=1)
    alone = (here[four].mean(1) > level) != (here[four, 0] > level)  # the first corner is cut off from the middle
    twice = np.where(alone[:, None, None], np.roll(points[four], 1, axis=1), points[four]).reshape(-1, 2, 2)
    return np.concatenate([once, twice])


LOW, HIGH = slice(None, -1), slice(1, None)
ROUND = (LOW, LOW), (LOW, HIGH), (HIGH, HIGH), (HIGH, LOW)  # the corners of all cells, around each
