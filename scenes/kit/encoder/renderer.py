"""manim's renderer with our canvas and our stream, where they can do what is asked for; else manim's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from manim import CairoRenderer, Mobject, RendererType, Scene, config
from manim._config.video_encoder import VideoEncoderSpec
from manim.scene.scene_file_writer import SceneFileWriter
from manim.utils.exceptions import EndSceneEarlyException
from manim.utils.iterables import list_update
from numpy.typing import NDArray

from scenes.kit.canvas.burnt_captions import Burnt
from scenes.kit.canvas.canvas import Canvas
from scenes.kit.canvas.picture import png
from scenes.kit.encoder.stream import Writer
from scenes.kit.narration.captions import Cue
from scenes.kit.narration.sections import WHOLE, Part
from scenes.kit.setting import environment_variables


def by_manim() -> bool:
    """Whether manim itself is to draw and write all: BACKPROP_DRAWING=manim, or another renderer than Cairo's."""
    return os.environ.get(environment_variables.DRAWING) == "manim" or config.renderer != RendererType.CAIRO


class Renderer(CairoRenderer):
    """Plays as manim does, the same frames at the same times, but draws only what changed and does not hash plays.

    `spec` is the encoder of its clip, None for what manim was asked for; with `clear` nothing is behind the things.
    `part` is what of it is drawn: what comes before is played unseen, and what comes after is not played.
    """

    part: Part = WHOLE
    poster: bytes | None = None  # the last picture of the clip, as a PNG, when it is finished

    def __init__(
        self, title: str = "", spec: VideoEncoderSpec | None = None, clear: bool = False, **kwargs: Any
    ) -> None:
        self.title, self.spec = title, spec
        self.burnt: Burnt | None = None
        self.still: list[Mobject] = []
        self.first = True
        super().__init__(camera_class=Canvas, **kwargs)
        if clear:
            self.camera.background_opacity = 0.0

    def init_scene(self, scene: Scene, session_spec: Any, file_writer_settings: Any) -> None:
        output = file_writer_settings.plan.output
        if output.is_video and not output.is_gif and not output.save_sections:
            self.file_writer = Writer(file_writer_settings)
            self.file_writer.title, self.file_writer.spec = self.title, self.spec
        else:
            self.file_writer = SceneFileWriter(file_writer_settings)

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        begins, ends = self.part
        if self.time >= ends:
            raise EndSceneEarlyException
        self.skip_animations = self._original_skipping_status or self.time < begins
        self.update_skipping_status()
        scene.compile_animation_data(*args, **kwargs)
        drawn = not self.skip_animations
        if not drawn:
            self.pass_by(scene)
        name = f"uncached_{self.num_plays:05}" if drawn else None
        self.file_writer.add_partial_movie_file(name)
        self.animations_hashes.append(name)
        self.file_writer.begin_animation(drawn, animation_index=self.num_plays)
        scene.begin_animations()
        self.still, self.first = scene.static_mobjects, True
        if scene.is_current_animation_frozen_frame():
            if drawn:
                self.update_frame(scene, scene.moving_mobjects)
                self.freeze_current_frame(scene.duration)
        else:
            scene.play_internal()
        self.file_writer.end_animation(drawn)
        self.still = []
        self.num_plays += 1

    def pass_by(self, scene: Scene) -> None:
        """Lets the time go by that a play would take if it were drawn: whole frames, added up as `add_frame` does."""
        frame = 1 / self.camera.frame_rate
        if scene.is_current_animation_frozen_frame():
            self.time += int(scene.duration / frame) * frame
        else:
            for _ in np.arange(0, scene.duration, frame):
                self.time += frame

    def render(self, scene: Scene, time: float, moving_mobjects: Iterable[Mobject] | None = None) -> None:
        if not self.skip_animations:
            self.update_frame(scene, moving_mobjects)
            self.show(1)

    def update_frame(self, scene: Scene, mobjects: Iterable[Mobject] | None = None, *args: Any, **kwargs: Any) -> None:
        everything = list_update(scene.mobjects, scene.foreground_mobjects)
        if not mobjects and not self.still:
            self.frame = self.camera.show([], everything, True)
        else:
            self.frame = self.camera.show(self.still, list(mobjects or []), self.first)
            self.first = False
            if not mobjects:
                self.frame = self.camera.show_twice(everything)

    def scene_finished(self, scene: Scene) -> None:
        if isinstance(self.file_writer, Writer) and self.file_writer.stream is not None:
            self.poster = png(self.frame)  # while the encoder is still at work
        super().scene_finished(scene)

    def burn(self, cues: Sequence[Cue]) -> None:
        """From now on writes captions into the frames; more may come meanwhile."""
        self.burnt = Burnt(self.camera, cues)

    def picture(self, scene: Scene) -> NDArray[np.uint8]:
        """What is to be seen now, whether it is part of the clip or not."""
        found = self.camera.show([], list_update(scene.mobjects, scene.foreground_mobjects), True).copy()
        self.camera.order = None  # so that the next frame of the clip is drawn whole
        return found

    def get_frame(self) -> NDArray[np.uint8]:
        return self.frame.copy()

    def freeze_current_frame(self, duration: float) -> None:
        self.show(int(duration / (1 / self.camera.frame_rate)))

    def show(self, times: int) -> None:
        """Gives the frame to the writer: ours has done with it at once, and manim's keeps it."""
        if not isinstance(self.file_writer, Writer):
            self.add_frame(self.frame.copy(), times)
            return
        runs = [(self.frame, self.camera.area, times)]
        for frame, area, count in self.burnt.runs(*runs[0][:2], self.time, times) if self.burnt else runs:
            self.file_writer.area = area
            self.add_frame(frame, count)
