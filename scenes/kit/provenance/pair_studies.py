"""Small networks of their own that show which activation and which cost are made for each other."""

from __future__ import annotations

from bpmath.model.network import network
from bpmath.model.phrase import Phrase
from bpmath.symbolic.step import Step
from scenes.kit.provenance.study import Study, study

SATURATED = -4.0  # z of the single unit, whose target is 1
NAMES = {
    "linear": Phrase("identity"),
    "sigmoid": Phrase("sigmoid"),
    "tanh": Phrase("tanh"),
    "relu": Phrase("ReLU"),
    "leaky_relu": Phrase("leaky ReLU"),
    "softplus": Phrase("softplus"),
    "softmax": Phrase("softmax"),
    "squared_error": Phrase("squared error"),
    "binary_cross_entropy": Phrase("binary cross-entropy"),
    "cross_entropy": Phrase("cross-entropy"),
}


def single_unit(cost: str) -> Study:
    """A network of one sigmoid unit, driven far into its flat side, away from its target."""
    named = Phrase("one unit, {cost}", cost=NAMES[cost])
    return study(network([1.0], [1.0], cost, [([[SATURATED]], "sigmoid")]), named)


def pairs() -> list[Study]:
    """Small networks, one for each pair of an activation and a cost that are made for each other."""
    layers = [([[0.5]], "linear"), ([[0.5]], "sigmoid"), ([[0.5], [-0.4], [1.2]], "softmax")]
    targets = [1.0], [1.0], [0.0, 1.0, 0.0]
    costs = "squared_error", "binary_cross_entropy", "cross_entropy"
    return [
        study(network([1.0], y, cost, [layer]), Phrase("{g} with {cost}", g=NAMES[layer[-1]], cost=NAMES[cost]))
        for layer, y, cost in zip(layers, targets, costs, strict=True)
    ]


def signals(one: Study) -> list[Step]:
    """The forms of delta at the output, from the derivative of the cost times a slope on."""
    return one.steps("output signal", one.q("delta", one.network.L))
