"""Confirmation of a step by numbers: those of the trace, as doubles, or those of the second method, as mpf."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

import mpmath
import numpy as np
import sympy as sp

from bpmath.model import multiprecision
from bpmath.model.network import Network
from bpmath.model.notation import MATRICES, Quantity, quantity
from bpmath.symbolic.definitions import Definitions, J, Unprovable
from bpmath.symbolic.step_proof import rational, to_concrete
from bpmath.symbolic.term_sizes import Measured, exactly, measure

Number = float | mpmath.mpf
Values = Mapping[Quantity, Number]

TOLERANCE = 1e-9    # of a step's two sides on numbers that are doubles, relative to the size of what they add up
PRECISE = 1e-40     # the same on numbers of the second method
SMALLEST = 1e-300   # below this a double has lost digits of its own, and two of them agree


def tolerance(values: Values) -> float:
    """How far apart the sides of a right step may be, as a ratio, on numbers like these."""
    return PRECISE if isinstance(values[Quantity("J")], mpmath.mpf) else TOLERANCE


def confirm(definitions: Definitions, lhs: sp.Basic, rhs: sp.Basic, values: Values, derivatives: Values) -> float:
    """|lhs - rhs| on the numbers, relative to the size of the sides; nan where a side has no value.

    `derivatives` are J's, by their variable. The size is that of the terms where a sum cancels (see `measure.py`).
    """
    with mpmath.workprec(precision(lhs, rhs, values)):
        try:
            if isinstance(lhs, sp.MatrixExpr):
                known = arrays(definitions.network, lhs, rhs, values)
                return apart(measure(lhs, known), measure(rhs, known), values)
            return apart(*(number(definitions, e, values, derivatives) for e in (lhs, rhs)), values)
        except (ZeroDivisionError, ValueError, Unprovable):
            return float("nan")


def apart(left: Measured, right: Measured, values: Values) -> float:
    """How far two sides are apart, relative to the larger, of a block entry by entry.

    Numbers of the second method have digits to spare: there a side counts as large as it is, unless all but the last
    half of its digits cancel. Doubles have none: there it counts as large as the terms that it adds up. What is far
    below all doubles counts as 0.
    """
    precise = tolerance(values) == PRECISE
    share, floor = (mpmath.ldexp(1, -mpmath.mp.prec // 2), SMALLEST) if precise else (1, SMALLEST / TOLERANCE)
    sides = zip(*(np.ravel(np.array(part, dtype=object)) for part in (*left, *right)), strict=True)
    return max(float(abs(a - b) / max(abs(a), abs(b), share * a_size, share * b_size, floor)) if a != b else 0.0
               for a, a_size, b, b_size in sides)


def precision(lhs: sp.Basic, rhs: sp.Basic, values: Values) -> int:
    """Bits that keep all digits of these numbers, and of what the activations and costs make of them."""
    used = [values[q] for s in lhs.free_symbols | rhs.free_symbols if (q := Quantity.of(s)) in values]
    return bits(used)


def bits(numbers: Iterable[Number]) -> int:
    """The same for some numbers."""
    found = [multiprecision.DOUBLE, *(v.man.bit_length() for v in numbers if isinstance(v, mpmath.mpf))]
    return max(found) + multiprecision.bits(*(float(v) for v in numbers if mpmath.isfinite(v)))


def number(definitions: Definitions, expr: sp.Expr, values: Values, derivatives: Values) -> Measured:
    """The value of a step's side: numbers for names and for J's derivatives, definitions for the other derivatives."""
    known: dict[sp.Basic, Measured] = {}
    written = {}
    for d in expr.atoms(sp.Derivative):
        q = definitions.variable(d)
        if d.expr == J and q.kind != "h":
            known[d] = exactly(derivatives[q])
        else:
            written[d] = sp.diff(definitions.J() if d.expr == J else to_concrete(d.expr), q.symbol)
    expr = expr.xreplace(written)
    known |= {s: exactly(values[q]) for s in expr.free_symbols if (q := Quantity.of(s)) in values}
    try:
        return measure(expr, known)
    except (ZeroDivisionError, ValueError):
        return exactly(unsaturated(definitions, to_concrete(expr), values))


def unsaturated(definitions: Definitions, expr: sp.Expr, values: Values) -> mpmath.mpf:
    """The value where a double of a saturated output rounds to 0 or 1 and divides by 0: with h as a function of z.

    Terms are taken one by one, those of a factor, too: a fraction of all outputs would have a denominator of all their
    exponentials. Raises ZeroDivisionError or ValueError where there is no value.
    """
    if isinstance(expr, sp.Add):
        return mpmath.fsum(unsaturated(definitions, term, values) for term in expr.args)
    L = definitions.network.L
    outputs = set(definitions.activations(L))
    sums = [f for f in expr.args if f.is_Add and len(f.free_symbols & outputs) > 1] if expr.is_Mul else []
    if sums:
        rest = sp.Mul(*(f for f in expr.args if f not in sums))
        return mpmath.fprod(unsaturated(definitions, factor, values) for factor in (*sums, rest))
    h = {s: to_concrete(definitions.a(L, j)) for j, s in enumerate(definitions.activations(L), 1)}
    ratio, names = rational(expr.replace(sp.UnevaluatedExpr, lambda inside: inside).xreplace(h))
    expr = ratio.xreplace(names)
    at = {s: values[q] for s in expr.free_symbols if (q := Quantity.of(s)) in values}
    if len(at) < len(expr.free_symbols) or expr.has(sp.Derivative):
        raise ValueError(f"no value: {expr}")
    with mpmath.workprec(2 * max(mpmath.mp.prec, multiprecision.bits(*at.values()))):
        value = multiprecision.function_of(expr, tuple(at))(*(mpmath.mpf(v) for v in at.values()))
    if not (isinstance(value, int | mpmath.mpf) and mpmath.isfinite(value)):
        raise ValueError(f"no value: {expr}")
    return mpmath.mpf(value)


def arrays(network: Network, lhs: sp.MatrixExpr, rhs: sp.MatrixExpr, values: Values) -> dict[sp.Basic, Measured]:
    """The numbers of the blocks and of the other names in two block expressions."""
    def array(name: sp.MatrixSymbol) -> Measured:
        q = Quantity.of(sp.Symbol(name.name))
        rows, cols = (range(1, int(n) + 1) for n in name.shape)
        wide = q.kind in MATRICES
        numbers = [[mpmath.mpf(values[quantity(network, q.kind, q.layer, j, i if wide else 1)]) for i in cols]
                   for j in rows]
        found = np.array(numbers, dtype=object)
        return Measured(found, abs(found))

    names = lhs.free_symbols | rhs.free_symbols
    return {s: array(s) if isinstance(s, sp.MatrixSymbol) else exactly(values[Quantity.of(s)]) for s in names}
