"""Formulas on the screen: their parts, their numbers, and the last sign."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bpmath.files.network_file import DEFAULT, read_network
from bpmath.model.network import network
from bpmath.writing.markup import TYPST, symbol
from scenes.kit.formulas.equation import Equation, Label, meant
from scenes.kit.formulas.readout import Number, alike
from scenes.kit.provenance.source import FromName
from scenes.kit.provenance.study import Study, study
from scenes.kit.setting.theme import NUMBER, theme
from scenes.kit.text.shapes import TypesettingError, compiled, page

PATH = study(read_network(DEFAULT))


def test_numbers_stand_under_their_symbols() -> None:
    step = PATH.step("signal", PATH.q("delta", 3))
    equation = Equation(PATH, step, numbers=True)
    for q in (PATH.q("delta", 4), PATH.q("theta", 3), PATH.q("slope", 3)):
        symbol, number = equation.symbol(q), equation.number(q)
        assert abs(symbol.get_center()[0] - number.get_center()[0]) < 0.05
        assert number.get_top()[1] < symbol.get_bottom()[1]


@pytest.mark.parametrize("name", ["signal", "partial"])
def test_numbers_are_named_in_reading_order(name: str) -> None:
    for step in PATH.steps(name):
        equation = Equation(PATH, step, numbers=True)
        places = [equation.number(q).get_left()[0] for q in meant(equation.numbers, "number")]
        assert len(places) > 1
        assert places == sorted(places)


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


def test_where_the_printed_numbers_give_none_the_result_stands_alone() -> None:
    dark = study(network([1.0], [0.25, 0.5], "cross_entropy", [([[-2000.0], [0.5]], "sigmoid")]), units="2:1")
    step = dark.step("output signal", dark.q("delta", 2))  # -slope y / h, and both slope and h are printed as 0
    equation = Equation(dark, step, numbers=True)
    shown = dark.number(dark.q("delta", 2))[1]
    assert shown.printed == -0.25
    assert {key[1] for g in equation for key in g.keys if key[0] == "number"} == {dark.q("delta", 2)}
    assert abs(equation.result.get_y() - equation.numbers.get_y()) < 0.05  # the sign of equality is on its left
    assert equation.result.get_left()[0] > equation.numbers.get_right()[0]


def test_a_long_formula_breaks_and_stays_readable() -> None:
    deep = study(network([1.0], [1.0], "squared_error", [([[0.5 + l]], "sigmoid") for l in range(5)]))
    equation = Equation(deep, deep.step("partial", deep.q("dtheta", 1)), numbers=True)
    assert equation.width <= 12.3
    assert equation.size >= 0.3


def test_a_formula_on_several_lines_tells_its_symbols_and_then_its_numbers() -> None:
    equation = Equation(PATH, PATH.step("partial", PATH.q("dtheta", 1)), numbers=True, width=4.0)
    lines = {round(equation.upper(i).get_y(), 1) for i in equation.factors}
    assert len(lines) > 1
    assert equation.symbols.get_bottom()[1] > equation.number(PATH.q("theta", 2)).get_top()[1]


def wide() -> Study:
    """Of a 1-6-6-1 network whose third unit of each hidden layer is in focus."""
    some = [[0.1 * i] for i in range(1, 7)]
    layers = [(some, "tanh"), ([[0.1 * i for i in range(1, 7)]] * 6, "tanh"), ([[0.3] * 6], "linear")]
    return study(network([1.0], [1.0], "squared_error", layers), units="2:3, 3:3")


def test_of_a_long_sum_what_is_in_focus_stays_where_its_ends_have_no_room() -> None:
    known = wide()
    step = known.step("signal", known.q("delta", 2))
    roomy, narrow = (Equation(known, step, numbers=True, width=width) for width in (40.0, 5.0))
    own, first = known.q("delta", 3), known.q("delta", 3, 1)
    assert (roomy.ends, narrow.ends) == (True, False)
    assert roomy.has(("symbol", own)) and roomy.has(("symbol", first))
    assert narrow.has(("symbol", own)) and not narrow.has(("symbol", first))


@pytest.mark.parametrize(("kind", "layer"), [("x", None), ("a", 3), ("theta", 2)])
def test_a_symbol_stands_on_the_line_of_its_letter(kind: str, layer: int | None) -> None:
    q = PATH.q(kind, layer)
    label = Label(q, symbol(q, TYPST), None, FromName(q.key), 0.4).sit(0.0, 1.0)
    letter = min(label, key=lambda g: g.get_left()[0])
    assert letter.get_bottom()[1] == pytest.approx(1.0, abs=0.02)
    assert label.baseline == pytest.approx(1.0)


def test_numbers_of_a_row_are_as_large_as_the_widest_allows() -> None:
    row = tuple(PATH.q("z", l) for l in (2, 3, 4))
    assert alike(PATH, row, 5.0) == (4, 1.0)
    decimals, factor = alike(PATH, row, 0.4, fewest=2)
    assert decimals == 2
    assert max(Number(*PATH.number(q, 2), NUMBER, theme.text).width for q in row) * factor == pytest.approx(0.4)


def test_an_outline_is_compiled_once_and_centred() -> None:
    found = page("$x = 1$")
    assert page("$x = 1$") is found
    box = np.concatenate([s.outline for s in found])
    assert abs(box[:, 0].min() + box[:, 0].max()) < 0.2


def test_a_font_that_is_missing_is_an_error() -> None:
    with pytest.raises(TypesettingError, match=r"Such Font.*unknown font"):
        page('#text(font: "No Such Font")[a]')


@pytest.mark.parametrize("fault", ["$a/$b", '#text(font: "No Such Font")[a]', "#nothing"])
def test_of_sources_that_are_set_together_the_one_at_fault_is_named(fault: str) -> None:
    with pytest.raises(TypesettingError, match=re.escape(repr(fault))):
        compiled(["$x$", fault, "$y$"])
