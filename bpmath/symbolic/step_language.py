"""The closed language of steps: what a proof understands. Anything else is Unprovable, and no proof goes around it."""
from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from sympy.core.function import AppliedUndef

from bpmath.model.activation import ACTIVATIONS, BY_SYMBOL
from bpmath.model.network import Network
from bpmath.model.notation import MATRICES, Quantity, belongs, once_by, quantity, there
from bpmath.symbolic.calculus import c, u, v, w, x
from bpmath.symbolic.definitions import Definitions, Unit, Unprovable

WORDS = (sp.Add, sp.Mul, sp.Pow, sp.Rational, sp.exp, sp.log, sp.UnevaluatedExpr)   # beside names and derivatives
OF_ACTIVATIONS = tuple({type(f) for a in ACTIVATIONS.values() for e in (a.g, a.slope)
                        for f in e.atoms(sp.Function, sp.Piecewise)})               # what lines of calculus also use
CHAINED = sp.Subs(sp.Derivative(u(w), w), w, v(x))                                  # u'(v(x))


def understand(definitions: Definitions, expr: sp.Expr) -> None:
    """Raises Unprovable where an expression of numbers is not in the language of proofs.

    Its words are the network's names, fractions, sums, products and whole powers of them, exp and ln, the activations
    of the network's own z, and the derivatives that `Definitions.variable` lists.
    """
    parts = sp.preorder_traversal(expr)
    for part in parts:
        if isinstance(part, sp.Derivative):
            definitions.variable(part)
            parts.skip()
        elif isinstance(part, sp.Symbol):
            q = Quantity.of(part)
            if q is None or not belongs(definitions.network, q):
                raise Unprovable(f"{part}: no quantity of this network")
        elif isinstance(part, AppliedUndef):
            unit_of(definitions, part)
        else:
            understand_word(part, WORDS)


def understand_word(part: sp.Basic, words: tuple[type, ...]) -> None:
    """Raises Unprovable where the outermost operation of an expression is none of these, or no whole power."""
    if not isinstance(part, words) or (isinstance(part, sp.Pow) and not part.exp.is_Integer):
        raise Unprovable(f"{part}: not in the language of proofs")


def understand_line(expr: sp.Basic) -> None:
    """Raises Unprovable where a side of a line of calculus is not in the language of such lines.

    Its words are x and the constant c, the rules' functions u(x), v(x) and u(v(x)), the activations, what these are
    made of, derivatives by x, once, of what has an x, and u'(v(x)).
    """
    if expr == CHAINED:
        return
    if isinstance(expr, sp.Derivative):
        if once_by(expr) != x or not expr.expr.has(x):
            raise Unprovable(f"{expr}: a derivative in a line of calculus is by x, once, of what has an x")
        understand_line(expr.expr)
    elif isinstance(expr, AppliedUndef):
        if expr not in (u(x), v(x), u(v(x))) and (expr.func.__name__ not in BY_SYMBOL or expr.args != (x,)):
            raise Unprovable(f"{expr}: no function of the rules, and no activation")
    elif isinstance(expr, sp.Symbol):
        if expr not in (x, c):
            raise Unprovable(f"{expr}: no name of the rules")
    else:
        logical = sp.functions.elementary.piecewise.ExprCondPair, sp.Rel, sp.logic.boolalg.BooleanAtom
        understand_word(expr, WORDS + OF_ACTIVATIONS + logical)
        for part in expr.args:
            understand_line(part)


def understand_block(definitions: Definitions, block: sp.MatrixExpr) -> None:
    """Raises Unprovable where a block is not uniform.

    Uniform are the network's own blocks, and products, sums, products by entries and transposes of such, times
    fractions and alpha: all entries are made in the same way. A constant matrix, one entry or a slice is not.
    """
    if isinstance(block, sp.MatrixSymbol):
        q, net = Quantity.of(sp.Symbol(block.name)), definitions.network
        if not q or not q.layer or q.unit or not there(net, q) or block.shape != shape(net, q):
            raise Unprovable(f"{block}: no block of this network")
    elif isinstance(block, sp.MatMul):
        scale, factors = block.as_coeff_matrices()
        if scale.free_symbols - {sp.Symbol("alpha")}:
            raise Unprovable(f"{block}: a block is multiplied by fractions and alpha only")
        understand(definitions, scale)
        for factor in factors:
            understand_block(definitions, factor)
    elif isinstance(block, sp.MatAdd | sp.HadamardProduct | sp.Transpose):
        for part in block.args:
            understand_block(definitions, part)
    else:
        raise Unprovable(f"{block}: not a uniform block")


def shape(network: Network, q: Quantity) -> tuple[int, int]:
    """Rows and columns of the block of a layer's quantities."""
    if q.kind in MATRICES:
        return network.units(q.layer + 1), network.units(q.layer)
    return network.units(q.layer + (q.kind in ("b", "db", "new_b"))), 1


def grant(network: Network, given: Mapping[sp.Symbol, sp.Expr]) -> None:
    """Raises Unprovable where what is given of the targets is not exactly so, as decimals."""
    targets = {quantity(network, "y", None, k).symbol: decimal(y) for k, y in enumerate(network.target, 1)}
    for name, expr in given.items():
        if name not in targets or name in expr.free_symbols or name.xreplace(targets) != expr.xreplace(targets):
            raise Unprovable(f"{name} = {expr} is not so for the network's targets")


def decimal(v: float) -> sp.Rational:
    """The decimal number that a double is written as, exactly."""
    return sp.Rational(repr(float(v)))


def unit_of(definitions: Definitions, f: AppliedUndef) -> Unit:
    """g(z) of a layer, or g of its z written out, as it is reasoned with. Unprovable for any other function."""
    d, (at, *others) = definitions, f.args
    q = Quantity.of(at) if at.is_Symbol else None
    layers = range(2, d.network.L + 1) if q is None else (q.layer,) if q.kind == "z" and belongs(d.network, q) else ()
    for l in layers:
        named = at.is_Symbol or any(at == d.z(l, j) for j in d.units(l))
        activation = d.network.activation(l)
        if not others and named and activation.elementwise and f.func == activation.function:
            return Unit(l, at)
    raise Unprovable(f"{f}: no activation of this network at a z of its own")
