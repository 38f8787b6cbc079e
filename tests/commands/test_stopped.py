"""A command that is stopped says so in one line, which is true, and leaves no process and nothing half done."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bpmath.files.network_file import DEFAULT

RUN = "from studio.commands.main import run; run()"
STOPS = [signal.SIGINT, signal.SIGTERM]


def begin(*words: object, code: str = RUN) -> subprocess.Popen:
    """The command in a process group of its own, as a terminal has it."""
    return subprocess.Popen([sys.executable, "-c", code, *map(str, words)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, start_new_session=True)


def stopped(process: subprocess.Popen, stop: signal.Signals) -> str:
    """The line that it says when its whole group is told to stop; for SIGTERM, it alone."""
    (os.killpg if stop == signal.SIGINT else os.kill)(process.pid, stop)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + stop, said
    assert len(said.splitlines()) == 1, said
    assert said.startswith("Stopped. ")
    deadline = time.monotonic() + 5
    while left := group(process.pid):
        assert time.monotonic() < deadline, left
        time.sleep(0.02)
    return said.removeprefix("Stopped. ").strip()


def group(number: int) -> list[str]:
    """The processes of a group that are alive, as the system describes them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, of = (text := file.read_text()).rpartition(")")[2].split()[:3]
            if int(of) == number and state != "Z":
                found.append(text)
    return found


def wait_for(happened: Callable[[], bool], process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def a_class(folder: Path, number: int) -> list[Path]:
    folder.mkdir()
    files = [folder / f"{n:03}.toml" for n in range(number)]
    for n, file in enumerate(files, 1):
        file.write_text(DEFAULT.read_text().replace("0.8", f"0.{n:03}"))
    return files


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("words", [["sheet", "--blank"], ["batch", "--sheet"]], ids=" ".join)
def test_handouts(words: list[str], done: bool, stop: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = begin(*words, *a_class(tmp_path / "class", 40), "--jobs", 2, "--output", out)
    if done:
        wait_for(lambda: any(out.glob("*.pdf")), process)
    else:
        time.sleep(0.7)
    said = stopped(process, stop)
    assert said in ("What was there before is unchanged.",
                    f"What was finished before that is whole and in place, in {out}.")
    assert said != "What was there before is unchanged." or not out.exists() or not list(out.iterdir())
    assert not list(tmp_path.rglob(".unfinished-*"))
    assert not (out / "index.json").exists()
    for pdf in out.glob("*.pdf"):
        assert pdf.read_bytes().rstrip().endswith(b"%%EOF")


BATCH = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import studio.film.chapters
studio.film.chapters.PACKAGE = sys.argv.pop(1)
from studio.commands.main import run
run()
"""


@pytest.mark.parametrize("stop", STOPS)
def test_a_batch_after_some_films_are_done(stop: signal.Signals, film_of: Callable, tmp_path: Path) -> None:
    waits = tmp_path / "waits"
    package = film_of(One=f"import time\n        if self.net.theta(1)[0, 0] == 0.002: open({str(waits)!r}, 'w'), "
                          "time.sleep(100)\n        self.wait(0.1)")
    out = tmp_path / "out"
    process = begin(tmp_path / "films", package, "batch", *a_class(tmp_path / "class", 2), "--jobs", 1, "--output", out,
                    code=BATCH)
    wait_for(lambda: waits.exists() and (out / "000" / "film.mp4").exists(), process)
    time.sleep(1.0)    # until the command has noted that it is done
    assert stopped(process, stop) == f"What was finished before that is whole and in place, in {out / '000'}."
    assert [row["folder"] for row in json.loads((out / "index.json").read_text())] == ["000"]
    assert (out / "000" / "film.mp4").exists()
    assert not list(tmp_path.rglob(".unfinished-*"))


@pytest.mark.parametrize("moment", [0.4, 0.8, 1.2, 1.6, 2.0, 2.5])
def test_one_chapter_at_any_moment(moment: float, film_of: Callable, tmp_path: Path) -> None:
    package = film_of(One="self.wait(20)")
    out = tmp_path / "out"
    process = begin(tmp_path / "films", package, "render", "--quality", "h", "--output", out, code=BATCH.replace(
        "from studio.commands.main", "print('ready', flush=True)\nfrom studio.commands.main", 1))
    process.stdout.readline()
    time.sleep(moment)
    assert stopped(process, signal.SIGINT) == "What was there before is unchanged."
    assert not out.exists()
