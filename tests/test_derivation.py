"""The derivation holds for every network, and a step that is wrong by purpose is caught by its own proof."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
import sympy as sp
from hypothesis import given, settings
from sympy.matrices.exceptions import ShapeError
from sympy.parsing.sympy_parser import parse_expr

from bpmath.activation import ACTIVATIONS
from bpmath.backprop import trace
from bpmath.check import verify
from bpmath.cost import COSTS
from bpmath.derivation import Derivation
from bpmath.network import Network, NetworkError, network
from bpmath.notation import MATRICES, Quantity
from bpmath.pairs import misfit
from bpmath.plain import plain_text
from bpmath.step import Step, demand
from tests.networks import ELEMENTWISE, classes, mazur, networks, single_path, softmaxes, tanh_path

MADE = {make.__name__: make for make in (single_path, tanh_path, mazur, softmaxes, classes)}


@cache
def derivation(name: str) -> Derivation:
    return Derivation(MADE[name]())


def checked(net: Network) -> tuple[Step, ...]:
    t = trace(net)
    return Derivation(net).checked(verify(t))


def faults(net: Network) -> list[str]:
    return [f"({s.equation}) {s.name}: {plain_text(s.lhs)} = {plain_text(s.rhs)}: {s.proved}, {s.residual}"
            for s in checked(net) if not s.ok]


# it holds

@pytest.mark.parametrize("name", MADE)
def test_every_step_is_proved_and_confirmed(name: str) -> None:
    assert faults(MADE[name]()) == []


@settings(max_examples=8)
@given(networks(units=3, layers=4))
def test_every_step_of_any_network_is_proved_and_confirmed(net: Network) -> None:
    assert faults(net) == []


@pytest.mark.parametrize(("cost", "output"), [
    (cost, output) for cost in COSTS for output in ELEMENTWISE if not misfit(COSTS[cost], ACTIVATIONS[output], 1)])
def test_every_cost_with_every_output_of_a_path(cost: str, output: str) -> None:
    hidden = ELEMENTWISE[(ELEMENTWISE.index(output) + 1) % len(ELEMENTWISE)]
    assert faults(network([0.4], [1.0], cost, [([[0.5]], [0.3], hidden), ([[0.6]], [0.2], output)])) == []


@pytest.mark.parametrize(("z", "y"), [(40.0, 0.0), (900.0, 0.0), (-900.0, 1.0), (1e5, 0.0), (-40.0, 0.0)])
def test_a_saturated_output_is_confirmed_too(z: float, y: float) -> None:
    layers = [([[0.5]], "tanh"), ([[z / math.tanh(0.5)]], "sigmoid")]
    assert faults(network([1.0], [y], "binary_cross_entropy", layers)) == []


def test_a_deep_path_is_proved() -> None:
    steps = checked(network([1.0], [0.0], "squared_error", [([[1.1]], "tanh")] * 5 + [([[2.0]], "linear")]))
    assert all(s.ok for s in steps)
    assert [s.equation for s in steps if s.name == "partial"] == ["9", "10", "11", "11a", "11b", "11c"]


def test_the_articles_equations_are_all_there_in_order() -> None:
    numbers = [int(re.match(r"\d+", s.equation)[0]) for s in derivation("single_path").steps if s.equation]
    assert set(numbers) == set(range(1, 18))
    assert [n for n in numbers if n != 5] == sorted(n for n in numbers if n != 5)


def test_the_deltas_of_the_article() -> None:
    steps = derivation("single_path").steps
    told = {s.equation: plain_text(s.rhs) for s in steps if s.name in ("output signal", "signal")}
    assert told["14"] == "h - y"
    assert told["15"] == "delta_4*theta_3*Derivative(sigma(z_3), z_3)"


@pytest.mark.parametrize(("cost", "output"), [("squared_error", "linear"), ("binary_cross_entropy", "sigmoid")])
def test_three_pairs_end_in_h_minus_y(cost: str, output: str) -> None:
    d = Derivation(network([0.4], [1.0], cost, [([[0.5]], output)]))
    assert plain_text(d.shown_head()) == "h - y"


def test_the_third_pair_does_so_only_where_the_targets_add_up_to_1() -> None:
    def head(y: list[float]) -> str:
        return plain_text(Derivation(network([0.4], y, "cross_entropy", [([[0.5], [0.1]], "softmax")])).shown_head(1))

    assert head([0.0, 1.0]) == "h_1 - y_1"
    assert head([0.5, 1.0]) == "h_1*(y_1 + y_2) - y_1"


def test_a_wide_layer_is_told_by_one_unit_and_in_blocks() -> None:
    wide = network([0.1] * 20, [1.0, 0.0], "cross_entropy",
                   [([[0.01 * i] * 20 for i in range(16)], "tanh"), ([[0.1] * 16, [0.2] * 16], "softmax")])
    steps = checked(wide)
    assert all(s.ok for s in steps)
    assert len(steps) < 100
    assert {"block input", "block signal", "block gradient", "block update"} <= {s.name for s in steps}


# a step that is wrong is caught

def places(e: sp.Basic, kind: type | tuple) -> list[sp.Basic]:
    return sorted(e.atoms(kind), key=sp.default_sort_key)


def scaled(e: sp.Basic, by: int) -> sp.Basic:
    return sp.MatMul(by, e) if isinstance(e, sp.MatrixExpr) else by * e


def without(e: sp.Basic, i: int) -> sp.Basic:
    """A sum or a product that has lost its i-th part."""
    return e.func(*(a for n, a in enumerate(e.args) if n != i))


def siblings(e: sp.Basic) -> Iterator[tuple[sp.Basic, sp.Basic]]:
    """Names and what they may be taken for: the unit beside, the transposed weight, the layer above or below."""
    names = e.atoms(sp.Symbol) | {v for d in e.atoms(sp.Derivative) for v in d.variables}
    for s in sorted(names, key=str):
        q = Quantity.of(s)
        if q is None:
            continue
        if q.kind in MATRICES and q.unit != q.source:
            yield s, replace(q, unit=q.source, source=q.unit).symbol
        if q.unit and q.kind not in MATRICES:
            yield s, replace(q, unit=3 - q.unit if q.unit < 3 else 1).symbol
        if q.layer and q.layer > 2:
            yield s, replace(q, layer=q.layer - 1).symbol


def mutations(e: sp.Basic) -> Iterator[tuple[str, Callable[[], sp.Basic]]]:
    """Every wrong version of a right side that differs from it in one place."""
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


def same(a: sp.Basic, b: sp.Basic) -> bool:
    """Whether a wrong version is none: a link dz/da is the same weight whatever a is called."""
    if isinstance(a, sp.MatrixExpr):
        return a == b
    a, b = (e.xreplace({d: d.doit() for d in e.atoms(sp.Derivative) if d.expr.is_Mul or d.expr.is_Add}) for e in (a, b))
    return a == b or sp.expand(a - b) == 0


def kinds(name: str) -> dict[tuple[str, bool], list[int]]:
    """The places of the steps of each kind."""
    found: dict[tuple[str, bool], list[int]] = {}
    for i, step in enumerate(derivation(name).steps):
        found.setdefault((step.name, step.calculus), []).append(i)
    return found


CASES = [(name, kind) for name in MADE for kind in kinds(name) if not kind[1] or name != "mazur"]


@pytest.mark.parametrize(("name", "kind"), CASES, ids=[f"{n}-{k[0]}" for n, k in CASES])
def test_a_wrong_step_is_not_proved(name: str, kind: tuple[str, bool]) -> None:
    d = derivation(name)
    found = kinds(name)[kind]
    tried, missed = 0, []
    for i in {found[0], found[len(found) // 2], found[-1]}:
        step, previous = d.steps[i], d.steps[i - 1] if i else None
        assert d.prove(step, previous)
        for what, make in mutations(step.rhs):
            try:
                wrong = make()
            except ShapeError:   # SymPy itself refuses it
                tried += 1
                continue
            if not same(wrong, step.rhs):
                tried += 1
                if d.prove(replace(step, rhs=wrong), previous):
                    missed.append(f"{what}: {step.lhs} = {wrong}")
    assert missed == []
    assert tried >= 2


def test_every_kind_of_step_was_tried_wrong() -> None:
    kinds_tried = {kind[0] for _, kind in CASES}
    assert kinds_tried >= {
        "quotient", "constant", "chain", "sigmoid definition", "weighted input", "activation", "cost", "network error",
        "partial", "update", "definition", "recursion", "output signal", "signal", "gradient", "update with delta",
        "block input", "block signal", "block gradient", "block update"}
    every = {step.name for make in MADE.values() for step in Derivation(make()).steps}
    assert every == kinds_tried


def test_a_line_that_does_not_follow_from_the_line_before_is_not_proved() -> None:
    d = derivation("single_path")
    i = next(i for i, s in enumerate(d.steps) if s.equation == "5")
    assert d.prove(d.steps[i], d.steps[i - 1])
    assert not d.prove(d.steps[i], replace(d.steps[i - 1], rhs=2 * d.steps[i - 1].rhs))


def test_a_wrong_step_misses_the_numbers_too() -> None:
    net = single_path()
    t = trace(net)
    d, report = Derivation(net), verify(t)
    for step in d.steps:
        if step.name in ("partial", "signal", "gradient", "update", "weighted input"):
            assert d.confirm(step, report) < 1e-15
            assert d.confirm(replace(step, rhs=sp.Rational(1001, 1000) * step.rhs), report) > 1e-6


def test_the_film_stops_at_a_step_that_does_not_hold() -> None:
    step = replace(derivation("single_path").steps[-1], proved=False, residual=0.0)
    with pytest.raises(NetworkError, match="is not proved; the film"):
        demand((step,))
    with pytest.raises(NetworkError, match=r"misses the numbers by 0\.5"):
        demand((replace(step, proved=True, residual=0.5),))


# what it says

NAMES = {"sigma": sp.Function("sigma"), "g": sp.Function("g"), "u": sp.Function("u"), "v": sp.Function("v")}


@pytest.mark.parametrize("name", MADE)
def test_the_plain_text_is_read_back_as_the_same(name: str) -> None:
    for step in derivation(name).steps:
        for side in (step.lhs, step.rhs):
            text = plain_text(side)
            read = parse_expr(text, local_dict=NAMES)
            assert not any(str(s) in ACTIVATIONS for s in read.free_symbols)
            assert "+ -" not in text
            if isinstance(side, sp.MatrixExpr):
                assert plain_text(read) == text
            elif not step.calculus:
                assert {str(s) for s in read.free_symbols} == {str(s) for s in side.free_symbols}
                again = parse_expr(plain_text(read), local_dict=NAMES)
                assert sp.expand(read - again) == 0
