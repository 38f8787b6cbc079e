"""From the chapters' files to a folder of clips and, joined, the film. Made aside, and moved there when it is whole."""
from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.captions import OTHERS, accompany, join_captions
from studio.clip import Clip, join
from studio.job import KINDS, Failed, Job, Rendered
from studio.mistake import in_words
from studio.staging import publish, staging

RECORD = "made.json"


@dataclass(frozen=True)
class Order:
    """What is wanted: these chapters of a network in a folder; with `whole`, also joined to `film.mp4` and `film.srt`.

    `outdated` are names of chapters whose files shall go. With `record`, `made.json` says what the folder was made of.
    """

    network: str
    output: Path
    jobs: tuple[Job, ...] = ()
    whole: bool = False
    outdated: tuple[str, ...] = ()
    record: bool = False

    @property
    def files(self) -> list[str]:
        """The names of all files that are wanted."""
        film = [f"film{kind}" for kind in (".mp4", ".srt", *OTHERS)] if self.whole else []
        return [f"{job.name}{kind}" for job in self.jobs for kind in (*KINDS, *OTHERS)] + film


@dataclass(frozen=True)
class Made:
    """What came of an order. If anything failed, its folder is as it was before."""

    order: Order
    rendered: tuple[Rendered, ...] = ()    # in the order of the film, without their files
    failed: tuple[Failed, ...] = ()
    took: float = 0.0    # wall seconds

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

    def __post_init__(self) -> None:
        self.staging = staging(self.order.output)
        self.folder = self.staging.__enter__()

    def take(self, outcome: Rendered | Failed) -> Rendered | Failed:
        """What came of a chapter; its files are written, and not held any longer. The disk may be full."""
        name = outcome.name
        if isinstance(outcome, Rendered):
            try:
                for kind in KINDS:
                    (self.folder / f"{name}{kind}").write_bytes(outcome.files[kind])
                duration = Clip(self.folder / f"{name}.mp4", "").duration
                outcome = self.rendered[name] = replace(outcome, files={}, duration=duration)
            except OSError as error:
                if not (mistake := in_words(error)):
                    raise
                outcome = Failed(name, mistake.message)
        if isinstance(outcome, Failed):
            self.failed.append(outcome)
        return outcome

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
        files = order.files
        for job in order.jobs:
            accompany(self.folder / f"{job.name}.srt", job.title)
        if order.whole:
            join([Clip(self.folder / f"{job.name}.mp4", job.title) for job in order.jobs], self.folder / "film.mp4",
                 "Backpropagation")
            join_captions([self.folder / f"{name}.srt" for name in names], [r.duration for r in made.rendered],
                          self.folder / "film.srt")
            accompany(self.folder / "film.srt")
            texts = [(self.folder / f"{name}.txt").read_text(encoding="utf-8") for name in names]
            (self.folder / "film.txt").write_text("\n".join(texts), encoding="utf-8")
        made = replace(made, took=time.monotonic() - self.begun)
        if order.record:
            (order.output / RECORD).unlink(missing_ok=True)    # it must not be believed while files are moved
            (self.folder / RECORD).write_text(json.dumps(record(made), indent=1), encoding="utf-8")
            files.append(RECORD)    # the last to be moved: if it is there, all are
        publish([self.folder / name for name in files], order.output,
                [order.output / f"{name}{kind}" for name in order.outdated for kind in (*KINDS, *OTHERS)])
        return made

    def close(self) -> None:
        """Leaves nothing behind. To be called in the end, come what may."""
        self.staging.__exit__(None, None, None)


def record(made: Made) -> dict:
    """What a folder was made of, and how long that was and took."""
    return {"source": made.order.network, "keys": {job.name: job.key for job in made.order.jobs},
            "film": made.order.whole, "duration": round(made.duration, 3), "took": round(made.took, 1)}
