"""The forward pass with 100 digits or more, and central differences of it. No line here knows the backward pass.

Each z is nudged up and down and the change of J is divided by the nudge, (J+ - J-) / 2 eps. All weights into one unit
are nudged so far that the unit's z moves by the same eps: two forward passes serve them all. With so many digits the
nudge can be so small that neither truncation nor rounding reaches a double.

Where a unit stands exactly at a corner, as a ReLU at z = 0, J may have no derivative. By custom the unit's slope is the
one on the left there. So differences are taken of J with the unit's left piece; they are the derivative of J where J
itself answers equally to a small nudge up and one down.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import mpmath
import sympy as sp

from bpmath.model import multiprecision
from bpmath.model.activation import symbols, z
from bpmath.model.cost import composed, goals, h, y
from bpmath.model.network import Network
from bpmath.numeric.backprop import working_precision

DIGITS = 100
LEFT, RIGHT = 0, 1     # the sides of a corner
CANCELS = 0.625        # of the working digits: a difference has lost a quarter to its nudge, the last are rounding
AGREE = 1e-20          # relative; differences with 100 digits that agree so far are the same number


@contextmanager
def working_digits(network: Network, digits: int = DIGITS) -> Iterator[None]:
    """mpmath's precision for a `Precise` pass, in which at least `digits` digits of every number are right."""
    with working_precision(network, digits):
        yield


def nudge_at(value: mpmath.mpf) -> mpmath.mpf:
    """The step of differences at a number: smaller than it, or than 1, by a quarter of the working digits."""
    return mpmath.ldexp(1, -mpmath.mp.prec // 4) * max(1, abs(value))


def differ(first: mpmath.mpf, second: mpmath.mpf, floor: mpmath.mpf) -> bool:
    """Whether two numbers differ, relative to the larger, or to a floor below which their digits are lost."""
    return abs(first - second) > max(AGREE * max(abs(first), abs(second)), floor)


class Precise:
    """The forward pass at the working precision: z and a by layer, and J. Numbers are mpf."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.z: dict[int, list] = {}
        self.a = {1: self.given(network.input)}
        self.target = self.given(network.target)
        self.onward(1)

    def given(self, numbers: Sequence[float]) -> list:
        return [multiprecision.given(float(v), self.network.decimal) for v in numbers]

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

    @cached_property
    def weights(self) -> dict[int, list[list]]:
        """theta(l) and, as the last number of each row, b(l), by layer."""
        net = self.network
        return {l: [self.given([*row, *([] if net.bias(l) is None else [net.bias(l)[j]])])
                    for j, row in enumerate(net.theta(l))] for l in range(1, net.L)}

    def weighted(self, l: int, a: list) -> list:
        """z(l+1) from a(l)."""
        return [multiprecision.total([w * v for w, v in zip(row, (*a, 1), strict=False)]) for row in self.weights[l]]

    def activate(self, l: int, at: list, side: int | None = None) -> list:
        """a(l) from z(l). With `side`, units at a corner have the piece on that side of it wherever their z is."""
        activation = self.network.activation(l)
        if not activation.elementwise:
            return list(multiprecision.functions_of(activation.units(len(at)), symbols(len(at)))(*at))
        pieces = {} if side is None else self.near[l] | {j: sides[side] for j, sides in self.corners[l].items()}
        return [mpmath.mpf(multiprecision.function_of(pieces.get(j, activation.g), (z,))(v)) for j, v in enumerate(at)]

    @cached_property
    def corners(self) -> dict[int, dict[int, tuple[sp.Expr, sp.Expr]]]:
        """The pieces left and right of the corner that a unit stands at, by layer and unit from 0."""
        def pieces(l: int, v: mpmath.mpf) -> tuple[sp.Expr, sp.Expr] | None:
            corners = self.network.activation(l).corners
            return next((sides for p, sides in corners.items() if multiprecision.total([v, -mpmath.mpf(p)]) == 0), None)

        return {l: {j: found for j, v in enumerate(at) if (found := pieces(l, v))} for l, at in self.z.items()}

    @cached_property
    def near(self) -> dict[int, dict[int, sp.Expr]]:
        """The piece of a unit so near to a corner that a nudge might take it across, by layer and unit from 0."""
        def piece(l: int, v: mpmath.mpf) -> sp.Expr | None:
            close = mpmath.ldexp(1, -mpmath.mp.prec // 8)
            corners = ((mpmath.mpf(p), *sides) for p, sides in self.network.activation(l).corners.items())
            return next((left if v < p else right for p, left, right in corners if abs(v - p) < close), None)

        return {l: {j: found for j, v in enumerate(at)
                    if j not in self.corners[l] and (found := piece(l, v)) is not None} for l, at in self.z.items()}

    def cost_from(self, l: int, at: list, sides: dict[int, int] | None = None) -> mpmath.mpf:
        """J from z(l) onward. `sides` says, by layer, which piece units at a corner have."""
        for m in range(l, self.network.L):
            at = self.weighted(m, self.activate(m, at, (sides or {}).get(m)))
        outputs = self.activate(self.network.L, at, (sides or {}).get(self.network.L))
        J = mpmath.fsum(multiprecision.at_working_precision((self.network.cost.term,), (h, y), pair)[0]
                        for pair in zip(outputs, self.target, strict=True))
        return J if mpmath.isfinite(J) else self.cost_in_z(at)

    def cost_in_z(self, at: list) -> mpmath.mpf:
        """J in terms of z(L), for outputs so saturated that h is 0 or 1 in all digits."""
        activation, cost = self.network.activation(self.network.L), self.network.cost
        size = 1 if activation.elementwise else len(at)
        J = multiprecision.function_of(composed(cost, activation, size), (*symbols(size), *goals(size)))
        return mpmath.fsum(J(v, t) for v, t in zip(at, self.target, strict=True)) if size == 1 else J(*at, *self.target)

    # differences

    def moved(self, l: int, j: int, by: mpmath.mpf) -> list:
        """z(l) with unit j, from 0, moved."""
        return [v + by if i == j else v for i, v in enumerate(self.z[l])]

    def answer(self, l: int, j: int, sides: dict[int, int] | None = None) -> mpmath.mpf:
        """How J answers when z_j of layer l is nudged: the central difference, with `sides` (left) at corners."""
        eps = nudge_at(self.z[l][j])
        sides = dict.fromkeys(self.z, LEFT) if sides is None else sides
        up, down = (self.cost_from(l, self.moved(l, j, by), sides) for by in (eps, -eps))
        return multiprecision.total([up, -down], CANCELS) / (2 * eps)

    def corner_of(self, l: int, j: int) -> int | None:
        """The layer of the first corner that a nudge of z_j of layer l comes to; None where J has a derivative."""
        if not any(self.corners[m] for m in range(l, self.network.L + 1)) or not self.depends(l, j):
            return None
        at = self.moved(l, j, nudge_at(self.z[l][j]))
        for m in range(l, self.network.L):
            if any(multiprecision.total([at[k], -self.z[m][k]]) for k in self.corners[m]):
                return m
            at = self.weighted(m, self.activate(m, at, RIGHT))
        return self.network.L

    def depends(self, l: int, j: int) -> bool:
        """Whether the difference by z_j of layer l is by custom: J bends there at once, or it is not J's own."""
        eps = nudge_at(self.z[l][j])
        wide, narrow = ([self.cost_from(l, self.moved(l, j, by)) for by in (-step, 0, step)]
                        for step in (eps, eps / 1024))
        bends = [abs(up - 2 * here + down) / step
                 for (down, here, up), step in ((wide, eps), (narrow, eps / 1024))]
        floor = 1024 * self.floor(eps)
        if bends[1] > max(bends[0] / 2, floor):   # a curve's bend would have become 1024 times smaller, a corner's not
            return True
        return differ((wide[2] - wide[0]) / (2 * eps), self.answer(l, j), floor)

    def floor(self, eps: mpmath.mpf) -> mpmath.mpf:
        """What a difference may be off by rounding alone."""
        return mpmath.ldexp(abs(self.J) + 1, -mpmath.mp.prec + 40) / eps

    def error(self, k: int) -> mpmath.mpf:
        """How J answers when h_k itself is nudged; where J is steep, by little beside what a logarithm is of."""
        h_k, y_k = self.h[k], self.target[k]
        term = self.network.cost.term
        steep = (term.subs(y, int(y_k)) if y_k in (0, 1) else term).atoms(sp.log)   # 0 ln h is not steep
        left = [abs(multiprecision.function_of(log.args[0], (h,))(h_k)) for log in steep]
        eps = nudge_at(mpmath.mpf(0)) * (min(left, default=max(1, abs(h_k))) or 1)
        J = multiprecision.function_of(term, (h, y))
        found = (J(h_k + eps, y_k) - J(h_k - eps, y_k)) / (2 * eps)
        return mpmath.inf if found.imag else found.real   # where h is 1 in all digits the answer is above all doubles

    def slope(self, l: int, j: int) -> mpmath.mpf:
        """How a_j of layer l answers when its z is nudged: the central difference, on the left piece at a corner."""
        pieces = self.corners[l].get(j)
        own = self.near[l].get(j, self.network.activation(l).g)
        g = multiprecision.function_of(pieces[LEFT] if pieces else own, (z,))
        at = self.z[l][j]
        eps = nudge_at(at)
        return multiprecision.total([g(at + eps), -g(at - eps)], CANCELS) / (2 * eps)
