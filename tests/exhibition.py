"""A folder of clips for tests of the gallery: real ledgers of two tiny chapters, beside movies of a grey picture."""
from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from manim import DOWN, FadeIn, tempconfig

from bpmath.files.network_file import DEFAULT, read_network
from scenes.kit.chapter import Chapter
from scenes.kit.narration import captions
from studio.movie.clip import Clip, join
from studio.movie.film_captions import join_captions
from tests.watching import DRY

NAME = '<img src=x onerror="document.title=1"> & "mine" {{ 7 * 7 }}'
TITLES = ("Signals </script><b>", "Cost & <i>more</i>")
RATE = 10    # pictures a second


class One(Chapter):
    """An equation that goes and comes back, and its numbers."""

    number, title = 1, TITLES[0]

    def construct(self) -> None:
        self.open()
        self.section("The signal")
        equation = self.equation(self.step("signal", self.q("delta", 3)), numbers=True)
        self.say("Here is an equation.")
        self.play(FadeIn(equation))
        self.wait(2)
        self.remove(equation)
        self.wait(2)
        self.section("The signal again")
        self.say("Here it is again.")
        self.add(equation)
        self.wait(2)


class Two(Chapter):
    """Two numbers."""

    number, title = 2, TITLES[1]

    def construct(self) -> None:
        self.open()
        self.say("Here is the cost.")
        self.play(FadeIn(self.figure(self.q("J"))))
        self.play(FadeIn(self.figure(self.q("h")).shift(DOWN)))


def exhibition(folder: Path) -> Path:
    """Fills a new folder; returns it."""
    folder.mkdir()
    text = DEFAULT.read_text(encoding="utf-8").replace("single path", NAME.replace('"', '\\"'))
    (mine := folder / "mine.toml").write_text(text, encoding="utf-8")
    clips = []
    for cls in (One, Two):
        with tempconfig(DRY):
            scene = type(cls.__name__, (cls,), {"network": read_network(mine), "chapter": cls.number})(
                skip_animations=True)
            scene.render()
        book = scene.ledger.book(cls.__name__, scene.net.name, scene.time)
        book |= {"number": cls.number, "title": cls.title, "language": "en", "burnt": False}
        (folder / f"{cls.__name__}.json").write_text(json.dumps(book), encoding="utf-8")
        (folder / f"{cls.__name__}.srt").write_text(captions.compose(scene.cues), encoding="utf-8")
        clips.append(Clip(folder / f"{cls.__name__}.mp4", cls.title))
        write_movie(clips[-1].path, scene.time)
    join(clips, folder / "film.mp4")
    join_captions([c.path.with_suffix(".srt") for c in clips], [c.duration for c in clips], folder / "film.srt")
    mine.unlink()
    return folder


def write_movie(path: Path, seconds: float) -> None:
    """A grey movie that lasts so long, H.264 in mp4."""
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE)
        for n in range(round(seconds * RATE)):
            picture = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 40 + n % 60, np.uint8), format="rgb24")
            movie.mux(stream.encode(picture))
        movie.mux(stream.encode())
