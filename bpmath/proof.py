"""Proof and confirmation of a step.

A step is an equation in the names of the network's quantities. It is proved by unfolding the names into their definitions
and J into a function of the layer from which it is taken to be known (`top`; None: the cost itself), differentiating with
SymPy, and comparing. Activations stay functions without a body, g(z) with the slope g'(z), so that a proof holds for every
activation; a step that uses what its activation is (`concrete`) is proved on the activation's own expression.
"""
from __future__ import annotations

from collections.abc import Mapping

import mpmath
import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from bpmath.activation import ACTIVATIONS, Activation, z
from bpmath.network import Network
from bpmath.notation import MATRICES, Quantity, quantity

J = sp.Symbol("J")
BY_SYMBOL = {a.symbol: a for a in ACTIVATIONS.values()}


class SlopeOf(sp.Function):
    """g'(z) of an activation that has no body; the first argument is the activation's name."""

    nargs = 2


def abstract(activation: Activation) -> type[sp.Function]:
    """The activation as a function of which only its slope is known by name."""
    def fdiff(self: sp.Function, argindex: int = 1) -> sp.Expr:
        return SlopeOf(sp.Symbol(activation.symbol), self.args[0])

    return type(f"{activation.symbol}_", (sp.Function,), {"nargs": 1, "fdiff": fdiff})


class UnknownCost(sp.Function):
    """J as a function of a layer's z of which nothing is known but that it has derivatives."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Function(f"J_{argindex}")(*self.args)


class Definitions:
    """What each name of a network means, as SymPy expressions in other names."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.abstract = {a.symbol: abstract(a) for a in {network.activation(l) for l in range(2, network.L + 1)} if a.elementwise}

    def q(self, kind: str, l: int | None = None, j: int = 1, i: int = 1) -> sp.Symbol:
        """The symbol of a quantity of this network."""
        return quantity(self.network, kind, l, j, i).symbol

    def units(self, l: int) -> range:
        return range(1, self.network.units(l) + 1)

    def layer(self, kind: str, l: int) -> tuple[sp.Symbol, ...]:
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
        return activation.function(self.q("z", l, j)) if activation.elementwise else activation.unit(j, self.layer("z", l))

    def J(self) -> sp.Expr:
        """The cost in the names h and y."""
        return self.network.cost.total(self.activations(self.network.L), tuple(self.q("y", None, k) for k in self.units(self.network.L)))

    # unfolding

    def down(self, expr: sp.Expr, to: int, keep_z: bool = False) -> sp.Expr:
        """Every name above layer `to` replaced by its definition, until only names of layer `to` and parameters are left."""
        for l in range(self.network.L, to, -1):
            expr = expr.xreplace({name: self.a(l, j) for j, name in enumerate(self.activations(l), 1)})
            expr = expr.xreplace({self.q("z", l, j): self.z(l, j) for j in self.units(l)})
        if to > 1:
            expr = expr.xreplace({name: self.a(to, j) for j, name in enumerate(self.activations(to), 1)})
        return expr

    def cost_at(self, l: int, top: int | None) -> sp.Expr:
        """J as an expression in z(l): an unknown function of z(top), or the cost."""
        if top is None:
            return self.down(self.J(), l)
        return self.down(UnknownCost(*self.layer("z", top)), l)


def bottom(expr: sp.Basic, network: Network) -> int:
    """The lowest layer that an expression speaks of."""
    layers = []
    for s in expr.free_symbols | {v for d in expr.atoms(sp.Derivative) for v in d.variables}:
        q = Quantity.of(s)
        if q:
            layers.append({"x": 1, "h": network.L, "y": network.L}.get(q.kind, q.layer or network.L))
    return min(layers, default=network.L)


def known(definitions: Definitions, expr: sp.Basic, top: int | None) -> sp.Expr:
    """An expression in which J, delta, the derivatives and the new parameters are replaced by what they are defined to be."""
    net = definitions.network

    def derivative(by: sp.Symbol) -> sp.Expr:
        q = Quantity.of(by)
        if q.kind == "h":
            return sp.diff(definitions.J(), by)
        if q.kind in ("theta", "b"):
            j = q.unit or 1
            J_of_z = definitions.cost_at(q.layer + 1, top)
            return sp.diff(J_of_z.xreplace({definitions.q("z", q.layer + 1, j): definitions.z(q.layer + 1, j)}), by)
        if q.kind == "z":
            return sp.diff(definitions.cost_at(q.layer, top), by)
        raise NotImplementedError(f"J by {by}")

    for d in expr.atoms(sp.Derivative):
        by = d.variables[0]
        if d.expr == J:
            expr = expr.xreplace({d: derivative(by)})
        elif isinstance(d.expr, AppliedUndef) and d.expr.func.__name__ in BY_SYMBOL:
            expr = expr.xreplace({d: SlopeOf(sp.Symbol(d.expr.func.__name__), d.expr.args[0])})
        else:
            expr = expr.xreplace({d: d.doit()})
    for s in expr.free_symbols:
        q = Quantity.of(s)
        if q and q.kind in ("delta", "dtheta", "db"):
            by = Quantity({"delta": "z"}.get(q.kind, q.kind[1:]), q.layer, q.unit, q.source)
            expr = expr.xreplace({s: derivative(by.symbol)})
        elif q and q.kind in ("new_theta", "new_b"):
            old = Quantity(q.kind[4:], q.layer, q.unit, q.source).symbol
            expr = expr.xreplace({s: old - sp.Symbol("alpha") * derivative(old)})
    if J in expr.free_symbols:
        expr = expr.xreplace({J: definitions.J()})
    return definitions.down(expr, min(bottom(expr, net), net.L))


def to_abstract(expr: sp.Expr, definitions: Definitions) -> sp.Expr:
    """sigma(z) as a function whose derivative SymPy writes as a slope."""
    for f in expr.atoms(AppliedUndef):
        name = f.func.__name__
        if name in definitions.abstract:
            expr = expr.replace(f.func, definitions.abstract[name])
    return expr


def to_concrete(expr: sp.Expr) -> sp.Expr:
    """Every activation replaced by its own expression."""
    def body(e: sp.Expr) -> sp.Expr:
        if isinstance(e, SlopeOf):
            return BY_SYMBOL[e.args[0].name].slope.subs(z, e.args[1])
        return BY_SYMBOL[e.func.__name__.rstrip("_")].g.subs(z, e.args[0])

    def applies(e: sp.Basic) -> bool:
        return isinstance(e, SlopeOf) or (isinstance(e, sp.Function) and e.func.__name__.rstrip("_") in BY_SYMBOL
                                          and not isinstance(e, sp.tanh))

    return expr.replace(applies, body)


def prove(definitions: Definitions, lhs: sp.Basic, rhs: sp.Basic, top: int | None = None, concrete: bool = False,
          given: Mapping[sp.Symbol, sp.Expr] | None = None) -> bool:
    """Whether lhs = rhs follows from the definitions alone."""
    if isinstance(lhs, sp.MatrixExpr):
        return prove_block(definitions, lhs, rhs, top)
    lowest = min(bottom(lhs, definitions.network), bottom(rhs, definitions.network))
    difference = definitions.down(known(AbstractView(definitions), lhs, top) - known(AbstractView(definitions), rhs, top), lowest)
    difference = to_abstract(difference, definitions)
    if given:
        difference = difference.xreplace(dict(given))
    if concrete:
        return vanishes(to_concrete(difference))
    return sp.expand(difference) == 0


class AbstractView(Definitions):
    """The same definitions, with activations that differentiate to slopes."""

    def __init__(self, plain: Definitions) -> None:
        self.network, self.abstract = plain.network, plain.abstract

    def a(self, l: int, j: int = 1) -> sp.Expr:
        activation = self.network.activation(l)
        if not activation.elementwise:
            return super().a(l, j)
        return self.abstract[activation.symbol](self.q("z", l, j))


def vanishes(expr: sp.Expr) -> bool:
    """Whether an expression is identically 0, tried from the cheapest way to the dearest."""
    if expr == 0:
        return True
    if expr.has(sp.Piecewise):
        folded = sp.piecewise_fold(expr)
        pieces = [e for e, _ in folded.args] if isinstance(folded, sp.Piecewise) else [folded]
        return all(vanishes(p) for p in pieces)
    exponentials = expr.rewrite(sp.exp)
    names = {e: sp.Dummy(positive=True) for s in exponentials.free_symbols if exponentials.has(sp.exp(s), sp.exp(-s), sp.exp(2 * s))
             for e in [s]}
    rational = sp.expand_power_exp(exponentials).subs({s: sp.log(d) for s, d in names.items()})
    return sp.cancel(sp.together(sp.expand_log(rational, force=True))) == 0 or sp.simplify(expr) == 0


def prove_line(lhs: sp.Expr, rhs: sp.Expr) -> bool:
    """Whether a line of calculus holds: both sides differentiated and compared, for all x."""
    def done(e: sp.Expr) -> sp.Expr:
        return to_concrete(e.replace(lambda f: isinstance(f, AppliedUndef) and f.func.__name__ in BY_SYMBOL,
                                     lambda f: BY_SYMBOL[f.func.__name__].g.subs(z, f.args[0]))).doit()

    return vanishes(done(lhs) - done(rhs))


# blocks

def prove_block(definitions: Definitions, lhs: sp.MatrixExpr, rhs: sp.MatrixExpr, top: int | None) -> bool:
    """A block equation holds if its corner entries do: each is proved as the equation of one unit."""
    if lhs.shape != rhs.shape:
        return False
    rows, cols = lhs.shape
    corners = {(j, i) for j in (0, rows - 1) for i in (0, cols - 1)}
    return all(prove(definitions, entry(definitions, lhs, j, i), entry(definitions, rhs, j, i), top) for j, i in corners)


def entry(definitions: Definitions, block: sp.MatrixExpr, j: int, i: int) -> sp.Expr:
    """One entry of a block expression, in the names of the units."""
    expr = sp.expand(block[j, i].doit())

    def name(e: sp.matrices.expressions.matexpr.MatrixElement) -> sp.Expr:
        q = Quantity.of(sp.Symbol(e.parent.name))
        row, col = int(e.args[1]) + 1, int(e.args[2]) + 1
        if q.kind == "slope":
            at = definitions.q("z", q.layer, row)
            return sp.Derivative(definitions.network.activation(q.layer).function(at), at)
        if q.kind == "dtheta":
            return sp.Derivative(J, definitions.q("theta", q.layer, row, col))
        kind, layer = ("x", None) if (q.kind, q.layer) == ("a", 1) else (q.kind, q.layer)
        return definitions.q(kind, layer, row, col)

    element = sp.matrices.expressions.matexpr.MatrixElement
    return expr.replace(lambda e: isinstance(e, element), name)


# confirmation by number

def confirm(definitions: Definitions, lhs: sp.Basic, rhs: sp.Basic, values: Mapping[Quantity, float],
            slopes: Mapping[Quantity, float]) -> float:
    """|lhs - rhs| on the trace's numbers, relative where they are larger than 1. `slopes` gives dJ/d(parameter or z)."""
    if isinstance(lhs, sp.MatrixExpr):
        return confirm_block(definitions.network, lhs, rhs, values)
    left, right = (number(e, values, slopes) for e in (lhs, rhs))
    return float(abs(left - right) / max(1, abs(left), abs(right)))


def number(expr: sp.Expr, values: Mapping[Quantity, float], derivatives: Mapping[Quantity, float]) -> mpmath.mpf:
    """The value of a step's side: definitions for activations, numbers for names."""
    replaced = {}
    for d in expr.atoms(sp.Derivative):
        q = Quantity.of(d.variables[0])
        if d.expr == J and q and q.kind != "h":
            replaced[d] = exactly(derivatives[q])
    expr = to_concrete(expr.xreplace(replaced)).doit()
    numbers = {s: exactly(values[q]) for s in expr.free_symbols if (q := Quantity.of(s)) in values}
    return sp.N(expr.xreplace(numbers), 40)


def exactly(v: float) -> sp.Float:
    """A double with all its bits, as a number of 60 digits: sums of such numbers do not lose any."""
    return sp.Float(v, 60)


def confirm_block(network: Network, lhs: sp.MatrixExpr, rhs: sp.MatrixExpr, values: Mapping[Quantity, float]) -> float:
    """The largest difference between the entries of two block expressions."""
    names = sorted(lhs.atoms(sp.MatrixSymbol) | rhs.atoms(sp.MatrixSymbol), key=str)

    def array(name: sp.MatrixSymbol) -> np.ndarray:
        q = Quantity.of(sp.Symbol(name.name))
        rows, cols = (int(n) for n in name.shape)
        if q.kind in MATRICES:
            return np.array([[values[quantity(network, q.kind, q.layer, j, i)] for i in range(1, cols + 1)] for j in range(1, rows + 1)])
        return np.array([[values[quantity(network, q.kind, q.layer, j)]] for j in range(1, rows + 1)])

    scalars = sorted(s for s in lhs.free_symbols | rhs.free_symbols if isinstance(s, sp.Symbol))
    f = sp.lambdify([*names, *scalars], [lhs, rhs], modules="numpy")
    left, right = f(*map(array, names), *(values[Quantity.of(s)] for s in scalars))
    scale = max(1.0, float(np.abs(left).max()))
    return float(np.abs(left - right).max()) / scale
