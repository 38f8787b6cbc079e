"""In which order the terms of a sum and the factors of a product are written: as people read them."""
from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.core.function import AppliedUndef

from bpmath.model.notation import Quantity, quantities_in

ERROR = 2   # where the error stands among the factors of a product


def rank(e: sp.Expr) -> tuple:
    """Where a factor stands in a product: numbers, alpha, the error, the weights and slopes back through the layers."""
    group, position, name = 5, 0.0, ""
    q = Quantity.of(e) if isinstance(e, sp.Symbol) else None
    if e.is_Number:
        group = 0
    elif q:
        group = {"alpha": 1, **dict.fromkeys(("delta", "dtheta", "db"), ERROR), "theta": 3, "a": 6, "x": 6, "h": 6}.get(
            q.kind, 4)
        position = -(q.layer or 0) - 0.5
    elif isinstance(e, sp.Derivative):
        by = Quantity.of(e.variables[0])
        if e.expr == sp.Symbol("J"):
            group = ERROR
        elif by:            # a slope, or a link of the chain rule: from the output back
            group = 3
            position = -(by.layer or 1) - {"h": 1000, "theta": 0.5, "b": 0.5, "a": 0.4, "x": 0.4}.get(by.kind, 0)
        else:
            return rank(e.expr)
    elif isinstance(e, AppliedUndef):
        name = e.func.__name__
    elif isinstance(e, sp.Subs):
        group = 4
    elif isinstance(e, sp.UnevaluatedExpr):
        error = not e.args[0].is_Add and any(q.kind == "y" for s in e.free_symbols if (q := Quantity.of(s)))
        position = -1.0 if error else e.args[0].count_ops()
    elif isinstance(e, sp.Add):
        names = {named.kind for s in e.free_symbols if (named := Quantity.of(s))}
        group = 2 if names & {"delta", "y", "J"} else 8
    return group, position, name, sp.default_sort_key(e)


def natural(e: sp.Expr) -> tuple:
    """Where a term stands in a sum: positive first, biases last, otherwise by unit."""
    quantities = sorted(q for s in e.free_symbols if (q := Quantity.of(s)))
    bias = any(q.kind == "b" for q in quantities)
    units = [(q.source or 0, q.unit or 0) for q in quantities]
    return (e.could_extract_minus_sign(), bias, [u for pair in units for u in pair], sp.default_sort_key(e))


def below(factor: sp.Expr) -> bool:
    """Whether a factor stands below the line of a fraction."""
    return factor.is_Pow and factor.exp.could_extract_minus_sign()


def ordered(factors: Sequence[sp.Expr]) -> list[sp.Expr]:
    """The factors of a product as they are read; those of a fraction make one, in the place of the error."""
    ends = [f for f in factors if set(kinds_in(f)) & {"h", "y"}] if any(map(below, factors)) else []
    found = sorted((f for f in factors if f not in ends), key=rank)
    if ends:
        found.insert(sum(rank(f)[0] < ERROR for f in found), sp.Mul(*ends))
    return found


def kinds_in(e: sp.Expr) -> list[str]:
    """The kinds of quantities that an expression speaks of."""
    return [q.kind for q in quantities_in(e).values()]
