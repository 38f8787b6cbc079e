"""A network that cannot be is refused in words; one that can is frozen."""

from __future__ import annotations

import numpy as np
import pytest

from bpmath.model.network import Network, NetworkError, network
from tests.networks import mazur, single_path


def test_the_mathematics_own_layer_numbers() -> None:
    net = mazur()
    assert (net.L, net.sizes, net.is_path) == (3, (2, 2, 2), False)
    assert net.theta(2).tolist() == [[0.40, 0.45], [0.50, 0.55]]
    assert net.bias(1).tolist() == [0.35, 0.35]
    assert net.activation(3).name == "sigmoid"
    assert single_path().is_path
    assert single_path().activation(4).name == "linear"


def test_its_numbers_cannot_be_changed() -> None:
    net = mazur()
    for array in (net.input, net.target, net.theta(1), net.bias(2)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    with pytest.raises(AttributeError):
        net.name = "another"


def test_with_other_parameters_it_is_another_network() -> None:
    net = single_path()
    other = net.with_parameters({2: [[7.0]]})
    assert (net.theta(2)[0, 0], other.theta(2)[0, 0], other.theta(1)[0, 0]) == (1.5, 7.0, 0.8)


ONE = ([[1.0]], "sigmoid")


@pytest.mark.parametrize(("words", "parts"), [
    ("no \\[\\[layer\\]\\]", ([1.0], [1.0], "squared_error", [])),
    ("found rows of 2, needed rows of 1", ([1.0], [1.0], "squared_error", [([[1.0, 2.0]], "sigmoid")])),
    ("bias: found 2 numbers, needed 1", ([1.0], [1.0], "squared_error", [([[1.0]], [1.0, 2.0], "sigmoid")])),
    ("softmax of a single unit", ([1.0], [1.0], "squared_error", [([[1.0]], "softmax")])),
    ("target: found 2 numbers, needed 1", ([1.0], [1.0, 0.0], "squared_error", [ONE])),
    ("found 1.5, needed numbers from 0 to 1", ([1.0], [1.5], "binary_cross_entropy", [ONE])),
    ("of linear outputs; .*: sigmoid", ([1.0], [1.0], "binary_cross_entropy", [([[1.0]], "linear")])),
    ("no weights", ([1.0], [1.0], "squared_error", [(np.zeros((0, 1)), "sigmoid")])),
])
def test_what_does_not_fit_is_refused(words: str, parts: tuple) -> None:
    with pytest.raises(NetworkError, match=words):
        network(*parts)


def test_networks_are_equal_only_to_themselves() -> None:
    assert isinstance(single_path(), Network)
    assert single_path() != single_path()
