"""Confirmation by numbers: right where a double has lost what the formula needs, and not blind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
import sympy as sp

from bpmath.model.network import Network, network
from bpmath.model.notation import Quantity, quantity
from bpmath.numeric.backprop import trace
from bpmath.numeric.second_method import verify
from bpmath.symbolic.definitions import Definitions
from bpmath.symbolic.derivation import Derivation
from bpmath.symbolic.step_on_numbers import Values, confirm, tolerance
from tests.networks import classes, mazur, single_path, softmaxes, tanh_path

h, y, J = sp.symbols("h y J")


def residual(net: Network, lhs: sp.Basic, rhs: sp.Basic) -> float:
    report = verify(trace(net))
    return confirm(Definitions(net), lhs, rhs, report.precise, report.derivatives)


def eight_sigmoids() -> Network:
    return network([1.0], [0.9], "squared_error", [([[0.1]], "sigmoid")] * 7 + [([[0.1]], "linear")])


def both(net: Network) -> Iterator[tuple[Values, Values]]:
    """Numbers as doubles, and as mpf."""
    report = verify(trace(net))
    yield tuple({q: float(v) for q, v in table.items()} for table in (report.precise, report.derivatives))
    yield report.precise, report.derivatives


def wide_and_dying() -> Network:
    """Blocks whose entries are of sizes 1e-9 and below beside others."""
    return network([1.0, 1e-9], [0.5, 0.2], "squared_error", [
        ([[0.3, 0.2], [40.0, 1.0]], "sigmoid"), ([[0.5, 1e-8], [-0.2, 3.0]], [0.1, 1e-12], "tanh"),
        ([[0.5, 0.7], [0.2, 0.1]], "linear")])


def saturated() -> Network:
    """An output of which a double has 13 digits too few, in 1 - h."""
    return network([1.0], [0.0], "binary_cross_entropy", [([[0.5]], "tanh"), ([[65.0]], "sigmoid")])


NETWORKS = (single_path, mazur, tanh_path, softmaxes, classes, eight_sigmoids, wide_and_dying, saturated)


@pytest.mark.parametrize("make", NETWORKS)
def test_every_step_is_confirmed_on_doubles_and_on_mpf(make: Callable[[], Network]) -> None:
    net = make()
    d = Derivation(net)
    for values, derivatives in both(net):
        for s in d.steps:
            if not s.calculus:
                assert confirm(d.definitions, s.lhs, s.rhs, values, derivatives) <= tolerance(values), s


@pytest.mark.parametrize("make", NETWORKS)
def test_a_millionth_more_is_refused_at_any_size(make: Callable[[], Network]) -> None:
    """On mpf; in doubles also, but where they have lost it: in 1 - h of an output that is nearly 1."""
    net = make()
    d = Derivation(net)
    for number, (values, derivatives) in enumerate(both(net)):
        for s in d.steps:
            if s.calculus or (number == 0 and make is saturated):
                continue
            more = sp.MatMul(1 + sp.Rational(1, 10**6), s.rhs) if isinstance(s.rhs, sp.MatrixExpr) else \
                s.rhs * (1 + sp.Rational(1, 10**6))
            found = confirm(d.definitions, s.lhs, more, values, derivatives)
            dead = found == 0 and s.subject and values.get(s.subject, 0) == 0   # twice 0 is 0
            assert dead or found > tolerance(values), s


@pytest.mark.parametrize("factor", [-1, 0, 1000, 1 + sp.Rational(1, 10**8)])
def test_a_tiny_signal_is_not_taken_for_another(factor: sp.Rational) -> None:
    net = eight_sigmoids()
    delta, block = sp.Symbol("delta_2"), sp.MatrixSymbol("delta_2", 2, 1)
    for values, derivatives in both(net):
        assert abs(values[Quantity("delta", 2)]) < 1e-10
        assert confirm(Definitions(net), delta, factor * delta, values, derivatives) > tolerance(values)
    net = wide_and_dying()
    for values, derivatives in both(net):
        wrong = sp.MatMul(factor, block) if factor else sp.MatAdd(block, sp.MatMul(-1, block), evaluate=False)
        assert abs(values[Quantity("delta", 2, 2)]) < 1e-10 < abs(values[Quantity("delta", 2, 1)])
        assert confirm(Definitions(net), block, wrong, values, derivatives) > tolerance(values)


def test_one_entry_of_a_block_that_is_far_smaller_than_the_others_is_looked_at() -> None:
    net = wide_and_dying()
    for values, derivatives in both(net):
        small = values[Quantity("delta", 2, 2)]
        changed = {**values, Quantity("delta", 2, 2): 2 * small}
        delta, theta = sp.MatrixSymbol("delta_2", 2, 1), sp.MatrixSymbol("theta_2", 2, 2)
        signal = sp.HadamardProduct(theta.T * sp.MatrixSymbol("delta_3", 2, 1), sp.MatrixSymbol("slope_2", 2, 1))
        assert confirm(Definitions(net), delta, signal, values, derivatives) <= tolerance(values)
        assert confirm(Definitions(net), delta, signal, changed, derivatives) > 0.1


def test_mpf_are_asked_for_more_digits_than_doubles() -> None:
    net = single_path()
    delta = sp.Symbol("delta_2")
    nearly = delta * (1 + sp.Rational(1, 10**30))
    (doubles, _), (exact_ones, derivatives) = both(net)
    assert confirm(Definitions(net), delta, nearly, doubles, derivatives) <= tolerance(doubles) == 1e-9
    assert confirm(Definitions(net), delta, nearly, exact_ones, derivatives) > tolerance(exact_ones) == 1e-40


def test_a_sum_that_cancels_is_judged_by_its_terms_on_doubles_and_by_nothing_more() -> None:
    net = network([1.0, 1.0, 1.0], [1.0], "squared_error", [([[0.1, 0.2, -0.3]], "linear")])
    (doubles, derivatives), _ = both(net)
    q = quantity(net, "z", 2)
    rounded = {**doubles, q: 5.551115123125783e-17}
    assert confirm(Definitions(net), q.symbol, Definitions(net).z(2), rounded, derivatives) < 1e-15
    for off in (1e-8, -1.0):
        assert confirm(Definitions(net), q.symbol, Definitions(net).z(2), {**doubles, q: off}, derivatives) > 1e-9


def test_both_sides_exactly_0_agree_and_0_agrees_with_nothing_else() -> None:
    net = single_path()
    delta = sp.Symbol("delta_2")
    for values, derivatives in both(net):
        dead = {**values, Quantity("delta", 2): 0 * values[Quantity("J")]}
        assert confirm(Definitions(net), delta, sp.Integer(0), dead, derivatives) == 0
        assert confirm(Definitions(net), delta, sp.Symbol("delta_3"), dead, derivatives) == 1
        assert confirm(Definitions(net), delta, sp.Symbol("delta_3") / 10**12, dead, derivatives) == 1


@pytest.mark.parametrize(("lhs", "rhs"), [
    (sp.Derivative(J**2, sp.Symbol("theta_1")), sp.Integer(0)),
    (sp.Derivative(J, sp.Symbol("z_2"), sp.Symbol("z_2")), sp.Symbol("delta_2")),
    (sp.Derivative(sp.Symbol("a_2"), sp.Symbol("theta_1")), sp.Integer(0))])
def test_a_derivative_that_a_proof_does_not_understand_has_no_value(lhs: sp.Expr, rhs: sp.Expr) -> None:
    assert math.isnan(residual(single_path(), lhs, rhs))


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


def test_what_saturates_below_all_doubles_is_as_good_as_zero() -> None:
    layers = [([[0.8, 0.1], [-0.3, 0.4]], "relu"), ([[-1e6, 0.25], [-1.5, 2.0]], "softmax")]
    net = network([1.5, -0.5], [1.0, 0.0], "squared_error", layers)
    report = verify(trace(net))
    derivation = Derivation(net)
    assert all(derivation.checked_step(i, report).ok for i in range(len(derivation.steps)))
