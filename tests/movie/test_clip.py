"""Movie files: index in front, joined without a gap, chapter marks; and captions that move along."""
from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import srt
from manim._config.video_encoder import VideoEncoderSpec

from scenes.kit.encoder.stream import Stream
from scenes.kit.narration.captions import Cue
from studio.movie.clip import Clip, cut, join
from studio.movie.film_captions import accompany, join_captions


@pytest.fixture
def clips(tmp_path: Path) -> list[Clip]:
    """Two clips of 31 and 47 frames, 15 a second, every frame of another brightness."""
    return [movie(tmp_path / "one.mp4", range(31), "One"), movie(tmp_path / "two.mp4", range(31, 78), "Two <é>")]


def movie(path: Path, grey: range, title: str) -> Clip:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=15, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for level in grey:
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), 3 * level, np.uint8), format="rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return Clip(path, title)


def test_the_index_comes_in_front_and_the_picture_is_untouched(clips: list[Clip], tmp_path: Path) -> None:
    join(clips[:1], tmp_path / "out.mp4", "One", marks=False)
    data = (tmp_path / "out.mp4").read_bytes()
    assert clips[0].path.read_bytes().find(b"moov") > clips[0].path.read_bytes().find(b"mdat")
    assert 0 < data.find(b"moov") < data.find(b"mdat")
    assert [bytes(p) for p in packets(clips[0].path)] == [bytes(p) for p in packets(tmp_path / "out.mp4")]
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert out.metadata["title"] == "One"
        assert out.streams.video[0].codec_context.pix_fmt == "yuv420p"


def packets(path: Path) -> list[av.Packet]:
    with av.open(str(path)) as movie:
        return [p for p in movie.demux(video=0) if p.dts is not None]


def test_a_film_is_as_long_as_its_clips_and_has_every_frame_in_time(clips: list[Clip], tmp_path: Path) -> None:
    film = Clip(tmp_path / "film.mp4", "Film")
    join(clips, film.path, film.title)
    assert film.duration == pytest.approx(sum(c.duration for c in clips), abs=1e-9) == pytest.approx(78 / 15)
    with av.open(str(film.path)) as movie:
        frames = [(float(f.time), f.to_ndarray(format="gray").mean()) for f in movie.decode(video=0)]
    assert [t for t, _ in frames] == pytest.approx([n / 15 for n in range(78)])
    assert [level for _, level in frames] == sorted(level for _, level in frames)


def test_a_film_has_chapter_marks(clips: list[Clip], tmp_path: Path) -> None:
    join(clips, tmp_path / "film.mp4", "Film")
    with av.open(str(tmp_path / "film.mp4")) as film:
        marks = [(c["metadata"]["title"], c["start"], c["end"]) for c in film.chapters()]
    assert marks == [("One", 0, 2067), ("Two <é>", 2067, 5200)]


def test_captions_move_by_the_clips_before_them(tmp_path: Path) -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"
    files = [tmp_path / f"{n}.srt" for n in range(3)]
    for n, file in enumerate(files):
        file.write_text(cue.format(f"δ({n})") if n != 1 else "", encoding="utf-8")
    join_captions(files, [10.0, 20.5, 5.0], tmp_path / "film.srt")
    cues = list(srt.parse((tmp_path / "film.srt").read_text(encoding="utf-8")))
    assert [(c.index, c.start.total_seconds(), c.content) for c in cues] == [(1, 1.0, "δ(0)"), (2, 31.5, "δ(2)")]


def test_the_captions_of_the_clips_are_the_film_s(tmp_path: Path) -> None:
    spec = VideoEncoderSpec("mp4", "libx264", "yuv420p", 64, 36, Fraction(15), (("crf", "23"),))
    clips = []
    for name in ("one", "two"):
        stream = Stream(tmp_path / f"{name}.mp4", spec, name)
        stream.write(np.zeros((36, 64, 4), np.uint8), 30, None)
        stream.close([Cue(0.5, 1.5, name)])
        clips.append(Clip(tmp_path / f"{name}.mp4", name))
    join(clips, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as film:
        (track,) = film.streams.subtitles
        shown = [(float(p.pts * p.time_base), line.dialogue.decode()) for p in film.demux(track) for line in p.decode()]
        assert track.metadata["language"] == "eng"
    assert [line for line in shown if line[1]] == [(0.5, "one"), (2.5, "two")]


def test_a_clip_is_cut_at_a_frame_that_was_meant_for_it(tmp_path: Path) -> None:
    spec = VideoEncoderSpec("mp4", "libx264", "yuv420p", 64, 36, Fraction(15), (("crf", "23"),))
    stream, rng = Stream(whole := tmp_path / "whole.mp4", spec, "Whole"), np.random.default_rng(1)
    for n in range(60):
        stream.write(rng.integers(0, 256, (36, 64, 4), np.uint8), 1, None, key=n == 22)
    stream.close([Cue(0.2, 1.0, "before"), Cue(1.6, 3.0, "after")])
    times = [(0, 22 / 15), (1.467, 4)]    # as a ledger rounds them
    parts = [tmp_path / "1.mp4", tmp_path / "2.mp4"]
    for part, (start, end) in zip(parts, times, strict=True):
        cut(Clip(whole, "Part"), start, end, part, [Cue(0.1, 1.0, "told")])
    assert [len(pictures(part)) for part in parts] == [22, 38]
    for found, meant in zip(pictures(parts[0]) + pictures(parts[1]), pictures(whole), strict=True):
        assert np.array_equal(found, meant)
    with av.open(str(parts[1])) as part:
        assert [float(f.time) for f in part.decode(video=0)] == pytest.approx([n / 15 for n in range(38)], abs=0.001)
    with av.open(str(parts[1])) as part:
        shown = [(float(p.pts * p.time_base), line.dialogue) for p in part.demux(subtitles=0) for line in p.decode()]
        assert (0.1, b"told") in shown
    with pytest.raises(ValueError, match="cannot be cut at 2"):
        cut(Clip(whole, "Part"), 2, 4, tmp_path / "3.mp4")


def test_sound_is_cut_with_its_picture(tmp_path: Path) -> None:
    whole = tmp_path / "whole.mp4"
    with av.open(str(whole), "w") as out:
        video, sound = out.add_stream("libx264", rate=15, options={"g": "15"}), out.add_stream("aac", rate=48000)
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        for level in range(60):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), 3 * level, np.uint8), format="rgb24")
            out.mux(video.encode(frame))
        loud = np.where(np.arange(4 * 48000) < 2 * 48000, 0, 0.5 * np.sin(np.arange(4 * 48000) / 20)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(loud[None], format="fltp", layout="mono")
        frame.sample_rate = 48000
        out.mux(sound.encode(frame))
        out.mux(sound.encode())
        out.mux(video.encode())
    cut(Clip(whole, "Part"), 1, 3, tmp_path / "part.mp4")
    with av.open(str(tmp_path / "part.mp4")) as part:
        heard = np.concatenate([f.to_ndarray()[0] for f in part.decode(audio=0)])
    assert len(heard) / 48000 == pytest.approx(2, abs=0.05)
    assert np.argmax(np.abs(heard) > 0.1) / 48000 == pytest.approx(1, abs=0.05)


def pictures(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as movie:
        return [frame.to_ndarray(format="gray") for frame in movie.decode(video=0)]


def test_captions_for_the_web_and_to_read(tmp_path: Path) -> None:
    file = tmp_path / "a.srt"
    file.write_text("1\n00:00:01,500 --> 00:00:02,000\nIs a < b?\n\n2\n01:00:03,000 --> 01:00:04,250\nYes. It\nis.\n")
    assert accompany(file, "Small") == ["a.vtt", "a.txt"]
    assert (tmp_path / "a.vtt").read_text() == (
        "WEBVTT\n\n00:00:01.500 --> 00:00:02.000\nIs a &lt; b?\n\n01:00:03.000 --> 01:00:04.250\nYes. It\nis.\n")
    assert (tmp_path / "a.txt").read_text() == "Small\n\nIs a < b?\nYes.\nIt is.\n"
