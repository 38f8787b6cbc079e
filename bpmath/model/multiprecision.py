"""Real numbers with as many digits as they need, and values of SymPy expressions in them.

Decimals in a text file are what they say: 0.1 is one tenth, not the double nearest to it. So every number of a trace is
computed with far more digits than a double has, and rounded to a double once, at the end.

A sum that cancels in all of these digits but the last half is 0. For sums and products of decimals this is exact, since
`working_bits` follows from how many digits the given numbers have; for others it is what the mathematics says to a
hundred digits.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import ceil, log2, log10

import mpmath
import numpy as np
import sympy as sp
from sympy.printing.pycode import MpmathPrinter

DOUBLE = 53        # bits of a double
GUARD = 107        # bits that may be lost to rounding on the way
SATURATED = 800    # exp(-SATURATED) is far below the smallest double: more bits change nothing from here on
DOUBLE_DIGITS = 17
BITS_A_DIGIT = 3.33
COMPILED = 2048    # expressions that are kept as functions


def bits(*values: float) -> int:
    """Working precision at which ``1 - tanh(z)**2`` and its like keep all digits of a double for these arguments."""
    sizes = [abs(v) for v in values if v] or [1.0]
    large, small = float(max(sizes)), float(min(1.0, *sizes)) or 1e-320
    return int(DOUBLE + GUARD + 4 * min(large, SATURATED) + 4 * log2(1 + min(large, 1e300)) - 2 * log2(small))


def working_bits(given: Iterable[np.ndarray], layers: int, digits: int, saturation: int = 0) -> int:
    """The working precision for a network whose given numbers are these arrays, in which sums that cancel are seen.

    A product over all layers of numbers with at most D digits from the largest number's first to the smallest's last
    is a multiple of 10^-(layers + 1) D of the largest such product, so that a sum smaller than that is 0. `digits` is
    the least that is told apart; `saturation` are bits that exp(-|z|) hides, see `bits`.
    """
    sizes = np.abs(np.concatenate([np.ravel(v) for v in given]))
    sizes = sizes[sizes > 0]
    spread = log10(sizes.max()) - log10(sizes.min()) if len(sizes) else 0.0
    told_apart = max(digits, (layers + 1) * (ceil(spread) + DOUBLE_DIGITS))
    return 2 * (int(told_apart * BITS_A_DIGIT) + saturation)


def given(value: float, decimal: bool) -> mpmath.mpf:
    """A given number at the working precision: the decimal that is written for a double, or the double itself."""
    whole = value % 1 == 0 and abs(value) < 2**DOUBLE    # the double itself, without a detour
    return mpmath.mpf(repr(float(value)) if decimal and not whole else float(value))


def total(terms: Sequence[mpmath.mpf], share: float = 0.5) -> mpmath.mpf:
    """The sum of numbers; 0 where they cancel in the first half of the working digits, or in another share of them."""
    found = mpmath.fsum(terms)
    if not mpmath.isfinite(found):
        return found
    return found if abs(found) > mpmath.ldexp(max(map(abs, terms)), -int(share * mpmath.mp.prec)) else mpmath.mpf(0)


class Printer(MpmathPrinter):
    """Writes an expression as Python for mpmath, in which a sum that cancels is 0."""

    def _print_Add(self, expr: sp.Add, order: str | None = None) -> str:
        if expr.has(sp.I):
            return super()._print_Add(expr, order)
        return f"total([{', '.join(map(self._print, expr.args))}])"

    def _print_log(self, expr: sp.log) -> str:
        """The logarithm of 1 + x, where x is positive, keeps an x that is far below all digits of 1."""
        inside = expr.args[0]
        if inside.is_Add and sp.S.One in inside.args and (inside - 1).is_positive:
            return f"log1p({self._print(inside - 1)})"
        return f"log({self._print(inside)})"


def compiled(expr: sp.Expr | list[sp.Expr], symbols: Sequence[sp.Symbol]) -> Callable:
    printer = Printer({"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True})
    return sp.lambdify(symbols, expr, modules=[{"total": total}, "mpmath"], printer=printer, cse=True)


@lru_cache(maxsize=COMPILED)
def function_of(expr: sp.Expr, symbols: Sequence[sp.Symbol]) -> Callable[..., mpmath.mpf]:
    """The expression as an mpmath function of ``symbols``, to be called inside ``mpmath.workprec``."""
    return compiled(expr, symbols)


@lru_cache(maxsize=COMPILED)
def functions_of(exprs: tuple[sp.Expr, ...], symbols: Sequence[sp.Symbol]) -> Callable[..., list[mpmath.mpf]]:
    """The same for several expressions at once: what they have in common is computed once."""
    return compiled(list(exprs), symbols)


def at_working_precision(exprs: tuple[sp.Expr, ...], symbols: Sequence[sp.Symbol],
                         numbers: Sequence[mpmath.mpf]) -> list[mpmath.mpf]:
    """The values of expressions that have a value together or not at all; nan where the mathematics has none."""
    try:
        found = functions_of(exprs, tuple(symbols))(*map(mpmath.mpf, numbers))
    except (ZeroDivisionError, ValueError):
        return [mpmath.nan] * len(exprs)
    return [mpmath.nan if isinstance(v, mpmath.mpc) else mpmath.mpf(v) for v in found]


def value(expr: sp.Expr, at: dict[sp.Symbol, float]) -> float:
    """The double nearest to ``expr`` where each symbol has its given value; nan where the mathematics has no value."""
    return values((expr,), at)[0]


def values(exprs: tuple[sp.Expr, ...], at: dict[sp.Symbol, float]) -> list[float]:
    """The same for several expressions that have a value together or not at all."""
    with mpmath.workprec(2 * bits(*at.values())):   # the first half is told apart
        return [float(v) for v in at_working_precision(exprs, tuple(at), list(at.values()))]


def rounded(numbers: Iterable[mpmath.mpf]) -> np.ndarray:
    """The doubles nearest to numbers, in the shape of their array; inf above all doubles, and never -0."""
    array = np.asarray(numbers, dtype=object)
    return np.array([float(v) for v in array.flat], dtype=float).reshape(array.shape) + 0.0
