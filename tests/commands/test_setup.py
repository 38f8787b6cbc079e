"""The set-up on machines that are not this one: every program it calls is a stand-in that notes what it was told."""
from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[2] / "tools" / "setup.sh"
BROWSER = SETUP.with_name("browser.sh")
PROGRAMS = ["sh", "tr", "uname", "grep", "touch", "cat", "env"]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with Python 3.11 and nothing else; `installed` in its folder means that the libraries are there."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).symlink_to(shutil.which(name))
    home = tmp_path / "project"
    (home / ".venv" / "bin").mkdir(parents=True)
    (home / "requirements.lock").write_text("one==1 \\\n    --hash=x\ntwo==2\n")
    present = f'[ -e "{home}/installed" ]'
    script(programs / "python3", 'case "$2" in *version_info\\[*) echo 3.11;; *) exit 0;; esac')
    script(programs / "cc", f"cat >/dev/null; {present}")
    script(programs / "pkg-config", present)
    script(programs / "id", 'echo "${FAKE_USER:-0}"')
    script(home / ".venv" / "bin" / "python", f'echo "$@" >> "{home}/calls"')
    return home


def script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def add(home: Path, name: str, body: str = "") -> None:
    """Another program of the machine; it writes down its arguments."""
    script(home.parent / "bin" / name, f'echo "{name} $*" >> "{home}/calls"\n{body}')


def set_up(home: Path, of: Path = SETUP, **environment: str) -> tuple[int, str, str]:
    """Runs a set-up: exit code, what it said, and what it called."""
    run = subprocess.run(["/bin/sh", of, ".venv/ready"], cwd=home, capture_output=True, text=True,
                         env={"PATH": str(home.parent / "bin")} | environment)
    calls = home / "calls"
    return run.returncode, run.stdout + run.stderr, calls.read_text() if calls.exists() else ""


def test_with_everything_there_only_the_packages_are_installed(machine: Path) -> None:
    (machine / "installed").touch()
    code, said, calls = set_up(machine)
    assert code == 0
    assert "apt" not in said
    assert "installing 2 pinned packages" in said
    assert "install --require-hashes -r requirements.lock" in calls
    assert "install --no-deps --no-build-isolation --editable ." in calls
    assert (machine / ".venv" / "ready").exists()


def test_debian_as_root_installs_what_is_missing_after_saying_so(machine: Path) -> None:
    add(machine, "apt-get", f'[ "$1" = update ] || touch "{machine}/installed"')
    code, said, calls = set_up(machine)
    assert code == 0
    assert "setup: installing with apt-get: build-essential libcairo2-dev libpango1.0-dev" in said
    assert "apt-get update" in calls
    assert "apt-get install -y" in calls


def test_debian_as_a_user_asks_sudo(machine: Path) -> None:
    add(machine, "apt-get", f'[ "$1" = update ] || touch "{machine}/installed"')
    add(machine, "sudo", '"$@"')
    code, said, calls = set_up(machine, FAKE_USER="1000")
    assert code == 0
    assert "installing with sudo apt-get" in said
    assert "sudo env DEBIAN_FRONTEND=noninteractive apt-get install" in calls


def test_debian_as_a_user_without_sudo_is_told_what_root_has_to_type(machine: Path) -> None:
    add(machine, "apt-get")
    code, said, calls = set_up(machine, FAKE_USER="1000")
    assert code == 2
    assert "apt-get update && apt-get install build-essential" in said
    assert calls == ""


def test_libraries_that_are_still_missing_stop_it(machine: Path) -> None:
    add(machine, "apt-get")
    code, said, calls = set_up(machine)
    assert code == 2
    assert "still missing: build-essential" in said
    assert "requirements.lock" not in calls


@pytest.mark.parametrize(("program", "line"), [
    ("dnf", "sudo dnf install gcc"), ("pacman", "sudo pacman -S --needed"), ("none", "a C compiler, pkg-config")])
def test_other_systems_get_one_line_to_type(machine: Path, program: str, line: str) -> None:
    add(machine, program)
    code, said, calls = set_up(machine)
    assert code == 2
    assert line in said
    assert len(said.splitlines()) == 1
    assert calls == ""


def test_a_mac_gets_its_line_to_type(machine: Path) -> None:
    (machine.parent / "bin" / "uname").unlink()
    script(machine.parent / "bin" / "uname", "echo Darwin")
    code, said, _ = set_up(machine)
    assert code == 2
    assert "brew install cairo pango" in said


def test_an_old_python_is_refused(machine: Path) -> None:
    script(machine.parent / "bin" / "python3", "exit 1")
    code, said, _ = set_up(machine)
    assert code == 2
    assert "needed one" in said
    assert "3.11" in said


def test_packages_that_cannot_be_installed_leave_it_undone(machine: Path) -> None:
    (machine / "installed").touch()
    script(machine / ".venv" / "bin" / "python", 'case "$*" in *lock*) exit 1;; esac')
    code, said, _ = set_up(machine)
    assert code == 2
    assert "could not be installed" in said
    assert not (machine / ".venv" / "ready").exists()


def test_a_browser_that_is_there_is_taken(machine: Path) -> None:
    add(machine, "google-chrome")
    assert set_up(machine, BROWSER) == (0, "", "")
    assert (machine / ".venv" / "ready").read_text().strip().endswith("/google-chrome")


def test_debian_installs_a_browser(machine: Path) -> None:
    chromium = machine.parent / "bin" / "chromium"
    add(machine, "apt-get", f'[ "$1" = update ] || {{ echo > "{chromium}"; {shutil.which("chmod")} +x "{chromium}"; }}')
    code, said, calls = set_up(machine, BROWSER)
    assert (code, said) == (0, "setup: installing with apt-get: chromium\n")
    assert "apt-get install -y -qq --no-install-recommends chromium" in calls
    assert (machine / ".venv" / "ready").read_text() == f"{chromium}\n"


@pytest.mark.parametrize(("program", "words"), [
    ("apt-get", "as root, type:  apt-get update && apt-get install chromium"), ("dnf", "found no chromium")])
def test_without_a_browser_the_tests_of_pages_are_left_out(machine: Path, program: str, words: str) -> None:
    add(machine, program)
    code, said, calls = set_up(machine, BROWSER, FAKE_USER="1000")
    assert (code, calls) == (0, "")
    assert words in said
    assert "the tests of pages are left out" in said
