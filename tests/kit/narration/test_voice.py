"""The voice: every sentence begins with its caption, and all are equally loud."""
from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import srt
from numpy.typing import NDArray
from pyloudnorm import Meter

from scenes.kit.narration import captions, voice
from scenes.kit.narration.voice import LOUD, PEAK, RATE, read
from scenes.kit.setting.language import language
from studio.cache.job import jobs_for
from studio.movie.clip import Clip, cut, join
from studio.movie.clip_format import LEDGER, Form
from studio.render.chapter_files import render
from studio.system.mistake import Mistake

HEARD = 0.01    # of full scale; less is silence
SENTENCES = ('self.say("One short thing.")\n        self.wait(0.2)\n        self.rest(0.5)\n        '
             'self.section("Next")\n        self.say("A signal goes back through every layer. It is small.")\n        '
             "self.rest()")


def sound(clip: Path) -> tuple[NDArray[np.float64], int]:
    """The samples of a clip's sound in their places, and how many there are a second."""
    with av.open(str(clip)) as movie:
        frames = [(float(f.time), f.to_ndarray().ravel(), f.sample_rate) for f in movie.decode(audio=0)]
    rate = frames[0][2]
    kind = frames[0][1].dtype
    track = np.zeros(round(frames[-1][0] * rate) + len(frames[-1][1]))
    for time, samples, _ in frames:
        at = round(time * rate)
        track[max(at, 0) : at + len(samples)] = samples[max(-at, 0) :]
    return track / (np.iinfo(kind).max if np.issubdtype(kind, np.integer) else 1), rate


def begins(track: NDArray[np.float64], rate: int) -> list[float]:
    """When something is heard after at least 0.12 seconds of silence."""
    heard = np.flatnonzero(np.abs(track) > HEARD) / rate
    return [heard[0], *heard[1:][np.diff(heard) > 0.12]]


def early_or_late(clip: Path, subtitles: str) -> list[float]:
    """How far from the start of each sentence's caption its sound begins."""
    track, rate = sound(clip)
    found = np.array(begins(track, rate))
    return [float(np.abs(found - cue.start.total_seconds()).min()) for cue in srt.parse(subtitles)]


@pytest.fixture
def told(film_of: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Path, str, list]]:
    """Renders one of two tiny chapters that are told aloud: its clip, captions and sections."""
    monkeypatch.setenv("BACKPROP_VOICE", "1")
    film_of(One=SENTENCES, Two=SENTENCES)

    def make(number: int = 0, format: str = "mp4", section: str = "") -> tuple[Path, str, list]:
        from studio.film.chapters import chapters

        files = render(jobs_for(chapters(), None, "l", Form(format, section=section))[number]).files
        clip = tmp_path / f"{number}{section}.{format}"
        clip.write_bytes(files[f".{format}"])
        return clip, files[".srt"].decode(), [s["shown"] for s in json.loads(files[LEDGER])["sections"]]

    return make


@pytest.mark.parametrize(("format", "codec"), [("mp4", "aac"), ("webm", "opus"), ("mov", "pcm_s16le")])
def test_every_sentence_begins_with_its_caption(told: Callable, format: str, codec: str) -> None:
    clip, subtitles, _ = told(format=format)
    assert len(list(srt.parse(subtitles))) == 3
    assert max(early_or_late(clip, subtitles)) < 0.05
    with av.open(str(clip)) as movie:
        track = movie.streams.audio[0]
        assert (track.codec_context.name.replace("lib", ""), track.rate, track.layout.name) == (codec, 48000, "mono")
        assert movie.streams.video[0].codec_context.name in ("h264", "vp9", "libvpx-vp9", "prores")
    samples, rate = sound(clip)
    assert len(samples) / rate == pytest.approx(Clip(clip, "").duration, abs=0.05)


def test_sound_stays_with_the_picture_in_the_film_in_a_section_and_in_a_cut(told: Callable, tmp_path: Path) -> None:
    (one, words, sections), (two, *_) = told(0), told(1)
    film = tmp_path / "film.mp4"
    join([Clip(one, "One"), Clip(two, "Two")], film)
    length, starts = Clip(one, "").duration, [cue.start.total_seconds() for cue in srt.parse(words)]
    found = np.array(begins(*sound(film)))
    assert all(np.abs(found - s).min() < 0.05 for s in [*starts, *(length + s for s in starts)])

    section, words, _ = told(0, section="next")
    assert len(list(srt.parse(words))) == 2
    assert max(early_or_late(section, words)) < 0.05

    part = tmp_path / "part.mp4"
    cut(Clip(one, "One"), *sections[1], part)
    assert begins(*sound(part))[0] == pytest.approx(begins(*sound(section))[0], abs=0.05)


@pytest.mark.parametrize("text", ["So.", "delta three reuses delta four: times the weight, times the slope.",
                                  "zero point three nine five two: raising theta three raises the cost."])
def test_all_sentences_are_equally_loud_and_begin_at_once(text: str) -> None:
    samples = read(text)
    assert len(samples) / RATE > 0.15
    loudness = Meter(RATE).integrated_loudness(np.pad(samples, (0, max(0, RATE // 2 - len(samples)))))
    peak = 20 * np.log10(np.abs(samples).max())
    assert peak <= PEAK + 1e-3
    assert loudness == pytest.approx(LOUD, abs=0.3) or (loudness < LOUD and peak == pytest.approx(PEAK, abs=1e-3))
    assert np.abs(samples[: RATE // 100]).max() > 0


def test_a_beat_lasts_as_long_as_its_sentence() -> None:
    """Captions stay in their limits when what is written is short and what is read is long."""
    made = captions.along("The slope is −0.000 017 3 there.", 2.0, 9.0)
    assert [made[0].start, len(made) > 1] == [2.0, True]
    assert all(cue.end - cue.start <= 7 for cue in made)
    assert made[-1].end == pytest.approx(11.0, abs=0.2)
    short = captions.along("A long sentence that takes the eye its time.", 0.0, 0.5)
    assert short[-1].end >= len(short[-1].text) / 17


def test_what_is_written_and_what_is_read_go_sentence_by_sentence() -> None:
    assert captions.side_by_side("It is 0.5. So be it. And then there is a very long sentence of words.",
                                 "It is zero point five. So be it. And then there is a long one.") == [
        ("It is 0.5. So be it.", "It is zero point five. So be it."),
        ("And then there is a very long sentence of words.", "And then there is a long one.")]
    assert captions.side_by_side("One. Two.", "Only one.") == [("One. Two.", "Only one.")]


def test_what_cannot_be_told_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert voice.missing(language("en")) == ""
    assert voice.missing(language("de")).startswith("found no voice for 'de', needed one of en")
    monkeypatch.setenv("BACKPROP_VOICE", "1")
    with pytest.raises(Mistake, match="--voice: found gif without sound"):
        Form("gif").check()
    monkeypatch.setenv("BACKPROP_LANGUAGE", "de")
    with pytest.raises(Mistake, match="--voice: found no voice for 'de'"):
        Form().check()
    monkeypatch.delenv("BACKPROP_LANGUAGE")
    monkeypatch.setattr(voice, "find_spec", lambda name: None)
    with pytest.raises(Mistake, match=r"--voice: found no voice, needed the extra:  pip install"):
        Form().check()


def test_without_a_voice_there_is_no_sound_and_nothing_of_it_is_loaded(film_of: Callable, tmp_path: Path) -> None:
    film_of(One='self.say("One short thing.")\n        self.rest()')
    from studio.film.chapters import chapters

    for name in [name for name in sys.modules if name.split(".")[0] == "hibari"]:
        del sys.modules[name]
    clip = tmp_path / "one.mp4"
    clip.write_bytes(render(jobs_for(chapters(), None, "l")[0]).files[".mp4"])
    with av.open(str(clip)) as movie:
        assert not movie.streams.audio
    assert "hibari" not in sys.modules
