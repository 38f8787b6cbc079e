"""Confirmation of a step by the trace's numbers."""
from __future__ import annotations

from collections.abc import Mapping

import mpmath
import numpy as np
import sympy as sp

from bpmath import exact
from bpmath.definitions import Definitions, J
from bpmath.network import Network
from bpmath.notation import MATRICES, Quantity, quantity
from bpmath.proof import rational, to_concrete

Values = Mapping[Quantity, float]


def confirm(definitions: Definitions, lhs: sp.Basic, rhs: sp.Basic, values: Values, derivatives: Values) -> float:
    """|lhs - rhs| on the trace's numbers, relative where they exceed 1. `derivatives` are J's, by their variable."""
    if isinstance(lhs, sp.MatrixExpr):
        return confirm_block(definitions.network, lhs, rhs, values)
    left, right = (number(definitions, e, values, derivatives) for e in (lhs, rhs))
    if not (left.is_finite and right.is_finite):
        return float("nan")
    return float(abs(left - right) / max(1, abs(left), abs(right)))


def number(definitions: Definitions, expr: sp.Expr, values: Values, derivatives: Values) -> sp.Expr:
    """The value of a step's side: definitions for activations, numbers for names."""
    replaced = {}
    for d in expr.atoms(sp.Derivative):
        q = Quantity.of(d.variables[0])
        if d.expr == J and q and q.kind != "h":
            replaced[d] = exactly(derivatives[q])
    expr = to_concrete(expr.xreplace(replaced)).doit()
    numbers = {s: exactly(values[q]) for s in expr.free_symbols if (q := Quantity.of(s)) in values}
    found = sp.N(expr.xreplace(numbers), 40)
    return found if found.is_finite else unsaturated(definitions, expr, values)


def unsaturated(definitions: Definitions, expr: sp.Expr, values: Values) -> sp.Expr:
    """The value where a saturated output rounds to 0 or 1 and divides by 0: with h as the function of z that it is.

    Terms are taken one by one, those of a factor, too: a fraction of all outputs would have a denominator of all their
    exponentials.
    """
    if isinstance(expr, sp.Add):
        return sp.Add(*(unsaturated(definitions, term, values) for term in expr.args))
    L = definitions.network.L
    outputs = set(definitions.activations(L))
    sums = [f for f in expr.args if f.is_Add and len(f.free_symbols & outputs) > 1] if expr.is_Mul else []
    if sums:
        rest = sp.Mul(*(f for f in expr.args if f not in sums))
        return sp.Mul(*(unsaturated(definitions, factor, values) for factor in (*sums, rest)))
    h = {s: to_concrete(definitions.a(L, j)) for j, s in enumerate(definitions.activations(L), 1)}
    ratio, names = rational(expr.replace(sp.UnevaluatedExpr, lambda inside: inside).xreplace(h))
    expr = ratio.xreplace(names)
    at = {s: values[Quantity.of(s)] for s in expr.free_symbols}
    with mpmath.workprec(exact.bits(*at.values())):
        try:
            return sp.Float(exact.function_of(expr, tuple(at))(*(mpmath.mpf(v) for v in at.values())), 40)
        except (ZeroDivisionError, ValueError, TypeError):
            return sp.nan


def exactly(v: float) -> sp.Float:
    """A double with all its bits, as a number of 60 digits: sums of such numbers do not lose any."""
    return sp.Float(v, 60)


def confirm_block(network: Network, lhs: sp.MatrixExpr, rhs: sp.MatrixExpr, values: Values) -> float:
    """The largest difference between the entries of two block expressions."""
    names = sorted(lhs.atoms(sp.MatrixSymbol) | rhs.atoms(sp.MatrixSymbol), key=str)

    def array(name: sp.MatrixSymbol) -> np.ndarray:
        q = Quantity.of(sp.Symbol(name.name))
        rows, cols = (range(1, int(n) + 1) for n in name.shape)
        if q.kind in MATRICES:
            return np.array([[values[quantity(network, q.kind, q.layer, j, i)] for i in cols] for j in rows])
        return np.array([[values[quantity(network, q.kind, q.layer, j)]] for j in rows])

    scalars = sorted((s for s in lhs.free_symbols | rhs.free_symbols if isinstance(s, sp.Symbol)), key=str)
    f = sp.lambdify([*names, *scalars], [lhs, rhs], modules="numpy")
    left, right = f(*map(array, names), *(values[Quantity.of(s)] for s in scalars))
    return float(np.abs(left - right).max() / max(1.0, np.abs(left).max()))
