"""Chapter 4 tells of the network's own cost, and of the side of the target that its answer is on."""

from __future__ import annotations

import numpy as np
import pytest

from bpmath.model import multiprecision
from bpmath.model.network import network
from scenes.cost_function import CostFunction
from tests.watching import Viewing, watch


def play(cost: str, output: str, target: float, weight: float = 2.0) -> Viewing:
    layers = [([[0.8]], "sigmoid"), ([[weight]], output)]
    return watch(CostFunction, network([1.5], [target], cost, layers))


def told(viewing: Viewing) -> str:
    return " ".join(cue.text for cue in viewing.chapter.cues).replace("\n", " ")


def rules(viewing: Viewing) -> set[str]:
    return {e["rule"] for e in viewing.book["equations"]}


@pytest.mark.parametrize(("target", "side", "word"), [(1.0, "Below", "negative"), (12.0, "Above", "positive")])
def test_h_is_moved_to_the_other_side_of_the_target(target: float, side: str, word: str) -> None:
    viewing = play("squared_error", "linear", target)
    assert f"{side} it, the slope is {word}" in told(viewing)
    assert viewing.faults == []


def test_the_one_half_is_explained_where_there_is_one() -> None:
    power = "the power rule brings down a two"
    assert power in rules(play("squared_error", "linear", 1.0))
    assert power not in rules(play("binary_cross_entropy", "sigmoid", 1.0))


@pytest.mark.parametrize(("target", "word"), [(1.0, "negative"), (0.0, "positive")])
def test_a_cross_entropy_at_the_edge_has_one_sign(target: float, word: str) -> None:
    assert f"slope is {word} everywhere" in told(play("binary_cross_entropy", "sigmoid", target))


def test_the_error_is_delta_only_without_a_slope_of_the_output() -> None:
    assert "δ(3) is exactly this" in told(play("squared_error", "linear", 1.0))
    assert "δ(3) will begin with it" in told(play("squared_error", "sigmoid", 1.0))
    assert "δ(3) will begin with it" in told(play("binary_cross_entropy", "sigmoid", 1.0))


def test_a_saturated_answer_has_a_finite_slope() -> None:
    viewing = play("binary_cross_entropy", "sigmoid", 0.0, weight=60.0)
    (error,) = [n for n in viewing.book["numbers"] if n["key"] == "dh[1]"]
    assert error["value"] > 1e15
    assert error["check"]["ok"]


def test_an_answer_without_error_has_a_flat_tangent() -> None:
    viewing = watch(CostFunction, network([1.0], [2.0], "squared_error", [([[2.0]], "linear")]))
    assert "The slope is 0." in told(viewing)
    assert viewing.faults == []


def test_an_output_where_the_cost_is_too_steep_for_a_number_is_left_out() -> None:
    layers = [([[1.0]], "linear"), ([[800.0]], "sigmoid")]
    reason = CostFunction.suits(network([1.0], [0.0], "binary_cross_entropy", layers))
    assert "how steep" in reason
    assert CostFunction.suits(network([1.0], [1.0], "binary_cross_entropy", layers)) == ""


def test_what_the_other_outputs_add_is_known_where_they_have_rounded_to_one() -> None:
    net = network([1.0], [1.0, 0.0], "binary_cross_entropy", [([[-40.0], [39.0]], "softmax")])
    viewing = watch(CostFunction, net)
    assert viewing.faults == []
    (cost,) = {n["value"] for n in viewing.book["numbers"] if n["key"] == "J"}
    assert cost == pytest.approx(2 * 79, rel=1e-9)


def test_the_others_part_of_a_large_cost_keeps_its_digits() -> None:
    net = network([1.0], [0.0, 1.0], "squared_error", [([[-2446.1], [1.3625]], "linear")])
    viewing = watch(CostFunction, net)  # which stops where the two methods disagree
    assert viewing.faults == []
    assert viewing.book["numbers"]


def test_a_tangent_stands_where_the_cost_is_as_steep_as_doubles_go() -> None:
    viewing = watch(CostFunction, network([1.0], [1.0, 0.0], "cross_entropy", [([[-400.0], [0.0]], "softmax")]))
    assert viewing.faults == []
    assert max(abs(n["value"]) for n in viewing.book["numbers"]) > 1e170


def test_another_network_of_the_same_sizes_needs_no_new_compiled_expressions() -> None:
    """What is compiled is kept for the life of a process."""
    random, counts = np.random.default_rng(3), []
    for _ in range(5):
        layers = [(random.normal(size=(5, 1)).round(2), "sigmoid")]
        net = network([0.5], random.uniform(0.1, 0.9, 5).round(3).tolist(), "squared_error", layers)
        watch(CostFunction, net)
        counts.append(multiprecision.function_of.cache_info().currsize)
    assert counts[-1] - counts[0] <= 5    # for each output once, when it is not in focus
