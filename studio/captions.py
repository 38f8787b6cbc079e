"""Captions of a whole film from those of its clips."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

import srt


def join_captions(files: Iterable[Path], durations: Iterable[float], target: Path) -> None:
    """Writes one .srt of several, each moved by the seconds of the clips before it."""
    cues: list[srt.Subtitle] = []
    for file, start in zip(files, accumulate(durations, initial=0.0), strict=False):
        shift = timedelta(seconds=start)
        cues += [srt.Subtitle(0, cue.start + shift, cue.end + shift, cue.content)
                 for cue in srt.parse(file.read_text(encoding="utf-8"))]
    target.write_text(srt.compose(cues), encoding="utf-8")
