"""Each cost on top of each output, against formulas of their own, also where the output is saturated."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bpmath.model.activation import ACTIVATIONS
from bpmath.model.cost import COSTS, Output
from tests.bpmath.model.test_activation import FORMULAS
from tests.doubles import in_doubles
from tests.networks import ELEMENTWISE

TARGET = st.sampled_from([0.0, 1.0, 0.25])
WIDE = st.one_of(st.floats(-50, 50), st.floats(-1e6, 1e6))
ENDS = [(z, y) for z in (-1e6, -745.2, 40.0, 1e6) for y in (0.0, 1.0)]


def output(cost: str, activation: str) -> Output:
    return Output(COSTS[cost], ACTIVATIONS[activation])


def both(out: Output, z: float, y: float) -> tuple[float, float]:
    """J and delta of a single output unit."""
    return float(in_doubles(out.J, [z], [y])), float(in_doubles(out.delta, [z], [y])[0])


def precision(z: float) -> int:
    return 200 + 4 * min(int(abs(z)), 2000)


def at_the_ends(test: Callable) -> Callable:
    """A test of z and y, tried where the output is saturated too."""
    for z, y in ENDS:
        test = example(z=z, y=y)(test)
    return test


@pytest.mark.parametrize("activation", ELEMENTWISE)
@at_the_ends
@settings(max_examples=40)
@given(z=WIDE, y=TARGET)
def test_squared_error(activation: str, z: float, y: float) -> None:
    with mp.workprec(precision(z)):
        h, slope = (f(mp.mpf(z)) for f in FORMULAS[activation])
        J, delta = float((h - y) ** 2 / 2), float((h - y) * slope)
    assert both(output("squared_error", activation), z, y) == pytest.approx((J, delta), rel=1e-14, abs=1e-300)


@at_the_ends
@given(z=WIDE, y=TARGET)
def test_binary_cross_entropy_of_a_sigmoid(z: float, y: float) -> None:
    with mp.workprec(precision(z)):
        v = mp.mpf(z)
        softplus = lambda t: max(t, mp.mpf(0)) + mp.log1p(mp.exp(-abs(t)))   # noqa: E731
        J = float(y * softplus(-v) + (1 - y) * softplus(v))
        delta = float((1 - y) / (1 + mp.exp(-v)) - y / (1 + mp.exp(v)))
    assert both(output("binary_cross_entropy", "sigmoid"), z, y) == pytest.approx((J, delta), rel=1e-14, abs=1e-300)


@at_the_ends
@given(z=WIDE, y=TARGET)
def test_cross_entropy_of_a_sigmoid(z: float, y: float) -> None:
    with mp.workprec(precision(z)):
        v = mp.mpf(z)
        J, delta = float(y * (max(-v, mp.mpf(0)) + mp.log1p(mp.exp(-abs(v))))), float(-y / (1 + mp.exp(v)))
    assert both(output("cross_entropy", "sigmoid"), z, y) == pytest.approx((J, delta), rel=1e-14, abs=1e-300)


@settings(max_examples=15)
@given(at=st.lists(WIDE, min_size=2, max_size=3), ys=st.lists(TARGET, min_size=4, max_size=4))
@example(at=[1e6, -1e6], ys=[0.0, 1.0, 0.0, 0.0])
@example(at=[0.0, 40.0, 800.0], ys=[1.0, 0.0, 0.0, 0.0])
def test_cross_entropy_of_a_softmax(at: list[float], ys: list[float]) -> None:
    out, y = output("cross_entropy", "softmax"), np.array(ys[: len(at)])
    with mp.workprec(precision(2 * max(map(abs, at)))):
        largest = max(map(mp.mpf, at))
        total = mp.fsum(mp.exp(mp.mpf(v) - largest) for v in at)
        J = float(mp.fsum(t * (largest + mp.log(total) - v) for t, v in zip(y, map(mp.mpf, at), strict=True)))
        a = [mp.exp(mp.mpf(v) - largest) / total for v in at]
        delta = [float(sum(map(mp.mpf, y)) * v - t) for t, v in zip(y, a, strict=True)]
    assert float(in_doubles(out.J, at, y)) == pytest.approx(J, rel=1e-14, abs=1e-300)
    assert in_doubles(out.delta, at, y) == pytest.approx(delta, rel=1e-12, abs=1e-300)


def test_a_saturated_output_learns_from_cross_entropy_and_not_from_the_squared_error() -> None:
    z, y = -4.0, 1.0
    assert both(output("squared_error", "sigmoid"), z, y)[1] == pytest.approx(-0.017345, abs=1e-6)
    assert both(output("binary_cross_entropy", "sigmoid"), z, y)[1] == pytest.approx(-0.982014, abs=1e-6)


def test_dJ_dh_is_taken_from_z_where_h_rounds_to_1() -> None:
    (error,) = in_doubles(output("binary_cross_entropy", "sigmoid").error, [40.0], [0.0])
    assert error == pytest.approx(1 + np.exp(40.0), rel=1e-15)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_an_output_that_cannot_be_priced_has_no_finite_cost(activation: str) -> None:
    assert not np.isfinite(in_doubles(output("binary_cross_entropy", activation).J, [-2.0], [1.0]))


@pytest.mark.parametrize(("z", "y", "error"), [
    (1e5, 0.0, math.inf), (1e5, 1.0, -1.0), (-1e5, 1.0, -math.inf), (-1e5, 0.0, 1.0)])
def test_dJ_dh_of_an_output_that_is_saturated_beyond_all_digits(z: float, y: float, error: float) -> None:
    assert in_doubles(output("binary_cross_entropy", "sigmoid").error, [z], [y])[0] == error
    assert in_doubles(output("binary_cross_entropy", "softmax").error, [z, 0.0], [y, 0.5])[0] == error
