"""Chapter 1: what it says depends on the network."""

from __future__ import annotations

import pytest

from bpmath.model.network import Network, network
from scenes.kit.narration.sentence_text import as_text
from scenes.kit.setting.language import language
from scenes.the_question import TheQuestion, verdict
from tests.networks import single_path, tanh_path
from tests.watching import watch


def told(net: Network) -> str:
    return " ".join(cue.text.replace("\n", " ") for cue in watch(TheQuestion, net).chapter.cues)


def test_the_article_s_network() -> None:
    text = told(single_path())
    assert "Linear regression" in text
    assert "hidden units slide in" in text
    assert "θ(3) moves the cost most, and θ(1) moves it least." in text


def test_without_a_hidden_layer_nothing_slides_in() -> None:
    text = told(network([2.0], [0.0], "binary_cross_entropy", [([[0.6]], [-0.4], "sigmoid")]))
    assert "Logistic regression" in text
    assert "slide" not in text
    assert "one weight takes all the blame" in text


def test_an_unusual_pairing_is_no_regression() -> None:
    text = told(network([1.5], [1.0], "squared_error", [([[0.8]], "tanh"), ([[1.5]], "relu")]))
    assert "regression" not in text
    assert "a hidden unit slides in" in text
    assert "Logistic regression" in told(tanh_path())


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({1: 0.2, 2: 0.1}, "θ(1) moves the cost most, and θ(2) moves it least."),
        ({1: 0.2, 2: 0.0}, "θ(1) moves the cost most, and θ(2) does not move it at all."),
        ({1: 0.0, 2: 0.0, 3: 0.1}, "θ(3) moves the cost most, and some weights do not move it at all."),
        ({1: 0.1, 2: 0.1}, "Here all weights move the cost by the same amount."),
        ({1: 0.0, 2: 0.0}, "Here no weight moves the cost at all: nothing gets through to it."),
        ({1: 0.0}, "Here no weight moves the cost at all: nothing gets through to it."),
    ],
)
def test_the_verdict_is_the_numbers_own(sizes: dict[int, float], said: str) -> None:
    assert as_text(verdict(sizes), None, {}, language("en").pattern) == said
