"""What Typst has set is kept on disk, to the last bit, and taken again only where it would be set the same."""
from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from manim import tempconfig

from scenes.chain_rule import ChainRule
from scenes.kit import shelf as kept
from scenes.kit.chapter import Chapter
from scenes.kit.shapes import compiled
from scenes.kit.shelf import Page, Shelf, file_of, read, write

STILL = {"dry_run": True, "verbosity": "ERROR", "progress_bar": "none"}
SOURCES = ("$x = 1$", '#text(weight: "bold")["two words"]', "$a/b$", "")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path))


def play(chapter: type[Chapter], monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Plays a chapter as a process would that has nothing in mind yet; returns what it had on its shelf."""
    fresh = Shelf()
    monkeypatch.setattr("scenes.kit.chapter.shelf", fresh)
    monkeypatch.setattr("scenes.kit.glyphs.shapes", fresh.page)
    with tempconfig(STILL):
        chapter(skip_animations=True).render()
    return fresh


def same(one: Page, other: Page) -> bool:
    return [(s.part, s.baseline, s.outline.shape, s.outline.tobytes()) for s in one] == [
        (s.part, s.baseline, s.outline.shape, s.outline.tobytes()) for s in other]


def test_pages_come_back_as_they_were_to_the_last_bit(tmp_path: Path) -> None:
    pages = {source: compiled(source) for source in SOURCES}
    write(pages, tmp_path / "one.pages")
    found = read(tmp_path / "one.pages")
    assert list(found) == list(pages)
    assert all(same(found[source], pages[source]) for source in pages)
    assert [p.name for p in tmp_path.iterdir()] == ["one.pages"]


def test_a_chapter_that_is_played_again_sets_nothing_and_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    first = play(ChainRule, monkeypatch)
    before = file_of("ChainRule").stat().st_mtime_ns
    monkeypatch.setattr(kept, "compiled", lambda source: pytest.fail(f"set again: {source}"))
    second = play(ChainRule, monkeypatch)
    assert list(second.asked) == list(first.asked)
    assert all(same(first.asked[source], second.asked[source]) for source in first.asked)
    assert file_of("ChainRule").stat().st_mtime_ns == before, "nothing was new"


def test_a_chapter_that_is_stopped_half_way_leaves_what_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    play(ChainRule, monkeypatch)
    before = read(file_of("ChainRule"))

    class Stopped(ChainRule):
        def play(self, *args: object, **kwargs: object) -> None:
            raise KeyboardInterrupt

    Stopped.__name__ = "ChainRule"
    with pytest.raises(KeyboardInterrupt):
        play(Stopped, monkeypatch)
    assert read(file_of("ChainRule")).keys() == before.keys()


@pytest.mark.parametrize("made_of", ["fonts", "typst", "code", "preamble"])
def test_another_edition_is_set_anew(made_of: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"$x$": compiled("$x$")}, file := tmp_path / "one.pages")
    assert read(file)
    if made_of == "fonts":
        (tmp_path / "fonts").mkdir()
        for font in kept.FONTS.glob("*.ttf"):
            (tmp_path / "fonts" / font.name).write_bytes(font.read_bytes() + b"0")
        monkeypatch.setattr(kept, "FONTS", tmp_path / "fonts")
    elif made_of == "typst":
        monkeypatch.setattr(kept.importlib.metadata, "version", lambda library: "0")
    elif made_of == "code":
        (tmp_path / "shapes.py").write_bytes(kept.CODE.read_bytes() + b"\n")
        monkeypatch.setattr(kept, "CODE", tmp_path / "shapes.py")
    else:
        monkeypatch.setattr(kept, "PREAMBLE", kept.PREAMBLE + "\n")
    kept.edition.cache_clear()
    try:
        assert not read(file)
    finally:
        monkeypatch.undo()
        kept.edition.cache_clear()
    assert read(file)


def test_a_damaged_file_is_not_believed(tmp_path: Path) -> None:
    pages = {source: compiled(source) for source in SOURCES}
    write(pages, file := tmp_path / "one.pages")
    whole, chance = file.read_bytes(), random.Random(1)
    for _ in range(600):
        at = chance.randrange(len(whole))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1:])
        assert not read(file)
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert not read(file)


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "a file"))
    shelf = Shelf()
    shelf.open("One")
    assert len(shelf.page("$x$")) == 1
    shelf.close("One")
    assert not read(file_of("One"))


def test_a_process_has_only_so_many_pages_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    monkeypatch.setattr(kept, "compiled", lambda source: ())
    shelf = Shelf()
    for n in range(10):
        shelf.open(f"Chapter{n}")
        shelf.page(str(n))
        shelf.close(f"Chapter{n}")
    assert len(shelf.known) <= 4
    assert np.all([list(read(file_of(f"Chapter{n}"))) == [str(n)] for n in range(10)])
