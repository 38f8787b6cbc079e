"""A turned weight: what it does to the cost, and models without a hidden layer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from bpmath.model.network import Network, NetworkError, network
from bpmath.model.notation import Quantity
from bpmath.numeric.backprop import cost_of, trace
from bpmath.numeric.weight_sweep import STEPS, answer, step_for, turned, without_hidden
from tests.networks import networks, single_path, tanh_path, unmeant


@pytest.mark.parametrize("net", [single_path(), tanh_path()], ids=lambda net: net.name)
def test_a_small_turn_moves_the_cost_by_its_gradient(net: Network) -> None:
    step, gradients = 1e-4, trace(net).dtheta
    for l in range(1, net.L):
        assert answer(net, l, step).size == pytest.approx(2 * step * abs(float(gradients[l][0, 0])), rel=1e-6)


def test_the_article_s_first_weight_answers_least() -> None:
    net = single_path()
    assert np.argsort([answer(net, l, step_for(net)).size for l in (1, 2, 3)]).tolist() == [0, 1, 2]


@settings(max_examples=25)
@given(networks(units=1, layers=6))
def test_both_methods_agree(net: Network) -> None:
    step = step_for(net)
    for l in range(1, net.L):
        found = answer(net, l, step)
        assert found.again == pytest.approx(found.size, rel=1e-9, abs=1e-300)


def test_a_turned_network_is_the_network_with_that_weight() -> None:
    net = single_path()
    changed = turned(net, 2, 0.25)
    assert changed.network.theta(2).tolist() == [[1.75]]
    assert changed.value(Quantity("J")) == pytest.approx(cost_of(changed.network), rel=1e-14)
    assert turned(net, 2, 0.0).network is net


def test_a_dead_unit_answers_nothing_at_all() -> None:
    net = network([1.0], [1.0], "squared_error", [([[-2.0]], "relu"), ([[1.5]], [0.3], "sigmoid")])
    assert [answer(net, l, 0.1).size for l in (1, 2)] == [0.0, 0.0]


def test_at_its_lowest_the_cost_rises_both_ways() -> None:
    net = network([1.0], [2.0], "squared_error", [([[2.0]], "linear")])
    assert step_for(net) == STEPS[0]
    assert answer(net, 1, 0.1).size == pytest.approx(0.005)


def test_a_cost_without_a_value_is_said() -> None:
    net = unmeant([1.0], [1.0], [([[0.5]], "linear")])
    with pytest.raises(NetworkError, match="no finite value"):
        turned(net, 1, 0.5)


def test_the_model_without_a_hidden_layer_has_the_same_example_and_output() -> None:
    net = tanh_path()
    plain = without_hidden(net)
    assert plain.L == 2
    assert plain.activation(2) is net.activation(net.L)
    assert (plain.cost, plain.input.tolist(), plain.target.tolist()) == (net.cost, [0.7], [1.0])
    assert plain.theta(1).tolist() == [[1.2]]


def test_a_weight_that_the_cost_cannot_price_is_passed_over() -> None:
    layers = [([[3.0]], "sigmoid"), ([[0.5]], "linear")]  # 3 gives h = 3, whose binary cross-entropy has no value
    assert without_hidden(unmeant([1.0], [1.0], layers)).theta(1).tolist() == [[0.5]]
    assert without_hidden(unmeant([0.0], [1.0], [*layers[:1], ([[0.5]], "relu")])) is None
