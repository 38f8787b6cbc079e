"""Pairs of an output activation and a cost that cannot be meant are refused, and no others."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from bpmath.files.network_file import NETWORKS, read_network
from bpmath.model.activation import ACTIVATIONS, Activation, z
from bpmath.model.cost import COSTS, Cost, h, y
from bpmath.model.network import network
from bpmath.model.output_pairs import gives_probabilities, misfit
from tests.refusals import refused

FILE = """input = [1.0, 0.5]
target = [1.0, 0.0]
cost = "cross_entropy"
[[layer]]
weights = [[4.0, 1.5], [0.5, 0.5]]
activation = "linear"
"""


def test_logits_in_a_cross_entropy_are_refused_with_the_pair_that_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "logits.toml"
    path.write_text(FILE)
    said = refused(path)
    assert "found cross_entropy of linear outputs" in said
    assert "needs outputs between 0 and 1 that add up to 1: softmax in the last [[layer]]" in said
    path.write_text(FILE.replace("linear", "softmax"))
    assert read_network(path).sizes == (2, 2)


@pytest.mark.parametrize("cost", sorted(COSTS))
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize("units", [1, 2, 10])
def test_a_pair_is_refused_if_and_only_if_its_cost_has_no_value_somewhere(cost: str, name: str, units: int) -> None:
    """Outputs at many z: a cost that is negative, infinite or not real for one of them was not meant for it."""
    if name == "softmax" and units == 1:
        return   # refused by the network: it is always 1
    output, term = ACTIVATIONS[name], sp.lambdify((h, y), COSTS[cost].term, "numpy")
    wrong = False
    for size in (0.3, 3.0, 9.0):
        at = np.random.default_rng(1).normal(size=units) * size
        with np.errstate(all="ignore"):
            outputs = [float(a) for values in (at, -at) for a in output.values(values)]
            priced = [term(a, goal) for a in outputs for goal in (0.25, 1.0)]
        wrong = wrong or not all(np.isfinite(priced)) or min(priced) < 0
    single = cost == "cross_entropy" and units == 1
    assert bool(misfit(COSTS[cost], output, units)) == (wrong or single)


def test_a_single_output_of_several_classes_is_refused() -> None:
    said = misfit(COSTS["cross_entropy"], ACTIVATIONS["sigmoid"], 1)
    assert "found cross_entropy of a single output" in said
    assert "needed binary_cross_entropy" in said
    assert misfit(COSTS["cross_entropy"], ACTIVATIONS["sigmoid"], 2) == ""


def test_the_range_is_that_of_the_expression_and_not_of_a_name() -> None:
    def called(name: str, g: sp.Expr) -> Activation:
        return replace(ACTIVATIONS["sigmoid"], name=name, g=g)

    assert gives_probabilities(called("linear", (1 + sp.tanh(z)) / 2))
    assert gives_probabilities(called("steps", sp.Piecewise((0, z < -3), (1, z > 3), (z / 6 + 0.5, True))))
    assert not gives_probabilities(called("sigmoid", 2 / (1 + sp.exp(-z)) - sp.Rational(1, 100)))
    assert not gives_probabilities(called("sigmoid", z / (1 + sp.exp(-z))))


def test_a_cost_of_counts_may_have_a_logarithm() -> None:
    counts = Cost("poisson", h - y * sp.log(h), sp.Interval(0, sp.oo), "counts")
    assert misfit(counts, ACTIVATIONS["softplus"], 1) == ""


@pytest.mark.parametrize("path", sorted(NETWORKS.glob("*.toml")), ids=lambda p: p.stem)
def test_the_networks_that_come_with_it_are_meant(path: Path) -> None:
    net = read_network(path)
    assert misfit(net.cost, net.activation(net.L), net.units(net.L)) == ""


def test_code_is_refused_as_a_file_is() -> None:
    with pytest.raises(ValueError, match="binary_cross_entropy of tanh outputs"):
        network([1.0], [1.0], "binary_cross_entropy", [([[1.0]], "tanh")])
