"""What Typst has set is kept on disk, to the last bit, and taken again only where it would be set the same."""
from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from manim import tempconfig
from watching import DRY

from bpmath.files import DEFAULT, read_network
from bpmath.network import Network, network
from scenes.chain_rule import ChainRule
from scenes.cost_function import CostFunction
from scenes.error_signal import ErrorSignal
from scenes.kit import shelf as kept
from scenes.kit.chapter import Chapter
from scenes.kit.digits import sheet
from scenes.kit.forms import FOLDER, filled, list_of, listed
from scenes.kit.shapes import compiled
from scenes.kit.shelf import Page, Shelf, file_of, read, write
from scenes.kit.study import study
from scenes.sigmoid_derivative import SigmoidDerivative
from studio.chapters import chapters

SOURCES = ("$x = 1$", '#text(weight: "bold")["two words"]', "$a/b$", "")
FORMS = ["$x = {=x[1]}$", "$a/b$"]
NUMBER = study(read_network(DEFAULT)).number


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path))


def play(chapter: type[Chapter], monkeypatch: pytest.MonkeyPatch, net: Network | None = None) -> Shelf:
    """Plays a chapter as a process would that has nothing in mind yet; returns what it had on its shelf."""
    chapter = type(chapter.__name__, (chapter,), {"network": net})
    fresh = Shelf()
    monkeypatch.setattr("scenes.kit.chapter.shelf", fresh)
    monkeypatch.setattr("scenes.kit.glyphs.shapes", fresh.page)
    with tempconfig(DRY):
        chapter(skip_animations=True).render()
    return fresh


def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The calls of Typst from now on, each with what it had to set; but that for digits, which is no chapter's own."""
    sheet()
    found: list[list[str]] = []
    monkeypatch.setattr(kept, "compiled", lambda sources: found.append(sources) or compiled(sources))
    return found


def path(*weights: float) -> Network:
    """A network like the film's own with other numbers."""
    names = ("sigmoid", "sigmoid", "linear")
    return network([1.5], [1.25], "squared_error", [([[w]], name) for w, name in zip(weights, names, strict=True)])


def pages_of(sources: Iterable[str]) -> dict[str, Page]:
    return dict(zip(sources, compiled(sources), strict=True))


def same(one: Page, other: Page) -> bool:
    return [(s.part, s.baseline, s.outline.shape, s.outline.tobytes()) for s in one] == [
        (s.part, s.baseline, s.outline.shape, s.outline.tobytes()) for s in other]


def test_pages_come_back_as_they_were_to_the_last_bit(tmp_path: Path) -> None:
    pages = pages_of(SOURCES)
    write(pages, FORMS, tmp_path / "one.pages")
    found, forms = read(tmp_path / "one.pages")
    assert (list(found), forms) == (list(pages), FORMS)
    assert all(same(found[source], pages[source]) for source in pages)
    assert [p.name for p in tmp_path.iterdir()] == ["one.pages"]


def test_a_chapter_that_is_played_again_sets_nothing_and_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    first = play(ChainRule, monkeypatch)
    before = file_of("ChainRule").stat().st_mtime_ns
    monkeypatch.setattr(kept, "compiled", lambda sources: pytest.fail(f"set again: {sources}"))
    second = play(ChainRule, monkeypatch)
    assert list(second.asked) == list(first.asked)
    assert all(same(first.known[source], second.known[source]) for source in first.asked)
    assert file_of("ChainRule").stat().st_mtime_ns == before, "nothing was new"


@pytest.mark.parametrize("chapter", chapters(), ids=lambda c: c.__name__)
def test_of_the_films_own_network_all_is_set_in_one_call(
    chapter: type[Chapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m studio.formulas` writes down what a chapter asks for."""
    found = calls(monkeypatch)
    shelf = play(chapter, monkeypatch)
    assert shelf.forms(NUMBER) == listed(chapter.__name__)
    assert found == [list(shelf.asked)]


def test_digits_are_set_in_one_call_and_kept_for_all_chapters(monkeypatch: pytest.MonkeyPatch) -> None:
    found = calls(monkeypatch)
    sheet.cache_clear()
    first = sheet()
    assert len(found) == 1
    sheet.cache_clear()
    assert all(np.array_equal(outline, first[char][0]) for char, (outline, _) in sheet().items())
    assert len(found) == 1, "taken from disk"


def test_what_is_written_down_is_of_chapters_that_there_are() -> None:
    assert set(FOLDER.iterdir()) == {list_of(c.__name__) for c in chapters()}


def test_set_together_or_alone_a_page_is_the_same() -> None:
    rule = "#set text(size: 20pt)"
    assert same(compiled([rule, "$x$"])[1], compiled(["$x$"])[0])
    for chapter in chapters():
        sources = [filled(form, NUMBER) for form in listed(chapter.__name__)]
        for source, page in pages_of(sources).items():
            assert same(page, compiled([source])[0]), source


@pytest.mark.parametrize("chapter", [SigmoidDerivative, CostFunction, ErrorSignal], ids=lambda c: c.__name__)
def test_with_other_weights_all_that_is_new_is_set_in_one_call(
    chapter: type[Chapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing is kept of a chapter yet; what is kept is not set again."""
    found = calls(monkeypatch)
    first = play(chapter, monkeypatch, path(0.93, 1.5, 2.0))
    assert list(map(set, found)) == [first.asked.keys()]
    found.clear()
    second = play(chapter, monkeypatch, path(0.93, 1.7, 2.0))
    (sources,) = found
    assert second.asked.keys() - first.asked.keys() == set(sources) & second.asked.keys()


def test_in_a_wide_network_too_all_that_is_new_is_set_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def wide(weight: float) -> Network:
        layers = [([[weight, -0.4], [1.3, 0.2]], "tanh"), ([[0.7, -0.2], [-0.9, 0.3]], "sigmoid")]
        return network([0.4, -1.2], [0.0, 1.0], "squared_error", layers)

    first = play(ChainRule, monkeypatch, wide(0.5))
    found = calls(monkeypatch)
    second = play(ChainRule, monkeypatch, wide(0.7))
    (sources,) = found
    assert second.asked.keys() - first.asked.keys() == set(sources) & second.asked.keys()


def test_what_no_form_foresees_is_set_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    shallow = network([1.5], [1.0], "squared_error", [([[0.8]], "linear")])
    found = calls(monkeypatch)
    shelf = play(ChainRule, monkeypatch, shallow)
    assert len(found) > 1
    assert all(len(sources) == 1 for sources in found[1:])
    assert list(read(file_of("ChainRule"))[0]) == list(shelf.asked)


def test_a_chapter_that_is_stopped_half_way_leaves_what_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    play(ChainRule, monkeypatch)
    before, _ = read(file_of("ChainRule"))

    class Stopped(ChainRule):
        def play(self, *args: object, **kwargs: object) -> None:
            raise KeyboardInterrupt

    Stopped.__name__ = "ChainRule"
    with pytest.raises(KeyboardInterrupt):
        play(Stopped, monkeypatch, path(0.93, 1.5, 2.0))
    assert read(file_of("ChainRule"))[0].keys() == before.keys()


@pytest.mark.parametrize("made_of", ["fonts", "typst", "code", "preamble"])
def test_another_edition_is_set_anew(made_of: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(pages_of(["$x$"]), ["$x$"], file := tmp_path / "one.pages")
    assert all(read(file))
    if made_of == "fonts":
        (tmp_path / "fonts").mkdir()
        for font in kept.FONTS.glob("*.ttf"):
            (tmp_path / "fonts" / font.name).write_bytes(font.read_bytes() + b"0")
        monkeypatch.setattr(kept, "FONTS", tmp_path / "fonts")
    elif made_of == "typst":
        monkeypatch.setattr(kept.importlib.metadata, "version", lambda library: "0")
    elif made_of == "code":
        (tmp_path / "shapes.py").write_bytes(kept.CODE[0].read_bytes() + b"\n")
        monkeypatch.setattr(kept, "CODE", (tmp_path / "shapes.py", kept.CODE[1]))
    else:
        monkeypatch.setattr(kept, "PREAMBLE", kept.PREAMBLE + "\n")
    kept.edition.cache_clear()
    try:
        assert not any(read(file))
    finally:
        monkeypatch.undo()
        kept.edition.cache_clear()
    assert all(read(file))


def test_a_damaged_file_is_not_believed(tmp_path: Path) -> None:
    write(pages_of(SOURCES), FORMS, file := tmp_path / "one.pages")
    whole, chance = file.read_bytes(), random.Random(1)
    for _ in range(600):
        at = chance.randrange(len(whole))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1:])
        assert not any(read(file))
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert not any(read(file))


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "a file"))
    shelf = Shelf()
    shelf.open("One", NUMBER)
    assert len(shelf.page("$x$")) == 1
    shelf.close("One", NUMBER)
    assert not any(read(file_of("One")))


def test_a_process_has_only_so_many_pages_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    monkeypatch.setattr(kept, "compiled", lambda sources: [()] * len(sources))
    shelf = Shelf()
    for n in range(10):
        shelf.open(f"Chapter{n}", NUMBER)
        shelf.page(str(n))
        shelf.close(f"Chapter{n}", NUMBER)
    assert len(shelf.known) <= 4
    assert all(list(read(file_of(f"Chapter{n}"))[0]) == [str(n)] for n in range(10))
