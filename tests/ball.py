"""Numbers that know how exact they are: rationals, and balls of a midpoint with hundreds of digits and a radius.

A value is a gmpy2 `mpq` where it is rational, which no operation rounds, and a `Ball` elsewhere. A ball holds the true
value for certain: each operation adds what it rounds to the radius.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

import gmpy2
from gmpy2 import mpfr, mpq

SLACK = 1 + mpq(1, 1024)            # more than what the reckoning with radii itself rounds
TINY = mpfr(2) ** (-1_000_000_000)  # more than what MPFR takes for zero


class UnsettledError(Exception):
    """A ball is too wide to decide whether a number is zero, or to divide by it."""


def digits(count: int) -> AbstractContextManager:
    """The context in which balls have this many digits."""
    return gmpy2.context(precision=int(count * 3.33))


class Ball:
    """All numbers from `mid` - `rad` to `mid` + `rad`."""

    __slots__ = ("mid", "rad")

    def __init__(self, mid: mpfr, rad: mpfr | int = 0) -> None:
        self.mid = mid
        self.rad = (rad + rounding(mid) * 2) * SLACK + TINY

    def __add__(self, other: Number) -> Number:
        if not isinstance(other, Ball):
            return self if other == 0 else Ball(self.mid + other, self.rad + rounding(other))
        return Ball(self.mid + other.mid, self.rad + other.rad)

    def __mul__(self, other: Number) -> Number:
        if not isinstance(other, Ball):
            return other if other == 0 else Ball(self.mid * other, self.rad * abs(other))
        return Ball(self.mid * other.mid, abs(self.mid) * other.rad + (abs(other.mid) + other.rad) * self.rad)

    def __truediv__(self, other: Number) -> Number:
        return self * inverse(other)

    def __rtruediv__(self, other: Number) -> Number:
        return inverse(self) * other

    def __neg__(self) -> Ball:
        return self * mpq(-1)

    def __sub__(self, other: Number) -> Number:
        return self + -other

    def __rsub__(self, other: Number) -> Number:
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def around_zero(self) -> bool:
        return not abs(self.mid) > self.rad

    def __repr__(self) -> str:
        return f"Ball({self.mid:.20g} ± {self.rad:.2g})"


Number = mpq | Ball


def rounding(v: mpq | mpfr) -> mpfr:
    """More than what a number loses when it is rounded to an mpfr."""
    return gmpy2.div_2exp(abs(mpfr(v)), gmpy2.get_context().precision - 1)


def ball(v: Number) -> Ball:
    return v if isinstance(v, Ball) else Ball(mpfr(v), rounding(v))


def inverse(v: Number) -> Number:
    if not isinstance(v, Ball):
        return 1 / v
    if v.around_zero():
        raise UnsettledError
    nearest = abs(v.mid) - v.rad
    return Ball(1 / v.mid, v.rad / nearest / abs(v.mid))


def total(terms: Iterable[Number]) -> Number:
    """A sum: the rational terms are added first, so that they cancel exactly."""
    rational, rest = mpq(0), []
    for term in terms:
        if isinstance(term, Ball):
            rest.append(term)
        else:
            rational += term
    return sum(rest, rational)


def narrow(v: Number) -> Ball:
    """A ball whose radius is small beside 1, as the bounds below need it."""
    found = ball(v)
    if not found.rad < 0.1:
        raise UnsettledError
    return found


def exp(v: Number) -> Number:
    """|e^(v + r) - e^v| < 2 r e^v for r < 1."""
    if v == 0:
        return mpq(1)
    v = narrow(v)
    value = gmpy2.exp(v.mid)
    return Ball(value, 2 * v.rad * value)


def log1p(v: Number) -> Number:
    """ln(1 + v) for v >= 0, where its slope is 1 at most."""
    if v == 0:
        return mpq(0)
    v = narrow(v)
    return Ball(gmpy2.log1p(v.mid), v.rad * mpq(12, 10))


def sigmoid(v: Number) -> Number:
    """1 / (1 + e^-v); its slope is less than its value, and than 1."""
    if v == 0:
        return mpq(1, 2)
    v = narrow(v)
    small = gmpy2.exp(-abs(v.mid))
    value = (1 if v.mid > 0 else small) / (1 + small)
    return Ball(value, 2 * v.rad * value)


def sigmoid_slope(v: Number) -> Number:
    """e^-v / (1 + e^-v)^2, which is even; its slope is less than its value."""
    if v == 0:
        return mpq(1, 4)
    v = narrow(v)
    small = gmpy2.exp(-abs(v.mid))
    value = small / (1 + small) ** 2
    return Ball(value, 2 * v.rad * value)


def tanh(v: Number) -> Number:
    if v == 0:
        return mpq(0)
    v = ball(v)
    return Ball(gmpy2.tanh(v.mid), v.rad)


def tanh_slope(v: Number) -> Number:
    """1 / cosh(v)^2, which is 4 times the sigmoid's slope at 2 v."""
    return sigmoid_slope(v * mpq(2)) * mpq(4)


def softplus(v: Number) -> Number:
    """ln(1 + e^v); its slope is less than its value, and than 1."""
    v = narrow(v)
    value = gmpy2.log1p(gmpy2.exp(-abs(v.mid)))
    if v.mid > 0:
        value += v.mid
    return Ball(value, 2 * v.rad * min(value, mpfr(1)))
