"""Wrong versions of the derivation's steps, and numbers that say which of them are none.

The numbers are those of backpropagation on random networks of the same shape. Nothing of the prover is used here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.matrices.exceptions import ShapeError

from bpmath.model.activation import ACTIVATIONS, z
from bpmath.model.network import Layer, Network, frozen
from bpmath.model.notation import MATRICES, Quantity, quantities, quantity
from bpmath.numeric.backprop import Trace, trace

J, x = sp.Symbol("J"), sp.Symbol("x", real=True)
ERRORS = {"delta": "z", "dtheta": "theta", "db": "b", "dh": "h"}   # by what each is J's derivative
SAMPLE = {"u": lambda t: sp.sin(t) + t, "v": lambda t: 2 + t**2}
Make = Callable[[], sp.Basic]


def places(e: sp.Basic, kind: type | tuple) -> list[sp.Basic]:
    return sorted(e.atoms(kind), key=sp.default_sort_key)


def scaled(e: sp.Basic, by: int) -> sp.Basic:
    return sp.MatMul(by, e) if isinstance(e, sp.MatrixExpr) else by * e


def without(e: sp.Basic, i: int) -> sp.Basic:
    """A sum or a product that has lost its i-th part."""
    return e.func(*(a for n, a in enumerate(e.args) if n != i))


def like(q: Quantity) -> Iterator[Quantity]:
    """What a name may be taken for: the unit beside, the transposed weight, the layers above and below."""
    if q.kind in MATRICES and q.unit != q.source:
        yield replace(q, unit=q.source, source=q.unit)
    if q.unit and q.kind not in MATRICES:
        yield replace(q, unit=3 - q.unit if q.unit < 3 else 1)
    if q.layer:
        yield replace(q, layer=q.layer + 1)
    if (q.layer or 0) > 2:
        yield replace(q, layer=q.layer - 1)


def siblings(e: sp.Basic) -> Iterator[tuple[sp.Basic, sp.Basic]]:
    names = e.atoms(sp.Symbol) | {v for d in e.atoms(sp.Derivative) for v in d.variables}
    for s in sorted(names, key=str):
        if q := Quantity.of(s):
            yield from ((s, other.symbol) for other in like(q))


def derivatives(e: sp.Basic) -> Iterator[tuple[str, Make]]:
    """A side with a derivative of another order, by another variable, or of something else."""
    for d in places(e, sp.Derivative):
        of, by = d.expr, d.variables[0]
        q = Quantity.of(by)
        others = [o.symbol for o in like(q)] + [sp.Symbol("theta_1")] if q else [sp.Symbol("w", real=True)]
        wrong = [sp.Derivative(of, by, by), sp.Derivative(of, (by, 3)), sp.Derivative(of**2, by), sp.Derivative(by, of)
                 if of.is_Symbol else sp.Derivative(of + 1, by)]
        for other in others:
            wrong += [sp.Derivative(of, other), sp.Derivative(of, by, other)]
        for name in sorted(e.free_symbols, key=str):
            wrong.append(sp.Derivative(name, by))
        for w in wrong:
            if w != d:
                yield f"{w} for {d}", lambda d=d, w=w: e.xreplace({d: w})


def mutations(e: sp.Basic) -> Iterator[tuple[str, Make]]:
    """Every wrong version of a side that differs from it in one place."""
    yield "the sign of all", lambda: scaled(e, -1)
    yield "a factor 2", lambda: scaled(e, 2)
    for part in places(e, (sp.Mul, sp.MatMul, sp.HadamardProduct)):
        for i, factor in enumerate(part.args):
            if factor != 1:
                yield f"no {factor} in {part}", lambda part=part, i=i: e.xreplace({part: without(part, i)})
    for part in places(e, (sp.Add, sp.MatAdd)):
        for i, term in enumerate(part.args):
            yield f"no {term} in {part}", lambda part=part, i=i: e.xreplace({part: without(part, i)})
            yield f"the sign of {term} in {part}", lambda part=part, term=term: e.xreplace(
                {part: part.func(*(scaled(t, -1) if t == term else t for t in part.args))})
    for part in places(e, sp.Transpose):
        yield f"no transpose of {part.arg}", lambda part=part: e.replace(sp.Transpose, lambda inner: inner)
    for part in places(e, sp.Derivative):
        yield f"no {part}", lambda part=part: e.xreplace({part: sp.Integer(1)})
    for name, other in siblings(e):
        yield f"{other} for {name}", lambda name=name, other=other: e.xreplace({name: other})
    yield from derivatives(e)


def mutants(lhs: sp.Basic, rhs: sp.Basic) -> Iterator[tuple[str, sp.Basic, sp.Basic]]:
    """Every version of an equation with one of its sides changed, that SymPy does not refuse by itself."""
    for side, of in (("left", lhs), ("right", rhs)):
        for what, make in mutations(of):
            try:
                wrong = make()
            except ShapeError:
                continue
            yield f"{side}: {what}", *((wrong, rhs) if side == "left" else (lhs, wrong))


# which of them are wrong

@cache
def samples(net: Network) -> tuple[Trace, ...]:
    """Networks of the same shape with other numbers: what holds for all of them is taken to be true."""
    random, found = np.random.default_rng(1), []
    for _ in range(4):
        layers = tuple(Layer(frozen(random.normal(size=layer.weights.shape)), None if layer.bias is None else
                             frozen(random.normal(size=layer.bias.shape)), layer.activation) for layer in net.layers)
        found.append(trace(replace(net, input=frozen(random.normal(size=net.input.shape)), layers=layers)))
    return tuple(found)


@cache
def numbers(t: Trace) -> dict[sp.Basic, sp.Float]:
    """The numbers of names and of J's derivatives."""
    found = {q.symbol: sp.Float(q.value(t)) for q in quantities(t.network)}
    for q in quantities(t.network):
        if q.kind in ERRORS:
            by = Quantity(ERRORS[q.kind], q.layer, q.unit, q.source)
            found[sp.Derivative(J, by.symbol)] = sp.Float(q.value(t))
    return found


def meant(d: sp.Derivative) -> bool:
    """Whether a derivative can be meant in a step: J's, or a written-out expression's by a name in it, once."""
    return len(d.variables) == 1 and (
        d.expr == J or (d.expr.has(d.variables[0]) and (not d.expr.is_Symbol or d.expr == x)))


@cache
def value(e: sp.Basic, t: Trace) -> np.ndarray | complex:
    """A side on a network's numbers; KeyError or TypeError where it has names that the network has not."""
    if isinstance(e, sp.MatrixExpr):
        names = sorted(e.free_symbols, key=str)
        return sp.lambdify(names, e, modules="numpy")(*(block(s, t) for s in names))
    if e.has(x):
        for name, body in SAMPLE.items():
            e = e.replace(sp.Function(name), body)
    table = {**numbers(t), x: sp.Float(t.z[2][0]), sp.Symbol("c", real=True): sp.Integer(3)}
    return complex(written(e).xreplace({named(d): v for d, v in table.items()}).evalf(20))


def named(e: sp.Basic) -> sp.Basic:
    """J's derivative as a name; other names as they are."""
    return sp.Symbol(f"J by {e.variables[0]}") if isinstance(e, sp.Derivative) else e


@cache
def written(e: sp.Expr) -> sp.Expr:
    """A side without derivatives and with the activations' own expressions."""
    return concrete(e.xreplace({d: named(d) for d in e.atoms(sp.Derivative) if d.expr == J})).doit()


def concrete(e: sp.Expr) -> sp.Expr:
    by_name = {a.symbol: a.g for a in ACTIVATIONS.values()}
    return e.replace(lambda f: isinstance(f, AppliedUndef) and f.func.__name__ in by_name,
                     lambda f: by_name[f.func.__name__].subs(z, f.args[0]))


def block(s: sp.Basic, t: Trace) -> np.ndarray | float:
    if isinstance(s, sp.Symbol):
        return float(numbers(t)[s])
    q = Quantity.of(sp.Symbol(s.name))
    return np.array([[quantity(t.network, q.kind, q.layer, j + 1, i + 1).value(t) for i in range(int(s.cols))]
                     for j in range(int(s.rows))])


def wrong(lhs: sp.Basic, rhs: sp.Basic, net: Network) -> bool:
    """Whether an equation says what a step cannot mean, or does not hold on the numbers of some network."""
    if not all(meant(d) for side in (lhs, rhs) for d in side.atoms(sp.Derivative)):
        return True
    return not all(agree(lhs, rhs, t) for t in samples(net))


def agree(lhs: sp.Basic, rhs: sp.Basic, t: Trace) -> bool:
    """Whether two sides have the same numbers on one network."""
    try:
        left, right = value(lhs, t), value(rhs, t)
    except (KeyError, IndexError, ValueError, TypeError):   # a unit or a layer that is not there
        return False
    return np.shape(left) == np.shape(right) and bool(np.allclose(left, right, rtol=1e-9, atol=1e-13))
