"""A nudge has the answers that calculus has, and the chapters that show it say only what is so."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bpmath.model.network import Network, network
from bpmath.numeric.backprop import trace
from bpmath.numeric.change_ratios import nudge
from scenes.chain_rule import ChainRule
from scenes.shared_terms import SharedTerms
from tests.networks import unmeant
from tests.watching import watch

DEEP = network(
    [0.7],
    [1.0],
    "binary_cross_entropy",
    [([[1.2]], "tanh"), ([[-0.9]], [0.3], "softplus"), ([[40.0]], "sigmoid"), ([[-2.1]], "sigmoid")],
)
REGRESSION = network([2.0], [0.5], "squared_error", [([[0.6]], "linear")])
DEAD = network([1.0], [1.0], "squared_error", [([[-2.0]], "relu"), ([[1.5]], [0.2], "sigmoid")])
CORNER = network([2.0], [1.0], "squared_error", [([[0.0]], "relu"), ([[1.5]], "linear")])


@pytest.mark.parametrize("l", [1, 2, 3, 4])
def test_ratios_of_changes_are_weights_slopes_and_activations(l: int) -> None:
    found, moves = trace(DEEP), nudge(DEEP, l)
    for before, after in pairwise(moves):
        m = after.quantity.layer
        factor = {
            "z": lambda m=m, b=before: found.a[l][0] if b.quantity.kind == "theta" else DEEP.theta(m - 1)[0, 0],
            "a": lambda m=m: found.slope[m][0],
            "h": lambda: found.slope[DEEP.L][0],
            "J": lambda: found.dh[0],
        }[after.quantity.kind]()
        assert after.ratio == pytest.approx(factor, rel=1e-9)
    assert moves[-1].change == pytest.approx(found.dtheta[l][0, 0], rel=1e-9)


def test_what_follows_a_dead_unit_does_not_move_and_has_no_ratio() -> None:
    moves = {m.quantity.kind: m for m in nudge(DEAD, 1)}
    assert moves["a"].change == moves["J"].change == 0
    assert moves["a"].ratio == 0 and moves["J"].ratio is None


def test_at_a_corner_no_ratio_is_claimed() -> None:
    assert all(m.ratio is None for m in nudge(CORNER, 1))
    assert [m.ratio for m in nudge(CORNER, 2)] == [None, 0.0, None, None]   # above the corner: z moves by a(2) = 0


@pytest.mark.parametrize(("weight", "ratio"), [(-2.0, pytest.approx(-1.0, abs=0.2)), (-1e8, None)])
def test_no_ratio_is_claimed_of_an_output_that_moves_too_little_for_the_cost(weight: float, ratio: object) -> None:
    net = network([1.0], [1.0], "squared_error", [([[weight]], "sigmoid")])
    assert nudge(net, 1)[-1].ratio == ratio


def test_no_ratio_is_claimed_that_is_above_all_doubles() -> None:
    net = network([1.0], [1.0], "binary_cross_entropy", [([[-1000.0]], "sigmoid")])  # -1 / h, and h is exp(-1000)
    assert [m.ratio for m in nudge(net, 1)] == [None, 1.0, 0.0, None]
    assert watch(ChainRule, net).faults == []


def told(chapter: type, net: Network) -> str:
    view = watch(chapter, net)
    assert view.faults == []
    return " ".join(cue.text.replace("\n", " ") for cue in view.chapter.cues)


def test_texts_fit_the_network() -> None:
    assert "Nothing is hidden" in told(ChainRule, REGRESSION)
    assert "there is nothing to share" in told(SharedTerms, REGRESSION)
    assert "does not move" in told(ChainRule, DEAD)
    assert "corner" in told(ChainRule, CORNER)
    deep = told(ChainRule, DEEP)
    assert "The first links together are h - y" in deep and "does not move" not in deep


def test_a_fraction_as_the_network_error_is_shown_without_columns() -> None:
    odd = unmeant([1.0], [1.0], [([[0.5]], "tanh"), ([[2.0]], "sigmoid")], cost="cross_entropy")
    assert "The error and the slope of the output, in one." in told(ChainRule, odd)
    assert "the next head" not in told(SharedTerms, odd)


MET = network(
    [1.0, -0.5],
    [1.0],
    "squared_error",
    [([[0.5, 1.0], [-0.4, 0.3]], "tanh"), ([[1.5, -0.7], [0.2, 0.9]], "tanh"), ([[1.0, -1.0]], "linear")],
)


def test_where_paths_meet_they_are_added_up_and_counted() -> None:
    said = told(ChainRule, MET)
    assert "One path leads from it" in said and "2 paths lead on from it" in said
    assert "along the one edge" in said
    assert "each path is followed alone" in told(SharedTerms, MET)


def test_a_hidden_layer_that_mixes_its_units_shares_no_heads() -> None:
    mixed = network([1.0], [1.0], "squared_error", [([[0.5], [0.2]], "softmax"), ([[1.0, 2.0]], "linear")])
    assert "softmax" in SharedTerms.suits(mixed)
    assert "answers to every other" in told(ChainRule, mixed)


@pytest.mark.parametrize("layers", [6, 8, 9])
def test_deep_paths_take_no_more_than_two_minutes(layers: int) -> None:
    deep = network([0.6], [0.2], "squared_error", [([[0.9]], "tanh")] * (layers - 2) + [([[1.5]], "sigmoid")])
    view = watch(ChainRule, deep)
    assert view.faults == [] and view.chapter.time <= 120
