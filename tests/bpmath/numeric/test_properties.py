"""What is on the screen, on any network: each number the trace's, rounded rightly, in its colour and place."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from manim import ManimColor

from bpmath.model.network import Network, NetworkError
from bpmath.model.notation import KINDS, Quantity
from bpmath.numeric.backprop import trace
from scenes.kit.chapter import Chapter
from scenes.kit.network.diagram import Table
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting.theme import theme
from studio.film.chapters import chapters
from studio.lint.views.picture import Picture
from studio.lint.views.play import Play, play
from tests.networks import mazur, networks, single_path, softmaxes

CHAPTERS = {c.__name__: c for c in chapters()}
TABLES = ("ForwardPass", "ErrorSignal")  # chapters with a row of cells for each of these kinds
ALL = (*TABLES, "TheQuestion", "CostFunction", "WeightUpdate", "MatrixForm", "Summary")
NEUTRAL = (theme.text, theme.muted)
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = re.compile(r"(−?\d+(?:\.(\d+))?)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")


def seen_in(name: str, net: Network) -> tuple[Chapter, list[Picture]]:
    """The chapter, played to its end, and what is seen after each of its plays."""
    pictures: list[Picture] = []

    def see(done: Play) -> None:
        pictures.append(done.pictures[-1])

    return play(CHAPTERS[name], net, see, between=False), pictures


def quantity_of(source: object) -> Quantity | None:
    """The quantity of the chapter's own network that a glyph is a digit of."""
    try:
        return Quantity.parse(source.key) if isinstance(source, FromNumber) else None
    except KeyError:
        return None


def is_rounded(value: float, text: str) -> bool:
    """Whether a text is the decimal nearest to a value that has so many digits; worked out with exact fractions."""
    mantissa, decimals, power = NUMBER.fullmatch(text).groups()
    unit = 10.0 ** (int(power.translate(SUPERSCRIPTS)) if power else 0)
    return abs(float(mantissa.replace("−", "-")) - value / unit) <= 0.5000001 * 10.0 ** -len(decimals or "")


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(networks(units=5, layers=6, scales=(0.01, 100.0)))
@example(single_path())
@example(mazur())
@example(softmaxes())
@pytest.mark.parametrize("name", ALL)
def test_numbers_are_the_traces_in_their_colours_and_places(name: str, net: Network) -> None:
    try:
        known = trace(net)
    except NetworkError:
        assume(False)
    assume(not CHAPTERS[name].suits(net))
    chapter, pictures = seen_in(name, net)
    check_numbers(chapter, known)
    for picture in pictures:
        check_colours(picture)
    if name in TABLES:
        check_places(chapter, pictures[-3:])


def check_numbers(chapter: Chapter, known: object) -> None:
    """The ledger has the trace's value of each quantity, to the last bit, and a right rounding of every number."""
    for entry in chapter.ledger.book("", "", chapter.time)["numbers"]:
        try:
            value = Quantity.parse(entry["key"]).value(known)
        except KeyError:
            value = entry["value"]
        assert entry["value"] == value, entry
        if NUMBER.fullmatch(entry["text"]):
            assert is_rounded(value, entry["text"]), entry


def check_colours(picture: Picture) -> None:
    """A digit has the colour of its quantity's role, or none; an error signal never goes without."""
    roles = {KINDS[kind].role: ManimColor(theme.role(KINDS[kind].role)).to_rgb() for kind in KINDS}
    neutral = [ManimColor(color).to_rgb() for color in NEUTRAL]
    for i in np.flatnonzero(picture.is_glyph):
        if (q := quantity_of(picture.sources[i])) is None:
            continue
        may = [roles[q.role], *([] if q.role == "delta" else neutral)]
        assert min(np.abs(picture.fill[i, :3] - color).max() for color in may) < 0.01, (q.key, picture.fill[i])


def check_places(chapter: Chapter, pictures: list[Picture]) -> None:
    """The number of a cell stands in its kind's row and its unit's column, and each unit is where it belongs."""
    table, diagram = chapter.table, chapter.diagram
    found = 0
    for picture in pictures:
        digits: dict[Quantity, list[int]] = defaultdict(list)
        for i in np.flatnonzero(picture.is_glyph):
            q = quantity_of(picture.sources[i])
            middle = picture.boxes[i, [1, 3]].mean()
            row = q and min(table.y, key=lambda kind: abs(table.y[kind] - middle))
            if row and abs(table.y[row] - middle) < 0.2:
                digits[chapter.study.found(q)].append(i)
                assert q.kind == row or (row == "a" and q.kind in "xh"), f"{q.key} stands in the row of {row}"
        for q, which in digits.items():
            l = q.layer or (1 if q.kind == "x" else chapter.net.L)
            middle = (picture.boxes[which, 0].min() + picture.boxes[which, 2].max()) / 2
            assert middle == pytest.approx(diagram.place(l)[0], abs=0.06), q.key
            assert (q.unit or 1) == chapter.study.focus[l], q.key
            found += 1
    assert found
    for l, unit in diagram.units.items():
        assert unit.get_center() == pytest.approx(diagram.place(l), abs=1e-6)


def test_a_wrong_column_and_a_wrong_colour_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    net, where, figure = single_path(), Table.where, Chapter.figure
    monkeypatch.setattr(Table, "where", lambda self, kind, l: where(self, kind, net.L + 2 - l))
    with pytest.raises(AssertionError, match=r"delta|slope|z"):
        chapter, pictures = seen_in("ErrorSignal", net)
        check_places(chapter, pictures[-3:])
    monkeypatch.setattr(Table, "where", where)
    monkeypatch.setattr(Chapter, "figure", lambda self, q, *_, **__: figure(self, q, color=theme.a))
    _, pictures = seen_in("ErrorSignal", net)
    with pytest.raises(AssertionError, match=r"z\(2\)|delta"):
        for picture in pictures:
            check_colours(picture)


def test_a_wrong_rounding_is_seen() -> None:
    assert is_rounded(0.18249, "0.1825")
    assert not is_rounded(0.18249, "0.1824")
    assert is_rounded(-1.2349e-5, "−1.23·10⁻⁵")
    assert not is_rounded(-1.2349e-5, "−1.24·10⁻⁵")
