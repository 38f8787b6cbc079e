"""The second method for a function of one variable: values and slopes that a picture shows where no trace has them."""

from __future__ import annotations

from collections.abc import Mapping

import mpmath
import sympy as sp

from bpmath.model import multiprecision
from bpmath.numeric.precise_pass import DIGITS, nudge_at


def again(expr: sp.Expr, at: Mapping[sp.Symbol, float]) -> float:
    """The value of an expression with 100 digits."""
    with mpmath.workprec(digits(at)):
        return float(multiprecision.function_of(expr, tuple(at))(*map(mpmath.mpf, at.values())))


def difference(expr: sp.Expr, by: sp.Symbol, at: Mapping[sp.Symbol, float]) -> float:
    """How an expression answers when one symbol is nudged: the central difference with 100 digits."""
    with mpmath.workprec(digits(at)):
        f, here = multiprecision.function_of(expr, tuple(at)), {s: mpmath.mpf(v) for s, v in at.items()}
        eps = nudge_at(mpmath.mpf(0))
        up, down = ({**here, by: here[by] + side} for side in (eps, -eps))
        return float((f(*up.values()) - f(*down.values())) / (2 * eps))


def digits(at: Mapping[sp.Symbol, float]) -> int:
    """Bits for 100 digits, and for those that exp(-|z|) hides."""
    return 2 * (int(DIGITS * multiprecision.BITS_A_DIGIT) + multiprecision.bits(*at.values()))
