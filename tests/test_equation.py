"""Formulas on the screen: their parts, their numbers, and the last sign."""

from __future__ import annotations

import numpy as np
import pytest

from bpmath.files import DEFAULT, read_network
from bpmath.network import network
from scenes.kit.equation import Equation
from scenes.kit.glyphs import TypesettingError, shapes
from scenes.kit.study import study
from scenes.kit.theme import theme

PATH = study(read_network(DEFAULT))


def test_numbers_stand_under_their_symbols() -> None:
    step = PATH.step("signal", PATH.q("delta", 3))
    equation = Equation(PATH, step, numbers=True)
    for q in (PATH.q("delta", 4), PATH.q("theta", 3), PATH.q("slope", 3)):
        symbol, number = equation.symbol(q), equation.number(q)
        assert abs(symbol.get_center()[0] - number.get_center()[0]) < 0.05
        assert number.get_top()[1] < symbol.get_bottom()[1]


def test_each_part_has_the_colour_of_its_role() -> None:
    equation = Equation(PATH, PATH.step("signal", PATH.q("delta", 3)), numbers=True)
    for kind, layer, color in (("delta", 4, theme.delta), ("theta", 3, theme.theta), ("slope", 3, theme.slope)):
        q = PATH.q(kind, layer)
        for part in (equation.symbol(q), equation.number(q)):
            assert {g.get_fill_color().to_hex() for g in part} == {color}


def test_the_last_sign_says_whether_the_printed_line_is_right() -> None:
    assert Equation(PATH, PATH.step("signal", PATH.q("delta", 3))).last_sign == "="
    coarse = study(
        network(
            [-2.5], [12.0], "squared_error", [([[-3.7]], "sigmoid"), ([[-8.25]], "sigmoid"), ([[-145.0]], "linear")]
        )
    )
    signs = {Equation(coarse, s).last_sign for s in coarse.steps("signal")}
    assert "approx" in signs


def test_a_long_formula_breaks_and_stays_readable() -> None:
    deep = study(network([1.0], [1.0], "squared_error", [([[0.5 + l]], "sigmoid") for l in range(5)]))
    equation = Equation(deep, deep.step("partial", deep.q("dtheta", 1)), numbers=True)
    assert equation.width <= 12.3
    assert equation.size >= 0.3


def test_an_outline_is_compiled_once_and_centred() -> None:
    found = shapes("$x = 1$")
    assert shapes("$x = 1$") is found
    box = np.concatenate([s.outline for s in found])
    assert abs(box[:, 0].min() + box[:, 0].max()) < 0.2


def test_a_font_that_is_missing_is_an_error() -> None:
    with pytest.raises(TypesettingError, match="warns"):
        shapes('#text(font: "No Such Font")[a]')
