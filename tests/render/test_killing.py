"""kill -9 at every step of the way, one after another: no broken file, no lost film, and the next run completes."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import av

from studio.cache.job import Job, Rendered
from studio.cache.store import Store
from studio.film.folder import Order
from studio.film.make import Tell, make_all
from tests.tiny import whole_files

SHADES = {"old": 40, "new": 200}    # of the pictures
STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime"}    # of Python's audit events
HOUSE = Path(__file__).parents[2]


class Ready:
    """An engine whose chapters are there already."""

    room = 2

    def __init__(self) -> None:
        self.jobs: list[tuple[int, Job]] = []

    def submit(self, number: int, job: Job) -> None:
        self.jobs.append((number, job))

    def next(self, seconds: float) -> tuple[int, Rendered]:
        number, job = self.jobs.pop()
        return number, Rendered(job.name, whole_files(job.name, SHADES[job.network]), 0.3, {"play": 1.0})


def film(folder: Path, network: str) -> bool:
    """Makes a film of two chapters, and says whether it could."""
    jobs = tuple(Job("m", name, name, network, (network,), "", "l", (), ()) for name in ("One", "Two"))
    order = Order(network, folder / "out", jobs, whole=True)
    (made,) = make_all([order], Ready(), Store(folder / "kept"), Tell())
    return not made.failed


def main(folder: Path) -> None:
    """Kills a process at its first step, another at its second, and so on, until one comes to its end."""
    assert film(folder, "old")
    names = {p.name for p in (folder / "out").iterdir()}
    step, networks = 0, ["new", "old"]
    while True:
        step += 1
        wanted = networks[step % 2]
        child = os.fork()
        if not child:
            killed_at(step, str(folder))
            os._exit(not film(folder, wanted))
        _, status = os.waitpid(child, 0)
        check(folder, names)
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL, step
        assert film(folder, wanted), step
        check(folder, names)
        assert {p.name for p in (folder / "out").iterdir()} == names, step
        for kept in (folder / "kept").glob("*.zip"):
            kept.unlink()
    print(step)


def killed_at(step: int, folder: str) -> None:
    """Ends this process before its so many-th step on a file in the folder."""
    left = step

    def hook(event: str, arguments: tuple) -> None:
        nonlocal left
        if event in STEPS and any(str(a).startswith(folder) for a in arguments):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def check(folder: Path, names: set[str]) -> None:
    """All files are there under their names, and each is whole."""
    for name in names - {"made.json"}:
        assert (folder / "out" / name).exists(), name
    for path in (folder / "out").glob("*.mp4"):
        with av.open(str(path)) as movie:
            frames = sum(1 for _ in movie.decode(movie.streams.video[0]))
            assert frames == (6 if path.stem == "film" else 3), path
    for path in (folder / "kept").glob("*.zip"):
        with zipfile.ZipFile(path) as entry:
            assert entry.testzip() is None
            assert set(entry.namelist()) == {".mp4", ".png", ".srt", ".json"}


def test_at_every_step(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-m", "tests.render.test_killing", tmp_path], cwd=HOUSE, capture_output=True,
                         text=True)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 30


if __name__ == "__main__":
    main(Path(sys.argv[1]))
