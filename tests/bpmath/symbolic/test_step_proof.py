"""What a proof accepts and what it refuses, on equations written here by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from bpmath.model.activation import ACTIVATIONS, k, n, z, zs
from bpmath.model.cost import COSTS
from bpmath.model.network import network
from bpmath.symbolic import calculus
from bpmath.symbolic.definitions import Definitions, Unprovable
from bpmath.symbolic.step_language import understand, understand_block
from bpmath.symbolic.step_proof import is_difference, prove, prove_line, shares, vanishes
from tests.networks import ELEMENTWISE, mazur, single_path

x, y, h, J = sp.symbols("x y h J")
a, b, c = sp.symbols("a b c", real=True)
sigma = sp.Function("sigma")


def slope(l: int) -> sp.Expr:
    z = sp.Symbol(f"z_{l}")
    return sp.Derivative(sigma(z), z)


def d(name: str) -> sp.Expr:
    return sp.Derivative(J, sp.Symbol(name))


def test_the_articles_partial_is_proved_and_its_like_are_not() -> None:
    definitions = Definitions(single_path())
    theta_3, theta_2 = sp.symbols("theta_3 theta_2")
    partial = (h - y) * theta_3 * slope(3) * theta_2 * slope(2) * x
    assert prove(definitions, d("theta_1"), partial, concrete=True)
    for wrong in (-partial, partial / theta_3, partial / slope(2), partial / x, partial.xreplace({slope(2): slope(3)}),
                  partial + x, partial.xreplace({h: y})):
        assert not prove(definitions, d("theta_1"), wrong, concrete=True)


def test_what_an_activation_is_may_only_be_used_where_it_is_said() -> None:
    definitions = Definitions(network([1.0], [1.0], "binary_cross_entropy", [([[1.0]], "sigmoid")]))
    assert prove(definitions, sp.Symbol("delta_2"), h - y, concrete=True)
    assert not prove(definitions, sp.Symbol("delta_2"), h - y)


def test_a_proof_from_a_layer_up_does_not_ask_what_is_above() -> None:
    definitions = Definitions(mazur())
    delta, a_2 = sp.symbols("delta_3_1 a_2_2")
    assert prove(definitions, d("theta_2_1_2"), delta * a_2, top=3)
    assert not prove(definitions, d("theta_2_1_2"), delta * sp.Symbol("a_2_1"), top=3)
    assert not prove(definitions, d("theta_2_2_1"), delta * sp.Symbol("a_2_1"), top=3)


def test_the_transposed_weights_and_no_others() -> None:
    definitions = Definitions(mazur())
    delta = [sp.Symbol(f"delta_3_{k}") for k in (1, 2)]
    at = sp.Symbol("z_2_1")
    right = sum(sp.Symbol(f"theta_2_{k}_1") * delta[k - 1] for k in (1, 2)) * sp.Derivative(sigma(at), at)
    wrong = sum(sp.Symbol(f"theta_2_1_{k}") * delta[k - 1] for k in (1, 2)) * sp.Derivative(sigma(at), at)
    assert prove(definitions, sp.Symbol("delta_2_1"), right, top=3)
    assert not prove(definitions, sp.Symbol("delta_2_1"), wrong, top=3)


@pytest.mark.parametrize("expr", [
    sp.exp(a) * sp.exp(-a) - 1, sp.tanh(a) - (sp.exp(2 * a) - 1) / (sp.exp(2 * a) + 1),
    (a + b) ** 2 - a**2 - 2 * a * b - b**2,
    sp.log(sp.exp(a) / (1 + sp.exp(a))) + sp.log(1 + sp.exp(-a)), sp.Piecewise((a - a, a > 0), (0, True)),
    sp.exp(a + b) - sp.exp(a) * sp.exp(b)])
def test_what_vanishes(expr: sp.Expr) -> None:
    assert vanishes(expr)


@pytest.mark.parametrize("expr", [
    sp.Integer(1), a, sp.exp(a) - 1, sp.tanh(a) - a, sp.log(1 + sp.exp(a)) - a, sp.Piecewise((a, a > 0), (0, True)),
    sp.exp(a + b) - sp.exp(a * b)])
def test_what_does_not(expr: sp.Expr) -> None:
    assert not vanishes(expr)


def test_which_pairs_end_in_h_minus_y() -> None:
    pairs = {(cost, name) for cost in COSTS for name in ELEMENTWISE if is_difference(COSTS[cost], ACTIVATIONS[name])}
    assert pairs == {("squared_error", "linear"), ("binary_cross_entropy", "sigmoid")}


def test_the_jacobian_of_softmax_is_a_lemma_that_other_functions_do_not_have() -> None:
    assert shares(ACTIVATIONS["softmax"], 2)
    assert shares(ACTIVATIONS["softmax"], 5)
    squared = ACTIVATIONS["softmax"].g.subs(ACTIVATIONS["linear"].g, 2 * ACTIVATIONS["linear"].g)
    broken = type(ACTIVATIONS["softmax"])("broken", squared, "broken", "broken", "broken", "a broken one")
    assert not shares(broken, 2)


# the closed language

Z = sp.symbols("z_2 z_3 z_4")
THETA = sp.symbols("theta_1 theta_2 theta_3")
D = sp.Derivative


@pytest.mark.parametrize("e", [
    D(J**2, THETA[0]), D(J, Z[0], Z[0]), D(J, Z[0], Z[1]), D(J, (Z[0], 3)), D(J, (Z[0], sp.Symbol("n"))), D(J, J),
    D(J, sp.Symbol("a_2")), D(J, x), D(J, sp.Symbol("theta_9")), D(J, sp.Symbol("theta_1_1_1")), D(J, sp.Symbol("b_1")),
    D(sp.Symbol("a_2"), THETA[0]), D(h, THETA[2]), D(h, h), D(x, THETA[0]), D(sigma(THETA[0] * x), THETA[0]),
    D(sigma(THETA[0] * x), x), D(sigma(Z[0]), Z[1]), D(sigma(Z[0]), Z[0], Z[0]), D(THETA[0] * x, THETA[1]),
    D(THETA[0] * x, THETA[0], x), D(2 * THETA[0] * x, x), D(sp.tanh(Z[0]), Z[0]), D(sp.Function("tanh")(Z[0]), Z[0]),
    D((h - y)**2, h), D(D(J, Z[0]), Z[0]), sigma(x), sigma(THETA[0] * Z[0]), sp.Function("u")(Z[0]), sp.sin(x),
    sp.sqrt(h**2), h ** x, sp.Integral(h, h), sp.Abs(h), sp.Symbol("w"), sp.Symbol("h", real=True), sp.zoo, sp.pi,
    sp.Float(0.5), sp.I, sp.Piecewise((h, h > 0), (0, True)), sp.Subs(D(J, h), h, y)], ids=str)
def test_what_is_outside_the_language_is_refused_even_where_both_sides_are_the_same(e: sp.Expr) -> None:
    definitions = Definitions(single_path())
    with pytest.raises(Unprovable):
        understand(definitions, e)
    for lhs, rhs in ((e, e), (e, sp.Integer(0)), (d("theta_1"), d("theta_1") + e)):
        assert not prove(definitions, lhs, rhs, concrete=True)


@pytest.mark.parametrize(("lhs", "rhs"), [
    (D(THETA[1] * sp.Symbol("a_2"), THETA[1]), sp.Symbol("a_2")), (D(THETA[0] * x, x), THETA[0]),
    (D((h - y)**2 / 2, h), h - y), (D(sigma(Z[0]), Z[0]), slope(2)), (D(J, h), h - y),
    (D(J, Z[2]), sp.Symbol("delta_4")), (sigma(THETA[0] * x), sp.Symbol("a_2"))], ids=str)
def test_what_is_inside_is_proved(lhs: sp.Expr, rhs: sp.Expr) -> None:
    assert prove(Definitions(single_path()), lhs, rhs)


def test_a_logarithm_is_taken_apart_only_where_the_signs_are_known() -> None:
    definitions = Definitions(single_path())
    assert not prove(definitions, sp.log(h**2), 2 * sp.log(h), concrete=True)
    assert not prove(definitions, sp.log(h * y), sp.log(h) + sp.log(y), concrete=True)
    assert not prove_line(sp.log(calculus.x**2), 2 * sp.log(calculus.x))
    assert vanishes(sp.log((1 + sp.exp(a))**2) - 2 * sp.log(1 + sp.exp(a)))
    assert vanishes(sp.log(1 / (1 + sp.exp(-a))) + sp.log(1 + sp.exp(-a)))
    assert not vanishes(sp.log(a**2) - 2 * sp.log(a))
    assert not vanishes(sp.log((sp.exp(a) - 1)**2) - 2 * sp.log(sp.exp(a) - 1))


@pytest.mark.parametrize("e", [
    D(calculus.u(calculus.x), calculus.x, calculus.x), D(calculus.u(calculus.x), calculus.w), D(calculus.c, calculus.x),
    calculus.u(calculus.w), sp.Function("f")(calculus.x), sigma(2 * calculus.x), calculus.w, sp.Symbol("x"), h,
    sp.sqrt(calculus.x**2), sp.Integral(calculus.x, calculus.x), sp.sin(calculus.x)], ids=str)
def test_lines_of_calculus_have_a_closed_language_too(e: sp.Expr) -> None:
    assert not prove_line(e, e)


@pytest.mark.parametrize("wrong", [
    sp.Matrix([[0], [0]]), sp.ones(2, 2).as_immutable(), sp.Identity(2), sp.MatrixSymbol("delta_3", 2, 2),
    sp.MatrixSymbol("theta_9", 2, 2), sp.MatrixSymbol("M", 2, 2), sp.MatrixSymbol("theta_1", 2, 2) ** 2,
    sp.Symbol("x_1") * sp.MatrixSymbol("theta_2", 2, 2), sp.MatrixSymbol("theta_2", 2, 2)[:, :1],
    sp.ZeroMatrix(2, 2)], ids=str)
def test_blocks_that_are_not_uniform_are_refused(wrong: sp.MatrixExpr) -> None:
    """Their corners would not stand for the other entries."""
    definitions = Definitions(mazur())
    with pytest.raises(Unprovable):
        understand_block(definitions, wrong)
    theta = sp.MatrixSymbol("theta_2", 2, 2)
    assert prove(definitions, theta, theta)
    if wrong.shape == theta.shape:
        assert not prove(definitions, theta, sp.MatAdd(theta, wrong, evaluate=False))


def test_a_matrix_that_vanishes_at_its_corners_is_refused() -> None:
    net = network([1.0, 2.0, 3.0], [1.0, 0.0, 1.0], "squared_error", [([[0.1, 0.2, 0.3]] * 3, "sigmoid")])
    middle = sp.ImmutableMatrix(3, 3, lambda j, i: int(j == i == 1))
    theta = sp.MatrixSymbol("theta_1", 3, 3)
    assert not prove(Definitions(net), theta, sp.MatAdd(theta, middle, evaluate=False))


def test_the_lemma_of_softmax_needs_units_that_are_treated_alike() -> None:
    softmax = ACTIVATIONS["softmax"]
    apart = replace(softmax, g=sp.exp(z) / (sp.exp(zs[1]) + sp.Sum(sp.exp(zs[k]), (k, 2, n))))
    assert not shares(apart, 4)   # the same, but it does not show
