"""A feed-forward network and the one example it is shown with."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bpmath.model.activation import ACTIVATIONS, Activation
from bpmath.model.cost import COSTS, Cost
from bpmath.model.output_pairs import misfit


class NetworkError(ValueError):
    """A network that cannot be: says what was found and what is needed, in words for its author."""


def shown(text: str, longest: int = 40) -> str:
    """A text from a file, short and on one line, for a message."""
    line = "".join(c if c.isprintable() else "?" for c in text)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def frozen(values: object) -> np.ndarray:
    """A read-only array of doubles."""
    array = np.array(values, dtype=float)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Layer:
    """What leads into one layer: weights (n_out, n_in), bias (n_out,) or None, and the activation of its units."""

    weights: np.ndarray
    bias: np.ndarray | None
    activation: Activation


@dataclass(frozen=True, eq=False)
class Network:
    """Layers 1 (the input) to L (the output), an example (input x, target y), a cost and a learning rate alpha.

    `layers[l - 1]` leads from layer l to layer l + 1; `theta(l)`, `bias(l)` and `activation(l)` speak the
    mathematics' own layer numbers. Numbers from a text file are decimals (`decimal`): the double for 0.1 stands for one
    tenth. Raises NetworkError where the parts do not fit each other.
    """

    name: str
    input: np.ndarray
    target: np.ndarray
    cost: Cost
    layers: tuple[Layer, ...]
    learning_rate: float = 0.1
    source: str = field(default="", compare=False)   # the file it was read from, for messages
    decimal: bool = True   # whether its numbers are decimals as written; else they are the doubles themselves

    def __post_init__(self) -> None:
        if not self.layers:
            raise NetworkError("found no [[layer]], needed at least one")
        fan_in = len(self.input)
        for number, layer in enumerate(self.layers, 1):
            place = f"[[layer]] {number} (theta({number}), layer {number} to {number + 1})"
            if layer.weights.ndim != 2 or 0 in layer.weights.shape:
                raise NetworkError(f"{place}: found no weights, needed one row a unit, {fan_in} numbers a row")
            rows, columns = layer.weights.shape
            if columns != fan_in:
                raise NetworkError(f"{place}: weights: found rows of {columns}, needed rows of {fan_in}, "
                                   f"one number for each unit of layer {number}")
            if layer.bias is not None and layer.bias.shape != (rows,):
                raise NetworkError(f"{place}: bias: found {layer.bias.size} numbers, needed {rows}, one a unit")
            if not layer.activation.elementwise and rows == 1:
                raise NetworkError(f"{place}: activation: found {layer.activation.name} of a single unit, which is "
                                   "always 1; needed two units or more, or another activation")
            fan_in = rows
        if len(self.target) != fan_in:
            raise NetworkError(f"target: found {len(self.target)} numbers, needed {fan_in}, one for each output unit")
        if reason := misfit(self.cost, self.layers[-1].activation, fan_in):
            raise NetworkError(reason)
        for y in self.target:
            if not self.cost.takes(float(y)):
                raise NetworkError(f"target: found {y:g}, needed numbers from 0 to 1 for {self.cost.name}")

    @property
    def L(self) -> int:
        """The number of the output layer."""
        return len(self.layers) + 1

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units by layer, the input first."""
        return (len(self.input), *(len(layer.weights) for layer in self.layers))

    @property
    def is_path(self) -> bool:
        """Whether every layer has a single unit."""
        return set(self.sizes) == {1}

    def units(self, l: int) -> int:
        """How many units layer l has."""
        return self.sizes[l - 1]

    def theta(self, l: int) -> np.ndarray:
        """theta(l) (units(l + 1), units(l)): the weights from layer l to layer l + 1."""
        return self.layers[l - 1].weights

    def bias(self, l: int) -> np.ndarray | None:
        """b(l) (units(l + 1),), or None where the network has no bias."""
        return self.layers[l - 1].bias

    def activation(self, l: int) -> Activation:
        """The activation of layer l, from 2 to L."""
        return self.layers[l - 2].activation

    def with_parameters(self, theta: dict[int, np.ndarray] | None = None,
                        bias: dict[int, np.ndarray] | None = None) -> Network:
        """The same network with some of its theta(l) and b(l) exchanged."""
        layers = tuple(Layer(frozen((theta or {}).get(l, layer.weights)),
                             None if layer.bias is None else frozen((bias or {}).get(l, layer.bias)),
                             layer.activation) for l, layer in enumerate(self.layers, 1))
        return replace(self, layers=layers)


def network(input: Sequence[float], target: Sequence[float], cost: str, layers: Sequence[tuple],
            learning_rate: float = 0.1, name: str = "network") -> Network:
    """A network from plain lists: `layers` are (weights, activation) or (weights, bias, activation), names as text."""
    built = (Layer(frozen(weights), frozen(rest[0]) if len(rest) == 2 else None, ACTIVATIONS[rest[-1]])
             for weights, *rest in layers)
    return Network(name, frozen(input), frozen(target), COSTS[cost], tuple(built), learning_rate)
