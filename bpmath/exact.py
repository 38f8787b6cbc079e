"""Values of SymPy expressions, right to the last bit of a double, at any size of their arguments.

Floating point loses the small end of ``1 - tanh(z)**2`` and overflows in ``exp(-z)``; mpmath does neither when it is
given enough digits, so every activation, slope and cost is evaluated here from its one SymPy expression.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import log2

import mpmath
import sympy as sp

DOUBLE = 53        # bits of a double
GUARD = 107        # bits that may be lost to rounding on the way
SATURATED = 800    # exp(-SATURATED) is far below the smallest double: more bits change nothing from here on


def bits(*values: float) -> int:
    """Working precision at which ``1 - tanh(z)**2`` and its like keep all digits of a double for these arguments."""
    sizes = [abs(v) for v in values if v] or [1.0]
    large, small = max(sizes), min(1.0, *sizes)
    return int(DOUBLE + GUARD + 4 * min(large, SATURATED) + 4 * log2(1 + large) - 2 * log2(small))


@cache
def function_of(expr: sp.Expr, symbols: Sequence[sp.Symbol]) -> Callable[..., mpmath.mpf]:
    """The expression as an mpmath function of ``symbols``, to be called inside ``mpmath.workprec``."""
    return sp.lambdify(symbols, expr, modules="mpmath", cse=True)


@cache
def functions_of(exprs: tuple[sp.Expr, ...], symbols: Sequence[sp.Symbol]) -> Callable[..., list[mpmath.mpf]]:
    """The same for several expressions at once: what they have in common is computed once."""
    return sp.lambdify(symbols, list(exprs), modules="mpmath", cse=True)


def value(expr: sp.Expr, at: dict[sp.Symbol, float]) -> float:
    """The double nearest to ``expr`` where each symbol has its given value; nan where the mathematics has no value."""
    with mpmath.workprec(bits(*at.values())):
        try:
            return double(function_of(expr, tuple(at))(*(mpmath.mpf(v) for v in at.values())))
        except (ZeroDivisionError, ValueError):
            return float("nan")


def values(exprs: tuple[sp.Expr, ...], at: dict[sp.Symbol, float]) -> list[float]:
    """The same for several expressions that have a value together or not at all."""
    with mpmath.workprec(bits(*at.values())):
        try:
            found = functions_of(exprs, tuple(at))(*(mpmath.mpf(v) for v in at.values()))
        except (ZeroDivisionError, ValueError):
            return [float("nan")] * len(exprs)
        return [double(v) for v in found]


def double(found: mpmath.mpf) -> float:
    return float("nan") if isinstance(found, mpmath.mpc) else float(found)
