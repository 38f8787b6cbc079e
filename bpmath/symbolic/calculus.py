"""The derivative of an activation, line by line: equations (1) to (5) of the article.

Each route below is a list of forms, each with the rule that leads to it. Nobody has to believe them: every form is
proved equal to the one before it (see `proof.py`). An activation without a route gets the one line that SymPy finds.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from bpmath.model.activation import Activation, z
from bpmath.model.phrase import Phrase

x, w, c = sp.symbols("x w c", real=True)
u, v = sp.Function("u"), sp.Function("v")


@dataclass(frozen=True)
class Line:
    """One line of calculus: lhs = rhs by a rule. `name` says which rule or which line of which route it is."""

    equation: str
    name: str
    rule: str
    lhs: sp.Expr
    rhs: sp.Expr


QUOTIENT = Line("2", "quotient", Phrase("the quotient rule"), sp.Derivative(u(x) / v(x), x),
                (sp.Derivative(u(x), x) * v(x) - u(x) * sp.Derivative(v(x), x)) / v(x) ** 2)
CONSTANT = Line("3", "constant", Phrase("the quotient rule when the numerator is constant"), sp.Derivative(c / v(x), x),
                -c * sp.Derivative(v(x), x) / v(x) ** 2)
CHAIN = Line("4", "chain", Phrase("the chain rule"), sp.Derivative(u(v(x)), x),
             sp.Subs(sp.Derivative(u(w), w), w, v(x)) * sp.Derivative(v(x), x))
RULES = (QUOTIENT, CONSTANT, CHAIN)


def mul(*factors: sp.Expr) -> sp.Expr:
    """A product that SymPy leaves as it is written, factor by factor."""
    return sp.Mul(*map(sp.UnevaluatedExpr, factors))


def derive(e: sp.Expr) -> sp.Expr:
    return sp.Derivative(e, x)


def sigmoid(name: type[sp.Function]) -> list[tuple[str, sp.Expr]]:
    e, s = sp.exp(-x), 1 + sp.exp(-x)
    return [
        (Phrase("the quotient rule when the numerator is constant"), -derive(s) / s ** 2),
        (Phrase("the chain rule"), e / s ** 2),
        (Phrase("regrouped"), mul(1 / s, e / s)),
        (Phrase("one added and taken away"), mul(1 / s, 1 - 1 / s)),
        (Phrase("written with the function itself"), name(x) * (1 - name(x))),
    ]


def tanh(name: type[sp.Function]) -> list[tuple[str, sp.Expr]]:
    e, s = sp.exp(-2 * x), 1 + sp.exp(-2 * x)
    return [
        (Phrase("the quotient rule when the numerator is constant"), -2 * derive(s) / s ** 2),
        (Phrase("the chain rule"), 4 * e / s ** 2),
        (Phrase("regrouped"), mul(2 / s, 2 - 2 / s)),
        (Phrase("written with the function itself"), mul(1 + name(x), 1 - name(x))),
        (Phrase("multiplied out"), 1 - name(x) ** 2),
    ]


def softplus(name: type[sp.Function]) -> list[tuple[str, sp.Expr]]:
    s = 1 + sp.exp(x)
    return [
        (Phrase("the chain rule"), derive(s) / s),
        (Phrase("the derivative of the exponential is itself"), sp.exp(x) / s),
        (Phrase("divided by the exponential: the sigmoid"), 1 / (1 + sp.exp(-x))),
    ]


def linear(name: type[sp.Function]) -> list[tuple[str, sp.Expr]]:
    return [(Phrase("the derivative of x is one"), sp.Integer(1))]


ROUTES = {"linear": linear, "sigmoid": sigmoid, "tanh": tanh, "softplus": softplus}
DEFINITIONS = {"tanh": 2 / (1 + sp.exp(-2 * x)) - 1}   # where another form than `g` is the better beginning


def activation_lines(activation: Activation) -> Iterator[Line]:
    """(1) its definition, the lines of its route, and (5) its derivative."""
    name = activation.function
    definition = DEFINITIONS.get(activation.name, activation.g.subs(z, x))
    rule = Phrase("the definition of {g}", g=activation.words)
    yield Line("1", f"{activation.name} definition", rule, name(x), definition)
    route = ROUTES.get(activation.name)
    slope = Phrase("each piece on its own") if activation.has_pieces else Phrase("differentiated with SymPy")
    forms = route(name) if route else [(slope, activation.slope.subs(z, x))]
    for i, (rule, form) in enumerate(forms, 1):
        yield Line("5" if i == len(forms) else "", f"{activation.name} line {i}", rule, derive(name(x)), form)
