"""Every frame of a preview beside stock manim's:  .venv/bin/python -m pytest -n auto -rP tests/every_frame.py

The tests compare five frames of each second; this all fifteen, in half an hour of a processor, and says what it found.
"""

from __future__ import annotations

import pytest
from test_drawing import UNLIKE, compared
from test_scenes import NETWORKS

from scenes.kit.chapter import Chapter
from studio.chapters import chapters


@pytest.mark.parametrize("chapter", chapters(), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", UNLIKE)
def test_every_frame_is_manims(chapter: type[Chapter], name: str) -> None:
    if chapter.suits(NETWORKS[name]):
        pytest.skip("left out on this network")
    found = compared(chapter, NETWORKS[name], rate=15)
    print(f"{name}, {chapter.__name__}: {found.frames} frames, at most {found.furthest} of 255 off, "
          f"on {found.most:.4%} of the pixels of a frame")
    assert found.frames > 150
    assert not found.worst, found
