"""Chapters are found, never listed, and called by any of their names."""

from __future__ import annotations

import pytest

from studio.film import chapters
from studio.system.mistake import Mistake


def test_the_films_own_chapters_are_found() -> None:
    found = chapters.chapters()
    assert [c.chapter for c in found] == sorted({c.chapter for c in found})
    assert all(c.title and chapters.file_of(c).parent.name == "scenes" for c in found)


@pytest.mark.parametrize("name", ["GoUp", "goup", "GO UP", "goup_file", "goup_file.py", "films/goup_file.py", "2"])
def test_a_chapter_has_many_names(film_of: object, name: str) -> None:
    film_of(GoDown="self.wait()", GoUp="self.wait()")
    assert chapters.find(name).__name__ == "GoUp"


def test_an_unknown_chapter_gets_near_names(film_of: object) -> None:
    film_of(GoDown="self.wait()", GoUp="self.wait()")
    with pytest.raises(Mistake, match="perhaps GoDown"):
        chapters.find("GoDwn")
    with pytest.raises(Mistake, match="backprop list"):
        chapters.find("\x1b[31m" + "x" * 1000)


def test_a_file_without_a_chapter_is_an_error(film_of: object, tmp_path: object) -> None:
    package = film_of(One="self.wait()")
    (tmp_path / "films" / package / "stray.py").write_text("x = 1\n")
    with pytest.raises(TypeError, match=r"stray defines 0 chapters"):
        chapters.chapters()


def test_two_chapters_of_one_number_are_an_error(film_of: object, tmp_path: object) -> None:
    package = film_of(One="self.wait()")
    source = (tmp_path / "films" / package / "one_file.py").read_text()
    (tmp_path / "films" / package / "two_file.py").write_text(source.replace("class One", "class Two"))
    with pytest.raises(TypeError, match="both chapter 1"):
        chapters.chapters()
