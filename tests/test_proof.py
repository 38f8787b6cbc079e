"""What a proof accepts and what it refuses, on equations written here by hand."""

from __future__ import annotations

import pytest
import sympy as sp

from bpmath.activation import ACTIVATIONS
from bpmath.cost import COSTS
from bpmath.definitions import Definitions
from bpmath.network import network
from bpmath.proof import is_difference, prove, shares, vanishes
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
