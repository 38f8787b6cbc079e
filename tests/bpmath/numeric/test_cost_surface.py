"""The cost over weights: heights are costs of networks, contour lines lie where they should, and the way goes down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from bpmath.model.network import Network, NetworkError, network
from bpmath.model.notation import Quantity, quantity
from bpmath.numeric.backprop import cost_of, trace
from bpmath.numeric.cost_surface import Slice, contour, steepest
from tests.networks import mazur, networks, single_path, unmeant

FIRST, LAST = Quantity("theta", 1), Quantity("theta", 3)


@settings(max_examples=30, deadline=None)
@given(networks())
def test_the_height_is_the_cost_of_the_network_with_these_weights(net: Network) -> None:
    weights = tuple({quantity(net, "theta", l, 1, 1): None for l in (1, net.L - 1)})
    found = Slice(net, weights)
    for values in (found.start, tuple(v + 0.25 for v in found.start)):
        try:
            expected = cost_of(found.at(values))
        except NetworkError:
            expected = float("nan")
        assert found.J(*values) == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


def test_the_steepest_are_those_with_the_largest_gradients() -> None:
    choice = [Quantity("theta", l) for l in (1, 2, 3)]
    assert [q.layer for q in steepest(trace(single_path()), choice)] == [2, 3]
    flat = network([3.0, -1.0], [0.0, 0.0], "squared_error", [([[0.1, 0.1], [0.5, 0.2]], "linear")])
    assert [(q.unit, q.source) for q in steepest(trace(flat), [])] == [(2, 1), (2, 2)]
    line = network([3.0], [0.0], "squared_error", [([[0.1]], "linear")])
    assert len(steepest(trace(line), [])) == 1


def test_the_first_step_of_the_way_is_the_update_of_these_weights_alone() -> None:
    choice = tuple(quantity(mazur(), "theta", l, 2, 1) for l in (1, 2))
    way, now = Slice(mazur(), choice).walk(20), trace(mazur())
    assert way.places[1].tolist() == [now.new_theta[1][1, 0], now.new_theta[2][1, 0]]
    assert len(way.costs) == 21
    assert list(way.costs) == sorted(way.costs, reverse=True)


def test_the_way_ends_where_the_cost_ends() -> None:
    leaves = unmeant([1.0], [1.0], [([[0.5]], "sigmoid"), ([[1.0]], "linear")], 2.0)
    way = Slice(leaves, (Quantity("theta", 1), Quantity("theta", 2))).walk(5)
    assert len(way.costs) == len(way.places) == 1


def test_the_contour_of_a_cone_is_a_circle() -> None:
    axis = np.linspace(-2, 2, 41)
    x, y = np.meshgrid(axis, axis)
    pieces = contour(axis, axis, np.hypot(x, y), 1.3)
    assert np.hypot(pieces[..., 0], pieces[..., 1]) == pytest.approx(1.3, abs=0.0012)
    assert np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=1).sum() == pytest.approx(2 * np.pi * 1.3, rel=0.01)


def test_two_pieces_of_a_contour_in_one_cell_cut_off_the_corners_that_are_unlike_its_middle() -> None:
    saddle = np.array([[1.0, -1.0], [-1.0, 1.0]])
    for level, (a, b) in ((0.2, (1, 1)), (-0.2, (1, -1))):
        pieces = contour([-1.0, 1.0], [-1.0, 1.0], saddle, level)
        assert sorted((a * pieces[..., 0] + b * pieces[..., 1]).ravel()) == pytest.approx([-1.2, -1.2, 1.2, 1.2])


def test_a_contour_leaves_out_what_has_no_height() -> None:
    axis = np.linspace(-2, 2, 41)
    x, _ = np.meshgrid(axis, axis)
    heights = np.where(x < 0, np.nan, x)
    assert contour(axis, axis, heights, -1.0).shape == (0, 2, 2)
    assert contour(axis, axis, heights, 1.01)[..., 0] == pytest.approx(1.01)
    assert not len(contour(axis, axis, np.ones_like(x), 1.0))
