"""Finished chapters are kept whole or not at all, what is taken is checked, and there are not more than fit."""
from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.setting.whole_file import PART, UNFINISHED
from studio.cache.job import Job
from studio.cache.store import USUAL, Store, seal
from studio.movie.clip_format import Form
from studio.render.parts import parted
from studio.system.staging import STALE
from tests.tiny import whole_files

FILES = whole_files("One")
JOB = Job("one", "One", "One", "", (), "", "l", (), ())
SIZE = sum(map(len, FILES.values()))


def job(number: int) -> Job:
    """The same chapter on another network."""
    return replace(JOB, shown=(str(number),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_what_was_put_is_there(store: Store) -> None:
    assert store.get(JOB) is None
    store.put(JOB, FILES)
    assert store.get(JOB) == FILES
    assert [p.name for p in store.folder.iterdir()] == [f"{JOB.key}.zip"]


def test_stills_are_kept_too(store: Store) -> None:
    stills = {"-1.png": FILES[".png"], "-12.png": FILES[".png"], ".json": FILES[".json"]}
    asked = replace(JOB, form=Form("png"))
    store.put(asked, stills)
    assert store.get(asked) == stills


def test_a_damaged_entry_is_not_taken(store: Store) -> None:
    chance = random.Random(1)
    store.put(JOB, FILES)
    path = store.path(JOB.key)
    whole = path.read_bytes()
    for _ in range(300):
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1:])
        assert store.get(JOB) in (None, FILES)
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert store.get(JOB) is None
        assert not path.exists()


def test_an_entry_of_another_chapter_or_network_is_not_taken(store: Store) -> None:
    for other in (replace(JOB, name="Two"), job(2)):
        store.put(JOB, FILES)
        shutil.copy(store.path(JOB.key), store.path(other.key))
        assert store.get(other) is None
        assert not store.path(other.key).exists()


WRONG: dict[str, Callable[[dict], dict]] = {
    "no captions": lambda files: {kind: data for kind, data in files.items() if kind != ".srt"},
    "no movie": lambda files: {kind: data for kind, data in files.items() if kind != ".mp4"},
    "a name that leads elsewhere": lambda files: files | {"/../../../evil.txt": b""},
    "one more": lambda files: files | {".webm": b""},
    "a movie that is cut": lambda files: files | {".mp4": files[".mp4"][:100]},
    "a movie that is none": lambda files: files | {".mp4": b"garbage" * 200},
    "an empty movie": lambda files: files | {".mp4": b""},
    "a poster that is none": lambda files: files | {".png": b"garbage"},
    "captions that are none": lambda files: files | {".srt": b"\xff\xfe\x00"},
    "a ledger that is none": lambda files: files | {".json": b"[1, 2]"},
    "another ledger": lambda files: files | {".json": files[".json"].replace(b"One", b"Two")},
    "endless": lambda files: files | {".json": files[".json"].replace(b"0.3", b"NaN")},
    "nested": lambda files: files | {".json": b"[" * 100_000},
    "nothing": lambda files: {},
}


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "without a seal"])
@pytest.mark.parametrize("wrong", WRONG)
def test_an_entry_that_is_a_right_zip_of_wrong_files_is_dropped_and_made_again(
        wrong: str, sealed: bool, store: Store, tmp_path: Path) -> None:
    store.folder.mkdir()
    files = WRONG[wrong](FILES)
    with zipfile.ZipFile(store.path(JOB.key), "w") as entry:
        entry.comment = seal(JOB.key, files) if sealed else b""
        for kind, data in files.items():
            entry.writestr(kind, data)
    assert store.get(JOB) is None
    assert not store.path(JOB.key).exists()
    assert not list(tmp_path.rglob("evil*"))
    store.put(JOB, files)
    assert not store.path(JOB.key).exists()    # what is not whole is not kept either
    store.put(JOB, FILES)
    assert store.get(JOB) == FILES


def test_what_unpacks_to_more_than_there_is_is_not_taken(store: Store) -> None:
    store.folder.mkdir()
    with zipfile.ZipFile(store.path(JOB.key), "w", zipfile.ZIP_DEFLATED) as entry:
        entry.writestr(".mp4", bytes(10**7))
    assert store.get(JOB) is None


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo, lambda path: path.symlink_to("/dev/zero")],
                         ids=["folder", "pipe", "device"])
def test_what_is_no_file_is_not_taken(make: Callable[[Path], object], store: Store) -> None:
    store.folder.mkdir()
    for path in (store.path(JOB.key), store.memory):
        make(path)
    assert store.get(JOB) is None
    assert store.expected(JOB) == USUAL


def test_what_was_not_used_for_the_longest_time_goes_first(tmp_path: Path) -> None:
    size = size_of_entry(tmp_path / "other")
    store = Store(tmp_path / "store", largest=3 * size + size // 2)
    for number in range(3):
        store.put(job(number), FILES)
        os.utime(store.path(job(number).key), (number, number))
    assert store.get(job(0))
    store.put(job(3), FILES)
    assert [n for n in range(4) if store.path(job(n).key).exists()] == [0, 2, 3]


def size_of_entry(folder: Path) -> int:
    store = Store(folder)
    store.put(JOB, FILES)
    return store.path(JOB.key).stat().st_size


def test_a_chapter_that_is_too_large_drives_no_other_out(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", largest=3 * size_of_entry(tmp_path / "other"))
    store.put(job(1), FILES)
    store.put(JOB, FILES | {".png": FILES[".png"] + bytes(2 * SIZE)})
    assert store.get(JOB) is None
    store.path("huge").write_bytes(bytes(5 * SIZE))    # as an earlier version has kept it
    store.trim()
    assert not store.path("huge").exists()
    assert store.get(job(1)) == FILES


def test_files_of_those_that_were_killed_are_removed_in_time(store: Store) -> None:
    store.put(JOB, FILES)
    old, new = (store.folder / f"{UNFINISHED}{name}{PART}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * STALE,) * 2)
    store.trim()
    assert not old.exists()
    assert new.exists()


def test_several_films_may_use_it_at_once(store: Store, tmp_path: Path) -> None:
    wrong = []

    def use(seed: int) -> None:
        chance, own = random.Random(seed), Store(store.folder, largest=5 * SIZE)
        for _ in range(60):
            asked = job(chance.randrange(8))
            if chance.random() < 0.5:
                own.put(asked, FILES)
                own.remember(JOB, 1.0, 2.0)
            elif own.get(asked) not in (None, FILES):
                wrong.append(asked)

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(p.suffix == ".zip" or p.name == "seconds.json" for p in store.folder.iterdir())


def test_a_place_that_cannot_be_written_to_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", Path("/dev/full"), tmp_path / ("long" * 100)):
        store = Store(place)
        store.put(JOB, FILES)
        store.remember(JOB, 1.0, 2.0)
        assert store.get(JOB) is None
        assert store.expected(JOB) == USUAL


def test_an_entry_whose_time_cannot_be_set_is_taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(JOB, FILES)

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "utime", refused)
    assert store.get(JOB) == FILES


def test_it_remembers_how_long_a_chapter_was_and_took(store: Store) -> None:
    assert store.expected(JOB) == USUAL
    store.remember(JOB, 61.25, 9.0)
    assert store.expected(JOB) == (61.2, 9.0)
    assert store.expected(replace(JOB, quality="h")) == USUAL


NUMBERS = st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=3),
                    st.sampled_from([10**400, 5e-324, 1e308, 0.0, -0.0]))
MEMORIES = st.recursive(NUMBERS, lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(st.just(f"{JOB.name} {JOB.effort}"), inner, max_size=1)))


@given(st.one_of(MEMORIES, st.tuples(NUMBERS, NUMBERS).map(lambda pair: {f"{JOB.name} {JOB.effort}": list(pair)})))
def test_whatever_is_noted_of_the_times_a_film_can_be_planned(tmp_path_factory: pytest.TempPathFactory,
                                                             noted: object) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "noted")
    store.folder.mkdir(exist_ok=True)
    store.memory.write_text(json.dumps(noted))
    film, work = store.expected(JOB)
    assert 0 < film < 1e9
    assert 0 < work < 1e9
    assert parted([JOB, JOB], store.expected, 8)
    store.remember(JOB, 2.0, 3.0)
    assert store.expected(JOB) == (2.0, 3.0)


@pytest.mark.parametrize("text", ["{", "[]", "3", '"abc"', "[" * 100_000, "\udcff", "{}{}"])
def test_notes_that_cannot_be_read_are_ignored(text: str, store: Store) -> None:
    store.folder.mkdir()
    store.memory.write_bytes(text.encode(errors="surrogateescape"))
    assert store.expected(JOB) == USUAL


def test_a_movie_without_a_picture_is_not_taken(store: Store) -> None:
    import av

    content = BytesIO()
    with av.open(content, "w", format="mp4") as sound:
        stream = sound.add_stream("aac", rate=44100)
        sound.mux(stream.encode(None))
    store.put(JOB, FILES | {".mp4": content.getvalue()})
    assert store.get(JOB) is None
