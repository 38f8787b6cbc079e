"""The derivation holds for every network, and a step that is wrong by purpose is caught by its own proof."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
import sympy as sp
from hypothesis import given, settings
from sympy.parsing.sympy_parser import parse_expr

from bpmath.model.activation import ACTIVATIONS
from bpmath.model.cost import COSTS
from bpmath.model.network import Network, NetworkError, frozen, network
from bpmath.model.output_pairs import misfit
from bpmath.numeric.backprop import trace
from bpmath.numeric.second_method import verify
from bpmath.symbolic.derivation import Derivation
from bpmath.symbolic.step import Step, demand
from bpmath.writing.sympy_text import plain_text
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


@pytest.mark.parametrize("make", [single_path, tanh_path, mazur])
def test_a_network_that_has_learnt_its_target_is_confirmed(make: Callable[[], Network]) -> None:
    """Of its error nothing is left but rounding, which differs from method to method."""
    net = make()
    assert faults(replace(net, cost=COSTS["squared_error"], target=frozen(trace(net).h))) == []


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


# a step that is wrong is caught (test_mutants.py tries every kind)

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


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_no_step_says_that_a_thing_is_itself(name: str) -> None:
    d = Derivation(network([0.4], [0.7], "squared_error", [([[0.5]], "tanh"), ([[0.6]], name)]))
    for step in d.steps:
        left, right = step.sides
        assert left != right
        assert parse_expr(left, local_dict=NAMES) is not None
    definition = next(s for s in d.steps if s.name == f"{name} definition")
    assert definition.sides[0] == f"{ACTIVATIONS[name].symbol}(x)"


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
