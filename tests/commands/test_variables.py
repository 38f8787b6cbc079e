"""Every environment variable: mistyped it is a line and exit code 2, under manim and the command; empty, unset."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenes.kit.setting import environment_variables
from scenes.kit.setting.theme import THEMES

HOUSE = Path(__file__).parents[2]
ALL = {value for value in vars(environment_variables).values()
       if isinstance(value, str) and value.startswith("BACKPROP_")}
ALL -= {environment_variables.PREFIX}
ANY = {environment_variables.VOICE, environment_variables.CACHE}  # set to anything, and the name of a folder
WRONG = {
    environment_variables.NETWORK: ("no\udcff such.toml", "there is no such file"),
    environment_variables.UNITS: ("2:third", "found '2:third', needed layer:unit"),
    environment_variables.LANGUAGE: ("dde", "found no language 'dde', needed one of de, en"),
    environment_variables.THEME: ("lihgt\n", "found 'lihgt?', needed dark or light"),
    environment_variables.DRAWING: ("mnaim", "found 'mnaim', needed manim"),
}
MANIM = ["-m", "manim", "-ql", "--dry_run", "--progress_bar", "none", str(HOUSE / "scenes" / "summary.py"), "Summary"]
COMMAND = ["-m", "studio.commands.main", "render", "Summary", "--output", "media"]


def run(words: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess:
    around = {name: value for name, value in os.environ.items() if name not in ALL - {environment_variables.CACHE}}
    return subprocess.run([sys.executable, *words], cwd=folder, env=around | more, capture_output=True, text=True,
                          timeout=120)


def test_every_variable_is_tried_here() -> None:
    assert WRONG.keys() | ANY == ALL
    assert set(environment_variables.CHOICES[environment_variables.THEME]) == THEMES.keys()


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("words", [MANIM, COMMAND], ids=["manim", "command"])
def test_a_variable_that_is_mistyped_is_told(name: str, words: list[str], tmp_path: Path) -> None:
    value, told = WRONG[name]
    done = run(words, tmp_path, **{name: value})
    assert (done.returncode, "Traceback" in done.stderr + done.stdout) == (2, False)
    assert told in done.stderr
    assert 1 <= len(done.stderr.strip().splitlines()) <= 2
    assert not (tmp_path / "media").exists() or not any((tmp_path / "media").rglob("*.mp4"))


def test_empty_variables_are_as_none(tmp_path: Path) -> None:
    done = run(MANIM, tmp_path, **dict.fromkeys(ALL, ""))
    assert done.returncode == 0, done.stderr
