"""The cache and the output as an ordinary user meets them: read only, another user's, full, or nowhere at all.

For root, everything may be written to; so these run as nobody where the tests run as root.
"""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest

NOBODY = 65534
ROOT = os.getuid() == 0
COMMAND = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import studio.film.chapters
studio.film.chapters.PACKAGE = sys.argv.pop(1)
from studio.commands.main import run
run()
"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everyone may enter, which those of pytest are not."""
    folder = Path(mkdtemp(prefix="backprop-test-"))
    folder.chmod(0o777)
    yield folder
    for path in folder.rglob("*"):
        with suppress(OSError):
            path.chmod(0o777)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def render(film_of: Callable, tmp_path: Path, place: Path) -> Callable[..., tuple[int, str]]:
    """Renders a tiny chapter as nobody; the exit status, and all that was said. The output is in `place`."""
    package = film_of(One="self.wait(0.1)")
    shutil.copytree(tmp_path / "films", place / "films")
    (place / "home").mkdir()
    (place / "home").chmod(0o777)
    (place / "temporary").mkdir()
    (place / "temporary").chmod(0o777)

    def run(cache: Path | None, uid: int = NOBODY, **environment: str) -> tuple[int, str]:
        own = {"HOME": str(place / "home"), "TMPDIR": str(place / "temporary"), "PATH": os.environ["PATH"],
               "PYTHONDONTWRITEBYTECODE": "1"} | ({"BACKPROP_CACHE": str(cache)} if cache else {}) | environment
        words = [*as_user(uid), sys.executable, "-c", COMMAND, place / "films", package, "render", "--output",
                 place / "out"]
        done = subprocess.run(words, env={name: value for name, value in own.items() if value}, cwd=place,
                              capture_output=True, text=True)
        assert not list(place.rglob(".unfinished-*"))
        return done.returncode, done.stdout + done.stderr

    if ROOT and (not shutil.which("setpriv") or subprocess.run([*as_user(NOBODY), "true"]).returncode):
        pytest.skip("no command can be run as another user here")
    return run


def as_user(uid: int) -> list[str]:
    """What begins a command that runs as this user, where the tests run as root. It may read all, as Python and the
    project are perhaps where only root may, but not write.
    """
    may_read = [f"--{kind}-caps=+dac_read_search" for kind in ("inh", "ambient")]
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *may_read] if ROOT else []


def filled(render: Callable, cache: Path) -> Path:
    """A cache with the chapter in it, of the user that the tests run as."""
    cache.mkdir()
    cache.chmod(0o777)
    code, said = render(cache)
    assert (code, "kept from before" in said) == (0, False), said
    if ROOT:
        for path in (cache, *cache.rglob("*")):
            os.chown(path, 0, 0)
            path.chmod(0o755 if path.is_dir() else 0o644)
    return cache


def test_a_cache_that_is_read_only_serves_what_it_has(render: Callable, place: Path) -> None:
    cache = filled(render, place / "cache")
    for path in (cache, *cache.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    code, said = render(cache)
    assert (code, "kept from before" in said) == (0, True), said


@pytest.mark.skipif(not ROOT, reason="only root can give files to another user")
def test_a_cache_of_another_user_is_taken_and_stays(render: Callable, place: Path) -> None:
    cache = filled(render, place / "cache")
    (cache / "chapters").chmod(0o777)    # so that entries may be removed, but not changed
    before = {path.name: path.stat().st_mtime_ns for path in (cache / "chapters").glob("*.zip")}
    code, said = render(cache)
    assert (code, "kept from before" in said) == (0, True), said
    assert {path.name: path.stat().st_mtime_ns for path in (cache / "chapters").glob("*.zip")} == before


def test_a_cache_that_cannot_be_written_to_is_not_needed(render: Callable, place: Path) -> None:
    for number, cache in enumerate((Path("/proc/none"), Path("/dev/full"), place / "file", place / "locked")):
        shutil.rmtree(place / "out", ignore_errors=True)
        if number == 2:
            cache.touch()
        if number == 3:
            cache.mkdir(mode=0o500)
        code, said = render(cache)
        assert code == 0, said
        assert (place / "out" / "One.mp4").exists()
        assert not list((place / "temporary").glob("backprop-film-*/*"))


def test_no_place_at_all_is_named_with_what_sets_it(render: Callable, place: Path) -> None:
    (place / "temporary" / f"backprop-film-{NOBODY if ROOT else os.getuid()}").touch()
    code, said = render(Path("/proc/none"))
    assert code == 2
    (line,) = [line for line in said.splitlines() if "BACKPROP_CACHE" in line]
    assert "/proc/none/work" in line
    assert str(place / "temporary") in line


@pytest.mark.parametrize("home", ["/nonexistent", "/", ""])
def test_a_user_without_a_home(home: str, render: Callable, place: Path) -> None:
    code, said = render(None, **{"uid": 54321} if ROOT else {}, HOME=home)
    assert code == 0, said
    assert {path.name for path in place.iterdir()} == {"films", "home", "temporary", "out"}    # and none called ~


@pytest.mark.skipif(not ROOT, reason="only root can mount a small disk")
@pytest.mark.parametrize("full", ["cache", "out"])
def test_a_disk_that_is_full(full: str, render: Callable, place: Path) -> None:
    disk = place / full
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k,mode=777", "none", disk]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        code, said = render(place / "cache")
        left = [path for path in disk.rglob("*") if path.is_file()]
    finally:
        subprocess.run(["umount", disk], check=True)
    line = said.splitlines()[-1]
    assert code == 2, said
    assert f"{disk}" in line
    assert {"cache": "BACKPROP_CACHE", "out": "--output"}[full] in line
    assert "the disk is full" in line
    assert left == []
    assert "Traceback" not in said


@pytest.mark.skipif(not ROOT, reason="an ordinary user's folder can always be written to by that user")
def test_an_output_that_may_not_be_written_to(render: Callable, place: Path) -> None:
    (place / "out").mkdir()
    (place / "out").chmod(0o755)
    code, said = render(place / "cache")
    assert code == 2
    assert said.strip().endswith("out: cannot be written to, needed a folder that can; see --output")
