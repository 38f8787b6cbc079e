"""The command `backprop`: what it answers, and how it speaks to a lecturer who made a mistake."""
from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp
from click.testing import CliRunner, Result

from bpmath.files.network_file import DEFAULT, NETWORKS
from studio.commands.main import main
from tests.conftest import PATHS

MAZUR = NETWORKS / "mazur.toml"


def call(*words: object) -> Result:
    """One call of the command, in this process. An error that is no plain message fails the test."""
    result = CliRunner().invoke(main, [str(w) for w in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def refusal(*words: object) -> str:
    """The plain lines of a call that must end with exit code 2."""
    result = call(*words)
    assert result.exit_code == 2
    assert 1 <= len(result.stderr.strip().splitlines()) <= 3
    assert not result.stdout
    return result.stderr


# help

def test_help_names_the_commands_in_the_order_of_work() -> None:
    commands = re.findall(r"^  (\w+)  ", call("--help").stdout.split("Commands:")[1], re.M)
    assert commands == ["new", "check", "trace", "derive", "list", "render", "film", "batch", "gallery", "slides",
                        "sheet", "lint"]


@pytest.mark.parametrize("words", [["--help"], ["film", "--help"], ["check", "--help"]])
def test_help_imports_no_mathematics_and_no_manim(words: list[str]) -> None:
    assert not imported(words) & {"numpy", "sympy", "manim", "av"}


@pytest.mark.parametrize("command", ["check", "trace", "derive"])
def test_the_mathematics_needs_no_manim(command: str) -> None:
    modules = imported([command, str(DEFAULT)])
    assert "sympy" in modules
    assert not modules & {"manim", "av", "cairo"}


def test_manim_comes_without_what_it_hardly_needs() -> None:
    modules = imported(["list"])
    assert "manim" in modules
    assert not modules & {"IPython.core", "IPython.terminal"}


def imported(words: list[str]) -> set[str]:
    """The modules that a call imports."""
    command = [sys.executable, "-X", "importtime", "-m", "studio.commands.main", *words]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0
    return {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}


def test_the_console_script_is_installed() -> None:
    run = subprocess.run([Path(sys.executable).parent / "backprop", "--version"], capture_output=True, text=True)
    assert run.stdout.startswith("backprop ")


# new

def test_new_writes_the_default_network_with_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert call("new", file).exit_code == 0
    assert "# theta(1)" in file.read_text()
    assert call("trace", file, "--json").stdout == call("trace", DEFAULT, "--json").stdout


def test_new_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("my work")
    assert "mine.toml" in refusal("new", file)
    assert file.read_text() == "my work"


def test_new_wants_a_toml_file_in_a_folder_that_exists(tmp_path: Path) -> None:
    assert ".toml" in refusal("new", tmp_path / "mine.txt")
    assert "no folder" in refusal("new", tmp_path / "none" / "mine.toml")


# check

def test_check_shows_both_methods_and_how_far_they_are_apart() -> None:
    result = call("check", DEFAULT)
    assert result.exit_code == 0
    assert "J = 0.13522" in result.stdout
    (row,) = (line for line in result.stdout.splitlines() if "∂J/∂θ(1)" in line)
    _, value, second, apart = row.split()
    assert value == second == "0.0759297"
    assert float(apart.replace("−", "-")) < 1e-15
    assert re.search(r"✓ \d+ equations are proved and 28 numbers are checked\.", result.stdout)


def test_check_of_a_wide_network_is_short_and_says_how_many_more(tmp_path: Path) -> None:
    wide = {"input": [0.1] * 20, "target": [0.2] * 20, "cost": "squared_error",
            "layer": [{"weights": [[(i - j) / 50 for i in range(20)] for j in range(20)], "activation": "tanh"}]}
    file = tmp_path / "wide.json"
    file.write_text(json.dumps(wide))
    lines = call("check", file).stdout.splitlines()
    assert len(lines) < 40
    assert any("… and 392 more" in line for line in lines)


def test_check_prints_markup_in_a_name_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(DEFAULT.read_text().replace("single path", "[bold red]#panic()[/] [link]"))
    assert "[bold red]#panic()[/] [link]" in call("check", file).stdout


def test_check_fails_when_a_number_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    from bpmath.numeric import backprop
    right = backprop.trace

    def wrong(network: object) -> backprop.Trace:
        found = right(network)
        return replace(found, delta=backprop.by_layer(dict(found.delta) | {2: -found.delta[2]}))

    monkeypatch.setattr(backprop, "trace", wrong)
    result = call("check", DEFAULT)
    assert result.exit_code == 1
    assert "✗ delta(2)[1]" in result.stdout
    assert "✓" not in result.stdout


# trace and derive

def test_trace_agrees_with_the_published_example() -> None:
    answer = json.loads(call("trace", MAZUR, "--json").stdout)
    assert math.isclose(answer["cost"], 0.298371108760, abs_tol=1e-12)
    assert math.isclose(answer["updated_cost"], 0.280471446791, abs_tol=1e-12)
    first, second = answer["parameters"]
    assert math.isclose(second["dweights"][0][0], 0.082167040564, abs_tol=1e-12)
    assert math.isclose(first["new_weights"][0][0], 0.149780716133, abs_tol=1e-12)
    assert set(first) == {"layer", "weights", "bias", "dweights", "dbias", "new_weights", "new_bias"}
    assert answer["layers"][0] == {"layer": 1, "a": [0.05, 0.10]}
    assert set(answer["layers"][1]) == {"layer", "z", "a", "delta", "slope"}


def test_trace_has_null_for_what_is_not_there() -> None:
    answer = json.loads(call("trace", NETWORKS / "three_classes.toml", "--json").stdout)
    assert answer["layers"][-1]["slope"] is None                  # softmax
    assert answer["parameters"][1]["bias"] is None
    assert answer["parameters"][1]["new_bias"] is None


def test_trace_shows_a_table() -> None:
    text = call("trace", DEFAULT).stdout
    assert "0.520039" in text
    assert "J = 0.13522 before the update, 0.117562 after it" in text


def test_derive_answers_in_text_that_sympy_reads() -> None:
    steps = json.loads(call("derive", DEFAULT, "--json").stdout)
    assert set(steps[0]) == {"equation", "rule", "lhs", "rhs", "typst", "latex", "proved", "residual"}
    assert all(s["proved"] is True and s["residual"] < 1e-12 for s in steps)
    (signal,) = (s for s in steps if s["equation"] == "15")
    names = {name: sp.Symbol(name) for name in ("delta_3", "delta_4", "theta_3")}
    assert sp.sympify(signal["lhs"], names) == names["delta_3"]
    assert names["theta_3"] in sp.sympify(signal["rhs"], names | {"sigma": sp.Function("sigma")}).free_symbols


def test_derive_is_a_numbered_list() -> None:
    text = call("derive", DEFAULT).stdout
    assert "  1. (1) the definition of the sigmoid" in text
    for number in range(1, 18):
        assert f"({number}) " in text
    assert "delta_4 = h - y" in text


# mistakes

@pytest.mark.parametrize(("text", "words"), [
    ("", "mine.toml"),
    ("input = [1.5", "not TOML"),
    (DEFAULT.read_text().replace("sigmoid", "sigmod"), "perhaps sigmoid"),
    (DEFAULT.read_text().replace("[[1.5]]", "[[1.5, 2.0]]"), "theta(2)"),
    (DEFAULT.read_text().replace("0.8", "1e308").replace("sigmoid", "linear"), "overflow"),
    (DEFAULT.read_text().replace("squared_error\"", "binary_cross_entropy\"", 1), "between 0 and 1"),
])
@pytest.mark.parametrize("command", ["check", "trace", "derive"])
def test_a_bad_file_gives_plain_lines(command: str, text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    said = refusal(command, file)
    assert "mine.toml" in said
    assert words in said


def test_a_bad_network_stops_a_film_before_it_begins(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(DEFAULT.read_text().replace("0.8", "nan"))
    assert "mine.toml" in refusal("film", "--network", file, "--output", tmp_path / "film")
    assert not (tmp_path / "film").exists()


def test_an_unknown_command_gets_the_near_one() -> None:
    assert "perhaps derive" in refusal("derive_", DEFAULT)
    assert "needed one of new, check" in refusal("frobnicate")


def test_a_missing_argument_is_a_mistake() -> None:
    assert call("check").exit_code == 2
    assert call("film", "--quality", "x").exit_code == 2


# list

def test_list_is_found_and_in_order(film_of: object) -> None:
    film_of(Second="self.wait()", Third="self.wait()")
    rows = json.loads(call("list", "--json").stdout)
    assert [(r["chapter"], r["class"]) for r in rows] == [(1, "Second"), (2, "Third")]
    assert rows[0]["title"] == "The Second <[b]chapter[/b]>"
    assert Path(rows[0]["file"]).name == "second_file.py"
    assert "The Second <[b]chapter[/b]>" in call("list").stdout


def test_list_has_the_titles_of_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_LANGUAGE", "")
    rows = {code: json.loads(call("list", "--json", "--language", code).stdout) for code in ("en", "de")}
    titles = {code: {row["class"]: row["title"] for row in found} for code, found in rows.items()}
    assert titles["en"]["ErrorSignal"] == "The error signal travels backward"
    assert titles["de"]["ErrorSignal"] == "Das Fehlersignal läuft rückwärts"
    assert os.environ["BACKPROP_LANGUAGE"] == ""


def test_a_language_that_the_film_does_not_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["found no language 'xx', needed one of de, en"]
    for words in (["list", "--language", "xx"], ["render", "7", "--language", "xx"]):
        run = call(*words)
        assert (run.exit_code, run.stderr.splitlines()) == (2, [f"--language: {line}" for line in lines])
    monkeypatch.setenv("BACKPROP_LANGUAGE", "xx")
    run = call("render", "7")
    assert (run.exit_code, run.stderr.splitlines()) == (2, [f"language: {line}" for line in lines])


def test_list_says_which_chapters_cannot_show_a_network(film_of: object) -> None:
    film_of(One="self.wait()" + PATHS)
    (row,) = json.loads(call("list", "--json", "--network", MAZUR).stdout)
    assert "single paths" in row["left_out"]
    assert "left out" in call("list", "--network", MAZUR).stdout
    (row,) = json.loads(call("list", "--json", "--network", DEFAULT).stdout)
    assert row["left_out"] == ""


@pytest.mark.parametrize("command", ["check", "derive"])
def test_a_network_too_deep_to_derive_is_refused_at_once(command: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    table = {"input": [1.0], "target": [0.5], "cost": "squared_error",
             "layer": [{"weights": [[0.5]], "activation": "sigmoid"}] * 59}
    path.write_text(json.dumps(table))
    began = time.process_time()
    said = refusal(command, path)
    assert "found 60 layers, needed at most 24" in said
    assert time.process_time() - began < 5
    assert call("trace", path).exit_code == 0
    handout = call("sheet", path, "--output", tmp_path / "deep.pdf")
    assert (handout.exit_code, "found 60 layers" in handout.stderr) == (2, True)


def test_what_takes_long_is_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.film.networks.MANY", 2)
    assert "3 weights: this can take minutes" in call("check", DEFAULT).stderr
