"""The second method agrees with a right trace and catches one that is wrong in a single number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from bpmath.model.network import Network, NetworkError, network
from bpmath.model.notation import Quantity, quantities
from bpmath.numeric.backprop import Trace, trace
from bpmath.numeric.second_method import DIFFERENCES, Check, demand, verify
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
    assert "at the corner of relu where a unit of layer 2 stands" in report.checks[Quantity("delta", 2)].method
    assert {q.key for q, check in report.checks.items() if check.custom} == {
        "slope(2)[1]", "delta(2)[1]", "dtheta(1)[1,1]", "new_theta(1)[1,1]"}


def test_only_derivatives_whose_own_path_crosses_a_corner_go_without() -> None:
    """A dead unit feeds a ReLU layer without bias, so that one of its units stands at 0."""
    net = network([1.0], [0.5], "squared_error", [
        ([[-1.0], [1.0]], "relu"), ([[0.5, 0.0], [1.0, 2.0]], "relu"), ([[0.5, 0.5]], "tanh"), ([[1.5]], "linear")])
    report = verify(trace(net))
    custom = {q.key: check.method for q, check in report.checks.items() if check.custom}
    assert set(custom) == {"slope(3)[1]", "delta(3)[1]", "dtheta(2)[1,2]", "new_theta(2)[1,2]"}
    assert all("layer 3" in method for key, method in custom.items() if key != "slope(3)[1]")
    assert report.ok
    wrong = replace(trace(net), delta={**trace(net).delta, 5: 3 * trace(net).delta[5]})
    assert [q.key for q, check in verify(wrong).checks.items() if not check.ok] == ["delta(5)[1]"]


def test_at_a_corner_the_numbers_are_compared_with_the_custom_itself() -> None:
    net = network([0.0], [0.5], "squared_error", [([[1.0]], "leaky_relu"), ([[2.0]], "linear")])
    t = trace(net)
    assert verify(t).checks[Quantity("delta", 2)].custom
    assert verify(t).ok
    assert not verify(replace(t, delta={**t.delta, 2: 100 * t.delta[2]})).ok     # by the slope on the right


def test_a_corner_that_two_units_hide_from_differences_is_seen() -> None:
    """J depends on |x theta|: up and down the same, and without a derivative."""
    net = network([0.0], [0.5], "squared_error", [([[1.0], [-1.0]], "relu"), ([[1.0, 1.0]], "linear")])
    deeper = network([1.0], [0.5], "squared_error", [
        ([[0.0]], "linear"), ([[1.0], [-1.0]], "relu"), ([[1.0, 1.0]], "linear")])
    assert verify(trace(net)).ok
    report = verify(trace(deeper))
    assert report.ok
    assert report.checks[Quantity("delta", 2)].custom
    assert "layer 3" in report.checks[Quantity("delta", 2)].method


DEAD = [([[0.1, 0.2, -0.3]], "relu"), ([[0.7]], "sigmoid")]


def test_decimals_are_what_they_say_and_a_sum_that_cancels_is_zero() -> None:
    t = trace(network([1.0, 1.0, 1.0], [0.5], "squared_error", DEAD))
    assert t.z[2].tolist() == t.slope[2].tolist() == t.delta[2].tolist() == [0.0]
    assert t.new_theta[1].tolist() == [[0.1, 0.2, -0.3]]
    assert verify(t).ok
    assert not verify(replace(t, z={**t.z, 2: np.array([5.55e-17])})).ok


def test_doubles_are_summed_exactly_and_what_rounding_leaves_is_about_zero() -> None:
    net = replace(network([1.0, 1.0, 1.0], [0.25], "squared_error", DEAD), decimal=False)
    t = trace(net)
    assert t.z[2][0] == float(sum(map(Fraction, (0.1, 0.2, -0.3))))
    report = verify(t)
    assert report.ok
    about = {q.key for q, check in report.checks.items() if check.about_zero}
    assert about == {"z(2)[1]", "a(2)[1]", "dtheta(2)[1,1]"}


def test_numbers_far_larger_than_others_are_no_reason_to_refuse() -> None:
    layers = [([[1.0, 1.0, 1.0], [0.1, 0.2, 0.3]], "tanh"), ([[0.5, 0.5], [1.0, 2.0]], "linear")]
    t = trace(network([1e8, 0.1, -1e8], [1e60, 1.0], "squared_error", layers))
    assert t.z[2][0] == 0.1
    assert verify(t).ok


@pytest.mark.parametrize(("value", "second", "ok"), [
    (1.0, 1.0 + 1e-10, True), (1.0, 1.0 + 1e-8, False), (1e-40, 1.0001e-40, False), (1e-10, 2e-10, False),
    (0.0, 0.0, True), (3e-16, -1e-16, False), (5e-324, 0.0, True)])
def test_what_counts_as_agreement(value: float, second: float, ok: bool) -> None:
    assert Check(value, second, "").ok is ok


def test_a_large_whole_number_is_the_decimal_that_it_says_too() -> None:
    layers = [([[1e8, 0.0142111089535288]], "linear")]
    t = trace(network([1e8, -7.03674852729693e17], [0.0], "squared_error", layers))
    exact = Fraction(10**16) - Fraction("0.0142111089535288") * 703674852729693000
    assert t.z[2][0] == float(exact)


def test_the_layer_that_is_named_is_one_that_the_nudge_comes_to() -> None:
    """Another unit of the same layer stands at a corner, and two corners lie behind each other on the way."""
    net = network([1.0], [0.5], "squared_error", [
        ([[1.0], [0.0]], "relu"), ([[0.0, 1.0]], "relu"), ([[2.0]], "relu"), ([[1.0]], "linear")])
    above = network([1.0], [0.5], "squared_error", [
        ([[1.0], [0.0]], "relu"), ([[1.0, 1.0]], [-1.0], "relu"), ([[2.0]], "relu"), ([[1.0]], "linear")])
    assert "layer 2" in verify(trace(net)).checks[Quantity("delta", 2, 2)].method
    assert "layer 3" in verify(trace(above)).checks[Quantity("delta", 2, 1)].method


def test_what_a_saturated_softplus_hands_on_is_not_zero() -> None:
    layers = [([[-1.0]], "softplus"), ([[1.0]], "relu"), ([[1.0]], "linear")]
    t = trace(network([9e7], [0.5], "squared_error", layers))
    assert (t.z[3].tolist(), t.slope[3].tolist()) == ([0.0], [1.0])     # far below all doubles, and above 0
    assert verify(t).ok


@pytest.mark.parametrize("net", [
    network([1.0], [1.0], "squared_error", [([[weight]], "softplus"), ([[10.0]], "relu"), ([[1.0]], [0.5], "linear")])
    for weight in (-1e4, -2000.0)])
def test_what_is_hidden_far_below_other_digits_is_found_by_both_methods(net: Network) -> None:
    report = verify(trace(net))
    assert report.ok
    assert not any(check.custom for check in report.checks.values())
    assert report.checks[Quantity("slope", 3)].value == 1.0


def test_a_slope_below_the_normal_doubles_is_found_by_both_methods() -> None:
    report = verify(trace(network([1.0], [0.0], "squared_error", [([[368.0]], "tanh")])))
    assert report.ok
    assert 0 < report.checks[Quantity("slope", 2)].value < 1e-318
