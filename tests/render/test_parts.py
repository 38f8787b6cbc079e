"""A chapter in parts is the chapter: the same frames, captions and ledger; and it is parted only where that helps."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import tempconfig

from scenes.kit.chapter import Chapter
from scenes.kit.encoder.renderer import Renderer
from scenes.kit.narration.sections import WHOLE, Part
from studio.cache.job import Failed, Job, jobs_for
from studio.cache.store import Store
from studio.film.chapters import chapters
from studio.film.folder import Order
from studio.film.make import Tell, make_all
from studio.movie.clip_format import Form
from studio.render.parts import divisible, parted, pieces, plan, span
from tests.kit.encoder.test_formats import IMPORTS, SPEAKS, Here, frames


class Kept(Renderer):
    """Keeps every frame, and how often it is shown."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part, self.shown = part, []

    def show(self, times: int) -> None:
        self.shown += [self.frame.copy()] * times
        super().show(times)


def played(chapter: type[Chapter], part: Part = WHOLE) -> tuple[list[np.ndarray], float, dict[str, str]]:
    """The frames of a part, the time when it ends, and what is written beside it."""
    still = {"dry_run": True, "verbosity": "ERROR", "progress_bar": "none"}
    with tempconfig({**still, "pixel_width": 426, "pixel_height": 240, "frame_rate": 15}):
        scene = chapter(renderer := Kept(part))
        scene.render()
    return renderer.shown, renderer.time, scene.papers


@pytest.mark.parametrize("chapter", chapters(), ids=lambda c: c.__name__)
def test_the_parts_of_a_chapter_are_the_chapter(chapter: type[Chapter]) -> None:
    whole, ends, papers = played(chapter)
    first, at, _ = played(chapter, (0.0, 0.4 * ends))
    last, end, told = played(chapter, (0.4 * ends, math.inf))
    assert 0.4 * ends <= at < ends == end
    assert min(len(first), len(last)) > 0.2 * len(whole)
    assert told == papers
    for one, other in zip([*first, *last], whole, strict=True):
        away = np.abs(one.astype(np.int16) - other)
        assert away.max() <= 1    # cairo rounds what is drawn over something else
        assert np.count_nonzero(away) < 10


# where it helps

works = st.lists(st.floats(0.5, 60), min_size=1, max_size=20)


@given(works, st.integers(1, 16), st.integers(1, 12))
def test_a_plan_never_takes_longer_than_none(works: list[float], lanes: int, most: int) -> None:
    numbers = plan(works, [most] * len(works), lanes)
    assert all(1 <= n <= most for n in numbers)
    assert span(pieces(works, numbers), lanes) <= span(works, lanes)


def test_what_keeps_the_others_waiting_is_parted() -> None:
    assert plan([9.0] * 14, [9] * 14, 1) == [1] * 14    # two processors have enough to do
    assert plan([9.0], [9], 1) == [1]
    assert plan([9.0], [9], 4) == [4]
    assert plan([9.0], [3], 4) == [3]
    assert plan([40.0, 5, 5], [9] * 3, 4) == [3, 1, 1]


def test_the_parts_follow_one_another_from_beginning_to_end(film_of: Callable) -> None:
    film_of(One="self.wait(1)", Two="self.wait(1)")
    one, two = jobs_for(chapters(), None, "l")
    found = parted([one, two], lambda job: (60.0, 90.0) if job == two else (30.0, 10.0), 8)
    assert [job for job, _ in found] == [two, one]
    (_, parts), (_, alone) = found
    assert [part.part for part in parts] == [(0.0, 20.0), (20.0, 40.0), (40.0, math.inf)]
    assert alone == [one]
    assert parted([], lambda job: (1.0, 1.0), 8) == []


@pytest.mark.parametrize("form", [
    Form(format="gif"), Form(format="png"), Form(section="2"), Form(), Form(format="webm"), Form(burn=True)], ids=str)
def test_what_is_told_aloud_is_not_parted_nor_what_has_no_frames_to_count(form: Form, film_of: Callable) -> None:
    film_of(One="self.wait(1)")
    (job,) = jobs_for(chapters(), None, "l", form)
    assert divisible(job) == (form in (Form(), Form(format="webm"), Form(burn=True)))
    for name in ("VOICE", "DRAWING"):
        assert not divisible(replace(job, options=((f"BACKPROP_{name}", "manim"),)))


# joined

class Ready(Store):
    """A store in which chapters are expected to be long."""

    film = 40.0

    def expected(self, job: Job) -> tuple[float, float]:
        return self.film, 100.0


def made(place: Path, processes: int, film: float = 40.0, **form: object) -> tuple[Path, list[Part]]:
    """A chapter's folder and the parts that were rendered."""
    engine, store = Here(), Ready(place / f"store {processes} {film}")
    store.film, asked, submit = film, [], engine.submit
    engine.submit = lambda number, job: (asked.append(job.part), submit(number, job))
    jobs = tuple(jobs_for(chapters(), None, "l", Form(**form)))
    (result,) = make_all([Order("", place / f"out {processes} {film}", jobs)], engine, store, Tell(), False, processes)
    assert not result.failed, result.failed
    assert store.get(jobs[0]).keys() == {f".{jobs[0].form.format}", ".png", ".srt", ".json"}
    return result.order.output, asked


@pytest.mark.parametrize("format", ["mp4", "webm", "mov"])
@pytest.mark.parametrize("film", [9.0, 4000.0])    # the other chapter is over before its second part begins
def test_a_chapter_is_joined_of_its_parts(format: str, film: float, film_of: Callable, tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.render.parts.SHORTEST", 1.0)
    film_of(One=IMPORTS + SPEAKS + "\n        self.beat('Then comes a third sentence.', pause=1.0)" * 2)
    whole, one = made(tmp_path, 2, film, format=format)
    parts, several = made(tmp_path, 6, film, format=format)
    assert one == [WHOLE]
    assert len(several) == 3
    ours, theirs = (frames(folder / f"One.{format}", "rgb24") for folder in (parts, whole))
    assert len(ours) == len(theirs)
    assert max(abs(one.astype(int) - other).mean() for one, other in zip(ours, theirs, strict=True)) < 1
    for name in ("One.json", "One.srt", "One.vtt", "One.txt", "One.png"):
        assert (parts / name).read_bytes() == (whole / name).read_bytes()
    if format == "mp4":
        assert track(parts / "One.mp4") == track(whole / "One.mp4")
        assert len(track(whole / "One.mp4")) > 3


def track(movie: Path) -> list[tuple[int, int, bytes]]:
    """The captions in a movie."""
    with av.open(str(movie)) as opened:
        return [(p.pts, p.duration, bytes(p)) for p in opened.demux(opened.streams.subtitles[0]) if p.size]


def test_a_part_that_fails_fails_the_chapter_once(film_of: Callable, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.render.parts.SHORTEST", 1.0)
    film_of(One="self.wait(30)\n        raise ZeroDivisionError")
    jobs = tuple(jobs_for(chapters(), None, "l"))
    told: list[object] = []
    tell = Tell()
    tell.done = told.append
    (result,) = make_all([Order("", tmp_path / "out", jobs)], Here(), Ready(tmp_path / "store"), tell, False, 4)
    assert [type(one) for one in told] == [Failed]
    assert len(result.failed) == 1
    assert not (tmp_path / "out").exists()
