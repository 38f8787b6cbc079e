"""Captions keep the published limits whatever is said."""

from __future__ import annotations

import itertools

import srt
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.narration import captions

WORD = st.text("abcdefghijklmnopqrstuvwxyzδθ().,:?−0123456789", min_size=1, max_size=14)


@given(st.lists(WORD, min_size=1, max_size=60))
def test_every_cue_is_readable(words: list[str]) -> None:
    text = " ".join(words)
    made = captions.cues(text, 3.0)
    assert " ".join(c.text.replace("\n", " ") for c in made).split() == text.split()
    for cue in made:
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert max(map(len, lines)) <= 42
        assert 5 / 6 <= cue.end - cue.start <= 7
        assert len(cue.text) / (cue.end - cue.start) <= 17
    for before, after in itertools.pairwise(made):
        assert before.end <= after.start


def test_a_file_of_captions_reads_back() -> None:
    made = captions.cues("The signal shrank. It has one layer to go.", 1.25)
    read = list(srt.parse(captions.compose(made)))
    assert [c.content for c in read] == ["The signal shrank. It has one layer to go."]
    assert read[0].start.total_seconds() == 1.25
