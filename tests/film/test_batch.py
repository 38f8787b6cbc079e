"""The film for many networks: each in its folder, whatever becomes of the others."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bpmath.files.network_file import DEFAULT, NETWORKS
from studio.cache.job import Job, Rendered
from studio.cache.store import Store
from studio.commands.main import main
from studio.film.batch import Batch
from studio.film.chapters import chapters
from studio.film.folder import Order
from studio.film.make import Tell, make_all
from tests.conftest import PATHS
from tests.tiny import whole_files


class Instant:
    """An engine that renders at once, and knows how much it was given to do at the most."""

    room = 4

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Job]] = []
        self.most = self.rendered = 0

    def submit(self, number: int, job: Job) -> None:
        self.waiting.append((number, job))
        self.most = max(self.most, len(self.waiting))

    def next(self, seconds: float) -> tuple[int, Rendered]:
        self.rendered += 1
        number, job = self.waiting.pop(0)
        return number, Rendered(job.name, whole_files(job.name), 1.0, {"play": 1.0})


@pytest.fixture
def networks(tmp_path: Path) -> Callable[..., list[Path]]:
    """Writes network files, each with another weight."""
    def write(*names: str) -> list[Path]:
        files = [tmp_path / f"{name}.toml" for name in names]
        for number, file in enumerate(files, 1):
            file.parent.mkdir(exist_ok=True)
            file.write_text(DEFAULT.read_text().replace("0.8", f"0.{number}"))
        return files

    return write


def call(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["batch", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def index(output: Path) -> dict[str, dict]:
    return {row["folder"]: row for row in json.loads((output / "index.json").read_text())}


def test_each_network_gets_its_folder_and_a_bad_one_stops_no_other(
        film_of: Callable, networks: Callable, tmp_path: Path) -> None:
    film_of(One="self.wait(0.1)\n        if self.net.theta(1)[0, 0] == 0.3: self.wrong", Two="self.wait(0.1)")
    files, out = networks("anna", "bad", "cem"), tmp_path / "out"
    files[1].write_text("input = [")
    code, said = call(*files, tmp_path / "none.toml", "--output", out, "--jobs", 1)
    assert code == 1
    rows = index(out)
    assert [(name, row["ok"]) for name, row in rows.items()] == [
        ("anna", True), ("bad", False), ("cem", False), ("none", False)]
    assert "not TOML" in rows["bad"]["failed"][0]["reason"]
    assert rows["cem"]["failed"] == [
        {"chapter": "One", "reason": "One: AttributeError: 'One' object has no attribute 'wrong'"}]
    assert {"One.mp4", "Two.json", "film.mp4", "film.srt"} <= {p.name for p in (out / "anna").iterdir()}
    assert json.loads((out / "anna" / "One.json").read_text())["network"] == "single path"
    assert "1 of 4 networks are there" in said

    made = (out / "anna" / "film.mp4").stat().st_mtime_ns
    files[1].write_text(files[0].read_text().replace("0.1", "0.7"))
    call(*files, "--output", out, "--jobs", 1)
    rows = index(out)
    assert (rows["anna"]["kept"], rows["bad"]["kept"], rows["bad"]["ok"]) == (True, False, True)
    assert (out / "anna" / "film.mp4").stat().st_mtime_ns == made


@pytest.fixture
def instantly(film_of: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Instant]:
    """Makes a batch of one chapter with an engine that renders nothing."""
    film_of(One="self.wait(0.1)" + PATHS)

    def run(files: list[Path], watch: Callable[[Iterator[Order]], Iterator[Order]] = iter) -> Instant:
        engine, batch = Instant(), Batch(files, tmp_path / "out", chapters(), True, "l")
        for made in make_all(watch(batch.orders()), engine, Store(tmp_path / "store", largest=0), Tell()):
            batch.made(made)
        batch.write_index()
        return engine

    return run


def test_networks_of_the_same_name_do_not_collide(instantly: Callable, networks: Callable, tmp_path: Path) -> None:
    files = networks("a/net", "b/net", "c/net")
    assert instantly(files).rendered == 3
    sources = {row["folder"]: row["network"] for row in json.loads((tmp_path / "out" / "index.json").read_text())}
    assert sources == {"net": str(files[0]), "net-2": str(files[1]), "net-3": str(files[2])}
    assert instantly(files[1:]).rendered == 0    # and each finds its own again without the others


def test_a_chapter_that_was_named_and_cannot_be_shown_is_a_failure(
        instantly: Callable, networks: Callable, tmp_path: Path) -> None:
    instantly([*networks("anna"), NETWORKS / "mazur.toml"])
    assert (tmp_path / "out" / "anna" / "One.mp4").exists()
    assert not (tmp_path / "out" / "anna" / "film.mp4").exists()
    assert "One is left out: it draws single paths" in index(tmp_path / "out")["mazur"]["failed"][0]["reason"]


@pytest.mark.parametrize("loss", ["One.mp4", "made.json"])
def test_what_is_missing_is_made_again(loss: str, instantly: Callable, networks: Callable, tmp_path: Path) -> None:
    files = networks("anna", "ben")
    instantly(files)
    assert instantly(files).rendered == 0
    (tmp_path / "out" / "ben" / loss).unlink()
    assert instantly(files).rendered == 1
    assert (tmp_path / "out" / "ben" / loss).exists()


def test_a_changed_network_is_made_again(instantly: Callable, networks: Callable) -> None:
    files = networks("anna", "ben")
    instantly(files)
    files[0].write_text(files[0].read_text().replace("1.5", "1.25"))
    assert instantly(files).rendered == 1


def test_no_more_networks_are_begun_than_keep_the_workers_busy(
        instantly: Callable, networks: Callable, tmp_path: Path) -> None:
    unfinished = []

    def watch(orders: Iterator[Order]) -> Iterator[Order]:
        for order in orders:
            unfinished.append(len(list((tmp_path / "out").glob("*/.unfinished-*"))))
            yield order

    engine = instantly(networks(*(f"n{number}" for number in range(30))), watch)
    assert engine.rendered == 30
    assert engine.most == engine.room
    assert max(unfinished) < engine.room


@pytest.mark.parametrize("name", ["..", ".", ".hidden", ".unfinished-x", "index.json", "caf\udce9"])
def test_whatever_a_network_file_is_called_its_folder_is_in_the_output(
        name: str, instantly: Callable, networks: Callable, tmp_path: Path) -> None:
    files = networks("anna", name)
    before = set(tmp_path.iterdir())
    assert instantly(files).rendered == 2
    assert set(tmp_path.iterdir()) - before == {tmp_path / "out", tmp_path / "store"}
    rows = json.loads((tmp_path / "out" / "index.json").read_text(encoding="utf-8"))
    assert [row["network"] for row in rows] == [str(file) for file in files]
    for row in rows:
        assert (tmp_path / "out" / row["folder"] / "One.mp4").is_file()
        assert Path(row["folder"]).name == row["folder"]
        assert not row["folder"].startswith(".")
    assert instantly(files).rendered == 0


@pytest.mark.parametrize("sheet", [[], ["--sheet"]], ids=["films", "handouts"])
def test_a_name_that_is_no_text_loses_no_index(sheet: list[str], film_of: Callable, tmp_path: Path) -> None:
    package = film_of(One="self.wait(0.1)")
    file = tmp_path / os.fsdecode(b"caf\xe9.toml")
    file.write_text(DEFAULT.read_text())
    code = ("import sys; sys.path.insert(0, sys.argv.pop(1)); import studio.film.chapters; "
            "studio.film.chapters.PACKAGE = sys.argv.pop(1); from studio.commands.main import run; run()")
    run = subprocess.run([sys.executable, "-c", code, tmp_path / "films", package, "batch", file, "--output",
                          tmp_path / "out", *sheet], capture_output=True)
    assert run.returncode == 0, run.stderr
    (row,) = json.loads((tmp_path / "out" / "index.json").read_text(encoding="utf-8"))
    assert row["ok"]
    assert row["network"] == str(file)
