"""Renders one chapter with manim, in the process that calls it, to a clip or stills, its captions and its ledger."""
from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from scenes.kit.encoder.formats import MOVIES
from scenes.kit.setting import environment_variables
from studio.cache.job import Job, Rendered
from studio.cache.key import ingredients
from studio.movie.clip import Clip, join
from studio.movie.clip_format import LEDGER, POSTER
from studio.system.mistake import Mistake, in_words
from studio.system.workplace import said, working_folder

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter

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
    place = ""
    try:
        if other := differing(job):
            raise Mistake(f"{os.uname().nodename} has another version of {', '.join(other)} than where the film was "
                          "begun, or it was changed meanwhile; needed the same")
        for tries_left in (1, 0):
            with working_folder() as folder:
                place = said(folder)
                try:
                    return play(job, folder, report)
                except Exception:
                    if folder.exists():
                        raise
                    if not tries_left:
                        raise Mistake(f"{place}: was removed while it was worked in, again and again") from None
    except Exception as error:
        if mistake := in_words(error, place):
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
    os.environ.pop(environment_variables.NETWORK, None)
    from manim import tempconfig

    from bpmath.files.canonical import network_from
    chapter = getattr(importlib.import_module(job.module), job.name)
    imported = time.perf_counter()
    place = {"quality": QUALITIES[job.quality], "media_dir": str(folder), "output_file": job.name}
    with tempconfig({**place, **MOVIE, **SILENT, **encoder(job)}):
        scene = scene_for(job, chapter)
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
    files = files_of(job, scene, folder)
    seconds = {"import": imported - begun, "build": last - imported - played, "play": played,
               "finish": time.perf_counter() - last}
    return Rendered(job.name, files, float(scene.time), seconds)


def encoder(job: Job) -> dict:
    """manim's settings for the encoder, where a preset is wanted."""
    return {"video_encoder_options": {"preset": job.form.preset}} if job.form.preset else {}


def scene_for(job: Job, chapter: type[Chapter]) -> Chapter:
    """The chapter with what draws and encodes it in the form that is wanted."""
    from manim import config

    from scenes.kit.encoder.renderer import Renderer, by_manim

    if by_manim():
        scene = chapter()
    elif job.form.is_movie:
        made = MOVIES[job.form.format]
        config.frame_rate = min(config.frame_rate, made.most)
        spec = made.spec(job.form.format, job.form.transparent, config.pixel_width, config.pixel_height,
                         round(config.frame_rate))
        # an mp4 is as manim makes it
        scene = chapter(Renderer(job.title, None if job.form.format == "mp4" else spec, job.form.transparent))
        scene.renderer.part = job.part
    else:
        scene = chapter(Renderer(job.title, clear=job.form.transparent, skip_animations=True), skip_animations=True)
        scene.stills = {}
    scene.burn, scene.only = job.form.burn, job.form.section
    return scene


def files_of(job: Job, scene: Chapter, folder: Path) -> dict[str, bytes]:
    """The files of a chapter that was played, by their endings. Of a part of it in which no play begins, no movie."""
    from scenes.kit.canvas.picture import png
    from scenes.kit.encoder.renderer import by_manim

    papers = {kind: text.encode() for kind, text in scene.papers.items()}
    if scene.stills is not None:
        stills = {"" if job.form.section else f"-{n}": picture for n, picture in scene.stills.items()}
        return {f"{number}.png": png(picture) for number, picture in stills.items()} | {LEDGER: papers[LEDGER]}
    movie = Path(scene.renderer.file_writer.movie_file_path)
    if by_manim():    # which writes the index at the end
        clip, poster = Clip(movie, job.title), png(scene.renderer.get_frame())
        movie = folder / f"{job.name}.mp4"
        join([clip], movie, job.title, marks=False)
    else:
        poster = scene.renderer.poster
    if not movie.exists():
        return papers
    return {f".{job.form.format}": movie.read_bytes(), POSTER: poster} | papers
