"""The canvas and the stream: the picture is manim's own, frame by frame, and a movie is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from manim import CairoRenderer, Mobject, Scene, tempconfig
from test_scenes import NETWORKS

from bpmath.network import Network
from scenes.kit.chapter import Chapter
from scenes.kit.drawing.renderer import Renderer
from studio.chapters import chapters

FURTHEST, MOST = 24, 0.001  # of 255, and of the pixels of a frame
UNLIKE = ("default", "Mazur", "three classes")


@dataclass
class Differences:
    """How far the frames of a chapter are from manim's."""

    frames: int = 0
    furthest: int = 0
    most: float = 0.0
    worst: list[str] = field(default_factory=list)

    def see(self, ours: np.ndarray, theirs: np.ndarray, when: str) -> None:
        away = np.abs(ours.astype(np.int16) - theirs).max(2)
        self.frames += 1
        self.furthest = max(self.furthest, int(away.max()))
        self.most = max(self.most, float((away > 0).mean()))
        if away.max() > FURTHEST or (away > 0).mean() > MOST:
            self.worst.append(f"{when}: {away.max()} of 255, {(away > 0).mean():.2%} of the pixels")


class Both(Renderer):
    """Draws every frame on the canvas and by manim's renderer too, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.manims = CairoRenderer()
        self.differences = Differences()

    def update_frame(self, scene: Scene, mobjects: Iterable[Mobject] | None = None, *args: Any, **kwargs: Any) -> None:
        if self.first:
            self.manims.camera.background_color = scene.camera.background_color
            self.manims.save_static_frame_data(scene, scene.static_mobjects)
        super().update_frame(scene, mobjects)
        self.manims.update_frame(scene, mobjects)
        self.differences.see(self.frame, self.manims.camera.pixel_array, f"at {self.time:.2f} s")


def compared(chapter: type[Chapter], net: Network, rate: int = 5) -> Differences:
    class Shown(chapter):
        def find_network(self) -> Network:
            return net

    still = {"dry_run": True, "verbosity": "ERROR", "progress_bar": "none"}
    with tempconfig({**still, "pixel_width": 854, "pixel_height": 480, "frame_rate": rate}):
        both = Both()
        Shown(both).render()
    return both.differences


@pytest.mark.parametrize("chapter", chapters(), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", UNLIKE)
def test_the_picture_is_manims(chapter: type[Chapter], name: str) -> None:
    if chapter.suits(NETWORKS[name]):
        pytest.skip("left out on this network")
    found = compared(chapter, NETWORKS[name])
    assert found.frames > 50
    assert not found.worst, found
