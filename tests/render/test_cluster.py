"""A batch on a real Dask cluster: a scheduler and separate worker processes, one of which is killed."""
from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bpmath.files.network_file import DEFAULT
from studio.commands.main import main

pytestmark = pytest.mark.filterwarnings("ignore")    # of Dask's own


@pytest.fixture
def address(film_of: Callable, tmp_path: Path) -> Iterator[str]:
    """A cluster of two processes; the first time that the chapter Two is rendered it says where, and takes its time."""
    from distributed import LocalCluster

    mark = str(tmp_path / "mark")
    film_of(One="self.wait(0.1)",
            Two=f"import os, time\n        if not os.path.exists({mark!r}):\n"
                f"            open({mark!r}, 'w').write(str(os.getppid())); time.sleep(60)\n        self.wait(0.1)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                          silence_logs=True) as cluster:
            yield cluster.scheduler_address


def call(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["batch", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def kill_when_there(mark: Path) -> None:
    deadline = time.monotonic() + 120
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(int(mark.read_text()), signal.SIGKILL)


def test_the_files_are_the_same_and_a_killed_worker_costs_only_its_own_work(address: str, tmp_path: Path) -> None:
    files = [tmp_path / f"n{i}.toml" for i in range(2)]
    for i, file in enumerate(files):
        file.write_text(DEFAULT.read_text().replace("0.8", f"0.{i + 1}"))
    killer = threading.Thread(target=kill_when_there, args=(tmp_path / "mark",))
    killer.start()
    code, said = call(*files, "--output", tmp_path / "there", "--scheduler", address)
    killer.join()
    assert code == 0, said
    assert (tmp_path / "mark").exists()
    os.environ["BACKPROP_CACHE"] = str(tmp_path / "cache")    # set back with the others after the test
    code, _ = call(*files, "--output", tmp_path / "here", "--jobs", 1)
    assert code == 0
    for file in (tmp_path / "here").rglob("*"):
        if file.is_file() and file.name not in ("made.json", "index.json"):
            assert file.read_bytes() == (tmp_path / "there" / file.relative_to(tmp_path / "here")).read_bytes(), file
    rows = [json.loads((tmp_path / where / "index.json").read_text()) for where in ("here", "there")]
    for row in (*rows[0], *rows[1]):
        del row["took"]
    assert rows[0] == rows[1]


def refusal(*words: object) -> str:
    code, said = call(*words)
    assert code == 2
    assert len(said.splitlines()) == 1
    return said


def test_without_dask_a_line_says_what_to_install(
        film_of: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film_of(One="self.wait(0.1)")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install" in refusal(DEFAULT, "--output", tmp_path, "--scheduler", "tcp://127.0.0.1:1")


def test_a_scheduler_that_is_not_there_is_a_mistake(
        film_of: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film_of(One="self.wait(0.1)")
    monkeypatch.setattr("studio.render.cluster.PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        assert f"--scheduler {address}: no Dask scheduler answers" in refusal(
            DEFAULT, "--output", tmp_path, "--scheduler", address)
