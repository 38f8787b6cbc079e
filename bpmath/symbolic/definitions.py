"""What each name of a network means, as SymPy expressions in other names."""
from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from bpmath.model.network import Network
from bpmath.model.notation import Quantity, belongs, once_by, quantity

J = sp.Symbol("J")


class Unprovable(ValueError):
    """A step says something that is not in the closed language of proofs. Says what."""


class Unit(sp.Function):
    """a = g(z) of a layer's unit, g without a body: of its derivative nothing is known but its name. (layer, z)"""

    def fdiff(self, argindex: int = 2) -> sp.Expr:
        return Slope(*self.args)


class Slope(sp.Function):
    """g'(z) of a layer's unit. (layer, z)"""


class Share(sp.Function):
    """a_j of a layer whose units answer to each other's z, as softmax's do. (layer, j, z_1, ..., z_n)

    Its derivative da_j/dz_m = a_j ([j = m] - a_m) is a lemma, proved by `proof.shares`.
    """

    def fdiff(self, argindex: int = 3) -> sp.Expr:
        l, j, *at = self.args
        m = argindex - 2
        return self * (int(j == m) - Share(l, m, *at))


class UnknownCost(sp.Function):
    """J as a function of a layer's z of which nothing is known but that it has derivatives."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Function(f"J_{argindex}")(*self.args)


class Definitions:
    """The names of a network and their meaning. `a` is as it is shown, sigma(z_2); `unit` is as it is reasoned with."""

    def __init__(self, network: Network) -> None:
        self.network = network
        for name in ("q", "layer", "activations", "z", "a", "unit", "J", "part", "gradient"):   # asked for many times
            setattr(self, name, cache(getattr(self, name)))

    def q(self, kind: str, l: int | None = None, j: int = 1, i: int = 1) -> sp.Symbol:
        """The symbol of a quantity of this network."""
        return quantity(self.network, kind, l, j, i).symbol

    def units(self, l: int) -> range:
        """The numbers of layer l's units, from 1."""
        return range(1, self.network.units(l) + 1)

    def layer(self, kind: str, l: int) -> tuple[sp.Symbol, ...]:
        """The symbols of one kind for all units of layer l."""
        return tuple(self.q(kind, l, j) for j in self.units(l))

    def activations(self, l: int) -> tuple[sp.Symbol, ...]:
        """What the next layer reads: x for the input, h for the output, else a(l)."""
        kind = {1: "x", self.network.L: "h"}.get(l, "a")
        return tuple(self.q(kind, l if kind == "a" else None, j) for j in self.units(l))

    def z(self, l: int, j: int = 1) -> sp.Expr:
        """z(l)_j in the names of layer l - 1."""
        total = sp.Add(*(self.q("theta", l - 1, j, i) * a for i, a in enumerate(self.activations(l - 1), 1)))
        return total if self.network.bias(l - 1) is None else total + self.q("b", l - 1, j)

    def a(self, l: int, j: int = 1) -> sp.Expr:
        """a(l)_j in the names of z(l)."""
        activation = self.network.activation(l)
        if activation.elementwise:
            return activation.function(self.q("z", l, j))
        return activation.unit(j, self.layer("z", l))

    def unit(self, l: int, j: int = 1) -> sp.Expr:
        """a(l)_j in the names of z(l), without saying which activation it is."""
        if self.network.activation(l).elementwise:
            return Unit(l, self.q("z", l, j))
        return Share(l, j, *self.layer("z", l))

    def J(self) -> sp.Expr:
        """The cost in the names h and y."""
        net = self.network
        return net.cost.total(self.activations(net.L), tuple(self.q("y", None, k) for k in self.units(net.L)))

    def part(self, k: int = 1) -> sp.Expr:
        """What output k adds to the cost, in the names h and y."""
        return self.network.cost.total((self.q("h", None, k),), (self.q("y", None, k),))

    # derivatives: the closed language

    def variable(self, derivative: sp.Derivative) -> Quantity:
        """By what a derivative is taken; Unprovable unless it is one that a step may speak of.

        These are: J by one z, theta, b or h, once; a definition by a name that stands in it, once: the written-out z by
        a weight, a bias or an activation of the layer below; g(z) by its own z; the cost, or what one output adds to
        it, by h. SymPy would take names to be independent of each other, d a(2)/d theta(1) to be 0: it is not asked.
        """
        by = once_by(derivative)
        q = Quantity.of(by) if by else None
        if q and belongs(self.network, q):
            if derivative.expr == J and q.kind in ("z", "theta", "b", "h"):
                return q
            if any(derivative.expr == definition for definition in self.definitions_with(q)):
                return q
        raise Unprovable(f"{derivative}: a derivative is of J, or of a definition, by a name in it, once")

    def definitions_with(self, q: Quantity) -> Iterator[sp.Expr]:
        """The definitions in which a name stands, written out in names."""
        l, L = q.layer, self.network.L
        if q.kind in ("theta", "b"):
            yield self.z(l + 1, q.unit or 1)
        elif q.kind == "x" or (q.kind == "a" and 1 < l < L):
            yield from (self.z((l or 1) + 1, k) for k in self.units((l or 1) + 1))
        elif q.kind == "z":
            elementwise = self.network.activation(l).elementwise
            yield from (self.a(l, k) for k in ((q.unit or 1,) if elementwise else self.units(l)))
        elif q.kind == "h":
            yield self.part(q.unit or 1)
            yield self.J()

    # unfolding: a name is replaced by what it means, one half of a layer at a time

    def open_a(self, expr: sp.Expr, l: int) -> sp.Expr:
        """The names a(l), from layer 2 on, in terms of z(l)."""
        names = expr.free_symbols if l > 1 else ()
        return expr.xreplace({a: self.unit(l, j) for j, a in enumerate(self.activations(l), 1) if a in names})

    def open_z(self, expr: sp.Expr, l: int) -> sp.Expr:
        """The names z(l) in terms of layer l - 1."""
        names = expr.free_symbols
        return expr.xreplace({z: self.z(l, j) for j, z in enumerate(self.layer("z", l), 1) if z in names})

    def cost_at(self, l: int, top: int | None) -> sp.Expr:
        """J as an expression in z(l): an unknown function of z(top), or the cost itself where top is None.

        Unprovable where layer l is above top: what J is as a function of a layer says nothing of the layers above.
        """
        if top is not None and not l <= top <= self.network.L:
            raise Unprovable(f"J as a function of z({top}) has no derivative by z({l})")
        top, expr = (self.network.L, self.open_a(self.J(), self.network.L)) if top is None else (
            top, UnknownCost(*self.layer("z", top)))
        for m in range(top, l, -1):
            expr = self.open_a(self.open_z(expr, m), m - 1)
        return expr

    def gradient(self, q: Quantity, top: int | None) -> sp.Expr:
        """dJ by a parameter, a z or an h, of J as a function of the z of its layer."""
        if q.kind == "h":
            return sp.diff(self.J(), q.symbol)
        if q.kind == "z":
            return sp.diff(self.cost_at(q.layer, top), q.symbol)
        at, inside = self.q("z", q.layer + 1, q.unit or 1), self.z(q.layer + 1, q.unit or 1)
        return sp.diff(self.cost_at(q.layer + 1, top).xreplace({at: inside}), q.symbol).xreplace({inside: at})
