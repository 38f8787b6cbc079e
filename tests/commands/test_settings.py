"""A user's manim.cfg changes nothing about the films of the command."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import pytest

from studio.system.manim_defaults import prepare_manim

HOUSE = Path(__file__).parents[2]
SETTINGS = {
    "size": "[CLI]\nframe_height = 3.0\nframe_width = 3.0\npixel_height = 100\npixel_width = 100\n",
    "plays": "[CLI]\nfrom_animation_number = 2\nupto_animation_number = 3\n",
    "files": "[CLI]\nsave_sections = True\nmedia_dir = elsewhere\nzero_pad = 2\nwrite_to_movie = False\n",
    "pace": "[CLI]\nframe_rate = 7\nbackground_color = #FF0000\ndry_run = True\n",
    "no settings": "no settings at all",
    "not a number": "[CLI]\nframe_rate = many\n",
    "another renderer": "[CLI]\nrenderer = opengl\n",
}
ASK = """
from studio.system.manim_defaults import prepare_manim; prepare_manim()
from manim import config; print(sorted(map(repr, config.items())))
"""


def config_in(folder: Path, home: Path) -> str:
    """manim's settings in a process of ours that runs in a folder."""
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(HOUSE)}
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", ASK], cwd=folder, env=environment,
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("kind", SETTINGS)
def test_no_settings_of_a_user_reach_our_processes(kind: str, tmp_path: Path) -> None:
    empty, folder, home = tmp_path / "empty", tmp_path / "folder", tmp_path / "home"
    for place in (empty, folder, home / ".config" / "manim"):
        place.mkdir(parents=True)
    usual = config_in(empty, empty)
    (folder / "manim.cfg").write_text(SETTINGS[kind])
    assert config_in(folder, empty) == usual
    (home / ".config" / "manim" / "manim.cfg").write_text(SETTINGS[kind])
    assert config_in(empty, home) == usual


def clip_in(folder: Path) -> tuple:
    """Size, pace and pictures of a clip that the command made in a folder."""
    environment = os.environ | {"BACKPROP_CACHE": str(folder / "cache"), "PYTHONPATH": str(HOUSE)}
    words = "render", "Summary", "--section", "1", "--output", str(folder / "out")
    command = [sys.executable, "-m", "studio.commands.main", *words]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    (file,) = (folder / "out").glob("*.mp4")
    with av.open(str(file)) as clip:
        stream = clip.streams.video[0]
        pictures = [frame.to_ndarray(format="rgb24").tobytes() for frame in clip.decode(stream)]
    return stream.width, stream.height, stream.average_rate, pictures


def test_a_clip_is_the_same_with_a_manim_cfg_beside_it(tmp_path: Path) -> None:
    plain, crowded = tmp_path / "plain", tmp_path / "crowded"
    plain.mkdir()
    crowded.mkdir()
    lines = {line for text in list(SETTINGS.values())[:4] for line in text.splitlines()[1:]}
    (crowded / "manim.cfg").write_text("\n".join(["[CLI]", *sorted(lines)]))
    assert clip_in(crowded) == clip_in(plain)


def test_only_the_settings_of_manim_are_imported_elsewhere() -> None:
    before = list(sys.meta_path), sys.modules.get("IPython", "not there")
    prepare_manim()
    try:
        (finder,) = [found for found in sys.meta_path if found not in before[0]]
        assert finder.find_spec("manim") is None
        assert finder.find_spec("json") is None
    finally:
        sys.meta_path[:] = before[0]
        if before[1] == "not there":
            sys.modules.pop("IPython")
