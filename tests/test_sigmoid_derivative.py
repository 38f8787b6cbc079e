"""Chapter 2 derives the slope of whatever the hidden units are, and says where they stand."""

from __future__ import annotations

import pytest
from watching import Viewing, watch

from bpmath.network import network
from scenes.sigmoid_derivative import SigmoidDerivative


def play(activation: str, weight: float = 0.8) -> Viewing:
    layers = [([[weight]], activation), ([[2.0]], "linear")]
    return watch(SigmoidDerivative, network([1.5], [1.0], "squared_error", layers))


def told(viewing: Viewing) -> str:
    return " ".join(cue.text for cue in viewing.chapter.cues).replace("\n", " ")


def equations(viewing: Viewing) -> set[str]:
    return {e["equation"] for e in viewing.book["equations"]}


def number(viewing: Viewing, key: str) -> float:
    return next(n["value"] for n in viewing.book["numbers"] if n["key"] == key)


def test_the_sigmoid_needs_all_rules_and_has_a_slope_of_at_most_a_quarter() -> None:
    viewing = play("sigmoid")
    assert viewing.chapter.title == "The slope of the sigmoid"
    assert equations(viewing) == {"1", "2", "3", "4", "5", ""}
    assert number(viewing, "largest slope of the sigmoid") == 0.25
    assert "slope is 0.25" in told(viewing)


@pytest.mark.parametrize(("activation", "rules"), [("softplus", {"4"}), ("relu", set()), ("linear", set())])
def test_only_the_rules_that_the_route_uses_are_shown(activation: str, rules: set[str]) -> None:
    viewing = play(activation)
    assert equations(viewing) - {""} == {"1", "5"} | rules
    assert "sigmoid" not in viewing.chapter.title


def test_a_slope_that_is_never_reached_is_not_called_the_largest() -> None:
    assert "never reaches it" in told(play("softplus"))


def test_units_outside_the_picture_are_marked_and_told() -> None:
    assert "outside the picture" in told(play("tanh", weight=-40.0))
    assert "outside the picture" not in told(play("tanh"))
    assert "outside the picture" not in told(play("relu", weight=400.0))  # straight lines fit every scale
