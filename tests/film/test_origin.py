"""A folder holds one film, and what does not belong together is refused."""
from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bpmath.files.network_file import DEFAULT
from studio.cache.job import Job, Rendered
from studio.cache.store import Store
from studio.commands.main import main
from studio.film.folder import Made, Order
from studio.film.make import Tell, make_all
from studio.film.origin import RECORD, demand_one_origin
from studio.movie.clip_format import Form
from studio.system.mistake import Mistake
from tests.tiny import whole_files

SHADES = {"a.toml": 40, "b.toml": 200}    # of the pictures, by network


class Ready:
    """An engine whose chapters are there already."""

    room = 9

    def __init__(self) -> None:
        self.jobs: list[tuple[int, Job]] = []

    def submit(self, number: int, job: Job) -> None:
        self.jobs.append((number, job))

    def next(self, seconds: float) -> tuple[int, Rendered]:
        number, job = self.jobs.pop()
        files = whole_files(job.name, SHADES[job.network])
        if job.form.format != "mp4":
            files[f".{job.form.format}"] = files.pop(".mp4")
        return number, Rendered(job.name, files, 0.3, {"play": 1.0})


def film(folder: Path, network: str, *names: str, whole: bool = False, given: bool = True, **other: object) -> Made:
    jobs = tuple(Job("m", name, name, network, (network,), network, "l", (), (), **other) for name in names)
    order = Order(network if given else "", folder, jobs, whole)
    (made,) = make_all([order], Ready(), Store(folder.parent / "kept", largest=0), Tell())
    return made


def clips(folder: Path) -> list[Path]:
    ledgers = [path for path in sorted(folder.glob("*.json")) if path.name != RECORD]
    return [*sorted(folder.glob("*.mp4")), *sorted(folder.glob("*.webm")), *ledgers]


def networks(folder: Path) -> set[str]:
    """Whose the clips and ledgers of a folder are."""
    found = set()
    for network, shade in SHADES.items():
        for path in clips(folder):
            content = path.read_bytes()
            if content == whole_files(path.stem, shade).get(path.suffix):
                found.add(network)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_two_at_once_leave_one_film(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, at_once = random.Random(seed), os.replace

    def slowly(*paths: Path) -> None:
        time.sleep(chance.uniform(0, 0.03))
        at_once(*paths)

    monkeypatch.setattr(os, "replace", slowly)
    out, made = tmp_path / "out", []
    threads = [threading.Thread(target=lambda network=network: made.append(film(out, network, "One", "Two")))
               for network in SHADES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [bool(one.failed) for one in made] == [False, False]
    assert len(clips(out)) == 4
    assert len(networks(out)) == 1
    demand_one_origin(out, clips(out))


def test_the_record_says_what_the_folder_holds(tmp_path: Path) -> None:
    film(tmp_path, "a.toml", "One", "Two", whole=True)
    record = json.loads((tmp_path / RECORD).read_text())
    assert set(record["clips"]) == {path.name for path in clips(tmp_path)} >= {"film.mp4", "One.mp4", "Two.json"}
    demand_one_origin(tmp_path, clips(tmp_path))


def test_one_chapter_that_is_made_again_belongs_to_the_others(tmp_path: Path) -> None:
    film(tmp_path, "a.toml", "One", "Two", given=False)
    film(tmp_path, "a.toml", "Two")
    film(tmp_path, "a.toml", "Two", form=Form("webm"))
    demand_one_origin(tmp_path, clips(tmp_path))


def test_chapters_on_networks_of_their_own_belong_together(tmp_path: Path) -> None:
    film(tmp_path, "a.toml", "One", given=False)
    film(tmp_path, "b.toml", "Two", given=False)
    demand_one_origin(tmp_path, clips(tmp_path))


def killed(folder: Path) -> None:
    """A command that ends between two moves."""
    film(folder, "a.toml", "One", "Two")
    child = os.fork()
    if not child:
        at_once, left = os.replace, [4]

        def some(*paths: Path) -> None:
            left[0] -= 1
            if not left[0]:
                os._exit(1)
            at_once(*paths)

        os.replace = some
        film(folder, "b.toml", "One", "Two")
        os._exit(0)
    assert os.waitpid(child, 0)[1]


def copied(*kinds: str) -> Callable[[Path], None]:
    """Files of another folder that are copied over these."""
    def copy(folder: Path) -> None:
        film(folder, "a.toml", "One", "Two")
        film(other := folder.parent / "other", "b.toml", "One", "Two")
        for kind in kinds:
            shutil.copy(other / f"Two{kind}", folder)

    return copy


def one_more(folder: Path) -> None:
    """A chapter of another folder beside these."""
    film(folder, "a.toml", "One")
    film(other := folder.parent / "other", "b.toml", "Two")
    for kind in (".mp4", ".json"):
        shutil.copy(other / f"Two{kind}", folder)


MIXED: dict[str, Callable[[Path], None]] = {
    "killed": killed,
    "a clip": copied(".mp4"),
    "a ledger": copied(".json"),
    "a chapter": copied(".mp4", ".json"),
    "one more chapter": one_more,
    "another network": lambda folder: (film(folder, "a.toml", "One"), film(folder, "b.toml", "Two")),
    "another network beside one's own": lambda folder: (film(folder, "a.toml", "One", given=False),
                                                        film(folder, "b.toml", "Two")),
    "another format of another network": lambda folder: (film(folder, "a.toml", "One"),
                                                         film(folder, "b.toml", "One", form=Form("webm"))),
    "captions burnt in only one format": lambda folder: (
        film(folder, "a.toml", "One"), film(folder, "a.toml", "One", form=Form("webm", burn=True))),
    "a film of other clips": lambda folder: (film(folder, "a.toml", "One", "Two", whole=True),
                                             film(folder, "b.toml", "One", "Two")),
}


@pytest.mark.parametrize("how", MIXED)
def test_what_does_not_belong_together_is_refused(how: str, tmp_path: Path) -> None:
    MIXED[how](folder := tmp_path / "out")
    with pytest.raises(Mistake) as caught:
        demand_one_origin(folder, clips(folder))
    said = caught.value.message
    assert said.startswith(str(folder))
    assert len(said.splitlines()) <= 3
    film(folder, "a.toml", "One", "Two", whole=True)    # the whole film puts it right
    demand_one_origin(folder, [path for path in clips(folder) if path.suffix != ".webm"])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"clips": 3}', '{"clips": {"One.mp4": 3}}', "[" * 100_000,
                                     '{"clips": {"One.mp4": {"chapter": "film", "content": "", "told": 3}}}'])
def test_without_a_record_that_can_be_read_nothing_is_said(content: str, tmp_path: Path) -> None:
    film(tmp_path, "a.toml", "One")
    (tmp_path / RECORD).write_text(content)
    demand_one_origin(tmp_path, clips(tmp_path))
    film(tmp_path, "a.toml", "Two")
    assert json.loads((tmp_path / RECORD).read_text())["clips"].keys() == {"Two.mp4", "Two.json"}


def test_a_folder_in_the_place_of_a_clip_stops_before_anything_is_moved(tmp_path: Path) -> None:
    film(tmp_path, "a.toml", "One", "Two")
    (tmp_path / "Two.mp4").unlink()
    (tmp_path / "Two.mp4").mkdir()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    made = film(tmp_path, "b.toml", "One", "Two")
    assert made.failed[0].reason == f"{tmp_path / 'Two.mp4'}: found a folder, needed its place for a file of this name"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_folder_that_is_removed_meanwhile_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    render = Ready.next

    def remove(engine: Ready, seconds: float) -> tuple[int, Rendered]:
        shutil.rmtree(out)
        return render(engine, seconds)

    monkeypatch.setattr(Ready, "next", remove)
    made = film(out, "a.toml", "One")
    assert made.failed[0].reason.startswith(f"{out}: was removed while files were put there")


@pytest.mark.parametrize("command", ["gallery", "slides"])
def test_the_commands_refuse_it(command: str, film_of: Callable, tmp_path: Path,
                                monkeypatch: pytest.MonkeyPatch) -> None:
    film_of(One="self.open(); self.wait(0.1)", Two="self.open(); self.wait(0.1)")
    mine, out = tmp_path / "mine.toml", tmp_path / "out"
    mine.write_text(DEFAULT.read_text().replace("0.8", "0.7"))

    def call(*words: object) -> tuple[int, str]:
        result = CliRunner().invoke(main, [str(word) for word in words])
        return result.exit_code, result.output

    assert call("render", "--output", out)[0] == 0
    if command == "gallery":
        assert call("render", "Two", "--network", mine, "--output", out)[0] == 0
        code, said = call("gallery", out)
        assert "found clips of two networks" in said
    else:
        from studio.pages.slides import deck

        sections = deck.sections

        def meanwhile(*arguments: object) -> list:
            """While the slides are made, another command puts its clip there."""
            assert call("render", "Two", "--network", mine, "--output", out)[0] == 0
            return sections(*arguments)

        monkeypatch.setattr(deck, "sections", meanwhile)
        code, said = call("slides", "--output", out)
        assert "found clips of two networks" in said
    assert code == 2
    assert not (out / "index.html").exists()
    assert not (out / "slides.html").exists()
