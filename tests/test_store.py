"""Finished chapters are kept whole or not at all, and not more of them than there is room for."""
from __future__ import annotations

import os
import random
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from studio.job import Job
from studio.store import USUAL, Store

FILES = {".mp4": bytes(range(256)) * 40, ".srt": b"words", ".json": b"{}"}
JOB = Job("one", "One", "One", "", (), "", "l", (), ())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_what_was_put_is_there(store: Store) -> None:
    assert store.get("key") is None
    store.put("key", FILES)
    assert store.get("key") == FILES
    assert [p.name for p in store.folder.iterdir()] == ["key.zip"]


def test_a_damaged_entry_is_not_taken(store: Store) -> None:
    chance = random.Random(1)
    store.put("key", FILES)
    whole = store.path("key").read_bytes()
    for _ in range(300):
        at = chance.randrange(len(whole))
        store.path("key").write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1:])
        assert store.get("key") in (None, FILES)
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        store.path("key").write_bytes(whole[:length])
        assert store.get("key") is None
        assert not store.path("key").exists()


def test_an_entry_without_all_its_files_is_not_taken(store: Store) -> None:
    store.put("key", FILES)
    with zipfile.ZipFile(store.path("key"), "w") as entry:
        entry.writestr(".mp4", b"")
    assert store.get("key") is None


def test_what_was_not_used_for_the_longest_time_goes_first(tmp_path: Path) -> None:
    store = Store(tmp_path, largest=40_000)
    for number, name in enumerate("abc"):
        store.put(name, FILES)
        os.utime(store.path(name), (number, number))
    assert store.get("a")
    store.put("d", FILES)
    assert [name for name in "abcd" if store.path(name).exists()] == ["a", "c", "d"]


def test_several_films_may_use_it_at_once(store: Store, tmp_path: Path) -> None:
    wrong = []

    def use(seed: int) -> None:
        chance, own = random.Random(seed), Store(store.folder, largest=60_000)
        for _ in range(60):
            name = f"key{chance.randrange(8)}"
            if chance.random() < 0.5:
                own.put(name, FILES)
                own.remember(JOB, 1.0, 2.0)
            elif own.get(name) not in (None, FILES):
                wrong.append(name)

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(p.suffix == ".zip" or p.name == "seconds.json" for p in store.folder.iterdir())


def test_a_place_that_cannot_be_written_to_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file")
    store.put("key", FILES)
    store.remember(JOB, 1.0, 2.0)
    assert store.get("key") is None
    assert store.expected(JOB) == USUAL


def test_it_remembers_how_long_a_chapter_was_and_took(store: Store) -> None:
    assert store.expected(JOB) == USUAL
    store.remember(JOB, 61.25, 9.0)
    assert store.expected(JOB) == (61.2, 9.0)
    assert store.expected(replace(JOB, quality="h")) == USUAL
    store.memory.write_text("{")
    assert store.expected(JOB) == USUAL
