"""Renders one chapter with manim, in the process that calls it, to a clip, its captions and its ledger."""
from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from studio.clip import Clip, join
from studio.job import KINDS, Job, Rendered
from studio.key import ingredients
from studio.mistake import Mistake, in_words
from studio.staging import staging
from studio.store import cache_folder

QUALITIES = {"l": "low_quality", "m": "medium_quality", "h": "high_quality", "p": "production_quality",
             "k": "fourk_quality"}

SILENT = {"verbosity": "CRITICAL", "progress_bar": "none", "preview": False, "show_in_file_browser": False,
          "log_to_file": False}
# hashing each play for the cache costs more than it saves where everything is drawn anew
MOVIE = {"format": "mp4", "transparent": False, "write_to_movie": True, "dry_run": False, "save_sections": False,
         "disable_caching": True}


def render(job: Job, report: Callable[[float], None] = lambda seconds: None) -> Rendered:
    """The chapter's files. `report` hears how many seconds of film there are.

    Mistake where the chapter cannot show the network or finds itself wrong, or where this process has other code or
    libraries than the job is meant for.
    """
    try:
        if other := differing(job):
            raise Mistake(f"{os.uname().nodename} has another version of {', '.join(other)} than where the film was "
                          "begun, or it was changed meanwhile; needed the same")
        with staging(cache_folder() / "work") as folder:
            return play(job, folder, report)
    except Exception as error:
        if mistake := in_words(error):
            where = "" if job.name in mistake.message else f"{job.name}: "
            raise Mistake(where + mistake.message) from None
        error.add_note(f"This happened in the chapter {job.name} ({job.module}).")
        raise


def differing(job: Job) -> list[str]:
    """What this process has otherwise than the job is meant for. Another kind of machine is fine."""
    try:
        found = dict(ingredients(job.module))
    except (ModuleNotFoundError, AttributeError):
        return [f"the module {job.module}"]
    return [name for name, value in job.made_of if found.get(name) != value and name not in ("machine", "cairo")]


def play(job: Job, folder: Path, report: Callable[[float], None]) -> Rendered:
    begun = time.perf_counter()
    os.environ.pop("BACKPROP_NETWORK", None)
    from manim import tempconfig

    from bpmath.canonical import network_from
    from scenes.kit.drawing.renderer import by_manim

    chapter = getattr(importlib.import_module(job.module), job.name)
    imported = time.perf_counter()
    place = {"quality": QUALITIES[job.quality], "media_dir": str(folder), "output_file": job.name}
    with tempconfig({**place, **MOVIE, **SILENT}):
        scene = chapter()
        scene.network = network_from(job.network, job.source)
        play_once, played, last = scene.play, 0.0, imported

        def play_and_report(*args: object, **kwargs: object) -> None:
            nonlocal played, last
            start = time.perf_counter()
            play_once(*args, **kwargs)
            last = time.perf_counter()
            played += last - start
            report(float(scene.renderer.time))

        scene.play = play_and_report
        report(0.0)
        scene.render()
        movie = Path(scene.renderer.file_writer.movie_file_path)
    clip = Clip(movie, job.title)
    if by_manim():    # which writes the index at the end
        clip = Clip(folder / f"{job.name}.mp4", job.title)
        join([Clip(movie, job.title)], clip.path, job.title, marks=False)
    files = {kind: (clip.path if kind == ".mp4" else movie.with_suffix(kind)).read_bytes() for kind in KINDS}
    seconds = {"import": imported - begun, "build": last - imported - played, "play": played,
               "finish": time.perf_counter() - last}
    return Rendered(job.name, files, clip.duration, seconds)
