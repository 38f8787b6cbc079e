"""Confirmation by numbers: right where a double has lost what the formula needs, and not blind."""

from __future__ import annotations

import math

import pytest
import sympy as sp

from bpmath.backprop import trace
from bpmath.check import verify
from bpmath.confirm import confirm
from bpmath.definitions import Definitions
from bpmath.derivation import Derivation
from bpmath.network import Network, network
from tests.networks import mazur, single_path

h, y, J = sp.symbols("h y J")


def residual(net: Network, lhs: sp.Basic, rhs: sp.Basic) -> float:
    report = verify(trace(net))
    return confirm(Definitions(net), lhs, rhs, report.precise, report.derivatives)


def test_a_right_equation_has_no_residual_and_a_wrong_one_has() -> None:
    net = single_path()
    delta, a = sp.symbols("delta_4 a_3")
    gradient = sp.Derivative(J, sp.Symbol("theta_3"))
    assert residual(net, gradient, delta * a) < 1e-15
    assert residual(net, gradient, 2 * delta * a) > 0.1
    assert residual(net, gradient, delta) > 0.1


def test_blocks_are_compared_entry_by_entry() -> None:
    delta, a = sp.MatrixSymbol("delta_3", 2, 1), sp.MatrixSymbol("a_2", 2, 1)
    gradient = sp.MatrixSymbol("dtheta_2", 2, 2)
    assert residual(mazur(), gradient, delta * a.T) < 1e-15
    assert residual(mazur(), gradient, a * delta.T) > 0.01


@pytest.mark.parametrize("z", [40.0, 900.0, 1e5])
def test_an_output_that_rounds_to_1_is_taken_from_its_z(z: float) -> None:
    net = network([1.0], [0.0], "binary_cross_entropy", [([[z]], "sigmoid")])
    at = sp.Symbol("z_2")
    slope = sp.Derivative(sp.Function("sigma")(at), at)
    right = (-y / h + (1 - y) / (1 - h)) * slope
    assert residual(net, sp.Symbol("delta_2"), right) < 1e-15
    assert residual(net, sp.Symbol("delta_2"), 2 * right) > 0.1


def test_a_cost_of_many_saturated_outputs_is_confirmed() -> None:
    weights = [[(-1.0) ** j * 900.0 - j] for j in range(11)]
    net = network([1.0], [0.5] * 11, "binary_cross_entropy", [(weights, "sigmoid")])
    cost = Definitions(net).J()
    assert residual(net, J, cost) < 1e-15
    assert residual(net, J, 2 * cost) > 0.1


def test_a_gradient_through_many_saturated_outputs_is_confirmed() -> None:
    outward = [[(-1.0) ** j * 900.0 - j, 1.0] for j in range(10)]
    net = network([1.0], [0.5] * 10, "cross_entropy", [([[1.0], [2.0]], "linear"), (outward, "sigmoid")])
    derivation, found = Derivation(net), trace(net)
    report = verify(found)
    partials = [i for i, s in enumerate(derivation.steps) if s.name == "partial" and s.subject.layer == 1]
    for i in partials:
        step = derivation.checked_step(i, report)
        assert step.ok
        assert confirm(Definitions(net), step.lhs, 2 * step.rhs, report.precise, report.derivatives) > 0.1
    assert partials


def test_what_has_no_value_is_no_agreement() -> None:
    net = single_path().with_parameters({1: [[0.0]]})
    assert math.isnan(residual(net, sp.Symbol("z_2"), 1 / sp.Symbol("z_2")))
