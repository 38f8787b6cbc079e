"""The largest slopes, derived, and the signal on deep paths."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from bpmath.model.activation import ACTIVATIONS, Activation, z
from bpmath.model.phrase import Phrase
from bpmath.numeric.backprop import trace
from bpmath.symbolic.largest_slope import bound, deep_path, largest, largest_slope
from tests.doubles import in_doubles
from tests.networks import ELEMENTWISE, single_path


@pytest.mark.parametrize(("name", "slope", "attained"), [
    ("linear", 1, True), ("sigmoid", sp.Rational(1, 4), True), ("tanh", 1, True), ("relu", 1, True),
    ("leaky_relu", 1, True), ("softplus", 1, False)])
def test_largest_slopes(name: str, slope: sp.Expr, attained: bool) -> None:
    found = largest(ACTIVATIONS[name])
    assert found.slope == largest_slope(ACTIVATIONS[name]) == slope
    assert (found.at is not None) is attained
    if attained:
        assert ACTIVATIONS[name].slope.subs(z, found.at) == slope


def test_where_the_slope_is_largest() -> None:
    assert largest(ACTIVATIONS["sigmoid"]).at == largest(ACTIVATIONS["tanh"]).at == 0


@pytest.mark.parametrize(("g", "slope", "at"), [
    (sp.atan(z), 1, 0), (sp.exp(-z**2), sp.sqrt(2) * sp.exp(-sp.Rational(1, 2)), -sp.sqrt(2) / 2),
    (sp.Piecewise((0, z < -1), (1, z > 1), ((z + 1) / 2, True)), sp.Rational(1, 2), 0)])
def test_the_largest_slope_of_activations_that_may_come(g: sp.Expr, slope: sp.Expr, at: sp.Expr) -> None:
    found = largest(Activation("another", g, "g", "g", "g", Phrase("another")))
    assert (found.slope, found.at) == (slope, at)


@pytest.mark.parametrize("name", ELEMENTWISE)
@given(v=st.floats(-1e3, 1e3))
def test_no_slope_is_larger(name: str, v: float) -> None:
    activation = ACTIVATIONS[name]
    assert in_doubles(activation.slopes, [v])[0] <= float(largest_slope(activation))


def test_softmax_has_no_slope_of_one_unit() -> None:
    with pytest.raises(ValueError, match="found softmax"):
        largest_slope(ACTIVATIONS["softmax"])


def test_the_bound_of_the_sigmoid() -> None:
    assert [bound(ACTIVATIONS["sigmoid"], n) for n in range(1, 5)] == [sp.Rational(1, 4**n) for n in range(1, 5)]
    assert float(bound(ACTIVATIONS["sigmoid"], 10)) == pytest.approx(9.5367e-07, rel=1e-5)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_no_deep_path_passes_more_than_the_bound(name: str) -> None:
    delta = trace(deep_path(10, name)).delta
    for l in delta:
        assert abs(delta[l][0] / delta[12][0]) <= float(bound(ACTIVATIONS[name], 12 - l)) * (1 + 1e-12)


def test_through_sigmoids_the_signal_vanishes_and_through_relus_it_stays_level() -> None:
    sigmoid, relu = (trace(deep_path(10, name)).delta for name in ("sigmoid", "relu"))
    assert sigmoid[12][0] == relu[12][0] == 1
    assert abs(sigmoid[2][0]) < 1e-6
    assert {delta[0] for delta in relu.values()} == {1.0}


def test_a_unit_that_is_off_stops_the_signal_there_and_below() -> None:
    found = trace(deep_path(10, "relu", off=6))
    assert found.slope[6][0] == 0
    assert [found.delta[l][0] for l in range(12, 6, -1)] == [1.0] * 6
    assert [found.delta[l][0] for l in range(6, 1, -1)] == [0.0] * 5


def test_a_weight_of_100_explodes_where_the_slope_is_largest() -> None:
    """At z = 0 a sigmoid's slope is a quarter: a weight of 100 multiplies by 25."""
    t = trace(single_path().with_parameters({1: [[0.0]], 2: [[100.0]]}))
    assert t.delta[2][0] / t.delta[3][0] == pytest.approx(25, rel=1e-14)
