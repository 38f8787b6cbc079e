"""The costs. Each is said once, as what one output unit adds to J; everything else is derived."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import mpmath
import sympy as sp

from bpmath.model import multiprecision
from bpmath.model.activation import Activation, symbols, z
from bpmath.model.phrase import Phrase

h, y = sp.symbols("h y", real=True)


@dataclass(frozen=True)
class Cost:
    """J = sum over output units of `term`, an expression in the unit's output `h` and target `y`.

    `targets` are the values that y may take; they bound what a network file may ask for.
    """

    name: str
    term: sp.Expr
    targets: sp.Interval
    words: str

    @cached_property
    def slope(self) -> sp.Expr:
        """dJ/dh of one unit, derived."""
        return sp.diff(self.term, h)

    def takes(self, y: float) -> bool:
        """Whether a target may have this value."""
        return within(self.targets, y)

    def total(self, outputs: tuple[sp.Expr, ...], goals: tuple[sp.Expr, ...]) -> sp.Expr:
        """J as an expression in the outputs and targets of all units."""
        return sp.Add(*(self.term.subs({h: a, y: t}, simultaneous=True) for a, t in zip(outputs, goals, strict=True)))


@dataclass(frozen=True)
class Output:
    """A cost on top of an output activation, as functions of z(L), at the working precision.

    Where an output saturates, h rounds to 0 or 1 and ln(1 - h) or dJ/dh is lost although J and delta(L) are not;
    so both are taken from the composition, in z.
    """

    cost: Cost
    activation: Activation

    def J(self, at: Sequence, target: Sequence) -> mpmath.mpf:
        """The cost for z(L) (n,) and y (n,); nan or inf where it has no value."""
        return mpmath.fsum(self._values(expr, names, numbers)[0] for expr, names, numbers in self._terms(at, target))

    def delta(self, at: Sequence, target: Sequence) -> list[mpmath.mpf]:
        """delta(L) = dJ/dz(L) (n,)."""
        if self.activation.has_pieces:
            return [slope * error for slope, error in
                    zip(self.activation.slopes(at), self.error(at, target), strict=True)]
        by = symbols(1 if self.activation.elementwise else len(at))
        return [v for expr, names, numbers in self._terms(at, target)
                for v in multiprecision.at_working_precision(tuple(derivative(expr, s) for s in by), names, numbers)]

    def error(self, at: Sequence, target: Sequence) -> list[mpmath.mpf]:
        """dJ/dh (n,), from z: h itself may have rounded to 0 or 1. inf where it is above all doubles."""
        if self.activation.has_pieces:
            return [self._values(self.cost.slope, (h, y), pair)[0]
                    for pair in zip(self.activation.values(at), target, strict=True)]
        if self.activation.elementwise:
            (name,) = symbols(1)
            slope = slope_of(self.cost, self.activation.g.subs(z, name))
            return [self._values(slope, (name, y), pair)[0] for pair in zip(at, target, strict=True)]
        return [self._values(slope_of(self.cost, a), (*symbols(len(at)), y), (*at, t))[0]
                for a, t in zip(self.activation.units(len(at)), target, strict=True)]

    @staticmethod
    def _values(expr: sp.Expr, names: tuple[sp.Symbol, ...], numbers: Sequence) -> list[mpmath.mpf]:
        return multiprecision.at_working_precision((expr,), names, numbers)

    def _terms(self, at: Sequence, target: Sequence) -> list[tuple[sp.Expr, tuple[sp.Symbol, ...], tuple]]:
        """J as terms with their symbols and numbers: one a unit, or a single one where units depend on each other."""
        if self.activation.has_pieces:   # these do not saturate: h itself is enough
            return [(self.cost.term, (h, y), pair) for pair in zip(self.activation.values(at), target, strict=True)]
        size = 1 if self.activation.elementwise else len(at)
        expr, names = composed(self.cost, self.activation, size), (*symbols(size), *goals(size))
        groups = zip(at, target, strict=True) if size == 1 else [(*at, *target)]
        return [(expr, names, tuple(numbers)) for numbers in groups]


derivative = cache(sp.diff)


@lru_cache(maxsize=4096)
def within(values: sp.Set, y: float) -> bool:
    return y in values


@cache
def slope_of(cost: Cost, output: sp.Expr) -> sp.Expr:
    """dJ/dh in terms of z and y, over one denominator: 1 - h has become a product."""
    return sp.together(cost.slope.subs(h, output))


@cache
def goals(size: int) -> tuple[sp.Symbol, ...]:
    """Plain symbols for the targets of this many units."""
    return tuple(sp.Symbol(f"y{i}", real=True) for i in range(1, size + 1))


@cache
def composed(cost: Cost, activation: Activation, size: int) -> sp.Expr:
    """J in terms of z(L), written so that nothing cancels: logarithms of products are sums of logarithms."""
    layer = symbols(size)
    outputs = tuple(activation.unit(j, layer) for j in range(1, size + 1))
    total = cost.total(outputs, goals(size))
    together = total.rewrite(sp.exp).replace(
        lambda e: isinstance(e, sp.log), lambda e: sp.log(sp.powsimp(sp.together(e.args[0]))))
    return sp.expand_log(together, force=True)


COSTS = {c.name: c for c in [
    Cost("squared_error", (h - y) ** 2 / 2, sp.Reals, Phrase("the squared error")),
    Cost("binary_cross_entropy", -(y * sp.log(h) + (1 - y) * sp.log(1 - h)), sp.Interval(0, 1),
         Phrase("the binary cross-entropy")),
    Cost("cross_entropy", -y * sp.log(h), sp.Interval(0, 1), Phrase("the cross-entropy")),
]}
