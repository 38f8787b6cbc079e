"""From chapters to a folder of clips and a film; and what remains when that is stopped, killed or out of room."""
from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest
import srt
from click.testing import CliRunner

from bpmath.files.network_file import DEFAULT, NETWORKS
from studio.commands.main import main
from studio.movie.clip_format import USUAL
from tests.conftest import PATHS

COMMAND = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import studio.film.chapters
studio.film.chapters.PACKAGE = sys.argv.pop(1)
from studio.commands.main import run
run()
"""
BEFORE = {"film.mp4": "the last good film", "One.mp4": "the last good clip"}


def call(*words: object) -> tuple[int, str]:
    """A call in this process: its exit code and all that it said."""
    result = CliRunner().invoke(main, [str(w) for w in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder with the last good film."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in BEFORE.items():
        (folder / name).write_text(text)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in folder.iterdir()}


def start(package: str, tmp_path: Path, *words: object, **how: object) -> subprocess.Popen:
    """The command as a process of its own, on a film of tiny chapters."""
    return subprocess.Popen([sys.executable, "-c", COMMAND, str(tmp_path / "films"), package, *map(str, words)],
                            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | how)


def wait_for(happened: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_film_is_its_chapters_in_order(film_of: Callable, tmp_path: Path) -> None:
    film_of(One="self.wait(0.4)", Two="self.beat('Two.', pause=1)")
    folder = tmp_path / "deep" / "out"
    code, said = call("film", "--output", folder, "--jobs", "2")
    assert code == 0
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        [f"{name}{kind}" for name in ("One", "Two") for kind in USUAL.kinds]
        + ["film.mp4", "film.png", "film.srt", "film.vtt", "film.txt", "made.json"])
    lengths = []
    for name in ("One", "Two"):
        data = (folder / f"{name}.mp4").read_bytes()
        assert 0 < data.find(b"moov") < data.find(b"mdat")
        with av.open(str(folder / f"{name}.mp4")) as clip:
            context = clip.streams.video[0].codec_context
            assert (context.name, context.pix_fmt, context.width, context.height) == ("h264", "yuv420p", 854, 480)
            lengths.append(clip.duration / 1e6)
        assert json.loads((folder / f"{name}.json").read_text())["duration"] == pytest.approx(lengths[-1], abs=0.1)
    with av.open(str(folder / "film.mp4")) as film:
        assert film.duration / 1e6 == pytest.approx(sum(lengths), abs=0.01)
        titles = [c["metadata"]["title"] for c in film.chapters()]
        assert titles == ["The One <[b]chapter[/b]>", "The Two <[b]chapter[/b]>"]
        assert film.chapters()[1]["start"] == pytest.approx(1000 * lengths[0], abs=1)
    (own,) = srt.parse((folder / "Two.srt").read_text())
    (joined,) = srt.parse((folder / "film.srt").read_text())
    assert (joined.start - own.start).total_seconds() == pytest.approx(lengths[0], abs=0.001)
    assert "One: " in said
    assert "film.mp4: 0." in said
    assert re.search(r"2 chapters, made in \d+:\d\d", said)


def test_one_chapter_is_rendered_alone_at_the_wanted_quality(film_of: Callable, output: Path) -> None:
    film_of(One="self.wait(0.4)", Two="raise RuntimeError")
    code, _ = call("render", "one", "--output", output, "--quality", "m")
    assert code == 0
    assert sorted(p.name for p in output.iterdir()) == [
        "One.json", "One.mp4", "One.png", "One.srt", "One.txt", "One.vtt", "film.mp4", "made.json"]
    with av.open(str(output / "One.mp4")) as clip:
        assert (clip.streams.video[0].height, clip.streams.video[0].average_rate) == (720, 30)


def test_every_chapter_shows_the_chosen_network(
        film_of: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film_of(One="self.wait(0.1)")
    mine = tmp_path / "mine.toml"
    mine.write_text(DEFAULT.read_text().replace("single path", "[mine]"))
    call("render", "--network", mine, "--output", tmp_path / "a")
    monkeypatch.setenv("BACKPROP_NETWORK", str(mine))
    call("render", "--output", tmp_path / "b")
    for folder in "ab":
        assert json.loads((tmp_path / folder / "One.json").read_text())["network"] == "[mine]"


def test_what_cannot_show_the_network_is_left_out_and_said_so(film_of: Callable, tmp_path: Path) -> None:
    film_of(One="self.wait(0.1)" + PATHS, Any="self.wait(0.1)")
    (output := tmp_path / "out").mkdir()
    (output / "One.mp4").write_text("of another network")
    network = NETWORKS / "mazur.toml"
    code, said = call("film", "--network", network, "--output", output)
    assert code == 0
    assert "One is left out: it draws single paths" in said
    assert sorted(p.name for p in output.iterdir()) == [
        *(f"Any{kind}" for kind in (".json", ".mp4", ".png", ".srt", ".txt", ".vtt")),
        *(f"film{kind}" for kind in (".mp4", ".png", ".srt", ".txt", ".vtt")), "made.json"]
    code, said = call("render", "One", "--network", network, "--output", output)
    assert code == 2
    assert "mazur.toml: One is left out" in said


def test_a_film_of_no_chapter_is_a_mistake(film_of: Callable, output: Path) -> None:
    film_of(One="self.wait(0.1)" + PATHS)
    code, said = call("film", "--network", NETWORKS / "mazur.toml", "--output", output)
    assert code == 2
    assert "no chapter can show this network" in said
    assert contents(output) == BEFORE


@pytest.mark.parametrize(("body", "words"), [
    ("from scenes.kit.chapter import ChapterError; raise ChapterError('a number is wrong')", "Two: a number is wrong"),
    ("from bpmath.model.network import NetworkError; raise NetworkError('layer 2: too large')",
     "Two: layer 2: too large"),
    (f"raise OSError({errno.ENOSPC}, 'No space left on device')", "the disk is full"),
    (f"import av; av.error.err_check(-{errno.ENOSPC})", "(BACKPROP_CACHE names another place): the disk is full"),
    ("open('/nowhere/at all')", "Two: /nowhere/at all: No such file or directory"),
    ("import os; os.rename(__file__, '/proc/none')", "Two: /proc/none: "),
    ("import av; av.open(__file__)", "two_file.py: Invalid data found"),
    ("import av; raise av.error.EOFError(1, 'End of file', 'cut.mp4')", "Two: cut.mp4: End of file"),
    ("import os; os.abort()", "Two: the process that rendered it was ended 2 times (SIGABRT, SIGABRT)"),
])
def test_a_film_that_fails_leaves_the_last_one(body: str, words: str, film_of: Callable, output: Path) -> None:
    film_of(One="self.wait(0.1)", Two=body)
    code, said = call("film", "--output", output)
    assert code == 2
    assert words in said
    assert "Traceback" not in said
    assert "One: " in said
    assert f"{output} is as it was. The other chapters are kept" in said
    assert contents(output) == BEFORE


def test_a_fault_in_a_chapter_is_told_with_its_traceback(film_of: Callable, output: Path) -> None:
    film_of(Two="1 / 0")
    code, said = call("film", "--output", output)
    assert code == 1
    assert "ZeroDivisionError: division by zero\nThis happened in the chapter Two" in said
    assert contents(output) == BEFORE


@pytest.mark.parametrize("step", ["studio.film.folder.join", "studio.system.staging.os.replace"])
def test_a_disk_that_is_full_at_the_end_leaves_the_last_film(
        step: str, film_of: Callable, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film_of(One="self.wait(0.1)")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/a/disk")

    monkeypatch.setattr(step, full)
    code, said = call("film", "--output", output)
    assert code == 2
    assert "the disk is full; what was there before is unchanged. Make room and try again." in said
    assert contents(output) == BEFORE


STOPS = [(os.killpg, signal.SIGINT), (os.kill, signal.SIGINT), (os.kill, signal.SIGTERM)]


@pytest.mark.parametrize(("send", "stop"), STOPS)
def test_ctrl_c_leaves_the_last_film_and_nothing_else(
        send: Callable, stop: signal.Signals, film_of: Callable, output: Path, tmp_path: Path) -> None:
    workers = tmp_path / "pid"
    package = film_of(One=f"import os, time; open({str(workers)!r}, 'w').write(str(os.getpid())); time.sleep(100)")
    process = start(package, tmp_path, "film", "--output", output, start_new_session=True)
    wait_for(lambda: workers.exists() and workers.read_text())
    assert any(p.name.startswith(".unfinished-") for p in output.iterdir())
    send(process.pid, stop)    # a terminal tells the whole group
    said, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + stop
    assert errors == "Stopped. What was there before is unchanged.\n"
    assert said == ""
    assert contents(output) == BEFORE
    wait_for(lambda: not alive(int(workers.read_text())), 10)


def test_a_film_that_is_killed_leaves_no_process_and_the_next_one_goes_on_and_sweeps(
        film_of: Callable, output: Path, tmp_path: Path) -> None:
    workers = tmp_path / "pid"
    package = film_of(One="self.wait(0.1)",
                      Two=f"import os, time; open({str(workers)!r}, 'w').write(str(os.getpid())); time.sleep(100)")
    process = start(package, tmp_path, "film", "--output", output, "--jobs", 1)
    assert process.stdout.readline().startswith("One: ")
    wait_for(lambda: workers.exists() and workers.read_text())
    process.kill()
    process.communicate(timeout=30)
    wait_for(lambda: not alive(int(workers.read_text())), 10)
    assert len(contents_of_hidden(output)) == 1
    source = tmp_path / "films" / package / "two_file.py"
    source.write_text(source.read_text().replace("time.sleep(100)", "self.wait(0.1)"))
    process = start(package, tmp_path, "render", "--output", output, "--jobs", 1)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "One: 2 s of film, kept from before" in said
    assert "Two: 2 s of film in" in said
    assert contents_of_hidden(output) == []


def contents_of_hidden(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if p.name.startswith(".")]


def test_a_terminal_sees_a_bar_that_names_the_chapter(film_of: Callable, tmp_path: Path) -> None:
    package = film_of(One="self.wait(0.1)\n        import time; time.sleep(1)")
    here, there = os.openpty()
    process = start(package, tmp_path, "film", "--output", tmp_path / "out", stdout=there, stderr=there,
                    env=os.environ | {"TERM": "xterm", "COLUMNS": "100"})
    os.close(there)
    seen = b""
    try:
        while chunk := os.read(here, 4096):
            seen += chunk
    except OSError:     # the terminal is gone with its last process
        pass
    os.close(here)
    assert process.wait(timeout=30) == 0
    assert b"%" in seen
    assert b"One 0:0" in seen
    assert b"film.mp4" in seen.splitlines()[-1]


def test_a_cache_that_is_removed_while_a_chapter_is_rendered_is_made_again(film_of: Callable, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    film_of(One=f"import os, shutil\n        self.wait(0.3)\n        if not os.path.exists({str(mark)!r}):\n"
                f"            open({str(mark)!r}, 'w').close()\n"
                "            shutil.rmtree(os.environ['BACKPROP_CACHE'])\n        self.wait(0.3)")
    code, said = call("render", "--output", tmp_path / "out")
    assert code == 0, said
    assert (tmp_path / "out" / "One.mp4").exists()


def test_a_cache_that_is_removed_again_and_again_is_a_line(film_of: Callable, output: Path) -> None:
    film_of(One="import os, shutil; self.wait(0.3); shutil.rmtree(os.environ['BACKPROP_CACHE']); self.wait(0.3)")
    code, said = call("render", "--output", output)
    assert code == 2
    assert "work (BACKPROP_CACHE names another place): was removed while it was worked in" in said
    assert contents(output) == BEFORE


@pytest.mark.parametrize("words", [["render"], ["film"], ["slides"], ["gallery"], ["new"], ["batch"],
                                   ["batch", "--sheet"], ["sheet"]], ids=" ".join)
def test_a_place_whose_name_is_too_long_is_a_line(words: list[str], film_of: Callable, tmp_path: Path) -> None:
    film_of(One="self.wait(0.1)")
    place = tmp_path / ("x" * 300)
    where = {"gallery": [place], "new": [f"{place}.toml"], "sheet": [DEFAULT, "--output", f"{place}.pdf"],
             "batch": [DEFAULT, "--output", place]}.get(words[0], ["--output", place])
    code, said = call(*words, *where)
    assert code == 2
    assert said.strip().endswith(": File name too long")
    assert len(said.splitlines()) == 1
