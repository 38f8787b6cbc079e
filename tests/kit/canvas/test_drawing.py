"""The canvas and the stream: the picture is manim's own, frame by frame, and a movie is there whole or not at all."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import cairo
import numpy as np
import pytest
import srt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from manim import CairoRenderer, FadeIn, ImageMobject, Mobject, Scene, tempconfig

from bpmath.model.network import Network
from scenes.kit.canvas.canvas import displaced, leaves
from scenes.kit.canvas.outline import Outline
from scenes.kit.chapter import Chapter
from scenes.kit.encoder.planes import Planes
from scenes.kit.encoder.renderer import Renderer
from scenes.kit.encoder.stream import LATER, Stream
from studio.film.chapters import chapters
from tests.chapters.test_scenes import NETWORKS

FURTHEST, MOST = 8, 0.0005  # of 255, and of the pixels of a frame
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
        self.seen: np.ndarray | None = None

    def update_frame(self, scene: Scene, mobjects: Iterable[Mobject] | None = None, *args: Any, **kwargs: Any) -> None:
        if self.first:
            self.manims.camera.background_color = scene.camera.background_color
            self.manims.save_static_frame_data(scene, scene.static_mobjects)
        before = self.seen
        super().update_frame(scene, mobjects)
        self.seen = self.frame.copy()
        if before is not None and (area := self.camera.area) is not None:
            changed = (before != self.seen).any(2)
            changed[area.y : area.y + area.height, area.x : area.x + area.width] = False
            assert not changed.any()
        self.manims.update_frame(scene, mobjects)
        self.differences.see(self.frame, self.manims.camera.pixel_array, f"at {self.time:.2f} s")


def compared(chapter: type[Chapter], net: Network) -> Differences:
    class Shown(chapter):
        def find_network(self) -> Network:
            return net

    still = {"dry_run": True, "verbosity": "ERROR", "progress_bar": "none"}
    with tempconfig({**still, "pixel_width": 854, "pixel_height": 480, "frame_rate": 15}):
        both = Both()
        Shown(both).render()
    return both.differences


# drawn twice, frame by frame: each chapter on one network by default, on all of them with `make test-all`
DRAWN = [pytest.param(name, chapter, id=f"{name}-{chapter.__name__}",
                      marks=() if n % len(UNLIKE) == m else (pytest.mark.slow,))
         for n, chapter in enumerate(chapters()) for m, name in enumerate(UNLIKE)]


@pytest.mark.parametrize(("name", "chapter"), DRAWN)
def test_the_picture_is_manims(chapter: type[Chapter], name: str) -> None:
    if chapter.suits(NETWORKS[name]):
        pytest.skip("left out on this network")
    found = compared(chapter, NETWORKS[name])
    assert found.frames > 150
    assert not found.worst, found


class Short(Chapter):
    """A chapter of a second, for the stream."""

    title = "Short"

    def construct(self) -> None:
        self.say("J is {=J}.")
        self.play(FadeIn(self.figure(self.q("J"))), run_time=0.7)
        self.wait(0.3)


def written(folder: Path, drawing: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKPROP_DRAWING", drawing)
    options = {"media_dir": str(folder / drawing), "quality": "low_quality", "disable_caching": True}
    with tempconfig({**options, "verbosity": "ERROR", "progress_bar": "none", "output_file": "Short"}):
        scene = Short()
        scene.render()
    return Path(scene.renderer.file_writer.movie_file_path)


def frames(movie: Path) -> list[np.ndarray]:
    with av.open(str(movie)) as opened:
        return [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]


def test_the_captions_are_marked_with_their_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_LANGUAGE", "de")
    movie = written(tmp_path, "", monkeypatch)
    with av.open(str(movie)) as opened:
        assert opened.streams.subtitles[0].metadata["language"] == "deu"
    assert json.loads(movie.with_suffix(".json").read_text())["language"] == "de"


def test_the_stream_has_manims_frames_with_the_index_in_front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, manims = (written(tmp_path, drawing, monkeypatch) for drawing in ("", "manim"))
    assert len(frames(ours)) == len(frames(manims)) > 40
    for one, other in zip(frames(ours), frames(manims), strict=True):
        assert np.abs(one.astype(int) - other).mean() < 1  # compressed each in its own way
    data = ours.read_bytes()
    assert data.find(b"moov") < data.find(b"mdat")
    assert sorted(p.suffix for p in ours.parent.iterdir()) == [".json", ".mp4", ".srt"]


def test_the_movie_can_be_cut_where_a_section_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def construct(self: Chapter) -> None:
        self.play(FadeIn(self.figure(self.q("J"))), run_time=0.7)
        self.section("Then")
        self.wait(0.3)

    monkeypatch.setattr(Short, "construct", construct)
    with av.open(str(written(tmp_path, "", monkeypatch))) as opened:
        keys = [float(p.pts * p.time_base) for p in opened.demux(video=0) if p.is_keyframe and p.size]
    assert keys == pytest.approx([0, 11 / 15], abs=0.001)


def test_the_captions_are_a_track_of_the_movie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = written(tmp_path, "", monkeypatch)
    with av.open(str(movie)) as opened:
        (track,) = opened.streams.subtitles
        shown = [(p.pts * p.time_base, line.dialogue.decode()) for p in opened.demux(track) for line in p.decode()]
        assert track.metadata["language"] == "eng"
    told = list(srt.parse(movie.with_suffix(".srt").read_text(encoding="utf-8")))
    assert [text for _, text in shown if text] == [cue.content for cue in told] == ["J is 0.1352."]
    assert float(shown[-1][0]) == pytest.approx(told[0].start.total_seconds(), abs=0.001)


def test_a_finished_clip_keeps_no_encoder_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    gc.disable()  # the scene lives in circles until it is collected
    try:
        written(tmp_path, "", monkeypatch)
        assert not [found for found in gc.get_objects() if type(found) is Stream]
    finally:
        gc.enable()


def test_a_chapter_that_fails_leaves_no_movie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Chapter) -> None:
        self.play(FadeIn(self.figure(self.q("J"))), run_time=0.7)
        raise ZeroDivisionError

    monkeypatch.setattr(Short, "construct", fail)
    with pytest.raises(ZeroDivisionError):
        written(tmp_path, "", monkeypatch)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_an_encoder_that_fails_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Stream) -> None:
        self.error = OSError("no room")
        while self.waiting.get() is not None:
            pass

    monkeypatch.setattr(Stream, "encode", fail)
    with pytest.raises(OSError, match="no room"):
        written(tmp_path, "", monkeypatch)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no niceness of their own")
def test_drawing_lets_the_encoder_go_first_in_a_thread_that_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, usual, found = Stream.encode, niceness(), {}

    def watched(self: Stream) -> None:
        encode(self)
        found["encoder"] = niceness()

    def drawn() -> None:
        written(tmp_path, "", monkeypatch)
        found["drawing"] = niceness()

    monkeypatch.setattr(Stream, "encode", watched)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(drawn).result()
    assert found == {"drawing": min(usual + LATER, 19), "encoder": usual}
    drawn()
    assert found == {"drawing": usual, "encoder": usual}, "the first thread of a process stays as it is"


def test_what_the_canvas_cannot_draw_is_refused() -> None:
    with pytest.raises(TypeError, match="BACKPROP_DRAWING=manim"):
        leaves([ImageMobject(np.zeros((2, 2), np.uint8))])


def test_an_outline_is_found_again_where_it_was_moved_and_stretched() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(40, 2))
    known = Outline(points, points.min(0), points.max(0), None)
    other = points * [0.5, 2] + [3, -1]
    place = known.moved_to(other, other.min(0), other.max(0))
    assert place.transform_point(*points[7]) == pytest.approx(tuple(other[7]))
    other[7] += 1e-4
    assert known.moved_to(other, other.min(0), other.max(0)) is None


@pytest.mark.parametrize("size", [(480, 854), (720, 1280)])
@settings(max_examples=60)
@given(rows=st.tuples(*2 * [st.integers(0, 720)]), columns=st.tuples(*2 * [st.integers(0, 1280)]))
@example(rows=(0, 0), columns=(50, 300))
@example(rows=(0, 30), columns=(50, 300))
@example(rows=(101, 203), columns=(50, 300))
@example(rows=(330, 480), columns=(50, 300))
def test_what_is_converted_alone_is_the_same(
    size: tuple[int, int], rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    rng = np.random.default_rng(1)
    (top, bottom), (left, right) = (sorted(np.minimum(*at).tolist()) for at in zip((rows, columns), size, strict=True))
    before = rng.integers(0, 256, (*size, 4), dtype=np.uint8)
    after = before.copy()
    after[top:bottom, left:right] = rng.integers(0, 256, (bottom - top, right - left, 4))
    planes, area = Planes("yuv420p"), cairo.RectangleInt(left, top, right - left, bottom - top)
    planes.frame(before)
    assert np.array_equal(planes.frame(after, area).to_ndarray(), Planes("yuv420p").frame(after).to_ndarray())


@given(st.permutations(range(8)), st.permutations(range(8)))
def test_without_the_displaced_two_orders_are_the_same(before: list[int], now: list[int]) -> None:
    moved = displaced(before, now)
    assert [i for i in before if i not in moved] == [i for i in now if i not in moved]
    assert not displaced(now, now)
