"""Every number of a trace beside the same number by a second method, which does not know the backward pass.

Forward quantities are computed once more with 100 digits or more, derivatives and slopes are central differences of
that forward pass (see `precise.py`).
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import isclose

import mpmath

from bpmath.model import multiprecision
from bpmath.model.network import Network, NetworkError
from bpmath.model.notation import Quantity, quantities
from bpmath.model.phrase import Phrase
from bpmath.numeric.backprop import Trace
from bpmath.numeric.precise_pass import DIGITS, Precise, working_digits
from bpmath.numeric.rounding_residue import about_zero

TOLERANCE = 1e-9     # relative; of a trace the two methods agree to the rounding of a double
SMALLEST = 1e-323    # two steps of the smallest doubles, which have lost digits of their own

GIVEN = Phrase("given in the file")
AGAIN = Phrase("computed again with {digits} digits", digits=str(DIGITS))
DIFFERENCES = Phrase("central differences with {digits} digits", digits=str(DIGITS))


@dataclass(frozen=True)
class Check:
    """One number beside the same number by a second method.

    With `custom` it depends on the slope on the left that a unit at a corner has by custom; `method` says where.
    With `about_zero` it is nothing but the rounding of the given numbers, and is told as about 0.
    """

    value: float
    second: float
    method: str
    custom: bool = False
    about_zero: bool = False

    @property
    def residual(self) -> float:
        """The difference, relative to the larger of the two; 0 where both are the same."""
        if self.value == self.second:
            return 0.0
        return abs(self.value - self.second) / max(abs(self.value), abs(self.second))

    @property
    def ok(self) -> bool:
        return isclose(self.value, self.second, rel_tol=TOLERANCE, abs_tol=SMALLEST)


@dataclass(frozen=True)
class Second:
    """A quantity by the second method, as an mpf."""

    number: mpmath.mpf
    method: str
    custom: bool = False


def second_method(network: Network) -> Iterator[tuple[Quantity, Second]]:
    """Every quantity of the trace, computed without the backward pass, and how."""
    with working_digits(network):
        precise = Precise(network)
        alpha = multiprecision.given(network.learning_rate, network.decimal)
        answer = cache(precise.answer)

        @cache
        def differences(l: int, j: int) -> tuple[str, bool]:
            if (corner := precise.corner_of(l, j)) is None:
                return DIFFERENCES, False
            return Phrase("central differences with {digits} digits, and with the slope on the left at the corner "
                          "of {g} where a unit of layer {l} stands exactly", digits=str(DIGITS), l=str(corner),
                          g=network.activation(corner).name), True

        def gradient(l: int, j: int, i: int) -> mpmath.mpf:
            return answer(l + 1, j) * precise.a[l][i]

        for q in quantities(network):
            l, j, i = q.layer, (q.unit or 1) - 1, (q.source or 1) - 1
            match q.kind:
                case "x":
                    found = Second(precise.a[1][j], GIVEN)
                case "y":
                    found = Second(precise.target[j], GIVEN)
                case "alpha":
                    found = Second(alpha, GIVEN)
                case "theta":
                    found = Second(precise.weights[l][j][i], GIVEN)
                case "b":
                    found = Second(precise.weights[l][j][-1], GIVEN)
                case "z" | "a":
                    found = Second(getattr(precise, q.kind)[l][j], AGAIN)
                case "h":
                    found = Second(precise.h[j], AGAIN)
                case "J":
                    found = Second(precise.J, AGAIN)
                case "dh":
                    found = Second(precise.error(j), DIFFERENCES)
                case "slope":
                    corner = j in precise.corners[l]
                    method = Phrase("central differences with {digits} digits, on the left of the corner where this "
                                    "unit stands exactly", digits=str(DIGITS)) if corner else DIFFERENCES
                    found = Second(precise.slope(l, j), method, corner)
                case "delta":
                    found = Second(answer(l, j), *differences(l, j))
                case "dtheta" | "new_theta" if precise.a[l][i] == 0:   # z does not answer to this weight, nor does J
                    found = Second(mpmath.mpf(0) if q.kind == "dtheta" else precise.weights[l][j][i], DIFFERENCES)
                case "dtheta":
                    found = Second(gradient(l, j, i), *differences(l + 1, j))
                case "db":
                    found = Second(answer(l + 1, j), *differences(l + 1, j))
                case "new_theta":
                    found = Second(multiprecision.total([precise.weights[l][j][i], -alpha * gradient(l, j, i)]),
                                   *differences(l + 1, j))
                case "new_b":
                    found = Second(multiprecision.total([precise.weights[l][j][-1], -alpha * answer(l + 1, j)]),
                                   *differences(l + 1, j))
            yield q, found


@dataclass(frozen=True, eq=False)
class Report:
    """Every number of a trace beside the second method's, and the second method's with all their digits, as mpf."""

    checks: Mapping[Quantity, Check]
    precise: Mapping[Quantity, mpmath.mpf]

    @property
    def ok(self) -> bool:
        return all(c.ok for c in self.checks.values())

    @property
    def derivatives(self) -> dict[Quantity, mpmath.mpf]:
        """dJ by each z, theta and b, by the second method."""
        by = {"delta": "z", "dtheta": "theta", "db": "b"}
        return {Quantity(by[q.kind], q.layer, q.unit, q.source): number
                for q, number in self.precise.items() if q.kind in by}

    @property
    def worst(self) -> tuple[Quantity, Check]:
        return max(self.checks.items(), key=lambda item: (not item[1].ok, item[1].residual))


def verify(trace: Trace) -> Report:
    """Checks every number of the trace by the second method."""
    rounding = about_zero(trace)
    checks, precise = {}, {}
    for q, second in second_method(trace.network):
        checks[q] = Check(q.value(trace), float(second.number), second.method, second.custom, q in rounding)
        precise[q] = second.number
    return Report(checks, precise)


def demand(report: Report) -> None:
    """Raises NetworkError where a number and its second method disagree: a film must not show it."""
    if not report.ok:
        q, check = report.worst
        raise NetworkError(f"{q.key}: found {check.value!r}, but {check.second!r} ({check.method}); "
                           "the film stops, since it must not show a number that is not right")
