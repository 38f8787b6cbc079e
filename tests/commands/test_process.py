"""What the console script does to its process stays there: who imports the command keeps what it has."""
from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bpmath.files.network_file import DEFAULT
from studio.commands.main import main


def state() -> tuple:
    """What a command could change in the process that calls it."""
    return (gc.isenabled(), gc.get_freeze_count(), list(warnings.filters), dict(os.environ), os.getcwd(),
            sys.modules.get("IPython", 0) is None, *map(signal.getsignal, (signal.SIGINT, signal.SIGTERM)),
            sys.stdout.errors, signal.pthread_sigmask(signal.SIG_BLOCK, []))


@pytest.mark.parametrize("words", [["trace", DEFAULT], ["lint", "One"], ["render"], ["check", "none.toml"]], ids=str)
def test_a_command_leaves_who_calls_it_alone(words: list, film_of: Callable, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    film_of(One="self.wait(0.1)")
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["list"])    # imports
    before = state()
    CliRunner().invoke(main, [str(word) for word in words])
    assert state() == before


def test_warnings_are_errors_after_a_command_and_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    CliRunner().invoke(main, ["trace", str(DEFAULT)])
    with pytest.raises(UserWarning, match="seen"):
        warnings.warn("seen", stacklevel=1)
    monkeypatch.setattr("bpmath.files.network_file.read_network", lambda path: warnings.warn("within", stacklevel=1))
    result = CliRunner().invoke(main, ["trace", str(DEFAULT)])
    assert isinstance(result.exception, UserWarning)


def test_the_console_script_sets_its_own_process_up(tmp_path: Path) -> None:
    code = "import atexit, gc, os, signal; from studio.commands import main as cli; " \
           "cli.main = lambda **_: print(gc.isenabled(), " \
           "os.environ['PYTHONWARNINGS'], signal.getsignal(signal.SIGTERM) is cli.terminate); cli.run()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.split() == ["False", "ignore", "True"]
    (script,) = (e for e in __import__("importlib.metadata").metadata.entry_points(name="backprop"))
    assert script.value == "studio.commands.main:run"


def test_a_notebook_may_play_in_a_thread(film_of: Callable) -> None:
    from studio.notebook import play

    film_of(One="self.wait(0.1)")
    found = []

    def run() -> None:
        try:
            found.append(play("One"))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found[0].clip[4:8] == b"ftyp"


def test_an_input_that_ends_is_no_ctrl_d(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(path: object) -> None:
        raise EOFError

    monkeypatch.setattr("bpmath.files.network_file.read_network", ends)
    result = CliRunner().invoke(main, ["trace", str(DEFAULT)])
    assert "Aborted" not in result.output
    assert isinstance(result.exception, RuntimeError)
