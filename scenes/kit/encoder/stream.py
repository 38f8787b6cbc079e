"""One encoded stream for a whole chapter, in a thread of its own."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from queue import Queue
from typing import Any

import av
import cairo
import numpy as np
from av.video.frame import PictureType
from manim._config.video_encoder import VideoEncoderSpec
from manim.scene.scene_file_writer import SceneFileWriter
from numpy.typing import NDArray

from scenes.kit.encoder.cover import add_cover, cover, packed
from scenes.kit.encoder.planes import converter
from scenes.kit.encoder.sound import SOUND, Track
from scenes.kit.encoder.subtitles import add_track, packets
from scenes.kit.narration.captions import Cue
from scenes.kit.narration.voice import Told

AHEAD = 64_000_000  # bytes of frames that may wait for the encoder, which so has work while nothing is drawn
FEWEST = 8  # frames that may wait, however large they are
LATER = 4  # how much nicer than the encoder's threads the one is that draws for them
SOON = 0.0001  # seconds after which drawing lets the encoder's thread go on: it needs Python briefly, and often


class Stream:
    """An encoder in its own thread, which takes frames with the number of times that each is shown.

    The file is at `target` when `close` has returned, and nothing is there before. `told` is what is told aloud;
    more may come as long as it is before what is told of it is shown.
    """

    def __init__(self, target: Path, spec: VideoEncoderSpec, title: str, language: str = "eng",
                 told: Sequence[Told] | None = None) -> None:
        self.target, self.beat = target, 1 / Fraction(spec.frame_rate)
        self.part = target.with_suffix(".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        faststart = {"movflags": "faststart"} if spec.container_format in ("mp4", "mov") else {}
        self.movie = av.open(str(self.part), "w", format=spec.container_format, options=faststart)
        self.movie.metadata["title"] = title
        self.video = self.movie.add_stream(spec.codec, rate=spec.frame_rate, options=dict(spec.options))
        self.video.pix_fmt, self.video.width, self.video.height = spec.pixel_format, spec.width, spec.height
        timed, covered = spec.container_format in ("mp4", "mov"), spec.container_format == "mp4"
        spoken = told is not None and spec.container_format in SOUND
        self.sound = Track(self.movie, spec.container_format, language, told) if spoken else None
        self.captions = add_track(self.movie, language) if timed else None
        self.cover = add_cover(self.movie, spec.width, spec.height) if covered else None
        self.planes = converter(spec.pixel_format)
        self.holds = spec.container_format == "gif"  # a frame stands until the next, and needs no copies of itself
        size = spec.width * spec.height * av.VideoFormat(spec.pixel_format).padded_bits_per_pixel // 8
        self.waiting: Queue[tuple[av.VideoFrame, int, bool] | None] = Queue(max(FEWEST, AHEAD // size))
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self.encode, name="encoder", daemon=True)
        self.thread.start()
        give_way()

    def write(
        self, pixels: NDArray[np.uint8], repeat: int, area: cairo.RectangleInt | None, key: bool = False
    ) -> None:
        """Takes a frame, new in this area, or None for all of it; its pixels may be drawn over as soon as this returns.

        With `key` it is understood without those before it, so that the movie can be cut there.
        """
        if self.error:
            raise self.error
        self.last = pixels
        self.waiting.put((self.planes.frame(pixels, area), repeat, key))

    def encode(self) -> None:
        usual = sys.getswitchinterval()
        sys.setswitchinterval(SOON)
        shown = 0
        while (item := self.waiting.get()) is not None:
            if self.error:
                continue  # drained, so that nobody waits for room
            try:
                shown = self.encoded(*item, shown)
            except BaseException as error:
                self.error = error
        sys.setswitchinterval(usual)

    def encoded(self, frame: av.VideoFrame, repeat: int, key: bool, shown: int) -> int:
        """Encodes a frame, after so many that were shown; how many are shown then."""
        for n in range(repeat):
            if self.holds and 0 < n < repeat - 1:  # the last copy says how long it stands
                continue
            frame.pict_type = PictureType.I if key and not n else PictureType.NONE
            frame.pts, frame.time_base = shown + n, self.beat
            self.movie.mux(self.video.encode(frame))
        if self.sound is not None:
            self.movie.mux(self.sound.until(float((shown + repeat) * self.beat)))
        return shown + repeat

    def close(self, cues: Sequence[Cue]) -> None:
        """Waits for the encoder, adds the captions, and puts the file into its place."""
        self.waiting.put(None)
        made = None if self.cover is None else cover(self.last)  # while the encoder is at work
        self.thread.join()
        if not self.error:
            self.movie.mux(self.video.encode(None))
            if self.sound is not None:
                self.movie.mux(self.sound.end())
            if self.captions is not None:
                self.movie.mux(packets(cues, self.captions))
            if made is not None:
                self.movie.mux(packed(made, self.cover))
        self.movie.close()
        if self.error:
            self.part.unlink(missing_ok=True)
            raise self.error
        os.replace(self.part, self.target)

    def abort(self) -> None:
        self.error = self.error or KeyboardInterrupt()
        self.waiting.put(None)
        self.thread.join()
        self.movie.close()
        self.part.unlink(missing_ok=True)


def give_way() -> None:
    """Lets the encoder go first where both want a processor. Only in a thread that ends with its drawing.

    The first thread of a process would pass it on to whatever that starts later, a player among them.
    """
    if sys.platform == "linux" and threading.current_thread() is not threading.main_thread():
        with suppress(OSError):  # a system that forbids it
            me = os.PRIO_PROCESS, threading.get_native_id()
            os.setpriority(*me, os.getpriority(*me) + LATER)


class Writer(SceneFileWriter):
    """manim's file writer, with one stream in the place of a file for each play that are joined afterwards."""

    stream: Stream | None = None
    spec: VideoEncoderSpec | None = None  # None for what manim was asked for
    title = ""
    language = "eng"  # of the captions, in ISO 639-2
    cues: Sequence[Cue] = ()
    told: Sequence[Told] | None = None  # what is told aloud; None if nothing is
    area: cairo.RectangleInt | None = None  # of the next frame that is new; None for all of it
    key = True  # whether the next frame begins a section

    def next_section(self, *args: Any, **kwargs: Any) -> None:
        super().next_section(*args, **kwargs)
        self.key = True

    def begin_animation(self, *args: object, **kwargs: object) -> None:
        pass

    def end_animation(self, *args: object, **kwargs: object) -> None:
        pass

    def write_frame(self, pixels: NDArray[np.uint8], *, repeat: int = 1) -> None:
        if self.stream is None:
            spec = self.spec or self.video_encoder
            self.stream = Stream(self.movie_file_path, spec, self.title, self.language, self.told)
        self.stream.write(pixels, repeat, self.area, self.key)
        self.key = False

    def finish(self) -> None:
        if self.stream is not None:
            self.stream.close(self.cues)
            self.stream = None  # with the encoder, whose memory is not to wait until the scene is collected
            self.print_file_ready_message(self.movie_file_path)
        if self.subcaptions:
            self.write_subcaption_file()

    def abort_encode_jobs(self, *args: object, **kwargs: object) -> None:
        if self.stream is not None:
            self.stream.abort()
