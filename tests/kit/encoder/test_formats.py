"""Each format as other programs open it: codec, pixels, alpha, captions, index, and the number of frames."""
from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest
import srt
from click.testing import CliRunner
from PIL import Image, ImageColor

from scenes.kit.canvas.picture import straight
from scenes.kit.encoder.cover import is_cover
from scenes.kit.encoder.formats import FORMATS, MOVIES
from scenes.kit.encoder.palette import FewColours, palette
from scenes.kit.encoder.planes import Planes
from scenes.kit.setting.layout import BOTTOM
from scenes.kit.setting.theme import THEMES, theme
from studio.cache.job import Failed, Job, Rendered, jobs_for
from studio.cache.store import Store
from studio.commands.main import main
from studio.film.chapters import chapters
from studio.film.folder import Order
from studio.film.make import Tell, make_all
from studio.movie.clip import Clip
from studio.movie.clip_format import Form
from studio.render.worker import outcome
from studio.system.mistake import Mistake

UNSEEN = 2    # of 255, of an alpha that was compressed
GROUND = np.array(ImageColor.getrgb(theme.background))
SPEAKS = ("self.beat('A small film.', FadeIn(self.panel(layout.TABLE)), pause=0.5)\n"
          "        self.section('The second')\n"
          "        self.beat('Its second section shows {=J}.', FadeIn(self.figure(self.q('J'))), pause=0.5)")
IMPORTS = "from manim import FadeIn; from scenes.kit.setting import layout; "


class Here:
    """An engine that renders in this process."""

    room = 1

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Job]] = []

    def submit(self, number: int, job: Job) -> None:
        self.waiting.append((number, job))

    def next(self, seconds: float) -> tuple[int, Rendered | Failed]:
        number, job = self.waiting.pop()
        return number, outcome(job, lambda seconds: None)


@pytest.fixture
def tiny(film_of: Callable, tmp_path: Path) -> Callable[..., Path]:
    """Makes a film of two tiny chapters, or renders the first of them; returns its folder."""
    film_of(One=IMPORTS + SPEAKS, Two="self.beat('Two.', pause=0.3)")
    return partial(make, tmp_path)


@pytest.fixture
def still_of(tmp_path: Path) -> Callable[[str], np.ndarray]:
    """A still of the first chapter of a film, by its file."""
    return lambda name: picture(make(tmp_path, format="png") / name)


def make(place: Path, whole: bool = False, quality: str = "l", **form: object) -> Path:
    folder = place / f"out {whole} {form}"
    jobs = tuple(jobs_for(chapters() if whole else chapters()[:1], None, quality, Form(**form).check()))
    (result,) = make_all([Order("", folder, jobs, whole)], Here(), Store(place / "store"), Tell())
    if result.failed:
        raise Mistake(result.failed[0].reason + result.failed[0].traceback)
    return folder


def call(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(w) for w in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def frames(path: Path, pixels: str = "rgba") -> list[np.ndarray]:
    """All pictures of a movie; VP9 by the decoder that knows its alpha."""
    with av.open(str(path)) as movie:
        video = movie.streams.video[0]
        if video.codec_context.name != "vp9":
            return [frame.to_ndarray(format=pixels) for frame in movie.decode(video)]
        decoder = av.CodecContext.create("libvpx-vp9", "r")
        return [frame.to_ndarray(format=pixels) for packet in movie.demux(video) for frame in decoder.decode(packet)]


def picture(path: Path) -> np.ndarray:
    with Image.open(path) as opened:
        return np.asarray(opened.convert("RGB")).astype(int)


def facts(path: Path) -> tuple[str, str]:
    with av.open(str(path)) as movie:
        context = movie.streams.video[0].codec_context
        return context.name, context.pix_fmt


def cues(path: Path) -> list[tuple[float, str]]:
    return [(c.start.total_seconds(), c.content) for c in srt.parse(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("format", "codec", "pixels"), [
    ("mp4", "h264", "yuv420p"), ("webm", "vp9", "yuv420p"), ("mov", "prores", "yuv422p10le"), ("gif", "gif", "bgra")])
def test_a_film_in_each_format(format: str, codec: str, pixels: str, tiny: Callable) -> None:
    folder = tiny(whole=True, format=format)
    kinds = (f".{format}", ".png", ".srt", ".vtt", ".txt")
    assert {p.name for p in folder.iterdir()} - {"made.json"} == {
        *(f"{name}{kind}" for name in ("One", "Two", "film") for kind in kinds), "One.json", "Two.json"}
    lengths = []
    for name in ("One", "Two", "film"):
        movie = folder / f"{name}.{format}"
        assert facts(movie) == (codec, pixels)
        lengths.append(Clip(movie, "").duration)
        if format != "gif":
            assert len(frames(movie)) == pytest.approx(15 * lengths[-1], abs=0.1)
        assert picture(folder / f"{name}.png").shape[:2] == (480, 854)
    assert lengths[2] == pytest.approx(lengths[0] + lengths[1], abs=0.002)
    assert lengths[0] == pytest.approx(json.loads((folder / "One.json").read_text())["duration"], abs=0.07)
    one, two, film = (cues(folder / f"{name}.srt") for name in ("One", "Two", "film"))
    assert [text for _, text in film] == [text for _, text in one + two]
    assert film[-1][0] == pytest.approx(lengths[0] + two[0][0], abs=0.002)


@pytest.mark.parametrize("format", ["mp4", "mov"])
def test_the_index_is_in_front_and_captions_are_a_track(format: str, tiny: Callable) -> None:
    folder = tiny(whole=True, format=format)
    for name in ("One", "film"):
        movie = folder / f"{name}.{format}"
        data = movie.read_bytes()
        assert 0 < data.find(b"moov") < data.find(b"mdat")
        with av.open(str(movie)) as opened:
            (track,) = opened.streams.subtitles
            told = [line.dialogue.decode() for p in opened.demux(track) for line in p.decode()]
        assert [text for text in told if text] == [text for _, text in cues(movie.with_suffix(".srt"))]


@pytest.mark.parametrize("format", ["mp4", "webm", "mov"])
def test_a_film_has_chapter_marks(format: str, tiny: Callable) -> None:
    with av.open(str(tiny(whole=True, format=format) / f"film.{format}")) as film:
        marks = [(c["metadata"]["title"], float(c["start"] * c["time_base"])) for c in film.chapters()]
    assert [title for title, _ in marks] == ["The One <[b]chapter[/b]>", "The Two <[b]chapter[/b]>"]
    assert marks[1][1] > 4


def test_a_webm_can_be_sought_before_it_is_all_there(tiny: Callable) -> None:
    data = (tiny(whole=True, format="webm") / "film.webm").read_bytes()
    assert 0 < data.find(b"\x1c\x53\xbb\x6b") < data.find(b"\x1f\x43\xb6\x75")    # Cues before the first Cluster


def test_the_cover_and_the_poster_are_the_last_picture(tiny: Callable) -> None:
    folder = tiny(whole=True)
    for name, end in (("One", "One"), ("Two", "Two"), ("film", "Two")):
        last = frames(folder / f"{end}.mp4", "rgb24")[-1].astype(int)
        poster = picture(folder / f"{name}.png")
        assert np.abs(poster - last).mean() < 3
        with av.open(str(folder / f"{name}.mp4")) as movie:
            (cover,) = (s for s in movie.streams.video if is_cover(s))
            (packet,) = (p for p in movie.demux(cover) if p.size)
        small = Image.open(io.BytesIO(bytes(packet)))
        assert small.size == (640, 360)
        there = np.asarray(Image.fromarray(poster.astype(np.uint8)).resize(small.size)).astype(int)
        assert np.abs(np.asarray(small).astype(int) - there).mean() < 3


@pytest.mark.parametrize(("format", "codec", "pixels"), [
    ("webm", "vp9", "yuva420p"), ("mov", "prores", "yuva444p12le"), ("png", "png", "rgba")])
def test_where_nothing_is_drawn_it_is_clear(format: str, codec: str, pixels: str, tiny: Callable) -> None:
    folder = tiny(format=format, transparent=True)
    file = folder / ("One-2.png" if format == "png" else f"One.{format}")
    if format == "webm":    # its track says yuv420p, and that there is alpha beside it
        assert facts(file) == ("vp9", "yuv420p")
        with av.open(str(file)) as movie:
            assert movie.streams.video[0].metadata["alpha_mode"] == "1"
    else:
        assert facts(file) == (codec, pixels)
    clear = frames(file)[-1]
    alpha, panel = clear[..., 3], np.array(ImageColor.getrgb(theme.panel))
    assert max(alpha[0, 0], alpha[-1, -1]) <= UNSEEN
    assert (alpha[:40] <= UNSEEN).mean() > 0.99
    assert np.abs(clear[235, 100, :3].astype(int) - panel).max() <= 3 and alpha[235, 100] >= 254
    assert 0.1 < (alpha > 127).mean() < 0.5

    plain = tiny(format="png")
    share = alpha[..., None] / 255
    over = clear[..., :3] * share + GROUND * (1 - share)
    there = picture(plain / "One-2.png")
    assert np.abs(over - there).mean() < 0.3    # over the background it is the opaque picture


def test_a_clear_film_is_clear_to_its_end(tiny: Callable) -> None:
    folder = tiny(whole=True, format="webm", transparent=True)
    all_of_it = frames(folder / "film.webm")
    assert len(all_of_it) == sum(len(frames(folder / f"{name}.webm")) for name in ("One", "Two"))
    assert all(frame[0, 0, 3] <= UNSEEN for frame in all_of_it)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuva420p", "yuv422p10le", "yuva444p10le"])
def test_the_same_picture_always_has_the_same_planes(pixels: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (480, 854, 4), np.uint8)
    noise[..., 3] = 255
    converted = Planes(pixels)
    made = {b"".join(inside(plane, 2 if "10" in pixels else 1) for plane in converted.frame(noise).planes)
            for _ in range(40)}
    assert len(made) == 1


def inside(plane: av.video.plane.VideoPlane, size: int) -> bytes:
    """The pixels of a plane, of so many bytes each, without what fills up its lines."""
    return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, :plane.width * size].tobytes()


def test_colours_are_taken_out_of_their_alpha() -> None:
    half = np.array([[[100, 50, 25, 128], [255, 0, 0, 255], [0, 0, 0, 0]]], np.uint8)
    assert straight(half).tolist() == [[[199, 100, 50, 128], [255, 0, 0, 255], [*GROUND, 0]]]


# gif

def test_a_gif_has_the_theme_s_colours_and_plays_for_ever(tiny: Callable) -> None:
    folder = tiny(whole=True, format="gif")
    for name in ("One", "film"):
        with Image.open(folder / f"{name}.gif") as opened:
            assert opened.info["loop"] == 0
            shown = []
            for number in range(opened.n_frames):
                opened.seek(number)
                shown.append(opened.info["duration"])
            last = np.asarray(opened.convert("RGB")).astype(int)
        assert sum(shown) / 1000 == pytest.approx(Clip(folder / f"{name}.gif", "").duration)
        assert min(shown) >= 30
        poster = picture(folder / f"{name}.png")
        assert np.abs(last - poster).mean() < 0.5
        assert last[0, 0].tolist() == GROUND.tolist()


@pytest.mark.parametrize("quality", ["m", "h"])
def test_a_gif_is_never_faster_than_browsers_play_it(quality: str, tiny: Callable) -> None:
    with Image.open(tiny(format="gif", quality=quality) / "One.gif") as opened:
        for number in range(opened.n_frames):
            opened.seek(number)
            assert opened.info["duration"] >= 40


@pytest.mark.parametrize("name", THEMES)
def test_the_palette_has_every_colour_of_the_theme(name: str) -> None:
    colours = {tuple(c) for c in palette(THEMES[name]).tolist()}
    assert len(palette(THEMES[name])) == 256
    assert {ImageColor.getrgb(value) for value in vars(THEMES[name]).values()} <= colours


def test_every_pixel_gets_a_near_colour() -> None:
    inks = np.array([ImageColor.getrgb(getattr(theme, role)) for role in ("a", "theta", "slope", "delta", "J", "text")])
    shares = np.linspace(0, 1, 40)[:, None, None]
    pixels = np.zeros((40, 6, 4), np.uint8)
    pixels[..., :3] = (GROUND * (1 - shares) + inks * shares).round()
    frame = FewColours().frame(pixels).to_ndarray(format="rgb24").astype(int)
    assert np.abs(frame - pixels[..., :3]).max() <= 12


# stills

def test_stills_are_the_ends_of_the_sections(tiny: Callable) -> None:
    folder = tiny(whole=True, format="png")
    names = {p.name for p in folder.iterdir()} - {"made.json"}
    assert names == {"One-1.png", "One-2.png", "One.json", "Two-1.png", "Two.json"}
    clip = frames(tiny() / "One.mp4", "rgb24")
    still = picture(folder / "One-2.png")
    assert np.abs(still - clip[-1]).mean() < 3
    assert np.abs(picture(folder / "One-1.png") - still).max() > 100


def test_a_still_has_what_was_held_before_it_left(film_of: Callable, still_of: Callable) -> None:
    leaves = IMPORTS + "self.beat('It comes.', FadeIn(self.panel(layout.TABLE)))\n        self.clear()\n"
    film_of(One=leaves + "        self.section('Then')\n        self.wait(0.2)")
    panel = ImageColor.getrgb(theme.panel)
    assert still_of("One-1.png")[240, 427].tolist() == list(panel)
    assert still_of("One-2.png")[240, 427].tolist() == list(GROUND)


def test_stills_of_an_earlier_film_go(tiny: Callable, tmp_path: Path) -> None:
    folder = tmp_path / "out True {'format': 'png'}"
    folder.mkdir()
    for name in ("One-7.png", "One-notes.png", "One-7.txt"):
        (folder / name).write_text("before")
    assert tiny(whole=True, format="png") == folder
    assert {"One-1.png", "One-notes.png", "One-7.txt"} <= {p.name for p in folder.iterdir()}
    assert not (folder / "One-7.png").exists()


def test_large_stills(tiny: Callable) -> None:
    with Image.open(tiny(format="png", quality="k") / "One-1.png") as still:
        assert still.size == (3840, 2160)


# sections

@pytest.mark.parametrize("section", ["2", "The second", "the second"])
def test_a_section_alone(section: str, tiny: Callable) -> None:
    folder, whole = tiny(section=section), tiny()
    name = "One-" + section.lower().replace(" ", "-")
    assert {p.stem for p in folder.iterdir()} - {"made"} == {name}
    alone, film = frames(folder / f"{name}.mp4", "rgb24"), frames(whole / "One.mp4", "rgb24")
    assert len(alone) < len(film)
    assert np.abs(film[-len(alone)].astype(int) - alone[0]).mean() < 3
    assert np.abs(film[-1].astype(int) - alone[-1]).mean() < 3
    assert cues(folder / f"{name}.srt") == [(0.0, "Its second section shows 0.1352.")]
    book = json.loads((folder / f"{name}.json").read_text())
    assert book["duration"] == pytest.approx(len(alone) / 15, abs=0.07)
    (number,) = book["numbers"]
    assert (number["key"], number["shown"][0], number["shown"][1]) == ("J", 0.0, book["duration"])


def test_the_first_section_ends_where_the_second_begins(tiny: Callable) -> None:
    folder = tiny(section="1")
    assert [text for _, text in cues(folder / "One-1.srt")] == ["A small film."]
    assert json.loads((folder / "One-1.json").read_text())["numbers"] == []


def test_a_still_of_one_section(tiny: Callable) -> None:
    folder = tiny(section="2", format="png")
    assert {p.name for p in folder.iterdir()} - {"made.json"} == {"One-2.png", "One-2.json"}


@pytest.mark.parametrize(("preset", "search"), [("", b"subme=7"), ("veryfast", b"subme=2")])
def test_the_preset_reaches_the_encoder(preset: str, search: bytes, tiny: Callable) -> None:
    """x264 writes into its stream how it was set: how far it looks for the best match between pixels."""
    movie = (tiny(preset=preset) / "One.mp4").read_bytes()
    assert search in movie
    assert b"crf=23" in movie


# refusals

@pytest.mark.parametrize(("words", "said"), [
    (("--format", "mp4", "--transparent"), "needed webm"),
    (("--format", "gif", "--transparent"), "needed webm"),
    (("--format", "png", "--burn"), "stills have no captions"),
    (("--format", "webm", "--preset", "fast"), "needed mp4"),
])
def test_what_a_format_cannot_do_is_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    for command in (("render", "one"), ("film",), ("batch", "mine.toml")):
        code, output = call(*command, *words, "--output", tmp_path / "out")
        assert code == 2
        assert said in output
        assert len(output.strip().splitlines()) <= 3
    assert not (tmp_path / "out").exists()


def test_a_section_that_is_not_there_is_refused(tiny: Callable) -> None:
    with pytest.raises(Mistake, match=r"no section '3'; needed one of 1 The One <\[b\]chapter\[/b\]>, 2 The second"):
        tiny(section="3")


def test_stock_manim_draws_mp4_only(tiny: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_DRAWING", "manim")
    for form in ({"format": "webm"}, {"burn": True}):
        with pytest.raises(Mistake, match="BACKPROP_DRAWING: found manim"):
            tiny(**form)
    folder = tiny(section="2")
    assert facts(folder / "One-2.mp4") == ("h264", "yuv420p")


def test_every_format_is_offered() -> None:
    assert set(FORMATS) == {"mp4", "webm", "mov", "gif", "png"}
    assert set(MOVIES) == set(FORMATS) - {"png"}
    _, said = call("film", "--help")
    assert all(name in said for name in FORMATS)


# captions in the picture

def test_burnt_captions_stand_in_their_lane_and_nowhere_else(tiny: Callable) -> None:
    burnt = frames((folder := tiny(burn=True, format="mov")) / "One.mov", "rgb24")
    assert json.loads((folder / "One.json").read_text(encoding="utf-8"))["burnt"] is True
    folder = tiny(format="mov")
    plain = frames(folder / "One.mov", "rgb24")
    top = round((4 - BOTTOM) * 60)
    told = list(srt.parse((folder / "One.srt").read_text(encoding="utf-8")))
    assert json.loads((folder / "One.json").read_text(encoding="utf-8"))["burnt"] is False
    assert len(burnt) == len(plain)
    for number, (one, other) in enumerate(zip(burnt, plain, strict=True)):
        assert np.abs(one[:top].astype(int) - other[:top]).max() < 12
        at = (number + 0.5) / 15
        says = any(c.start.total_seconds() <= at - 0.04 and at + 0.04 < c.end.total_seconds() for c in told)
        silent = not any(c.start.total_seconds() - 0.04 <= at < c.end.total_seconds() + 0.04 for c in told)
        bright = np.abs(one[top:].astype(int) - GROUND).max() > 150
        assert bright or not says
        assert not bright or not silent
