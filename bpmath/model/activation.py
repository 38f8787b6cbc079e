"""The activations. Each is said once, as a SymPy expression; its values, slopes and pictures all follow from that."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import mpmath
import sympy as sp

from bpmath.model import multiprecision
from bpmath.model.phrase import Phrase

z = sp.Symbol("z", real=True)        # the unit's own pre-activation
zs = sp.IndexedBase("zs", real=True)  # those of the whole layer, where an activation needs them
k, n = sp.symbols("k n", integer=True, positive=True)


@dataclass(frozen=True)
class Activation:
    """A layer's activation a = g(z).

    `g` is an expression in `z`; one that looks at the whole layer (softmax) also names `zs[k]`, k = 1..n.
    `symbol` is the name of its function in formulas as SymPy writes it, `typst` and `latex` as they are typeset.
    """

    name: str
    g: sp.Expr
    symbol: str
    typst: str
    latex: str
    words: str

    @property
    def elementwise(self) -> bool:
        """Whether a unit's activation depends on its own z alone."""
        return not self.g.has(zs)

    @property
    def has_pieces(self) -> bool:
        """Whether g is said piece by piece, as a ReLU is: it has a corner, and does not saturate."""
        return self.g.has(sp.Piecewise)

    @cached_property
    def slope(self) -> sp.Expr:
        """g'(z), derived. At the corner of a ReLU it is the slope on the left, 0, as is the custom."""
        return sp.diff(self.g, z)

    @cached_property
    def corners(self) -> dict[sp.Expr, tuple[sp.Expr, sp.Expr]]:
        """The z at which the slopes on both sides differ, and the pieces on the left and on the right of each."""
        if not self.has_pieces:
            return {}
        pairs = self.g.as_expr_set_pairs(sp.Reals)
        ends = sorted({end for _, where in pairs for end in where.boundary if end.is_finite})
        between = [ends[0] - 1, *((p + q) / 2 for p, q in pairwise(ends)), ends[-1] + 1]
        pieces = [next(piece for piece, where in pairs if where.contains(p) == sp.true) for p in between]
        sides = dict(zip(ends, pairwise(pieces), strict=True))
        return {p: (left, right) for p, (left, right) in sides.items() if sp.diff(left - right, z).subs(z, p) != 0}

    @cached_property
    def function(self) -> type[sp.Function]:
        """g as a function without a body, for formulas: sigma in sigma(z)."""
        return sp.Function(self.symbol)

    def unit(self, j: int, layer: tuple[sp.Symbol, ...]) -> sp.Expr:
        """a_j as an expression in the symbols of the whole layer's z; j counts from 1."""
        expr = self.g.subs(n, len(layer)).doit() if not self.elementwise else self.g
        return expr.subs({zs[i]: s for i, s in enumerate(layer, 1)}).subs(z, layer[j - 1])

    def values(self, at: Sequence) -> list[mpmath.mpf]:
        """a (n,) for z (n,) at the working precision."""
        if self.elementwise:
            return [multiprecision.at_working_precision((self.g,), (z,), (v,))[0] for v in at]
        return multiprecision.at_working_precision(self.units(len(at)), symbols(len(at)), at)

    def slopes(self, at: Sequence) -> list[mpmath.mpf] | None:
        """g'(z) (n,) for z (n,) at the working precision; None where g is not elementwise."""
        if not self.elementwise:
            return None
        return [multiprecision.at_working_precision((self.slope,), (z,), (v,))[0] for v in at]

    def pull_back(self, at: Sequence, signal: Sequence) -> list[mpmath.mpf]:
        """dJ/dz (n,) from dJ/da = signal (n,): signal times the slope, or times the transposed Jacobian of g."""
        if self.elementwise:
            return [s * slope for s, slope in zip(signal, self.slopes(at), strict=True)]
        size = len(at)
        jacobian = multiprecision.at_working_precision(self._jacobian(size), symbols(size), at)
        return [multiprecision.total([signal[j] * jacobian[j * size + m] for j in range(size)]) for m in range(size)]

    @cache   # noqa: B019  the table of activations lives as long as the program
    def units(self, size: int) -> tuple[sp.Expr, ...]:
        """The activations of a layer of this size in `symbols(size)`."""
        return tuple(self.unit(j, symbols(size)) for j in range(1, size + 1))

    @cache   # noqa: B019
    def _jacobian(self, size: int) -> tuple[sp.Expr, ...]:
        """Row by row."""
        return tuple(sp.diff(a, s) for a in self.units(size) for s in symbols(size))


@cache
def symbols(size: int) -> tuple[sp.Symbol, ...]:
    """Plain symbols for the z of a layer of this size."""
    return tuple(sp.Symbol(f"z{i}", real=True) for i in range(1, size + 1))


ACTIVATIONS = {a.name: a for a in [
    Activation("linear", z, "g", "g", "g", Phrase("the identity")),
    Activation("sigmoid", 1 / (1 + sp.exp(-z)), "sigma", "sigma", r"\sigma", Phrase("the sigmoid")),
    Activation("tanh", sp.tanh(z), "tanh", "tanh", r"\tanh", Phrase("the hyperbolic tangent")),
    Activation("relu", sp.Piecewise((z, z > 0), (0, True)), "relu", '"ReLU"', r"\mathrm{ReLU}", Phrase("the ReLU")),
    Activation("leaky_relu", sp.Piecewise((z, z > 0), (z / 100, True)), "leaky_relu", '"LReLU"', r"\mathrm{LReLU}",
               Phrase("the leaky ReLU")),
    Activation("softplus", sp.log(1 + sp.exp(z)), "softplus", "zeta", r"\zeta", Phrase("the softplus")),
    Activation("softmax", sp.exp(z) / sp.Sum(sp.exp(zs[k]), (k, 1, n)), "softmax", '"softmax"', r"\mathrm{softmax}",
               Phrase("the softmax")),
]}

BY_SYMBOL = {a.symbol: a for a in ACTIVATIONS.values()}
