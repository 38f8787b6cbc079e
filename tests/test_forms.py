"""Forms of formulas: slots for a network's numbers, and only for these."""
from __future__ import annotations

import pytest

from bpmath.files import DEFAULT, read_network
from bpmath.network import network
from scenes.kit.forms import filled, form_of, listed
from scenes.kit.glyphs import Mark, Marks, plain_mark
from scenes.kit.provenance import FromNumber
from scenes.kit.study import other_number, study

OWN = study(read_network(DEFAULT))
OTHER = study(network([0.25], [3.0], "squared_error", [([[-7.5]], "tanh"), ([[1e-9]], "tanh"), ([[6.0]], "linear")]))


def line(*numbers: tuple[FromNumber, object]) -> tuple[str, dict[int, Mark]]:
    """A line of numbers as the kit writes it, and the marks in it."""
    marks = Marks(plain_mark(None))
    cells = [marks.math(shown.typst, Mark((), "#ffffff", source)) for source, shown in numbers]
    return f"$ {' + '.join(marks.math(f'display({cell})', plain_mark(None)) for cell in cells)} $", marks.marks


def test_a_number_of_the_network_has_a_slot_with_its_name() -> None:
    source, marks = line(OWN.number(OWN.q("theta", 1)), OWN.number(OWN.q("delta", 3)))
    form = form_of(source, marks, OWN.number)
    assert "[${=theta(1)[1,1]}$]" in form
    assert "[${=delta(3)[1]}$]" in form
    assert filled(form, OWN.number) == source
    assert filled(form, OTHER.number) == line(OTHER.number(OTHER.q("theta", 1)), OTHER.number(OTHER.q("delta", 3)))[0]


@pytest.mark.parametrize("number", [
    OTHER.number(OTHER.q("theta", 1)),    # of another network
    OWN.number(OWN.q("delta", 3), 2),     # with other decimals
    other_number("0", 0.8, 0.8, ""), other_number("slope", 0.8, 0.8, ""), other_number("{=a}: y[1]", 0.8, 0.8, ""),
], ids=lambda number: number[0].key)
def test_any_other_number_stays(number: tuple[FromNumber, object]) -> None:
    source, marks = line(number)
    assert form_of(source, marks, OWN.number) == source


@pytest.mark.parametrize("key", ["theta(9)[1,1]", "a(2)[7]", "slope", "nothing", "theta(0)[1,1]"])
def test_a_slot_that_a_network_cannot_fill(key: str) -> None:
    layers = [([[0.5, 1.0], [0.25, 2.0]], "tanh"), ([[1.0, 2.0]], "linear")]
    wide = study(network([1.0, 2.0], [1.0], "squared_error", layers))
    assert filled(f"$x = {{={key}}}$", wide.number) is None


def test_a_chapter_of_which_nothing_is_written_down() -> None:
    assert listed("NoSuchChapter") == []
