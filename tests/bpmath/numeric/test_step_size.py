"""Central differences in double precision: right in the middle, wrong at both ends for the reasons told."""

from __future__ import annotations

import pytest

from bpmath.model.network import network
from bpmath.model.notation import Quantity, quantity
from bpmath.numeric.backprop import trace
from bpmath.numeric.step_size import central, curve, sweep
from tests.networks import mazur, single_path, unmeant


def error(eps: float) -> float:
    return abs(central(single_path(), Quantity("theta", 1), eps).value - trace(single_path()).dtheta[1][0, 0])


def test_a_step_of_good_size_gives_the_gradient() -> None:
    for j, i in ((1, 1), (1, 2), (2, 1), (2, 2)):
        found = central(mazur(), quantity(mazur(), "theta", 1, j, i), 1e-5)
        assert found.value == pytest.approx(trace(mazur()).dtheta[1][j - 1, i - 1], rel=1e-8)
        assert found.exact == pytest.approx(found.value, rel=1e-12)


def test_truncation_falls_with_the_square_of_the_step() -> None:
    assert error(1e-1) / error(1e-2) == pytest.approx(100, rel=0.05)
    assert error(1e-2) / error(1e-3) == pytest.approx(100, rel=0.05)


def test_rounding_spoils_tiny_steps() -> None:
    assert error(1e-12) > 1000 * error(1e-5)


def test_a_parabola_has_no_truncation() -> None:
    found = central(single_path(), Quantity("theta", 3), 0.5)
    assert found.value == pytest.approx(trace(single_path()).dtheta[3][0, 0], rel=1e-14)


def test_a_step_to_where_the_cost_has_no_value_is_left_out() -> None:
    steep = network([1.0], [1.0], "squared_error", [([[1e154]], "linear")])
    assert [d.eps for d in sweep(steep, Quantity("theta", 1), (1e155, 1e140))] == [1e140]


def test_the_curve_ends_where_the_cost_has_no_value() -> None:
    whole = curve(single_path(), Quantity("theta", 1), 1.0, samples=5)
    assert [[by for by, _ in piece] for piece in whole] == [[-1.0, -0.5, 0.0, 0.5, 1.0]]
    assert whole[0][2][1] == pytest.approx(trace(single_path()).J, rel=1e-15)
    odd = unmeant([1.0], [1.0], [([[0.5]], "linear")])  # h must lie between 0 and 1
    (piece,) = curve(odd, Quantity("theta", 1), 1.0, samples=9)
    assert [by for by, _ in piece] == [-0.25, 0.0, 0.25]
