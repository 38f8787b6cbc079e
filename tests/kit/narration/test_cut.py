"""Plain manim is asked for some of the plays (-n): captions and ledger are cut with the picture, in the clip's time."""
from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
import srt
from manim import FadeIn, tempconfig

from bpmath.files.network_file import DEFAULT
from scenes.kit.chapter import Chapter

PLAYS = ["h", "J", "y", "x", "h", "J"]


class Played(Chapter):
    """A number and a sentence in each play, which takes three seconds."""

    network, title = DEFAULT, "A chapter for tests"

    def construct(self) -> None:
        for n, kind in enumerate(PLAYS):
            if n in (0, 3):
                self.section("From {k} on", k=str(n))
            figure = self.figure(self.q(kind))
            self.say("This is {name}.", name=self.q(kind))
            self.play(FadeIn(figure), run_time=3)
            self.remove(figure)


@pytest.mark.parametrize(("first", "last"), [(0, -1), (1, -1), (0, 2), (2, 4), (5, 5)])
def test_what_is_said_and_shown_is_in_the_clip_and_in_its_time(first: int, last: int, tmp_path: Path) -> None:
    settings = {"from_animation_number": first, "upto_animation_number": last, "quality": "low_quality",
                "media_dir": str(tmp_path), "verbosity": "ERROR", "progress_bar": "none"}
    with tempconfig(settings):
        Played().render()
    (clip,), (told,), (book,) = (list(tmp_path.rglob(f"Played.{kind}")) for kind in ("mp4", "srt", "json"))
    with av.open(str(clip)) as file:
        frames = sum(1 for _ in file.decode(video=0))
    length, ledger, end = frames / 15, json.loads(book.read_text()), last if last >= 0 else len(PLAYS)
    shown = PLAYS[first:end + 1]
    assert ledger["duration"] == pytest.approx(length, abs=0.1)
    assert {n["key"].partition("[")[0] for n in ledger["numbers"]} == set(shown)
    cues = list(srt.parse(told.read_text()))
    assert len(cues) == len(shown)
    for n, cue in enumerate(cues):
        assert cue.start.total_seconds() == pytest.approx(3 * n, abs=0.1)
        assert cue.end.total_seconds() <= length + 0.1
    assert ledger["sections"][0]["shown"][0] == 0
    assert ledger["sections"][-1]["shown"][1] == pytest.approx(length, abs=0.1)
    for number in ledger["numbers"]:
        assert 0 <= number["shown"][0] <= number["shown"][1] <= length + 0.1
