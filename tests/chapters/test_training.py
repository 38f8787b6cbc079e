"""Chapter 13 tells truly what becomes of the cost."""

from __future__ import annotations

import pytest

from bpmath.model.network import Network, network
from scenes.training import Training
from tests.networks import single_path, unmeant
from tests.watching import watch


def line(rate: float, weight: float = 0.8) -> Network:
    return network([3.0], [1.0], "squared_error", [([[weight]], "linear")], rate)


OFF = network([1.0], [1.0], "squared_error", [([[-2.0]], "relu"), ([[1.5]], "sigmoid")])
MET = network([2.0], [1.0], "squared_error", [([[0.5]], "linear"), ([[1.0]], "linear")])
LEAVES = unmeant([1.0], [1.0], [([[0.5]], "sigmoid"), ([[1.0]], [0.1], "linear")], 2.0)
SLOW = network([1.0], [1.0], "squared_error", [([[0.5]], "sigmoid"), ([[1.0]], "linear")], 1e-6)
OUTCOMES = ("has fallen from", "hardly fallen", "The cost grows", "no value any more", "Nothing moves")


@pytest.mark.parametrize(
    ("net", "outcome", "way"),
    [
        (single_path(), "has fallen from", "straight down the slope"),
        (line(0.05), "has fallen from", "down the slope"),
        (line(0.3), "The cost grows", "higher than the start"),
        (SLOW, "hardly fallen", "straight down the slope"),
        (OFF, "Nothing moves", "the gradient is zero"),
        (MET, "Nothing moves", "the gradient is zero"),
        (LEAVES, "no value any more", "where this cost has no value"),
    ],
)
def test_what_is_told_of_the_cost(net: Network, outcome: str, way: str) -> None:
    viewing = watch(Training, net)
    assert viewing.faults == []
    text = " ".join(c.text.replace("\n", " ") for c in viewing.chapter.cues)
    assert [o for o in OUTCOMES if o in text] == [outcome]
    assert way in text
    assert ("There is a single weight" in text) == (net.sizes == (1, 1))
    assert ("Update: every gradient is zero" in text) == (outcome == "Nothing moves")
