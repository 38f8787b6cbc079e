"""What the clips of a folder were made of, as `made.json` says it, and whether they belong together.

A folder holds one film. For each clip and ledger the record has what it tells, of which network, and a digest of its
contents; so neither what two commands or one that was killed have left, nor a copy from elsewhere goes unseen.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scenes.kit.setting.whole_file import replacing
from studio.cache.key import digest
from studio.system.mistake import Mistake
from studio.system.staging import alone

if TYPE_CHECKING:
    from studio.cache.job import Job

RECORD = "made.json"
FILM = "film"
AGAIN = "needed one film; render it again, into a folder of its own"


def clip_row(job: Job, file: Path, given: bool) -> dict:
    """What the record says of a chapter's file; `given` is whether its network was named, and is not its own."""
    told = digest(job.module, job.name, job.shown, job.options, job.made_of, job.form.section, job.form.burn)
    return {"chapter": job.stem, "told": told, "network": digest(job.network), "source": job.source, "given": given,
            "content": content(file)}


def film_row(clips: Iterable[dict], file: Path) -> dict:
    """What the record says of the film of these clips."""
    return {"chapter": FILM, "told": [row["told"] for row in clips], "content": content(file)}


def content(file: Path) -> str:
    """A digest of a file."""
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def read(folder: Path) -> dict:
    """The record of a folder; {} if there is none that can be read."""
    try:
        found = json.loads((folder / RECORD).read_bytes())
        for row in found["clips"].values():
            film = row["chapter"] == FILM
            texts = ("content",) if film else ("content", "chapter", "network", "source", "told")
            if not all(isinstance(row[name], str) for name in texts) or (film and not isinstance(row["told"], list)):
                return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return found


def write(folder: Path, record: dict, aside: Path) -> None:
    with replacing(folder / RECORD, aside) as file:
        file.write(json.dumps(record, indent=1).encode())


@contextmanager
def recorded(folder: Path, record: dict, aside: Path, gone: Iterable[str] = ()) -> Iterator[None]:
    """While files are moved into a folder, its record is silent about them and about the folder; then it is `record`.

    What it said before of other clips stays in it, but for those that are `gone`. It is written `aside`. To be
    used by who is alone in the folder.
    """
    others = {name: row for name, row in read(folder).get("clips", {}).items() if name not in {*record["clips"], *gone}}
    write(folder, {"clips": others}, aside)
    yield
    write(folder, record | {"clips": others | record["clips"]}, aside)


def demand_one_origin(folder: Path, files: Iterable[Path]) -> None:
    """Mistake if clips, ledgers and film of a folder were not made together. Without a record nothing is known of that.
    """
    with alone(folder):
        record, rows = read(folder), {}
        for file in files if record else ():
            rows[file.name] = row = record["clips"].get(file.name)
            if row is None or row["content"] != content(file):
                raise Mistake(f"{file}: is not what {RECORD} beside it speaks of, as where a command was "
                              f"stopped or a file was put there by hand;\n"
                              f"{AGAIN}, or remove {RECORD} if it is meant so")
    films = {name: row for name, row in rows.items() if row["chapter"] == FILM}
    clips = {name: row for name, row in rows.items() if name not in films}
    first: dict[str, str] = {}    # a file of each chapter
    given = next((name for name, row in clips.items() if row["given"]), None)
    for name, row in clips.items():
        if given and row["network"] != clips[given]["network"]:
            raise Mistake(f"{folder}: found clips of two networks, {given} of {clips[given]['source']} and {name} of "
                          f"{row['source']};\n{AGAIN}")
        if clips[other := first.setdefault(row["chapter"], name)]["told"] != row["told"]:
            raise Mistake(f"{folder}: found {other} and {name}, which were not made together;\n{AGAIN}")
    for name, film in films.items():
        if strange := next((clip for clip in first.values() if clips[clip]["told"] not in film["told"]), None):
            raise Mistake(f"{folder}: found {name}, which is not made of the {strange} beside it;\nneeded one film; "
                          "`backprop film` joins it again")
