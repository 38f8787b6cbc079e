"""The second method agrees with a right trace and catches one that is wrong in a single number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from bpmath.backprop import Trace, trace
from bpmath.check import DIFFERENCES, Check, demand, verify
from bpmath.network import Network, NetworkError, network
from bpmath.notation import Quantity, quantities
from tests.networks import classes, mazur, networks, single_path, softmaxes, tanh_path


@settings(max_examples=25)
@given(networks(units=4))
def test_backpropagation_and_differences_agree_on_any_network(net: Network) -> None:
    report = verify(trace(net))
    assert report.ok, report.worst
    assert set(report.checks) == set(quantities(net))


@pytest.mark.parametrize("make", [single_path, mazur, tanh_path, softmaxes, classes])
def test_they_agree_to_the_last_digits(make: Callable[[], Network]) -> None:
    assert verify(trace(make())).worst[1].residual < 1e-14


def spoilt(t: Trace, kind: str, l: int) -> Trace:
    """The trace with the first number of one kind and layer off by a millionth."""
    values = {n: np.array(v) for n, v in getattr(t, kind).items() if v is not None}
    values[l].flat[0] += 1e-6 * max(1.0, abs(values[l].flat[0]))
    return replace(t, **{kind: values})


OF_UNITS, OF_PARAMETERS = ("a", "z", "slope", "delta"), ("dtheta", "db", "new_theta", "new_b")


@pytest.mark.parametrize(("kind", "l"), [*product(OF_UNITS, (2, 3)), *product(OF_PARAMETERS, (1, 2))])
def test_a_single_wrong_number_is_caught(kind: str, l: int) -> None:
    report = verify(spoilt(trace(mazur()), kind, l))
    assert not report.ok
    wrong = {q for q, check in report.checks.items() if not check.ok}
    assert {(q.kind, q.layer) for q in wrong} <= {(kind, l), ("h", None)}
    with pytest.raises(NetworkError, match="the film stops"):
        demand(report)


def test_a_wrong_cost_is_caught() -> None:
    t = trace(mazur())
    report = verify(replace(t, J=t.J * (1 + 1e-8)))
    assert [q for q, check in report.checks.items() if not check.ok] == [Quantity("J")]


def test_the_classic_mistakes_are_caught() -> None:
    net = mazur()
    t = trace(net)
    no_transpose = {**t.delta, 2: net.theta(2) @ t.delta[3] * t.slope[2]}
    no_slope = {**t.delta, 2: net.theta(2).T @ t.delta[3]}
    new_weights = {**t.delta, 2: t.new_theta[2].T @ t.delta[3] * t.slope[2]}
    for delta in (no_transpose, no_slope, new_weights):
        assert not verify(replace(t, delta=delta)).ok


@pytest.mark.parametrize("target", [[0.0, 1.0], [0.0, 0.25], [1.0, 0.0]])
def test_an_output_below_all_doubles_is_nudged_where_the_cost_feels_it(target: list[float]) -> None:
    net = network([1.0], target, "binary_cross_entropy", [([[-1e4], [1e4]], "softmax")])
    assert verify(trace(net)).ok


def test_each_check_says_its_method() -> None:
    checks = verify(trace(single_path())).checks
    assert checks[Quantity("delta", 3)].method == DIFFERENCES
    assert checks[Quantity("theta", 1)].method == "given in the file"


def test_at_the_corner_of_a_relu_the_custom_is_named() -> None:
    net = network([1.0], [1.0], "squared_error", [([[0.0]], "relu"), ([[2.0]], "linear")])
    report = verify(trace(net))
    assert report.ok
    assert "the corner of relu" in report.checks[Quantity("delta", 2)].method
    assert {q.kind for q, check in report.checks.items() if check.custom} == {"delta", "dtheta", "new_theta", "dh"}


@pytest.mark.parametrize(("value", "second", "ok"), [
    (1.0, 1.0 + 1e-10, True), (1.0, 1.0 + 1e-8, False), (1e-40, 1.0001e-40, True), (1e-10, 2e-10, False),
    (0.0, 0.0, True)])
def test_what_counts_as_agreement(value: float, second: float, ok: bool) -> None:
    assert Check(value, second, "").ok is ok
