"""Chapter 12 says only what is so of the weight that it looks at."""

from __future__ import annotations

import pytest

from bpmath.model.network import Network, network
from scenes.gradient_check import GradientCheck
from tests.networks import single_path
from tests.watching import watch

PARABOLA = network([1.5], [1.0], "squared_error", [([[0.8]], "linear")])
OFF = network([1.0], [1.0], "squared_error", [([[-2.0]], "relu"), ([[1.5]], "sigmoid")])
VALLEY = network([2.0], [1.0], "squared_error", [([[0.5]], "linear")])
CORNER = network([1.0], [1.0], "squared_error", [([[0.0]], "relu"), ([[1.5]], [0.25], "linear")])


@pytest.mark.parametrize(
    ("net", "yes", "no"),
    [
        (single_path(), ["truncation", "rounding", "The best step lies between"], ["little harm"]),
        (PARABOLA, ["even a long step does little harm", "rounding"], ["truncation", "lies between"]),
        (OFF, ["does not feel this weight"], ["rounding", "valley"]),
        (VALLEY, ["stands in the valley"], ["does not feel", "truncation"]),
        (CORNER, ["A unit stands at the corner"], ["know nothing of each other"]),
    ],
)
def test_what_is_told_of_the_steps(net: Network, yes: list[str], no: list[str]) -> None:
    viewing = watch(GradientCheck, net)
    assert viewing.faults == []
    text = " ".join(c.text.replace("\n", " ") for c in viewing.chapter.cues)
    assert [part for part in yes if part not in text] == []
    assert [part for part in no if part in text] == []
