"""Why signals vanish: the largest slope of an activation, and the signal layer by layer on a deep path."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import sympy as sp

from bpmath.model.activation import Activation, z
from bpmath.model.network import Network, network
from bpmath.numeric.backprop import trace

t = sp.Symbol("t", positive=True)   # e^z, in which the slopes are quotients of polynomials


@dataclass(frozen=True)
class Largest:
    """The largest slope of an activation: its supremum, and a z where it is attained, None where no z attains it."""

    slope: sp.Expr
    at: sp.Expr | None


@cache
def largest(activation: Activation) -> Largest:
    """The supremum of g'(z) over all z, derived: g' at its stationary points, at its corners and far out on both sides.

    ValueError where g is not elementwise, and so has no slope of its own.
    """
    if not activation.elementwise:
        raise ValueError(f"found {activation.name}, needed an activation of one z")
    found: list[tuple[sp.Expr, sp.Expr | None]] = []
    for piece, inside in pieces(activation.slope):
        by_t = sp.cancel(piece.rewrite(sp.exp).subs(z, sp.log(t)))
        curvature = sp.diff(by_t, t)
        points = zeros(curvature) if curvature != 0 else ()
        found += [(sp.nsimplify(piece.subs(z, p)), p) for p in points if inside.contains(p) == sp.true]
        somewhere = (sp.S.Zero, inside.inf + 1, inside.sup - 1, (inside.inf + inside.sup) / 2)
        some = next(p for p in somewhere if inside.contains(p) == sp.true)
        ends = {sp.exp(inside.inf): "+", sp.exp(inside.sup): "-"}
        found += [(sp.limit(by_t, t, end, side), some if curvature == 0 else None) for end, side in ends.items()]
    return Largest(*max(found, key=lambda candidate: (float(candidate[0]), candidate[1] is not None)))


def zeros(f: sp.Expr) -> Iterable[sp.Expr]:
    """The real z = log t at which an expression in t is 0; a polynomial's are found ten times as fast as others."""
    above = sp.numer(sp.cancel(f))
    if above.is_polynomial(t):
        return [sp.log(root) for root in sp.real_roots(sp.Poly(above, t)) if root > 0]
    return sp.solveset(f.subs(t, sp.exp(z)), z, sp.Reals)


def pieces(expr: sp.Expr) -> list[tuple[sp.Expr, sp.Set]]:
    """An expression in z as its pieces and the intervals on which each holds."""
    if isinstance(expr, sp.Piecewise):
        return [(piece, interval) for piece, where in expr.as_expr_set_pairs(sp.Reals)
                for interval in (where.args if isinstance(where, sp.Union) else (where,))]
    return [(expr, sp.Reals)]


def largest_slope(activation: Activation) -> sp.Expr:
    """The supremum of g'(z) over all z: a quarter for the sigmoid."""
    return largest(activation).slope


def bound(activation: Activation, n: int) -> sp.Expr:
    """What n layers of this activation let through at most, where no weight is above 1 in size."""
    return largest_slope(activation) ** n


def deep_path(layers: int, activation: str, weight: float = 1.0, x: float = 1.0, off: int | None = None) -> Network:
    """A path with this many hidden layers and the identity on top, all weights alike, with a target 1 below its output.

    `off` is a layer whose unit is switched off: its bias turns the sign of its z, and the bias of the layer above sets
    the values there to 1, so that this unit alone is off.
    """
    stack: list[tuple] = [([[weight]], activation) for _ in range(layers)] + [([[weight]], "linear")]
    name = f"{layers} layers of {activation}"
    if off is not None:
        a = trace(network([x], [0.0], "squared_error", stack)).a
        stack[off - 2] = ([[weight]], [-2 * weight * float(a[off - 1][0])], activation)
        stack[off - 1] = ([[weight]], [1.0], stack[off - 1][-1])
    (h,) = trace(network([x], [0.0], "squared_error", stack)).h
    return network([x], [h - 1.0], "squared_error", stack, name=name)
