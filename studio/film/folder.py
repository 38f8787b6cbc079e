"""From the chapters' files to a folder of clips and, joined, the film. Made aside, and moved there when it is whole."""
from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.cache.job import Failed, Job, Rendered
from studio.film.origin import clip_row, film_row, recorded
from studio.movie.clip import Clip, join
from studio.movie.clip_format import LEDGER, POSTER, USUAL, Form
from studio.movie.film_captions import accompany, join_captions
from studio.system.mistake import in_words
from studio.system.staging import move, putting_into, staging


@dataclass(frozen=True)
class Order:
    """What is wanted: these chapters of a network in a folder, all in one form; with `whole`, also joined to a film.

    `network` is the file that was named, or "" where each chapter has its own. `outdated` are names of chapters whose
    files shall go.
    """

    network: str
    output: Path
    jobs: tuple[Job, ...] = ()
    whole: bool = False
    outdated: tuple[str, ...] = ()

    @property
    def form(self) -> Form:
        return self.jobs[0].form if self.jobs else USUAL

    @property
    def joined(self) -> bool:
        """Whether there is a film of all clips; of stills there is none."""
        return self.whole and self.form.is_movie


@dataclass(frozen=True)
class Made:
    """What came of an order. If anything failed, its folder is as it was before."""

    order: Order
    rendered: tuple[Rendered, ...] = ()    # in the order of the film, without their files
    failed: tuple[Failed, ...] = ()
    took: float = 0.0    # wall seconds
    pictures: int = 0    # PNG files

    @property
    def duration(self) -> float:
        """Seconds of film."""
        return sum(r.duration for r in self.rendered)


@dataclass(eq=False)
class Build:
    """An order while it is made."""

    order: Order
    rendered: dict[str, Rendered] = field(default_factory=dict)
    failed: list[Failed] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    files: dict[str, list[str]] = field(default_factory=dict)    # of each chapter, by its name

    def __post_init__(self) -> None:
        self.staging = ExitStack()
        self.folder = self.staging.enter_context(staging(self.order.output))

    def take(self, outcome: Rendered | Failed) -> Rendered | Failed:
        """What came of a chapter; its files are written, and not held any longer. The disk may be full."""
        name = outcome.name
        if isinstance(outcome, Rendered):
            try:
                outcome = self.rendered[name] = replace(outcome, files={}, duration=self.write(outcome))
            except Exception as error:
                outcome = Failed(name, self.reason(error))
        if isinstance(outcome, Failed):
            self.failed.append(outcome)
        return outcome

    def reason(self, error: Exception) -> str:
        """Why it cannot be made, in the lecturer's words; the error is raised if it is the program's fault."""
        output = self.order.output
        if not self.folder.exists():
            return f"{output}: was removed while files were put there; needed until all are. What is rendered is kept."
        if mistake := in_words(error, f"{output} (--output names another place)"):
            return mistake.message
        raise error

    def write(self, rendered: Rendered) -> float:
        """Writes a chapter's files; how many seconds of film it is."""
        (job,) = (job for job in self.order.jobs if job.name == rendered.name)
        self.files[job.name] = [f"{job.stem}{kind}" for kind in rendered.files]
        for name, data in zip(self.files[job.name], rendered.files.values(), strict=True):
            (self.folder / name).write_bytes(data)
        if job.form.is_movie:
            self.files[job.name] += accompany(self.folder / f"{job.stem}.srt", job.title)
            return Clip(self.folder / f"{job.stem}.{job.form.format}", "").duration
        return json.loads(rendered.files[LEDGER])["duration"]

    @property
    def complete(self) -> bool:
        """Whether all that was wanted is there or has failed."""
        return len(self.rendered) + len(self.failed) == len(self.order.jobs)

    def finish(self) -> Made:
        """Joins the film and puts all into its folder."""
        order, names = self.order, [job.name for job in self.order.jobs]
        made = Made(order, tuple(self.rendered[n] for n in names if n in self.rendered), tuple(self.failed),
                    time.monotonic() - self.begun)
        if made.failed:
            return made
        files = [file for name in names for file in self.files[name]]
        if order.joined:
            files += self.join(names, [r.duration for r in made.rendered])
        made = replace(made, took=time.monotonic() - self.begun, pictures=sum(f.endswith(POSTER) for f in files))
        record = self.record(made, files)
        there = [self.folder / name for name in files]
        with putting_into(order.output, there):
            outdated = set(self.outdated()) - set(files)
            with recorded(order.output, record, self.folder, outdated):
                move(there, order.output, outdated)
        return made

    def record(self, made: Made, files: list[str]) -> dict:
        """What a folder was made of and holds, and how long that was and took."""
        order, folder = self.order, self.folder
        kinds = (f".{order.form.format}", LEDGER)
        clips = {name: clip_row(job, folder / name, bool(order.network))
                 for job in order.jobs for name in self.files[job.name] if Path(name).suffix in kinds}
        if order.joined:
            film = f"film.{order.form.format}"
            clips[film] = film_row(clips.values(), folder / film)
        return {"source": order.network, "keys": {job.name: job.key for job in order.jobs}, "film": order.whole,
                "files": files, "duration": round(made.duration, 3), "took": round(made.took, 1), "clips": clips}

    def join(self, names: list[str], durations: list[float]) -> list[str]:
        """Joins the clips of the chapters to the film, and what is beside them; returns the names of its files."""
        folder, form = self.folder, self.order.form
        join([Clip(folder / f"{job.stem}.{form.format}", job.title) for job in self.order.jobs],
             folder / f"film.{form.format}", "Backpropagation")
        join_captions([folder / f"{name}.srt" for name in names], durations, folder / "film.srt")
        accompany(folder / "film.srt")
        texts = [(folder / f"{name}.txt").read_text(encoding="utf-8") for name in names]
        (folder / "film.txt").write_text("\n".join(texts), encoding="utf-8")
        shutil.copyfile(folder / f"{names[-1]}{POSTER}", folder / f"film{POSTER}")    # the last is the sum of all
        return [f"film{kind}" for kind in form.kinds if kind != LEDGER]

    def outdated(self) -> Iterator[str]:
        """The names of files of this form that an earlier film has left in its folder, and this one does not have."""
        order = self.order
        if order.form.is_movie:
            yield from (f"{name}{kind}" for name in order.outdated for kind in order.form.kinds)
            return
        for name in (*order.outdated, *(job.name for job in order.jobs if not order.form.section)):
            yield from (file.name for file in order.output.glob(f"{name}-*{POSTER}") if numbered(file.stem, name))
        yield from (f"{name}{LEDGER}" for name in order.outdated)

    def close(self) -> None:
        """Leaves nothing behind. To be called in the end, come what may."""
        self.staging.close()


def numbered(stem: str, name: str) -> bool:
    """Whether this is what a still of a chapter is called."""
    return stem.removeprefix(f"{name}-").isdecimal()
