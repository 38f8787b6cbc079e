"""Values of expressions and of blocks with their size, against which an error in them is judged."""
from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import mpmath
import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from bpmath.model.activation import BY_SYMBOL, z


class Measured(NamedTuple):
    """A value, and how much it changes where each number in it changes by its own size: at least its own size.

    So a sum that cancels has the size of its terms. Both are mpf, or for a block arrays of mpf with its shape.
    """

    value: mpmath.mpf | np.ndarray
    size: mpmath.mpf | np.ndarray


def exactly(v: float | mpmath.mpf) -> Measured:
    """A given number."""
    value = mpmath.mpf(v)
    return Measured(value, abs(value))


def measure(e: sp.Basic, known: dict[sp.Basic, Measured]) -> Measured:
    """An expression's value, from those of its names in `known`, to which all that is found on the way is added.

    To be called inside ``mpmath.workprec``. Raises ZeroDivisionError or ValueError where there is no value.
    """
    if e not in known:
        known[e] = found(e, known)
    return known[e]


def found(e: sp.Basic, known: dict[sp.Basic, Measured]) -> Measured:
    """The value of an expression that is not known yet."""
    if e.is_Rational:
        return exactly(mpmath.mpf(e.p) / e.q)
    if isinstance(e, sp.UnevaluatedExpr):
        return measure(e.args[0], known)
    if isinstance(e, sp.MatrixExpr):
        return block(e, known)
    if isinstance(e, AppliedUndef) and e.func.__name__ in BY_SYMBOL:
        return applied(BY_SYMBOL[e.func.__name__].g, measure(e.args[0], known))
    names = [part for part in e.free_symbols if part in known]
    if len(names) == 1 and e.free_symbols == {names[0]} and not e.has(sp.Derivative, AppliedUndef):
        return applied(e.xreplace({names[0]: z}), known[names[0]])   # what cancels inside one function does not count
    if isinstance(e, sp.Piecewise):
        return measure(next(piece for piece, condition in e.args if holds(condition, known)), known)
    if isinstance(e, sp.Add):
        parts = [measure(part, known) for part in e.args]
        return Measured(mpmath.fsum(p.value for p in parts), mpmath.fsum(p.size for p in parts))
    if isinstance(e, sp.Mul):
        parts = [measure(part, known) for part in e.args]
        return Measured(mpmath.fprod(p.value for p in parts), mpmath.fprod(p.size for p in parts))
    if isinstance(e, sp.Pow) and e.exp.is_Integer and e.exp > 0:   # a square of what cancels to 0 has a size, too
        base = measure(e.base, known)
        return Measured(base.value ** int(e.exp), base.size ** int(e.exp))
    if (isinstance(e, sp.Pow) and e.exp.is_Rational) or (isinstance(e, sp.Function) and len(e.args) == 1):
        inside = e.args[0]
        return applied(e.xreplace({inside: z}), measure(inside, known))
    raise ValueError(f"no value: {e}")


def holds(condition: sp.Basic, known: dict[sp.Basic, Measured]) -> bool:
    """Whether a comparison holds; a difference that is nothing but rounding is 0."""
    if condition in (sp.true, sp.false):
        return bool(condition)
    value, size = measure(condition.lhs - condition.rhs, known)
    rounding = size * mpmath.ldexp(1, -mpmath.mp.prec // 4)
    return bool(condition.func(sp.Float(0 if abs(value) <= rounding else value), 0))


def applied(f: sp.Expr, at: Measured) -> Measured:
    """f, an expression in `z`, at a value."""
    values = [g(at.value) for g in compiled(f)]
    if not all(isinstance(v, int | mpmath.mpf) and mpmath.isfinite(v) for v in values):
        raise ValueError(f"no value: {f} at {at.value}")
    value, slope = map(mpmath.mpf, values)
    return Measured(value, max(abs(value), abs(slope) * at.size))


@cache
def compiled(f: sp.Expr) -> tuple[Callable, Callable]:
    """f, an expression in `z`, and its derivative, as functions of an mpf."""
    return tuple(sp.lambdify(z, e, modules="mpmath") for e in (f, sp.diff(f, z)))


def block(e: sp.MatrixExpr, known: dict[sp.Basic, Measured]) -> Measured:
    """The entries of a block."""
    if isinstance(e, sp.MatMul):
        scale, factors = e.as_coeff_matrices()
        value, size = measure(scale, known)
        for factor in factors:
            other = measure(factor, known)
            if np.ndim(value):
                value, size = value @ other.value, size @ other.size
            else:
                value, size = value * other.value, size * other.size
        return Measured(value, size)
    parts = [measure(part, known) for part in e.args] if not isinstance(e, sp.MatrixSymbol) else []
    values, sizes = [p.value for p in parts], [p.size for p in parts]
    if isinstance(e, sp.MatAdd):
        return Measured(sum(values), sum(sizes))
    if isinstance(e, sp.HadamardProduct):
        return Measured(np.prod(values, axis=0), np.prod(sizes, axis=0))
    if isinstance(e, sp.Transpose):
        return Measured(values[0].T, sizes[0].T)
    raise ValueError(f"no value: {e}")
