"""The frames of a chapter as they go to the encoder, kept in a file, and encoded again with nothing else to do.

As a program it encodes: `python benchmarks/frames.py FOLDER...`, one after another, with the settings of the chapter.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from queue import Queue

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray

AHEAD = 8  # frames that are ready for the encoder


def record(module: str, chapter: str, quality: str, network: str, folder: Path) -> None:
    """Plays a chapter and keeps each different frame, converted for the encoder, and how often it is shown."""
    from manim import tempconfig  # not where only the encoder is timed

    from scenes.kit.encoder import stream
    from studio.render.chapter_files import MOVIE, QUALITIES, SILENT

    folder.mkdir(parents=True, exist_ok=True)
    if network:
        os.environ["BACKPROP_NETWORK"] = network
    repeats: list[int] = []
    keys: list[bool] = []
    with (folder / "frames").open("wb") as kept:

        class Recorder(stream.Stream):
            def encode(self) -> None:
                while (item := self.waiting.get()) is not None:
                    kept.write(item[0].to_ndarray().tobytes())
                    repeats.append(item[1])
                    keys.append(item[2])

            def close(self, cues: object) -> None:
                self.abort()

        stream.Stream = Recorder
        with tempconfig({"quality": QUALITIES[quality], "media_dir": str(folder / "media"), **MOVIE, **SILENT}):
            scene = getattr(importlib.import_module(module), chapter)()
            scene.render()
            spec = scene.renderer.file_writer.video_encoder
    told = {
        "repeats": repeats,
        "keys": keys,
        "width": spec.width,
        "height": spec.height,
        "rate": str(spec.frame_rate),
        "codec": spec.codec,
        "options": dict(spec.options),
        "format": spec.pixel_format,
    }
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def pictures(folder: Path, told: dict) -> NDArray[np.uint8]:
    """The kept frames, as arrays of yuv420p. ValueError if the file is too short for them."""
    shape = told["height"] * 3 // 2, told["width"]
    return np.memmap(folder / "frames", np.uint8, "r", shape=(len(told["repeats"]), *shape))


def encode(folder: Path) -> None:
    """One stream of the kept frames, as the chapter's own."""
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    ready: Queue[av.VideoFrame | None] = Queue(AHEAD)
    threading.Thread(target=have_ready, args=(pictures(folder, told), told["format"], ready), daemon=True).start()
    shown, beat = 0, 1 / Fraction(told["rate"])
    with av.open(str(folder / "encoded.mp4"), "w", options={"movflags": "faststart"}) as movie:
        video = movie.add_stream(told["codec"], rate=Fraction(told["rate"]), options=told["options"])
        video.pix_fmt, video.width, video.height = told["format"], told["width"], told["height"]
        for repeat, key in zip(told["repeats"], told["keys"], strict=True):
            frame = ready.get()
            for n in range(repeat):
                frame.pict_type = PictureType.I if key and not n else PictureType.NONE
                frame.pts, frame.time_base = shown, beat
                shown += 1
                movie.mux(video.encode(frame))
        movie.mux(video.encode(None))


def have_ready(kept: Iterable[NDArray[np.uint8]], form: str, ready: Queue[av.VideoFrame | None]) -> None:
    """Reads frames before the encoder asks for them, so that it waits neither for a disk nor for a copy."""
    try:
        for picture in kept:
            ready.put(av.VideoFrame.from_numpy_buffer(np.array(picture), format=form))
    finally:
        ready.put(None)  # if reading failed, the encoder fails, too, and does not wait


if __name__ == "__main__":
    for name in sys.argv[1:]:
        encode(Path(name))
