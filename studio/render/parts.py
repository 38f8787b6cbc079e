"""A chapter drawn in several parts side by side, where there are more processors than chapters, and joined again."""
from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from heapq import heapreplace
from itertools import pairwise

from scenes.kit.narration.sections import WHOLE
from scenes.kit.setting import environment_variables
from studio.cache.job import Job, Rendered

BUSY = 2           # processors that one process keeps busy: it draws on one, and encodes on another
AGAIN = 0.15       # of the work at a chapter, what each part of it does again: proofs, formulas, playing unseen
SHORTEST = 10.0    # seconds of film that a part has at least


def parted(jobs: Sequence[Job], expected: Callable[[Job], tuple[float, float]],
           processes: int) -> list[tuple[Job, list[Job]]]:
    """The jobs with their parts, several where else the others would wait for it; the longest parts first.

    `expected` says how many seconds of film a job makes, and how many it takes.
    """
    if not jobs:
        return []
    films, works = zip(*map(expected, jobs), strict=True)
    most = [int(film / SHORTEST) if divisible(job) else 1 for job, film in zip(jobs, films, strict=True)]
    numbers = plan(works, most, max(processes // BUSY, 1))
    longest_first = sorted(zip(jobs, films, works, numbers, strict=True), key=lambda row: -row[2] / row[3])
    return [(job, parts(job, film, number)) for job, film, _, number in longest_first]


def divisible(job: Job) -> bool:
    """Whether a chapter can be cut anywhere: not if it is told aloud, and only what our own drawing makes."""
    options = dict(job.options)
    return (job.form.format != "gif" and job.form.is_movie and not job.form.section
            and environment_variables.VOICE not in options and options.get(environment_variables.DRAWING) != "manim")


def plan(works: Sequence[float], most: Sequence[int], lanes: int) -> list[int]:
    """In how many parts, at most so many, each is done soonest if `lanes` are done at once: the fewest that do."""
    longest = max(works)
    plans = [[max(1, min(math.ceil(work / longest * n), limit)) for work, limit in zip(works, most, strict=True)]
             for n in range(1, lanes + 1)]
    return min(plans, key=lambda numbers: span(pieces(works, numbers), lanes))


def pieces(works: Sequence[float], numbers: Sequence[int]) -> list[float]:
    """How long each part takes."""
    return [work * (AGAIN + (1 - AGAIN) / n) for work, n in zip(works, numbers, strict=True) for _ in range(n)]


def span(pieces: Iterable[float], lanes: int) -> float:
    """How long it takes if whoever is free takes the longest piece that is left."""
    ends = [0.0] * lanes
    for piece in sorted(pieces, reverse=True):
        heapreplace(ends, ends[0] + piece)
    return max(ends)


def parts(job: Job, film: float, number: int) -> list[Job]:
    """A job in so many parts of the same length; the last goes on to the end, however long the chapter may be."""
    moments = [WHOLE[0], *(film * n / number for n in range(1, number)), WHOLE[1]]
    return [replace(job, part=(begin, end)) for begin, end in pairwise(moments)]


def whole(job: Job, found: Sequence[Rendered]) -> Rendered:
    """A chapter of its parts. Nothing is encoded again; captions and ledger are those of the last, which has all."""
    import srt

    from scenes.kit.narration.captions import Cue
    from studio.movie.clip import Clip, join
    from studio.system.workplace import working_folder

    if len(found) == 1:
        return found[0]
    kind, files = f".{job.form.format}", {}
    for part in found:
        files |= part.files
    cues = [Cue(cue.start.total_seconds(), cue.end.total_seconds(), cue.content)
            for cue in srt.parse(files[".srt"].decode())]
    with working_folder() as folder:
        clips = []
        for number, part in enumerate(found):
            if movie := part.files.get(kind):    # it was shorter than was expected
                (path := folder / f"{number}{kind}").write_bytes(movie)
                clips.append(Clip(path, job.title))
        join(clips, (target := folder / f"whole{kind}"), job.title, marks=False, cues=cues)
        files[kind] = target.read_bytes()
    seconds = {name: max(part.seconds[name] for part in found) for name in found[0].seconds}
    seconds["play"] = sum(part.seconds["play"] for part in found)
    return replace(found[-1], files=files, seconds=seconds)
