"""A film is made aside and moved into place when it is whole."""
from __future__ import annotations

import errno
import fcntl
import os
import signal
from pathlib import Path

import pytest

from scenes.kit.setting.whole_file import UNFINISHED
from studio.system.mistake import Mistake
from studio.system.staging import publish, staging


def test_nothing_is_left_when_it_stops_half_way(tmp_path: Path) -> None:
    output = tmp_path / "media" / "film"
    with pytest.raises(KeyboardInterrupt), staging(output) as folder:
        (folder / "half.mp4").write_text("half")
        raise KeyboardInterrupt
    assert not (tmp_path / "media").exists()


def test_what_was_there_stays(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("old")
    with pytest.raises(RuntimeError), staging(tmp_path) as folder:
        (folder / "film.mp4").write_text("new")
        raise RuntimeError
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("film.mp4", "old")]


def test_a_whole_film_takes_the_place_of_the_old(tmp_path: Path) -> None:
    for name in ("film.mp4", "Gone.mp4", "my notes.txt"):
        (tmp_path / name).write_text("old")
    with staging(tmp_path) as folder:
        (folder / "film.mp4").write_text("new")
        publish([folder / "film.mp4"], tmp_path, [tmp_path / "Gone.mp4", tmp_path / "never.mp4"])
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"film.mp4": "new", "my notes.txt": "old"}


def test_ctrl_c_waits_for_the_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def interrupted(source: Path, target: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        replace(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt), staging(tmp_path) as folder:
        for name in ("a", "b"):
            (folder / name).write_text(name)
        publish([folder / "a", folder / "b"], tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_leftovers_of_a_killed_film_are_swept_and_one_at_work_is_not(tmp_path: Path) -> None:
    dead, alive = tmp_path / f"{UNFINISHED}dead", tmp_path / f"{UNFINISHED}alive"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "in use").touch()
    with open(alive / "in use") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with staging(tmp_path):
            assert alive.exists()
            assert not dead.exists()


def test_a_file_in_the_place_of_the_folder_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "film").write_text("not a folder")
    for output in (tmp_path / "film", tmp_path / "film" / "deeper"):
        with pytest.raises(Mistake, match="needed a folder"), staging(output):
            pass


def test_a_folder_that_may_not_be_written_to_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", "there")

    monkeypatch.setattr("studio.system.staging.tempfile.mkdtemp", refuse)
    with pytest.raises(Mistake, match="cannot be written to"), staging(tmp_path):
        pass
