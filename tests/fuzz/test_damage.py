"""2,000 damaged files, the same each time: a result or a line, in bounds, and nothing is executed.

`make fuzz` tries others.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bpmath.model.network import NetworkError
from studio.commands.main import main
from tests.fuzz import damage

CASES = 2000
PROGRAM = str(Path(damage.__file__))


def tried(*words: object, seconds: int = 600) -> dict[str, int]:
    """How many cases of each kind a process of its own tried, and what came of them."""
    done = subprocess.run([sys.executable, PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, f"{words}: {done.stderr[-6000:] or done.returncode}"
    return json.loads(done.stdout.splitlines()[-1])


def test_damaged_files_are_a_result_or_a_line() -> None:
    counts = tried(CASES)
    for kind in damage.CASES:
        assert counts[kind] >= CASES // len(damage.CASES)
        assert min(counts[f"{kind} taken"], counts[f"{kind} refused"]) >= 20    # neither too little damage nor too much


@pytest.mark.parametrize("file", sorted(damage.CORPUS.glob("*.toml")), ids=lambda f: f.stem)
def test_files_that_once_failed_do_not(file: Path) -> None:
    run = CliRunner().invoke(main, ["trace", str(file)])
    assert run.exit_code in (0, 2), run.exception
    assert "Traceback" not in run.output


@pytest.mark.parametrize(("error", "words"), [
    (KeyError("weights"), KeyError), (NetworkError("x" * 1000), AssertionError),
    (NetworkError("a\nb\nc\nd"), AssertionError), (NetworkError("\x1b[31m"), AssertionError)])
def test_a_traceback_and_a_message_that_is_none_are_seen(error: Exception, words: type,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> None:
        raise error

    monkeypatch.setattr(damage, "read_network", fail)
    with pytest.raises(words):
        damage.attempt("json", {"mine.json": b"{}"}, damage.Watch(), False)


@pytest.mark.parametrize("does", [
    "exec('1')", "import this", "open('/dev/null', 'w')", "__import__('os').system('true')",
    "__import__('pickle').loads(b'cos\\nsystem\\n.')", "bytearray(3 << 30)", "while True: pass"])
def test_what_a_file_must_not_do_is_seen(does: str) -> None:
    """In a process of its own, where the watch stays and the bounds hold."""
    program = (f"import sys; sys.path.insert(0, {str(Path(PROGRAM).parent)!r}); import damage\n"
               f"damage.read_network = lambda path: exec(does)\ndamage.SECONDS = 1\n"
               f"does = compile({does!r}, 'file', 'exec')\n"
               "import signal; signal.signal(signal.SIGALRM, damage.interrupt); signal.alarm(5)\n"
               "damage.limit(); watch = damage.Watch(); watch.arm()\n"
               "damage.FORBIDDEN = tuple(event for event in damage.FORBIDDEN if event != 'exec' or 'exec(' in "
               f"{does!r})\n"
               "damage.attempt('json', {'mine.json': b'{}'}, watch, False)")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].partition(":")[0] in ("AssertionError", "MemoryError", "TimeoutError")
