"""From chapters and a network to a folder of clips and, joined, the film."""
from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.captions import join_captions
from studio.chapters import chapters
from studio.clip import join
from studio.progress import Progress
from studio.render import Job, Rendered
from studio.staging import publish, staging
from studio.workers import render_all

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter

KINDS = (".mp4", ".srt", ".json")
USUAL = 45.0    # seconds of a chapter that was never rendered before


@dataclass(frozen=True)
class Film:
    """Where the finished files are, and the chapters in their order."""

    output: Path
    rendered: tuple[Rendered, ...]

    @property
    def duration(self) -> float:
        return sum(r.duration for r in self.rendered)


def make(cast: Sequence[type[Chapter]], network: Path | None, quality: str, output: Path, processes: int,
         progress: Progress, whole: bool = False) -> Film:
    """Renders chapters to the output folder; with `whole`, joins them to `film.mp4` and `film.srt` as well."""
    expected = {c.__name__: last_duration(output, c.__name__) for c in cast}
    with staging(output) as folder:
        shown = str(network.absolute()) if network else ""
        jobs = [Job(c.__module__, c.__name__, c.title, shown, quality, folder) for c in cast]
        longest_first = sorted(jobs, key=lambda job: -expected[job.name])
        with progress.over(expected):
            rendered = render_all(longest_first, processes, progress.heard, progress.done)
        rendered.sort(key=lambda r: jobs.index(r.job))
        names = [r.job.name for r in rendered]
        outdated: list[Path] = []
        if whole:
            join([r.clip for r in rendered], folder / "film.mp4", "Backpropagation")
            captions = [r.clip.path.with_suffix(".srt") for r in rendered]
            join_captions(captions, [r.duration for r in rendered], folder / "film.srt")
            others = {c.__name__ for c in chapters()} - set(names)
            outdated = [output / f"{name}{kind}" for name in others for kind in KINDS]
        files = [folder / f"{name}{kind}" for name in names for kind in KINDS]
        publish([*files, *(folder / f"film{kind}" for kind in (".mp4", ".srt") if whole)], output, outdated)
    return Film(output, tuple(rendered))


def last_duration(output: Path, name: str) -> float:
    """How long a chapter was when it was last rendered here."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return float(json.loads((output / f"{name}.json").read_text(encoding="utf-8"))["duration"])
    return USUAL
