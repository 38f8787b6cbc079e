"""The units in focus: by rule, or as a lecturer names them; in the formulas, in the ledger and in the drawing."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bpmath.files.canonical import canonical
from bpmath.files.network_file import NETWORKS
from bpmath.model.network import Network, NetworkError, network
from bpmath.numeric.backprop import trace
from scenes.error_signal import ErrorSignal
from scenes.kit.network.wide import MOST as WHOLE
from scenes.kit.network.wide import ROWS, network_diagram, rows
from scenes.kit.provenance.study import study
from scenes.kit.setting.focus import MOST, chosen, largest
from scenes.vanishing_gradient import VanishingGradient
from studio.commands.main import main
from tests.networks import mazur, networks
from tests.watching import watch

MAZUR = str(NETWORKS / "mazur.toml")


@pytest.fixture(autouse=True)
def no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKPROP_UNITS", raising=False)


def wide(hidden: int = 40) -> Network:
    """3-40-3, of which the largest signals are known."""
    random = np.random.default_rng(3)
    layers = [(random.normal(size=(hidden, 3)), "tanh"), (random.normal(size=(3, hidden)), "linear")]
    return network([0.5, -1.0, 0.25], [1.0, 0.0, 0.0], "squared_error", layers, name="wide")


# which units

@given(networks())
def test_by_rule_the_largest_error_signal_is_in_focus(net: Network) -> None:
    found = trace(net)
    for l, j in largest(found).items():
        sizes = np.abs(net.input if l == 1 else found.delta[l])
        assert sizes[j - 1] == sizes.max()


@pytest.mark.parametrize(("text", "units"), [
    ("", {}), (" , ", {}), ("2:1", {2: (1,)}), ("2:1,3:2", {2: (1,), 3: (2,)}), ("3:2 ; 2:1", {3: (2,), 2: (1,)}),
    ("2:2,2:1,2:2", {2: (2, 1)}), ("1:02", {1: (2,)}),
])
def test_units_are_named_by_layer_and_number(text: str, units: dict) -> None:
    assert chosen(text, mazur()) == units


@pytest.mark.parametrize(("text", "words"), [
    ("2", "found '2', needed layer:unit"), ("2-1", "found '2-1'"), ("2:1:1", "found '2:1:1'"), ("2:-1", "found '2:-1'"),
    ("2:1,x", "found 'x'"), ("²:1", "found '²:1'"), ("2:" + "9" * 5000, "needed layer:unit"),
    ("a\x1b:1", "found 'a?:1'"),
    ("4:1", "found layer 4 in 4:1, needed 1 to 3, counted from the input"), ("0:1", "found layer 0"),
    ("2:3", "found unit 3 in 2:3, needed 1 to 2, the units of layer 2"), ("2:0", "found unit 0"),
])
def test_what_is_no_unit_of_the_network_is_refused(text: str, words: str) -> None:
    with pytest.raises(NetworkError) as caught:
        chosen(text, mazur())
    assert str(caught.value).startswith("units: ")
    assert words in str(caught.value)
    assert len(str(caught.value)) < 120


def test_there_are_only_so_many_units_in_a_drawing() -> None:
    names = [f"2:{j}" for j in range(1, MOST + 2)]
    assert len(chosen(",".join(names[:-1]), wide())[2]) == MOST
    with pytest.raises(NetworkError, match=f"found more than {MOST} units of layer 2"):
        chosen(",".join(names), wide())


# what is drawn

@given(st.integers(1, 2000), st.data())
def test_the_units_named_are_drawn_and_gaps_are_where_units_are_left_out(count: int, data: st.DataObject) -> None:
    named = data.draw(st.lists(st.integers(1, count), min_size=1, max_size=MOST, unique=True))
    drawn = rows(count, tuple(named))
    units = [j for j in drawn if j]
    assert units == sorted(set(units))
    assert {1, count, *named} <= set(units)
    assert len(drawn) <= (WHOLE if count <= WHOLE else ROWS)
    for above, between, below in zip(drawn, drawn[1:], drawn[2:], strict=False):
        assert between or below - above > 2
    for above, below in pairwise(drawn):
        assert above is None or below is None or below == above + 1


# in a chapter

def shown(book: dict) -> set[str]:
    return {n["key"] for n in book["numbers"]}


@pytest.mark.parametrize("way", ["environment", "attribute"])
def test_the_ledger_names_the_chosen_units(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    net = wide()
    by_rule = largest(trace(net))
    assert by_rule[2] not in (17, 31)
    other = 1 + by_rule[3] % 3
    units = f"2:17,2:31,3:{other}"
    if way == "environment":
        monkeypatch.setenv("BACKPROP_UNITS", units)
        chapter = ErrorSignal
    else:
        chapter = type("Mine", (ErrorSignal,), {"units": units, "__module__": __name__})
    viewing = watch(chapter, net)
    keys = shown(viewing.book)
    assert viewing.faults == []
    assert {"delta(2)[17]", f"delta(3)[{other}]", f"theta(2)[{other},17]"} <= keys
    assert not {f"delta(2)[{by_rule[2]}]", "delta(2)[31]"} & keys
    assert {17, 31} < set(network_diagram(viewing.chapter).drawn(2))


def test_the_ledger_names_the_units_by_rule_where_none_are_chosen() -> None:
    net = wide()
    keys = shown(watch(ErrorSignal, net).book)
    assert {f"delta({l})[{j}]" for l, j in largest(trace(net)).items() if l > 1} <= keys


def test_the_units_stay_in_focus_after_an_update() -> None:
    net = wide()
    before = study(net, units="2:17,2:31")
    after = study(replace(net, learning_rate=0.2), "after", before)
    assert after.focus == before.focus
    assert after.named_units(2) == before.named_units(2) == (17, 17, 31)


def test_nothing_untrue_is_said_of_a_unit_without_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unit 2 of layer 2 is off, and output 2 meets its target, but others carry a signal."""
    net = network([1.0], [0.0, 0.5], "squared_error",
                  [([[0.5], [-0.5]], "relu"), ([[1.0, 1.0], [1.0, 2.0]], "linear")])
    monkeypatch.setenv("BACKPROP_UNITS", "2:2,3:2")
    for chapter in (VanishingGradient, ErrorSignal):
        told = " ".join(cue.text for cue in watch(chapter, net).chapter.cues)
        assert re.search(r"In the units in focus,\s.*0.*and", told, re.S)
        assert not re.search(r"no signal at all|nothing gets|has died|shrank|grew|shrinks|grows", told)


# the command

@pytest.mark.parametrize("command", [["render", "ErrorSignal", "--network"], ["film", "--network"],
                                     ["lint", "ErrorSignal", "--network"], ["check"], ["derive"]])
def test_units_that_are_not_there_are_refused_at_once(command: list[str], tmp_path: Path) -> None:
    place = ["--output", str(tmp_path / "out")] if command[0] in ("render", "film") else []
    result = CliRunner().invoke(main, [*command, MAZUR, "--units", "2:9", *place])
    assert result.exit_code == 2
    assert result.stderr == f"{MAZUR}: units: found unit 9 in 2:9, needed 1 to 2, the units of layer 2\n"
    assert not (tmp_path / "out").exists()
    assert "BACKPROP_UNITS" not in os.environ


def test_the_derivation_and_the_check_speak_of_the_units_of_the_command(tmp_path: Path) -> None:
    net = wide()
    file = str(tmp_path / "mine.json")
    Path(file).write_text(json.dumps(json.loads(canonical(net))["table"]))
    by_rule = largest(trace(net))[2]
    other = by_rule % 40 + 1
    smallest = int(np.abs(trace(net).delta[2]).argmin()) + 1
    for units, unit in (([], by_rule), (["--units", f"2:{other}"], other)):
        result = CliRunner().invoke(main, ["derive", file, "--json", *units])
        assert result.exit_code == 0, result.output
        names = {step["lhs"] for step in json.loads(result.stdout)}
        assert f"delta_2_{unit}" in names
        assert f"delta_2_{by_rule + other - unit}" not in names
    table = CliRunner().invoke(main, ["check", file, "--units", f"2:{smallest}"]).stdout
    assert f"δ(2)[{smallest}]" in table
    assert f"δ(2)[{smallest}]" not in CliRunner().invoke(main, ["check", file]).stdout


def test_a_clip_has_the_units_of_the_command(tmp_path: Path) -> None:
    net = mazur()
    by_rule = largest(trace(net))[2]
    other = 3 - by_rule
    (tmp_path / "mine.json").write_text(json.dumps(json.loads(canonical(net))["table"]))
    words = ["render", "Summary", "--network", str(tmp_path / "mine.json"), "--units", f"2:{other}"]
    result = CliRunner().invoke(main, [*words, "--output", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    keys = shown(json.loads((tmp_path / "out" / "Summary.json").read_text()))
    assert any(f"(2)[{other}]" in key for key in keys)
    assert not any(f"(2)[{by_rule}]" in key for key in keys)
