"""Chapter 2 derives the slope of whatever the hidden units are, and says where they stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bpmath.files.network_file import DEFAULT, read_network
from bpmath.model.network import network
from scenes.sigmoid_derivative import SigmoidDerivative
from studio.cache.job import jobs_for
from studio.commands.main import main
from tests.networks import ELEMENTWISE
from tests.watching import Viewing, watch


def play(activation: str, weight: float = 0.8) -> Viewing:
    layers = [([[weight]], activation), ([[2.0]], "linear")]
    return watch(SigmoidDerivative, network([1.5], [1.0], "squared_error", layers))


def told(viewing: Viewing) -> str:
    return " ".join(cue.text for cue in viewing.chapter.cues).replace("\n", " ")


def equations(viewing: Viewing) -> set[str]:
    return {e["equation"] for e in viewing.book["equations"]}


def number(viewing: Viewing, key: str) -> float:
    return next(n["value"] for n in viewing.book["numbers"] if n["key"] == key)


def test_the_sigmoid_needs_all_rules_and_has_a_slope_of_at_most_a_quarter() -> None:
    viewing = play("sigmoid")
    assert viewing.chapter.title == "The slope of the sigmoid"
    assert equations(viewing) == {"1", "2", "3", "4", "5", ""}
    assert number(viewing, "largest slope of the sigmoid") == 0.25
    assert "slope is 0.25" in told(viewing)


@pytest.mark.parametrize(("activation", "rules"), [("softplus", {"4"}), ("relu", set()), ("linear", set())])
def test_only_the_rules_that_the_route_uses_are_shown(activation: str, rules: set[str]) -> None:
    viewing = play(activation)
    assert equations(viewing) - {""} == {"1", "5"} | rules
    assert "sigmoid" not in viewing.chapter.title


def test_a_slope_that_is_never_reached_is_not_called_the_largest() -> None:
    assert "never reaches it" in told(play("softplus"))


def test_units_outside_the_picture_are_marked_and_told() -> None:
    assert "outside the picture" in told(play("tanh", weight=-40.0))
    assert "outside the picture" not in told(play("tanh"))
    assert "outside the picture" not in told(play("relu", weight=400.0))  # straight lines fit every scale


def test_a_network_has_one_title_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the heading, the first section, the clip, the ledger, `list`, and the jobs, which mark the film."""
    title = "The slope of the hyperbolic tangent"
    (file := tmp_path / "tanh.toml").write_text(DEFAULT.read_text().replace('"sigmoid"', '"tanh"'))
    net = read_network(file)
    chapter = play("tanh").chapter
    book = json.loads(chapter.papers[".json"])
    assert chapter.title == chapter.sections.names[0] == chapter.renderer.file_writer.title == title
    assert book["title"] == book["sections"][0]["title"] == title
    (job,) = jobs_for([SigmoidDerivative], net, "l")
    assert job.title == title
    listed = CliRunner().invoke(main, ["list", "--network", str(file)]).output
    assert title in listed
    assert "of the sigmoid" not in listed
    rows = json.loads(CliRunner().invoke(main, ["list", "--json", "--network", str(file)]).output)
    assert title in [row["title"] for row in rows]
    monkeypatch.setattr(SigmoidDerivative, "network", net)
    assert SigmoidDerivative.told_title() == jobs_for([SigmoidDerivative], None, "l")[0].title == title


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_title_names_the_activation_of_the_hidden_units(name: str) -> None:
    net = network([1.5], [1.0], "squared_error", [([[0.8]], name), ([[2.0]], "linear")])
    assert SigmoidDerivative.title_for(net).startswith("The slope of the ")
    assert ("sigmoid" in SigmoidDerivative.title_for(net)) == (name == "sigmoid")
