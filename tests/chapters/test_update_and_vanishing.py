"""Chapters 8 to 10 say only what is so on the network that they show."""

from __future__ import annotations

import pytest

from bpmath.model.network import Network, network
from bpmath.numeric.backprop import trace
from bpmath.symbolic.largest_slope import deep_path
from scenes.activation_and_cost import ActivationAndCost
from scenes.kit.plots.plot import decades
from scenes.vanishing_gradient import VanishingGradient
from scenes.weight_update import WeightUpdate
from tests.networks import unmeant
from tests.watching import watch


def path(rate: float = 0.1, y: float = 1.0, first: float = 0.8, hidden: str = "sigmoid", cost: str = "squared_error"):
    return network([1.5], [y], cost, [([[first]], hidden), ([[1.5]], [0.5], "sigmoid")], rate)


FLAT = network([1.0], [0.5], "squared_error", [([[0.0]], "sigmoid"), ([[1.0]], "linear")])  # meets its target
DEAD = network([1.0], [1.0], "squared_error", [([[-2.0]], "relu"), ([[1.5]], [0.2], "sigmoid")])
LEAVES = unmeant([1.0], [1.0], [([[0.5]], "sigmoid"), ([[1.0]], [0.1], "linear")], 2.0)
LATE = network(
    [0.5], [0.7253], "squared_error", [([[0.8]], "tanh"), ([[0.01]], [0.8], "tanh"), ([[1.1]], [0.3], "tanh")]
)
REGRESSION = network([2.0], [0.5], "squared_error", [([[0.6]], "linear")])


def told(chapter: type, net: Network) -> str:
    viewing = watch(chapter, net)
    assert viewing.faults == []
    return " ".join(c.text.replace("\n", " ") for c in viewing.chapter.cues)


@pytest.mark.parametrize(
    ("net", "outcome"),
    [
        (path(), "The cost is smaller now"),
        (
            network([1.5], [1.0], "squared_error", [([[0.8]], "sigmoid"), ([[2.0]], "linear")], 9.0),
            "The cost has grown",
        ),
        (FLAT, "nothing has moved"),
        (LEAVES, "the cost has no value any more"),
    ],
)
def test_the_update_tells_what_became_of_the_cost(net: Network, outcome: str) -> None:
    text = told(WeightUpdate, net)
    outcomes = ("is smaller now", "has grown", "nothing has moved", "no value any more")
    assert outcome in text
    assert sum(o in text for o in outcomes) == 1


def test_costs_are_told_apart_though_the_two_orders_differ_only_in_late_digits() -> None:
    before, *others = (n for n in watch(WeightUpdate, LATE).book["numbers"] if n["key"].endswith("J"))
    right, wrong = (n for n in others if "after" in n["key"] or "wrong" in n["key"])
    assert 0 < abs(right["value"] - wrong["value"]) < 1e-7
    assert f"{before['value']:.4f}" == f"{right['value']:.4f}"
    assert before["text"] != right["text"] == wrong["text"]


def test_without_a_hidden_layer_there_is_no_order_to_get_wrong() -> None:
    assert "mistake" not in told(WeightUpdate, REGRESSION)
    assert "mistake" in told(WeightUpdate, path())


@pytest.mark.parametrize(
    ("net", "verdict"),
    [
        (REGRESSION, "one of these"),
        (path(cost="binary_cross_entropy"), "one of these"),
        (path(), "the slope stays"),
        (LEAVES, "the derivative of the cost stays"),
    ],
)
def test_a_pair_is_called_what_it_is(net: Network, verdict: str) -> None:
    assert verdict in told(ActivationAndCost, net)


@pytest.mark.parametrize(
    ("net", "story"),
    [
        (path(), "the signal shrinks in size, from"),
        (path(first=0.8, hidden="linear"), "the signal grows in size, from"),
        (FLAT, "the output meets its target"),
        (DEAD, "The signal ends at δ(2): the slope there is zero."),
        (REGRESSION, "Nothing is hidden here"),
    ],
)
def test_the_networks_own_signal_is_told_as_it_is(net: Network, story: str) -> None:
    assert story in told(VanishingGradient, net)


def test_a_unit_that_is_off_is_the_only_one() -> None:
    found = trace(deep_path(10, "relu", off=6))
    assert [l for l, slope in found.slope.items() if not slope[0]] == [6]
    assert [l for l, delta in sorted(found.delta.items()) if delta[0]] == [*range(7, 13)]


@pytest.mark.parametrize(("least", "most"), [(1e-6, 1.0), (0.01, 0.01), (3e-7, 12.5), (5e-324, 1e300)])
def test_decades_leave_every_value_in_sight(least: float, most: float) -> None:
    (low, high), ticks = decades(least, most)
    assert low < max(least, 1e-306) and most <= high
    assert 2 <= len(ticks) <= 6 and all(low <= t <= high for t in ticks)
