"""Processes that render: warm, replaced when they die, and gone when nobody needs them."""
from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from studio.cache.job import Job, Rendered, jobs_for
from studio.film.chapters import chapters
from studio.render.pool import Local, Worker, Workers


@pytest.fixture(params=["fresh", "copied"])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Workers]]:
    """Gives processes, to be asked for when there are chapters."""
    if request.param == "copied" and sys.platform != "linux":
        pytest.skip("processes are copied on Linux only")
    monkeypatch.setattr("studio.render.pool.can_copy", lambda: True)    # whatever threads pytest has
    with ExitStack() as open_ones:
        number = {"fresh": 0, "copied": 1}[request.param]
        yield lambda: open_ones.enter_context(closing(Workers(ready=Worker.copies(number))))


def jobs() -> list[Job]:
    return jobs_for(chapters(), None, "l")


def test_one_process_renders_one_after_another_and_another_theme_gets_another(
        workers: Callable[[], Workers], film_of: Callable) -> None:
    film_of(One="print('noise'); self.wait(0.1)", Two="self.wait(0.1)")
    one, two = jobs()
    workers = workers()
    heard = []
    workers.heard = lambda job, moment: heard.append((job.name, moment))
    assert all(isinstance(workers.render(job), Rendered) for job in (one, two))
    assert heard[0] == ("One", 0.0)
    assert heard[-1][0] == "Two"
    assert heard[-1][1] > 2
    (first,) = workers.all
    light = workers.render(replace(one, options=(("BACKPROP_THEME", "light"),)))
    assert isinstance(light, Rendered)
    (second,) = workers.all
    assert first is not second
    assert first.process.returncode is not None


def test_a_process_that_dies_is_replaced_and_its_chapter_tried_again(
        workers: Callable[[], Workers], film_of: Callable, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    film_of(One=f"import os; open({str(marks)!r}, 'a').write('x')\n"
                f"        if len(open({str(marks)!r}).read()) == 1: os.kill(os.getpid(), 9)\n        self.wait(0.1)",
            Two="self.wait(0.1)")
    one, two = jobs()
    workers = workers()
    one, two = map(workers.render, (one, two))
    assert isinstance(one, Rendered)
    assert marks.read_text() == "xx"
    assert isinstance(two, Rendered)


def test_closing_ends_every_process_at_once_and_leaves_no_file(film_of: Callable, tmp_path: Path, cache: Path) -> None:
    pids = tmp_path / "pids"
    film_of(One=f"import os, time; open({str(pids)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(100)",
            Two=f"import os, time; open({str(pids)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(100)")
    local = Local(2)
    with closing(local):
        for number, job in enumerate(jobs()):
            local.submit(number, job)
        deadline = time.monotonic() + 60
        while not pids.exists() or len(pids.read_text().split()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        begun = time.monotonic()
    assert time.monotonic() - begun < 3
    for pid in map(int, pids.read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_copies_do_not_hold_each_others_pipes_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that all end when whoever made them is killed."""
    monkeypatch.setattr("studio.render.pool.can_copy", lambda: sys.platform == "linux")
    copies = Worker.copies(2)
    for copy in copies:
        copy.process.stdin.close()
        copy.process.process.join(10)
        assert copy.process.returncode == 1
        copy.end()
    assert len(copies) == 2 * (sys.platform == "linux")
