"""Handouts: every number is the trace's as printed, the blank and the key agree, and a class's are its own."""
from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_scenes import NETWORKS

from bpmath.files import DEFAULT, read_network
from bpmath.network import network
from scenes.kit.numerals import numeral
from studio.cli import main
from studio.commands.handouts import sheet as command
from studio.invent import as_toml, invent
from studio.sheet import OPEN, WORKING, Sheet, numbered


@pytest.fixture(scope="module")
def default() -> Sheet:
    return Sheet(read_network(DEFAULT))


def test_the_sheet_of_the_article(default: Sheet) -> None:
    text = default.source()
    assert "delta^((3)) = delta^((4)) dot theta^((3)) dot sigma'(z^((3)))" in text
    for numbers, result in (("0.8 dot 1.5", "1.2000"), ("0.5200 dot 2.0 dot 0.1824", "0.1897"),
                            ("0.8 - 0.1 dot 0.0506 dot 1.5", "0.7924")):
        assert f"[$ = {numbers} $], [$=$], [${result}$]" in text
    for number in range(1, 18):
        assert f'"({number})"' in text


@pytest.mark.parametrize("name", ["default", "Mazur", "three classes", "no hidden layer", "large and negative"])
def test_every_result_is_the_number_of_its_subject(name: str) -> None:
    made = Sheet(NETWORKS[name])
    for step in made.steps:
        if step.name in ("weighted input", "activation", "cost", "signal", "gradient", "update with delta"):
            shown = numeral(made.study.value(step.subject)).typst
            assert f"[${shown}$], {numbered(step.equation)})" in made.line(step, blank=False)


@pytest.mark.parametrize("name", ["default", "Mazur", "three classes", "no hidden layer"])
def test_a_blank_sheet_asks_for_just_what_the_key_tells(name: str) -> None:
    made = Sheet(NETWORKS[name])
    blank, key = made.source(blank=True), made.source()
    lines = [(one, other) for one, other in zip(blank.split("\n"), key.split("\n"), strict=True) if one != other]
    title, *asked = lines
    assert title[0] == title[1].replace("false", "true")
    for one, other in asked:
        pieces = [re.escape(piece) for piece in re.split(rf"(?<=, )(?:{OPEN}|{WORKING})(?=, )", one)]
        assert re.fullmatch(r"\[\$[^$]+\$\]".join(pieces), other)
    if name == "default":
        assert len(asked) == 6 + 2 + 2 + 3 + 3 + 3  # forward, cost, slopes, signals, gradients, updates
        assert "0.7685" not in blank


def test_a_layer_is_derived_for_one_of_its_units() -> None:
    made = Sheet(NETWORKS["Mazur"])
    shown = made.one_of_each()
    assert {s.equation for s in shown} == {s.equation for s in made.steps}
    assert [s.subject.key for s in shown if s.name == "signal"] == ["delta(2)[1]"]
    path = Sheet(NETWORKS["default"])
    assert path.one_of_each() == path.steps


@pytest.mark.parametrize("name", ["Mazur", "three classes", "six layers of ReLU"])
def test_it_is_a_pdf(name: str) -> None:
    assert Sheet(NETWORKS[name]).pdf().startswith(b"%PDF")


def test_a_wide_network_speaks_of_one_unit_of_a_layer() -> None:
    weights = [[0.1 * (i - j) for i in range(20)] for j in range(9)]
    net = network([0.3] * 20, [1.0], "squared_error", [(weights, "relu"), ([[0.2] * 9], "linear")])
    text = Sheet(net).source()
    assert "9 × 20" in text
    assert Sheet(net).pdf().startswith(b"%PDF")


def test_a_name_is_text() -> None:
    net = network([1.5], [1.0], "squared_error", [([[0.8]], "linear")], name='#panic("x") $ ] \\ "')
    assert Sheet(net).pdf().startswith(b"%PDF")


def test_the_same_network_gives_the_same_file(default: Sheet) -> None:
    assert default.pdf() == Sheet(read_network(DEFAULT)).pdf()


# a class


def test_each_student_has_numbers_of_their_own_that_are_always_the_same() -> None:
    nets = [invent(7, n, (1, 1, 1, 1)) for n in range(1, 31)]
    assert as_toml(nets[3]) == as_toml(invent(7, 4, (1, 1, 1, 1))) != as_toml(invent(8, 4, (1, 1, 1, 1)))
    assert len({as_toml(n).partition("\n")[2] for n in nets}) == 30
    for net in nets:
        assert all(round(10 * v) / 10 == v for l in range(1, net.L) for v in net.theta(l).ravel())


def test_an_invented_network_reads_back(tmp_path: Path) -> None:
    net = invent(7, 1, (2, 3, 1))
    file = tmp_path / "s.toml"
    file.write_text(as_toml(net), encoding="utf-8")
    back = read_network(file)
    assert back.sizes == (2, 3, 1)
    assert all((back.theta(l) == net.theta(l)).all() for l in (1, 2))


# the command


def test_one_bad_network_does_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(as_toml(invent(7, 1, (1, 1, 1))), encoding="utf-8")
    bad.write_text("input = 3", encoding="utf-8")
    run = CliRunner().invoke(command, [str(bad), str(good), "--blank", "--output", str(tmp_path / "out")])
    assert run.exit_code == 2
    assert "bad.toml" in run.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["good-key.pdf", "good.pdf"]


def test_two_networks_of_one_name_are_refused(tmp_path: Path) -> None:
    run = CliRunner().invoke(command, ["a/x.toml", "b/x.toml", "--output", str(tmp_path)])
    assert run.exit_code == 2
    assert "two networks" in run.output


def test_a_class_is_written_and_given_its_sheets(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    run = CliRunner().invoke(main, ["new", str(folder), "--random", "--count", "3", "--seed", "7", "--sizes", "2-2-1"])
    assert run.exit_code == 0
    assert sorted(p.name for p in folder.iterdir()) == ["001.toml", "002.toml", "003.toml"]
    assert (folder / "002.toml").read_text() == as_toml(invent(7, 2, (2, 2, 1)))
    assert CliRunner().invoke(main, ["new", str(folder), "--random"]).exit_code == 2
    files = sorted(map(str, folder.iterdir()))
    run = CliRunner().invoke(main, ["sheet", *files, "--output", str(tmp_path / "out"), "--jobs", "1"])
    assert run.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["001.pdf", "002.pdf", "003.pdf"]


@pytest.mark.parametrize("sizes", ["3", "1-x-1", "1-0-1", "1-13-1", "-1"])
def test_wrong_sizes_are_refused(sizes: str, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["new", str(tmp_path / "c"), "--random", f"--sizes={sizes}"])
    assert run.exit_code == 2
    assert "--sizes: found" in run.output
