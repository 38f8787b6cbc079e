"""Descent in the right order, and what the wrong order gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from bpmath.model.network import Network, network
from bpmath.numeric.backprop import cost_of, trace
from bpmath.numeric.gradient_descent import cost_again, train, wrong_order
from tests.networks import mazur, networks, single_path, unmeant


def test_the_right_order_gives_what_his_table_should_have_said() -> None:
    """His biases stay as they are."""
    net = mazur()
    right = net.with_parameters({l: trace(net).updated.theta(l) for l in (1, 2)})
    wrong = net.with_parameters({l: wrong_order(net).theta(l) for l in (1, 2)})
    assert cost_of(right) == pytest.approx(0.291027773694, abs=1e-12)
    assert abs(cost_of(wrong) - 0.291027773694) > 1e-8


def test_the_wrong_order_is_right_in_the_last_layer_and_wrong_below() -> None:
    right, wrong = trace(mazur()).updated, wrong_order(mazur())
    assert np.array_equal(right.theta(2), wrong.theta(2))
    assert np.array_equal(right.bias(2), wrong.bias(2))
    assert not np.array_equal(right.theta(1), wrong.theta(1))
    assert not np.array_equal(right.bias(1), wrong.bias(1))


def test_the_wrong_order_by_hand() -> None:
    net = single_path()
    t = trace(net)
    new_3 = 2.0 - 0.1 * t.delta[4][0] * t.a[3][0]
    delta_3 = new_3 * t.delta[4][0] * t.slope[3][0]
    new_2 = 1.5 - 0.1 * delta_3 * t.a[2][0]
    delta_2 = new_2 * delta_3 * t.slope[2][0]
    new_1 = 0.8 - 0.1 * delta_2 * 1.5
    wrong = wrong_order(net)
    assert [wrong.theta(l)[0, 0] for l in (3, 2, 1)] == pytest.approx([new_3, new_2, new_1], rel=1e-15)


@settings(max_examples=15)
@given(networks(units=3, layers=4))
def test_with_a_single_layer_of_weights_there_is_no_wrong_order(net: Network) -> None:
    top = net.L - 1
    assert np.array_equal(trace(net).updated.theta(top), wrong_order(net).theta(top))


def test_training_stops_when_its_work_is_done_or_cannot_go_on() -> None:
    learnt = train(single_path())
    assert learnt.costs[-1] <= 0.05 * learnt.costs[0] < learnt.costs[-2]
    assert cost_of(learnt.networks[-1]) == learnt.costs[-1]
    assert len(train(single_path(), least=2, most=5).costs) == 6
    wild = network([3.0], [1.0], "squared_error", [([[0.8]], "linear")], 0.3)
    assert train(wild).costs[-2] <= 1000 * train(wild).costs[0] < train(wild).costs[-1]
    leaves = unmeant([1.0], [1.0], [([[0.5]], "sigmoid"), ([[1.0]], "linear")], 2.0)
    assert train(leaves).costs == (cost_of(leaves),)


def test_the_cost_by_the_second_method() -> None:
    for net in (single_path(), mazur()):
        assert cost_again(net) == pytest.approx(cost_of(net), rel=1e-14)


def test_training_that_gets_nowhere_stops_early() -> None:
    slow = network([1.0], [1.0], "squared_error", [([[0.5]], "sigmoid"), ([[1.0]], "linear")], 1e-6)
    assert len(train(slow, least=4).costs) == 5
