"""Gradient descent on the one example, and what comes out when the order within an update is wrong."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bpmath.model import multiprecision
from bpmath.model.cost import Output
from bpmath.model.network import Network, NetworkError
from bpmath.numeric.backprop import DIGITS, Parameters, forward, objects, stepped, trace, weighted, working_precision
from bpmath.numeric.precise_pass import Precise, working_digits

LEARNT, SLOW, GROWN = 0.05, 0.99, 1000.0  # of the first J: training has done its work; gets nowhere; has gone wrong


@dataclass(frozen=True, eq=False)
class Descent:
    """`networks[i]` is what stands after i updates, `costs[i]` its J; both begin with the network as it was given."""

    networks: tuple[Network, ...]
    costs: tuple[float, ...]


def done(costs: Sequence[float], least: int) -> bool:
    """Whether training may stop: J has grown far, or after `least` updates or more it is small, or hardly smaller."""
    share = costs[-1] / costs[0] if costs[0] else 0.0
    return share > GROWN or (len(costs) > least and not LEARNT < share < SLOW)


def train(network: Network, least: int = 10, most: int = 60) -> Descent:
    """Repeats the update until it is `done`, at most `most` times, or as often as J keeps a finite value."""
    now = trace(network)
    networks, costs = [network], [now.J]
    while len(costs) <= most and not done(costs, least):
        try:
            now = trace(now.updated)
        except NetworkError:
            break
        networks.append(now.network)
        costs.append(now.J)
    return Descent(tuple(networks), tuple(costs))


def cost_again(network: Network) -> float:
    """J of a network by the second method, a forward pass with 100 digits."""
    with working_digits(network):
        return float(Precise(network).J)


def wrong_order(network: Network) -> Network:
    """The network after an update in the order that is often taken by mistake.

    theta(L-1) is updated first, and each delta(l) is then sent back through the new theta(l) instead of the old one.
    """
    with working_precision(network, DIGITS):
        given = Parameters.of(network)
        z, a = forward(network, given)
        output = Output(network.cost, network.activation(network.L))
        theta, bias, delta = {}, {}, objects(output.delta(z[network.L], given.y))
        for l in range(network.L - 1, 0, -1):
            theta[l] = stepped(given.theta[l], given.alpha, np.outer(delta, a[l]))
            if given.b[l] is not None:
                bias[l] = stepped(given.b[l], given.alpha, delta)
            if l > 1:
                delta = objects(network.activation(l).pull_back(z[l], weighted(theta[l].T, delta, None)))
        return network.with_parameters({l: multiprecision.rounded(v) for l, v in theta.items()},
                                       {l: multiprecision.rounded(v) for l, v in bias.items()})


def biases_kept(network: Network, updated: Network) -> Network:
    """The updated weights with the biases as they were: what texts compute that leave the biases alone."""
    return network.with_parameters({l: updated.theta(l) for l in range(1, network.L)})
