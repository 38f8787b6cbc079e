"""The slides of a film: the sections of its chapters, from one click point to the next, with their words."""
from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import srt

from scenes.kit.narration.captions import Cue
from studio.movie.film_captions import transcript


@dataclass(frozen=True)
class Section:
    """What is between two click points of a chapter's clip, `start` to `end` in its seconds.

    `network` is its name; `chapter` the chapter's class, which its files are called by, `number` and `heading` its
    number and title in the film. The cues are in the section's own time.
    """

    network: str
    language: str
    chapter: str
    number: int
    heading: str
    title: str
    start: float
    end: float
    cues: tuple[Cue, ...]

    @property
    def words(self) -> str:
        """What is told, a sentence a line."""
        return transcript(srt.Subtitle(0, 0, 0, cue.text) for cue in self.cues).strip()


def sections(folder: Path, chapters: Iterable[str]) -> list[Section]:
    """The sections of chapters whose ledgers and captions are in a folder."""
    found: list[Section] = []
    for chapter in chapters:
        book = json.loads((folder / f"{chapter}.json").read_text(encoding="utf-8"))
        told = list(srt.parse((folder / f"{chapter}.srt").read_text(encoding="utf-8")))
        about = book["network"], book["language"], chapter, book["number"], book["title"]
        for row in book["sections"]:
            start, end = row["shown"]
            found.append(Section(*about, row["title"], start, end, tuple(within(told, start, end))))
    return found


def within(told: Iterable[srt.Subtitle], start: float, end: float) -> Iterable[Cue]:
    """The captions that begin between two moments, in the time that begins with the first."""
    for cue in told:
        begins, ends = cue.start.total_seconds(), cue.end.total_seconds()
        if start <= begins < end:
            yield Cue(begins - start, min(ends, end) - start, cue.content)
