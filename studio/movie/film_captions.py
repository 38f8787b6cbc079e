"""Captions of a whole film from those of its clips, and in other forms: for the web, and as a text to read."""
from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from html import escape
from itertools import accumulate
from pathlib import Path

import srt

OTHERS = (".vtt", ".txt")


def join_captions(files: Iterable[Path], durations: Iterable[float], target: Path) -> None:
    """Writes one .srt of several, each moved by the seconds of the clips before it."""
    cues: list[srt.Subtitle] = []
    for file, start in zip(files, accumulate(durations, initial=0.0), strict=False):
        shift = timedelta(seconds=start)
        cues += [srt.Subtitle(0, cue.start + shift, cue.end + shift, cue.content)
                 for cue in srt.parse(file.read_text(encoding="utf-8"))]
    target.write_text(srt.compose(cues), encoding="utf-8")


def accompany(file: Path, heading: str = "") -> list[str]:
    """Writes the captions of an .srt beside it as .vtt and as a transcript, .txt; returns the names of the files."""
    cues = list(srt.parse(file.read_text(encoding="utf-8")))
    file.with_suffix(".vtt").write_text(web(cues), encoding="utf-8")
    file.with_suffix(".txt").write_text(transcript(cues, heading), encoding="utf-8")
    return [file.with_suffix(kind).name for kind in OTHERS]


def web(cues: Iterable[srt.Subtitle]) -> str:
    """WebVTT (W3C 2019), in which <, > and & are markup."""
    blocks = [f"{clock(cue.start)} --> {clock(cue.end)}\n{escape(cue.content, quote=False)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def clock(time: timedelta) -> str:
    return srt.timedelta_to_srt_timestamp(time).replace(",", ".")


def transcript(cues: Iterable[srt.Subtitle], heading: str = "") -> str:
    """What is told, a sentence a line."""
    told = " ".join(" ".join(cue.content.split()) for cue in cues)
    lines = re.sub(r"(?<=[.?!]) (?=[A-ZÄÖÜ])", "\n", told)
    return f"{heading}\n\n{lines}\n" if heading else f"{lines}\n"
