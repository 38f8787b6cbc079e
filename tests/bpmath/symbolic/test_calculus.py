"""The lines that lead to an activation's derivative: each equal to the one before, the last the derivative itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sympy as sp

from bpmath.model.activation import ACTIVATIONS, Activation, z
from bpmath.symbolic.calculus import CHAIN, CONSTANT, QUOTIENT, RULES, Line, activation_lines, c, u, v, w, x
from bpmath.symbolic.step_proof import prove_line, to_concrete
from tests.networks import ELEMENTWISE


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_line_is_proved_and_the_last_is_the_derivative(name: str) -> None:
    definition, *lines = activation_lines(ACTIVATIONS[name])
    assert (definition.equation, lines[-1].equation) == ("1", "5")
    assert prove_line(definition.lhs, definition.rhs)
    for line in lines:
        assert prove_line(line.lhs, line.rhs)
    for above, below in pairwise(lines):
        assert prove_line(above.rhs, below.rhs)
        assert not prove_line(above.rhs, 2 * below.rhs)
    for at in (-1.25, 0.5, 3.0):
        slope = ACTIVATIONS[name].slope.subs(z, at)
        assert float(to_concrete(lines[-1].rhs).doit().subs(x, at)) == pytest.approx(float(slope), rel=1e-14)


@pytest.mark.parametrize("g", [z / (1 + sp.exp(-z)), z**3, sp.atan(z)], ids=str)
def test_the_rule_of_an_activation_without_a_route_says_what_was_done(g: sp.Expr) -> None:
    _, line = activation_lines(Activation("mine", g, "mine", "mine", "mine", "mine"))
    assert line.rule == "differentiated with SymPy"
    assert [*activation_lines(ACTIVATIONS["linear"])][-1].rule == "the derivative of x is one"


def test_the_derivative_of_the_sigmoid_ends_in_itself() -> None:
    *_, last = activation_lines(ACTIVATIONS["sigmoid"])
    sigma = sp.Function("sigma")(x)
    assert last.rhs == sigma * (1 - sigma)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_the_rules_hold_for_functions_that_are_tried(rule: Line) -> None:
    tried = {u: lambda t: sp.sin(t) + t, v: lambda t: 2 + t**2}

    def side(e: sp.Expr) -> sp.Expr:
        for name, body in tried.items():
            e = e.replace(name, body)
        return e.doit().subs({x: sp.Rational(7, 10), w: sp.Rational(7, 10), c: 3})

    assert sp.N(side(rule.lhs) - side(rule.rhs), 30) == pytest.approx(0, abs=1e-25)


def test_the_rules_are_the_articles_2_3_and_4() -> None:
    assert [QUOTIENT.equation, CONSTANT.equation, CHAIN.equation] == ["2", "3", "4"]
