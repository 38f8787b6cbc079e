"""The film, or some chapters, for many networks: each in a folder of its own, with an index of what came of them."""
from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cache.job import Failed, jobs_for
from studio.film.folder import Made, Order
from studio.film.index import INDEX, visible, write_index
from studio.film.networks import left_out, named_units, traced
from studio.film.origin import RECORD
from studio.movie.clip_format import USUAL, Form
from studio.system.mistake import Mistake, in_words

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter


@dataclass(frozen=True)
class Row:
    """What came of a network: where its files are, its seconds of film and of waiting, or what failed and why."""

    network: str
    folder: str
    duration: float = 0.0
    took: float = 0.0
    kept: bool = False    # it was there before
    failed: tuple[Failed, ...] = ()

    def table(self) -> dict:
        """For JSON."""
        failed = [{"chapter": f.name, "reason": f.reason} for f in self.failed]
        return {"network": self.network, "folder": self.folder, "ok": not self.failed, "kept": self.kept,
                "duration": round(self.duration, 3), "took": round(self.took, 1), "failed": failed}


@dataclass
class Batch:
    """Many networks' files on their way to `output`. `named` are the chapters wanted, or none for the whole film."""

    files: Sequence[Path]
    output: Path
    cast: Sequence[type[Chapter]]
    named: bool
    quality: str
    form: Form = USUAL
    force: bool = False
    rows: dict[Path, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = dict(self.folders())

    def orders(self) -> Iterator[Order]:
        """What has to be made, one network after another. What is there already, or cannot be read, gets its row."""
        for file, folder in self.places.items():
            try:
                order = self.order(file, self.output / folder)
            except Exception as error:
                if not (mistake := in_words(error)):
                    raise
                self.rows[file] = Row(str(file), folder, failed=(Failed("", mistake.message),))
                continue
            if not self.force and (found := recorded(order)):
                self.rows[file] = Row(str(file), folder, found["duration"], found["took"], kept=True)
            else:
                yield order

    def order(self, file: Path, folder: Path) -> Order:
        network = traced(file).network
        named_units(network)
        reasons = {c: left_out(c, network, chosen=True) for c in self.cast}
        suited = [c for c in self.cast if not reasons[c]]
        if unfit := next((c for c in self.cast if reasons[c]), None) if self.named or not suited else None:
            raise Mistake(f"{file}: {unfit.__name__} is left out: it {reasons[unfit]}")
        outdated = () if self.named else tuple(c.__name__ for c in self.cast if reasons[c])
        jobs = tuple(jobs_for(suited, network, self.quality, self.form))
        return Order(str(file.absolute()), folder, jobs, not self.named, outdated)

    def made(self, made: Made) -> Row:
        """Notes what came of an order."""
        file = Path(made.order.network)
        row = Row(str(file), made.order.output.name, made.duration, made.took, failed=made.failed)
        self.rows[file] = row
        return row

    def folders(self) -> Iterator[tuple[Path, str]]:
        """Each network with the name of its folder: its own, with a number where another network has that already."""
        taken = {INDEX}
        for file in dict.fromkeys(file.absolute() for file in self.files):
            number, stem = 1, visible(file)
            name = stem
            while name.casefold() in taken or owner(self.output / name) not in (file, None):
                number += 1
                name = f"{stem}-{number}"
            taken.add(name.casefold())
            yield file, name

    def in_order(self) -> list[Row]:
        """The rows that there are, in the order in which the networks were given."""
        return [self.rows[file] for file in self.places if file in self.rows]

    def write_index(self) -> None:
        """Writes `index.json`, whole or not at all."""
        write_index([row.table() for row in self.in_order()], self.output)


def owner(folder: Path) -> Path | None:
    """The network that a folder was made of, if that is still there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        file = Path(json.loads((folder / RECORD).read_text(encoding="utf-8"))["source"])
        return file if file.exists() else None
    return None


def recorded(order: Order) -> dict | None:
    """What a folder's record says, if all that is wanted is in it already."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads((order.output / RECORD).read_text(encoding="utf-8"))
        same = found["keys"] == {job.name: job.key for job in order.jobs} and found["film"] == order.whole
        if same and all((order.output / name).is_file() for name in found["files"]):
            return found
    return None
