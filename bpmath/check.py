"""The second method. No line of it knows the backward pass.

Forward quantities are computed once more with 100 digits. Derivatives are central differences of that forward pass:
each weight is nudged up and down and the change of J is divided by the nudge, (J+ - J-) / 2 eps. With 100 digits the
nudge can be so small (1e-30 of the weight's own size) that neither truncation nor rounding reaches a double.
All weights into one unit are nudged so far that the unit's z moves by the same eps: two forward passes serve them all.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isclose

import mpmath
import sympy as sp

from bpmath import exact
from bpmath.activation import symbols, z
from bpmath.backprop import Trace
from bpmath.cost import composed, goals, h, y
from bpmath.network import Network, NetworkError
from bpmath.notation import Quantity, quantities
from bpmath.phrase import Phrase

DIGITS = 100
NUDGE = "1e-30"
TOLERANCE = 1e-9     # relative; the two methods agree to 1e-13 or better where neither is at a corner
SMALLEST = 1e-300    # below this a double has lost digits of its own

GIVEN = Phrase("given in the file")
AGAIN = Phrase("computed again with {digits} digits", digits=str(DIGITS))
DIFFERENCES = Phrase("central differences with {digits} digits", digits=str(DIGITS))


@dataclass(frozen=True)
class Check:
    """One number beside the same number by a second method. `residual` is their difference, relative above 1.

    With `custom` there is no second number: at a corner the slope is a choice, and `method` says which corner.
    """

    value: float
    second: float
    method: str
    custom: bool = False

    @property
    def residual(self) -> float:
        return abs(self.value - self.second) / max(1.0, abs(self.second))

    @property
    def ok(self) -> bool:
        return isclose(self.value, self.second, rel_tol=TOLERANCE, abs_tol=SMALLEST) or self.residual < 1e-15


class Precise:
    """The forward pass with 100 digits: z and a by layer, and J."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.z: dict[int, list] = {}
        self.a = {1: [mpmath.mpf(float(v)) for v in network.input]}
        self.onward(1)

    def onward(self, first: int) -> None:
        """All that comes after layer `first`."""
        L = self.network.L
        for l in range(first, L):
            self.z[l + 1] = self.weighted(l, self.a[l])
            self.a[l + 1] = self.activate(l + 1, self.z[l + 1])
        self.J = self.cost_from(L, self.z[L])

    @property
    def h(self) -> list:
        """The output a(L)."""
        return self.a[self.network.L]

    def weighted(self, l: int, a: list) -> list:
        """z(l+1) from a(l)."""
        bias = self.network.bias(l)
        return [mpmath.fdot(zip(map(float, row), a, strict=True)) + (0 if bias is None else float(bias[j]))
                for j, row in enumerate(self.network.theta(l))]

    def activate(self, l: int, at: list) -> list:
        """a(l) from z(l)."""
        activation = self.network.activation(l)
        if activation.elementwise:
            g = exact.function_of(activation.g, (z,))
            return [mpmath.mpf(g(v)) for v in at]
        return exact.functions_of(activation.units(len(at)), symbols(len(at)))(*at)

    def cost_from(self, l: int, at: list) -> mpmath.mpf:
        """J from z(l) onward."""
        for m in range(l, self.network.L):
            at = self.weighted(m, self.activate(m, at))
        activation, cost = self.network.activation(self.network.L), self.network.cost
        target = [float(t) for t in self.network.target]
        if activation.has_pieces:
            J = exact.function_of(cost.term, (h, y))
            return mpmath.fsum(J(a, t) for a, t in zip(self.activate(self.network.L, at), target, strict=True))
        size = 1 if activation.elementwise else len(at)
        J = exact.function_of(composed(cost, activation, size), (*symbols(size), *goals(size)))
        return mpmath.fsum(J(v, t) for v, t in zip(at, target, strict=True)) if size == 1 else J(*at, *target)

    def answer(self, l: int, j: int) -> mpmath.mpf:
        """How J answers when z_j of layer l is nudged: the central difference."""
        eps = mpmath.mpf(NUDGE) * max(1, abs(self.z[l][j]))

        def J(step: mpmath.mpf) -> mpmath.mpf:
            return self.cost_from(l, [v + step if i == j else v for i, v in enumerate(self.z[l])])

        return (J(eps) - J(-eps)) / (2 * eps)


    def error(self, k: int) -> mpmath.mpf:
        """How J answers when h_k itself is nudged; where J is steep, by little beside what a logarithm is of."""
        h_k, y_k = self.a[self.network.L][k], float(self.network.target[k])
        term = self.network.cost.term
        steep = (term.subs(y, int(y_k)) if y_k in (0, 1) else term).atoms(sp.log)   # 0 ln h is not steep
        left = [abs(exact.function_of(log.args[0], (h,))(h_k)) for log in steep]
        eps = mpmath.mpf(NUDGE) * (min(left, default=1) or 1)
        J = exact.function_of(term, (h, y))
        found = (J(h_k + eps, y_k) - J(h_k - eps, y_k)) / (2 * eps)
        return mpmath.inf if found.imag else found.real   # where h is 1 in all digits the answer is above all doubles


def corner(network: Network, precise: Precise) -> str:
    """Says where a unit stands exactly at the corner of a ReLU, where J has no derivative; "" where none does."""
    for l in range(2, network.L + 1):
        if network.activation(l).has_pieces and any(v == 0 for v in precise.z[l]):
            return Phrase("layer {l}: z of a unit is exactly zero, the corner of {g}, where J has no derivative",
                          l=str(l), g=network.activation(l).name)
    return ""


def second_method(network: Network) -> Iterator[tuple[Quantity, float | None, str]]:
    """Every quantity of the trace, computed without the backward pass, and how; None where a corner forbids it."""
    # saturated units hide their last digits behind exp(-|z|): give them as many more as the double's own z needs
    largest = max((abs(float(v)) for zs in Precise(network).z.values() for v in zs), default=1.0)
    with mpmath.workprec(int(DIGITS * 3.33) + exact.bits(largest)):
        precise = Precise(network)
        slopes = {l: exact.function_of(sp.diff(network.activation(l).g, z), (z,))
                  for l in range(2, network.L + 1) if network.activation(l).elementwise}
        answers: dict[tuple[int, int], mpmath.mpf] = {}
        at_corner = corner(network, precise)
        alpha = network.learning_rate

        def answer(l: int, j: int) -> mpmath.mpf:
            if (l, j) not in answers:
                answers[l, j] = precise.answer(l, j)
            return answers[l, j]

        for q in quantities(network):
            l, j, i = q.layer, (q.unit or 1) - 1, (q.source or 1) - 1
            match q.kind:
                case "x":
                    found = network.input[j], GIVEN
                case "y":
                    found = network.target[j], GIVEN
                case "alpha":
                    found = alpha, GIVEN
                case "theta":
                    found = network.theta(l)[j, i], GIVEN
                case "b":
                    found = network.bias(l)[j], GIVEN
                case "z" | "a":
                    found = getattr(precise, q.kind)[l][j], AGAIN
                case "h":
                    found = precise.a[network.L][j], AGAIN
                case "dh":
                    found = precise.error(j), DIFFERENCES
                case "J":
                    found = precise.J, AGAIN
                case "slope":
                    found = slopes[l](precise.z[l][j]), AGAIN
                case "delta":
                    found = answer(l, j), DIFFERENCES
                case "dtheta":
                    found = answer(l + 1, j) * precise.a[l][i], DIFFERENCES
                case "db":
                    found = answer(l + 1, j), DIFFERENCES
                case "new_theta":
                    found = float(network.theta(l)[j, i]) - alpha * answer(l + 1, j) * precise.a[l][i], DIFFERENCES
                case "new_b":
                    found = float(network.bias(l)[j]) - alpha * answer(l + 1, j), DIFFERENCES
            second, method = found
            if at_corner and method == DIFFERENCES:
                yield q, None, at_corner
            else:
                yield q, float(second), method


@dataclass(frozen=True, eq=False)
class Report:
    """Every number of a trace beside the second method's."""

    checks: Mapping[Quantity, Check]

    @property
    def ok(self) -> bool:
        return all(c.ok for c in self.checks.values())

    @cached_property
    def values(self) -> dict[Quantity, float]:
        """The trace's own numbers."""
        return {q: check.value for q, check in self.checks.items()}

    @cached_property
    def derivatives(self) -> dict[Quantity, float]:
        """dJ by each z, theta and b, by the second method."""
        by = {"delta": "z", "dtheta": "theta", "db": "b"}
        return {Quantity(by[q.kind], q.layer, q.unit, q.source): check.second
                for q, check in self.checks.items() if q.kind in by}

    @property
    def worst(self) -> tuple[Quantity, Check]:
        return max(self.checks.items(), key=lambda item: (not item[1].ok, item[1].residual))


def verify(trace: Trace) -> Report:
    """Checks every number of the trace by the second method.

    At the corner of a ReLU the derivative does not exist and the custom g'(0) = 0 is a choice, which differences cannot
    confirm: there the numbers that pass through the corner are compared with the custom itself, and the method says so.
    """
    checks = {}
    for q, second, method in second_method(trace.network):
        value = q.value(trace)
        checks[q] = Check(value, value if second is None else second, method, custom=second is None)
    return Report(checks)


def demand(report: Report) -> None:
    """Raises NetworkError where a number and its second method disagree: a film must not show it."""
    if not report.ok:
        q, check = report.worst
        raise NetworkError(f"{q.key}: found {check.value!r}, but {check.second!r} ({check.method}); "
                           "the film stops, since it must not show a number that is not right")
