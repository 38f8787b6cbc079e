"""Renders one chapter with manim, in the process that calls it, to a clip, its captions and its ledger."""
from __future__ import annotations

import importlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.clip import Clip, join
from studio.mistake import Mistake, in_words

QUALITIES = {"l": "low_quality", "m": "medium_quality", "h": "high_quality", "p": "production_quality",
             "k": "fourk_quality"}

SILENT = {"verbosity": "CRITICAL", "progress_bar": "none", "preview": False, "show_in_file_browser": False,
          "log_to_file": False}
# hashing each play for the cache costs more than it saves where everything is drawn anew
MOVIE = {"format": "mp4", "transparent": False, "write_to_movie": True, "dry_run": False, "save_sections": False,
         "disable_caching": True}


@dataclass(frozen=True)
class Job:
    """A chapter to be rendered to `folder`, on the network in a file, or on the chapter's own where `network` is ""."""

    module: str
    name: str
    title: str
    network: str
    quality: str
    folder: Path


@dataclass(frozen=True)
class Rendered:
    """What came of a job: the clip, its seconds of film, and where the wall seconds went.

    `import`; `build`: proofs, formulas and layout; `play`: drawing and encoding; `finish`: joining and moving files.
    """

    job: Job
    clip: Clip
    duration: float
    seconds: dict[str, float]


def render(job: Job, report: Callable[[str, float], None] = lambda name, time: None) -> Rendered:
    """Writes `<name>.mp4`, `.srt` and `.json` to the job's folder. `report` hears how many seconds of film there are.

    Mistake where the chapter cannot show the network or finds itself wrong.
    """
    try:
        return play(job, report)
    except Exception as error:
        if mistake := in_words(error):
            where = "" if job.name in mistake.message else f"{job.name}: "
            raise Mistake(where + mistake.message) from None
        error.add_note(f"This happened in the chapter {job.name} ({job.module}).")
        raise


def play(job: Job, report: Callable[[str, float], None]) -> Rendered:
    begun = time.perf_counter()
    if job.network:
        os.environ["BACKPROP_NETWORK"] = job.network
    from manim import tempconfig

    from scenes.kit.drawing.renderer import by_manim

    chapter = getattr(importlib.import_module(job.module), job.name)
    imported = time.perf_counter()
    # each chapter has its own media folder: two processes that share one take each other's formulas away
    media = job.folder / f"media of {job.name}"
    place = {"quality": QUALITIES[job.quality], "media_dir": str(media), "output_file": job.name}
    with tempconfig({**place, **MOVIE, **SILENT}):
        scene = chapter()
        play_once, played, last = scene.play, 0.0, imported

        def play_and_report(*args: object, **kwargs: object) -> None:
            nonlocal played, last
            start = time.perf_counter()
            play_once(*args, **kwargs)
            last = time.perf_counter()
            played += last - start
            report(job.name, scene.renderer.time)

        scene.play = play_and_report
        report(job.name, 0.0)
        scene.render()
        movie = Path(scene.renderer.file_writer.movie_file_path)
    clip = Clip(job.folder / f"{job.name}.mp4", job.title)
    if by_manim():
        join([Clip(movie, job.title)], clip.path, job.title, marks=False)    # manim writes the index at the end
    else:
        shutil.move(movie, clip.path)
    for kind in (".srt", ".json"):
        shutil.move(movie.with_suffix(kind), job.folder / f"{job.name}{kind}")
    shutil.rmtree(media)
    seconds = {"import": imported - begun, "build": last - imported - played, "play": played,
               "finish": time.perf_counter() - last}
    return Rendered(job, clip, clip.duration, seconds)
