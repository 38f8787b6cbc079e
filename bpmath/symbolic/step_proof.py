"""Proof of a step.

A step is an equation in the names of the network's quantities. Derivatives of J are taken by SymPy, of J as a function
of the layer from which it is taken to be known (`top`; None: the cost itself). Then the names are replaced by their
definitions, layer by layer, until both sides are the same. Activations stay functions without a body, g(z) with the
slope g'(z), so that a proof holds for every activation; a step that uses what the output's activation is (`concrete`)
is proved on that activation's own expression.
"""
from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import sympy as sp
from sympy.core.function import AppliedUndef

from bpmath.model.activation import BY_SYMBOL, Activation, k, n, symbols, z, zs
from bpmath.model.cost import Cost, h, y
from bpmath.model.network import Network
from bpmath.model.notation import Quantity
from bpmath.symbolic.definitions import Definitions, J, Share, Slope, Unit, Unprovable
from bpmath.symbolic.step_language import grant, understand, understand_block, understand_line, unit_of

SOMEWHERE = 0.6180339887498949                         # its multiples spread evenly between 0 and 1
BELOW = {"delta": "z", "dtheta": "theta", "db": "b", "dh": "h"}   # by what each of these is a derivative of J


def prove(definitions: Definitions, lhs: sp.Basic, rhs: sp.Basic, top: int | None = None, concrete: bool = False,
          given: Mapping[sp.Symbol, sp.Expr] | None = None) -> bool:
    """Whether lhs = rhs follows from the definitions alone; False also for what is not in the language of proofs."""
    try:
        if isinstance(lhs, sp.MatrixExpr) or isinstance(rhs, sp.MatrixExpr):
            return prove_block(definitions, lhs, rhs, top)
        return proved(definitions, lhs, rhs, top, concrete, given or {})
    except Unprovable:
        return False


def proved(definitions: Definitions, lhs: sp.Expr, rhs: sp.Expr, top: int | None, concrete: bool,
           given: Mapping[sp.Symbol, sp.Expr]) -> bool:
    """The same for an equation of numbers. Unprovable where it is not in the language of proofs."""
    net = definitions.network
    for side in (lhs, rhs):
        understand(definitions, side)
    grant(net, given)
    lowest = min(bottom(lhs, net), bottom(rhs, net))
    difference = (known(definitions, lhs, top) - known(definitions, rhs, top)).xreplace(dict(given))
    for l in range(net.L, lowest - 1, -1):   # as few definitions as are needed
        difference = definitions.open_a(difference, l)
        if settled(difference, net, concrete):
            return True
        if l > lowest:
            difference = definitions.open_z(difference, l)
    return False


def bottom(expr: sp.Basic, network: Network) -> int:
    """The lowest layer that an expression speaks of."""
    layers = []
    for s in expr.free_symbols | {v for d in expr.atoms(sp.Derivative) for v in d.variables}:
        if q := Quantity.of(s):
            layers.append({"x": 1, "h": network.L, "y": network.L}.get(q.kind, q.layer or network.L))
    return min(layers, default=network.L)


def known(definitions: Definitions, expr: sp.Expr, top: int | None) -> sp.Expr:
    """An expression with J, delta, the derivatives and the new parameters replaced by what they are defined to be."""
    d = definitions
    expr = expr.replace(sp.UnevaluatedExpr, lambda inner: inner)
    meaning: dict[sp.Expr, sp.Expr] = {f: unit_of(d, f) for f in expr.atoms(AppliedUndef)}
    for l in range(2, d.network.L + 1):
        if not d.network.activation(l).elementwise and expr.has(sp.exp):
            meaning |= {d.a(l, j): d.unit(l, j) for j in d.units(l)}
    for derivative in expr.atoms(sp.Derivative):
        q = d.variable(derivative)
        meaning[derivative] = d.gradient(q, top) if derivative.expr == J else \
            sp.diff(derivative.expr.xreplace(meaning), q.symbol)
    for s in expr.free_symbols:
        q = Quantity.of(s)
        if q and q.kind in BELOW:
            meaning[s] = d.gradient(Quantity(BELOW[q.kind], q.layer, q.unit, q.source), top)
        elif q and q.kind in ("new_theta", "new_b"):
            old = Quantity(q.kind.removeprefix("new_"), q.layer, q.unit, q.source)
            meaning[s] = old.symbol - sp.Symbol("alpha") * d.gradient(old, top)
    if J in expr.free_symbols:
        meaning[J] = d.J()
    return expr.xreplace(meaning)


def settled(difference: sp.Expr, network: Network, concrete: bool) -> bool:
    """Whether an expression is 0 whatever its functions are; with `concrete` the output layer's are what they are."""
    if any(not network.activation(l).elementwise and not shares(network.activation(l), network.units(l))
           for l in {int(f.args[0]) for f in difference.atoms(Share)}):
        return False
    output, bodies, inputs = network.activation(network.L), {}, {}
    for f in difference.atoms(sp.Function):
        if concrete and isinstance(f, Unit | Slope) and f.args[0] == network.L:
            at = inputs.setdefault(f.args[1], sp.Dummy(real=True))
            bodies[f] = (output.g if isinstance(f, Unit) else output.slope).subs(z, at)
        elif not isinstance(f, sp.log | sp.exp | sp.tanh):
            bodies[f] = sp.Dummy()
    expr = difference.xreplace(bodies)   # from the outside in: what stands inside a function does not matter
    return sp.expand(expr) == 0 or (concrete and vanishes(expr))


def vanishes(expr: sp.Expr) -> bool:
    """Whether an expression in real symbols is identically 0."""
    if expr == 0:
        return True
    if refuted(expr):
        return False
    if expr.has(sp.Piecewise):
        folded = sp.piecewise_fold(expr)
        pieces = [e for e, _ in folded.args] if isinstance(folded, sp.Piecewise) else [folded]
        return all(map(vanishes, pieces))
    return rational(expr)[0] == 0


def refuted(expr: sp.Expr) -> bool:
    """Whether an expression is not 0 at one point: far cheaper to see than that no form of it is 0."""
    if expr.has(AppliedUndef):   # a rule for any functions has no value
        return False
    names = sorted(expr.free_symbols, key=sp.default_sort_key)
    value = sp.N(expr.xreplace({s: sp.Float(str(SOMEWHERE * (i + 1) % 1), 30) for i, s in enumerate(names)}), 30)
    return bool(value.is_number and value.is_finite and abs(value) > 1e-9)


def rational(expr: sp.Expr) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """An expression as a ratio without common factors, in names for its exponentials, and those names' meaning.

    The names are positive, since exponentials are; a logarithm is taken apart only where SymPy knows the signs.
    """
    exponentials = expr.rewrite(sp.exp)
    powers = exponentials.atoms(sp.exp)
    names = {s: sp.Dummy(positive=True) for s in exponentials.free_symbols if any(e.has(s) for e in powers)}
    written = sp.expand_power_exp(exponentials).subs({s: sp.log(d) for s, d in names.items()})
    written = written.replace(lambda e: isinstance(e, sp.log), lambda e: sp.log(sp.together(e.args[0])))
    return sp.cancel(sp.together(sp.expand_log(written))), {d: sp.exp(s) for s, d in names.items()}


@cache
def shares(activation: Activation, size: int) -> bool:
    """The lemma da_j/dz_m = a_j ([j = m] - a_m), on the activation's own expression for the first two units.

    That is enough where the expression treats all units alike: it looks at them only in sums over the whole layer.
    """
    sums = activation.g.atoms(sp.Sum)
    if any(total.limits != ((k, 1, n),) for total in sums) or activation.g.xreplace(dict.fromkeys(sums, z)).has(zs):
        return False
    at = symbols(size)
    first, second = activation.unit(1, at), activation.unit(2, at)
    return vanishes(sp.diff(first, at[0]) - first * (1 - first)) and vanishes(sp.diff(first, at[1]) + first * second)


@cache
def is_difference(cost: Cost, activation: Activation) -> bool:
    """Whether dJ/dh g'(z) is h - y, for all z and y."""
    if not activation.elementwise or activation.has_pieces:
        return False
    return vanishes(cost.slope.subs(h, activation.g) * activation.slope - (activation.g - y))


# lines of calculus

def to_concrete(expr: sp.Expr) -> sp.Expr:
    """Every activation replaced by its own expression."""
    return expr.replace(lambda f: isinstance(f, AppliedUndef) and f.func.__name__ in BY_SYMBOL,
                        lambda f: BY_SYMBOL[f.func.__name__].g.subs(z, f.args[0]))


@cache
def prove_line(lhs: sp.Expr, rhs: sp.Expr) -> bool:
    """Whether a line of calculus holds: both sides differentiated and compared, for all x."""
    try:
        understand_line(lhs)
        understand_line(rhs)
    except Unprovable:
        return False
    return vanishes(to_concrete(lhs).doit() - to_concrete(rhs).doit())


# blocks

def prove_block(definitions: Definitions, lhs: sp.MatrixExpr, rhs: sp.MatrixExpr, top: int | None) -> bool:
    """A block equation holds if its corner entries do: each is proved as the equation of one unit.

    The corners stand for all entries. Blocks are uniform (`understand_block` refuses others), and the definitions treat
    the units of a layer alike, so that renaming its units turns the proof of one entry into the proof of another:
    any entry into any other where rows and columns are units of two layers; otherwise any on the diagonal into any on
    it, and any beside it into any beside it, and the corners of a square are of both kinds.
    """
    if not (isinstance(lhs, sp.MatrixExpr) and isinstance(rhs, sp.MatrixExpr)) or lhs.shape != rhs.shape:
        return False
    for side in (lhs, rhs):
        understand_block(definitions, side)
    rows, cols = lhs.shape
    corners = {(j, i) for j in (0, rows - 1) for i in (0, cols - 1)}
    return all(prove(definitions, *(entry(definitions, side, j, i) for side in (lhs, rhs)), top) for j, i in corners)


def entry(definitions: Definitions, block: sp.MatrixExpr, j: int, i: int) -> sp.Expr:
    """One entry of a block expression, row j and column i from 0, in the names of the units."""
    def at(part: sp.MatrixExpr, row: int, col: int) -> sp.Expr:
        return entry(definitions, part, row, col)

    if isinstance(block, sp.MatAdd):
        return sp.Add(*(at(part, j, i) for part in block.args))
    if isinstance(block, sp.HadamardProduct):
        return sp.Mul(*(at(part, j, i) for part in block.args))
    if isinstance(block, sp.Transpose):
        return at(block.arg, i, j)
    if isinstance(block, sp.MatMul):
        scale, (first, *rest) = block.as_coeff_matrices()
        if not rest:
            return scale * at(first, j, i)
        return scale * sp.Add(*(at(first, j, k) * at(sp.MatMul(*rest), k, i) for k in range(first.cols)))
    q = Quantity.of(sp.Symbol(block.name))
    if q.kind == "slope":
        z_j = definitions.q("z", q.layer, j + 1)
        return sp.Derivative(definitions.network.activation(q.layer).function(z_j), z_j)
    if q.kind == "dtheta":
        return sp.Derivative(J, definitions.q("theta", q.layer, j + 1, i + 1))
    if q.kind == "a":
        return definitions.activations(q.layer)[j]
    return definitions.q(q.kind, q.layer, j + 1, i + 1)
