"""Networks for tests: a few by name, and a strategy that draws any."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import sympy as sp
from hypothesis import strategies as st

from bpmath.files.network_file import DEFAULT, NETWORKS, read_network
from bpmath.model.activation import ACTIVATIONS
from bpmath.model.cost import COSTS
from bpmath.model.network import Layer, Network, NetworkError, frozen, network
from bpmath.numeric.backprop import trace
from bpmath.numeric.second_method import demand, verify

ELEMENTWISE = tuple(name for name, a in ACTIVATIONS.items() if a.elementwise)
OUTPUTS = {"squared_error": tuple(ACTIVATIONS), "binary_cross_entropy": ("sigmoid", "softmax"),
           "cross_entropy": ("sigmoid", "softmax")}   # the output activations that each cost is meant for


def single_path() -> Network:
    """The article's network."""
    return read_network(DEFAULT)


def mazur() -> Network:
    """The most-copied worked example of the web: 2-2-2, sigmoid, with biases."""
    return read_network(NETWORKS / "mazur.toml")


def tanh_path() -> Network:
    """A path of five layers, one of them with a bias, whose cost cancels the slope of its output."""
    layers = [([[1.2]], "tanh"), ([[-0.9]], [0.3], "tanh"), ([[1.7]], "tanh"), ([[-2.1]], "sigmoid")]
    return network([0.7], [1.0], "binary_cross_entropy", layers, 0.5, "tanh path")


def softmaxes() -> Network:
    """2-3-2-2 with softmax inside and on top, where every unit answers to every z."""
    layers = [([[0.5, -1.2], [0.8, 0.1], [-0.3, 0.9]], [0.1, 0.0, -0.2], "softmax"),
              ([[1.1, -0.4, 0.6], [0.2, 0.7, -1.3]], "softplus"), ([[0.9, -0.8], [-0.5, 1.4]], [0.3, -0.1], "softmax")]
    return network([0.4, -1.1], [0.3, 0.7], "squared_error", layers, 0.2, "softmaxes")


def classes() -> Network:
    """2-3-3, a classifier with a target that does not name a single class, and does not add up to 1."""
    layers = [([[0.5, -1.2], [0.8, 0.1], [-0.3, 0.9]], "relu"),
              ([[1.1, -0.4, 0.6], [0.2, 0.7, -1.3], [0.9, 0.4, -0.5]], [0.1, 0.2, 0.3], "softmax")]
    return network([0.4, 1.1], [0.5, 0.25, 0.125], "cross_entropy", layers, name="classes")


def unmeant(input: list[float], target: list[float], layers: list[tuple], learning_rate: float = 0.1,
            cost: str = "binary_cross_entropy") -> Network:
    """A network with a cost of probabilities, which its outputs are not or not alone. No file can ask for it."""
    plain = network(input, target, "squared_error", layers, learning_rate)
    return replace(plain, cost=replace(COSTS[cost], targets=sp.Interval(0, 2)))


@st.composite
def networks(draw: st.DrawFn, units: int = 6, layers: int = 6, scales: tuple[float, float] = (0.01, 10.0),
             wild: bool = False) -> Network:
    """A network of 2 to `layers` layers with 1 to `units` units each, any activations, and a cost that fits its output.

    Weights are normal, of both signs, with a size between `scales`; each layer has a bias or none. units=1 draws paths.
    `wild` ones may have weights of unlike sizes, and may have their target for an output, so that every delta is 0.
    """
    count = draw(st.integers(2, layers))
    sizes = draw(st.lists(st.integers(1, units), min_size=count, max_size=count))
    cost = draw(st.sampled_from(sorted(COSTS)))
    names = [draw(st.sampled_from(ELEMENTWISE if size == 1 else tuple(ACTIVATIONS))) for size in sizes[1:-1]]
    names.append(draw(st.sampled_from([a for a in OUTPUTS[cost] if a != "softmax" or sizes[-1] > 1])))
    if cost == "cross_entropy" and sizes[-1] == 1:
        cost = "binary_cross_entropy"
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    alike = not wild or draw(st.booleans())
    low, high = np.log(scales)

    def numbers(scale: float, *shape: int) -> np.ndarray:
        return frozen(random.normal(size=shape) * (scale if alike else np.exp(random.uniform(low, high, shape))))

    built = []
    for rows, columns, name in zip(sizes[1:], sizes, names, strict=False):
        scale = np.exp(random.uniform(low, high))
        bias = numbers(scale, rows) if draw(st.booleans()) else None
        built.append(Layer(numbers(scale, rows, columns), bias, ACTIVATIONS[name]))
    target = random.normal(size=sizes[-1]) if cost == "squared_error" else random.uniform(size=sizes[-1])
    if name == "softmax" and draw(st.booleans()):
        target = np.eye(sizes[-1])[0]
    rate = float(random.choice([0.001, 0.1, 2.0]))
    net = Network("drawn", frozen(random.normal(size=sizes[0])), frozen(target), COSTS[cost], tuple(built), rate)
    if wild and cost == "squared_error" and draw(st.integers(0, 7)) == 0:
        with suppress(NetworkError):  # where rounding hides what is left of the error, the command refuses the network
            met = replace(net, target=frozen(trace(net).h))
            demand(verify(trace(met)))
            net = met
    return net
