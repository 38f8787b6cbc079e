"""What the names of a network mean."""

from __future__ import annotations

import sympy as sp

from bpmath.symbolic.definitions import Definitions, Share, Slope, Unit
from tests.networks import mazur, single_path, softmaxes


def test_a_path_in_its_own_names() -> None:
    d = Definitions(single_path())
    x, h, y, z_3, a_2, theta_1, theta_2 = sp.symbols("x h y z_3 a_2 theta_1 theta_2")
    assert d.z(2) == theta_1 * x
    assert d.z(3) == theta_2 * a_2
    assert d.a(3) == sp.Function("sigma")(z_3)
    assert d.J() == (h - y) ** 2 / 2


def test_units_and_biases_are_numbered() -> None:
    d = Definitions(mazur())
    names = sp.symbols("theta_2_2_1 a_2_1 theta_2_2_2 a_2_2 b_2_2")
    assert d.z(3, 2) == names[0] * names[1] + names[2] * names[3] + names[4]
    assert d.activations(1) == sp.symbols("x_1 x_2")
    assert d.activations(3) == sp.symbols("h_1 h_2")


def test_an_unknown_activation_has_a_slope_and_no_more() -> None:
    t = sp.Symbol("t")
    assert sp.diff(Unit(2, t**2), t) == 2 * t * Slope(2, t**2)


def test_units_of_a_softmax_answer_to_each_other() -> None:
    s, t = sp.symbols("s t")
    first, second = Share(2, 1, s, t), Share(2, 2, s, t)
    assert sp.expand(sp.diff(first, s) - first * (1 - first)) == 0
    assert sp.expand(sp.diff(first, t) + first * second) == 0


def test_unfolding_goes_down_one_half_of_a_layer_at_a_time() -> None:
    d = Definitions(softmaxes())
    a = d.activations(3)[0]
    opened = d.open_a(a, 3)
    assert opened == Unit(3, sp.Symbol("z_3_1"))
    assert d.open_z(opened, 3) == Unit(3, d.z(3, 1))
    assert d.open_a(sp.Symbol("x_1"), 1) == sp.Symbol("x_1")


def test_the_cost_from_a_layer_up_speaks_of_that_layer_only() -> None:
    d = Definitions(mazur())
    z = set(sp.symbols("z_2_1 z_2_2"))
    assert z <= d.cost_at(2, None).free_symbols
    assert not d.cost_at(2, 3).free_symbols & set(sp.symbols("z_3_1 z_3_2"))
