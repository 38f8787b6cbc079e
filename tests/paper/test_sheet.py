"""Handouts: every number is the trace's as printed, the blank and the key agree, and a class's are its own."""
from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bpmath.files.network_file import DEFAULT, LONGEST_NAME, read_network
from bpmath.model.network import network
from scenes.kit.setting.language import language
from scenes.kit.text.rounding import numeral
from studio.commands.handouts import sheet as command
from studio.commands.main import main
from studio.paper.lettering import breakable
from studio.paper.random_networks import as_toml, invent
from studio.paper.sheet import OPEN, WORKING, Sheet, numbered
from tests.chapters.test_scenes import NETWORKS


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


def test_a_sheet_in_german_has_the_same_formulas(default: Sheet) -> None:
    german = Sheet(default.network, language("de")).source()
    assert '"de")' in german
    for heading in ("Vorwärts, von der Eingabe zur Ausgabe", "Die Herleitung", "Schicht 2: die Sigmoidfunktion"):
        assert heading in german
    for english in ("Forward", "Layer 2", "the chain rule"):
        assert english in default.source()
        assert english not in german
    assert re.findall(r"\$.*?\$", german) == re.findall(r"\$.*?\$", default.source())


def test_a_piece_of_a_function_has_its_words_in_german() -> None:
    net = network([1.0], [1.0], "squared_error", [([[0.5]], "relu")])
    assert '"falls"' in Sheet(net, language("de")).source()
    assert '"if"' in Sheet(net).source()


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


def test_a_class_gets_its_handouts_in_one_command(tmp_path: Path) -> None:
    folder, out = tmp_path / "class", tmp_path / "sheets"
    CliRunner().invoke(main, ["new", str(folder), "--random", "--count", "2", "--seed", "7"])
    bad = folder / "bad.toml"
    bad.write_text("input = 3", encoding="utf-8")
    files = sorted(map(str, folder.iterdir()))
    run = CliRunner().invoke(main, ["batch", *files, "--sheet", "--output", str(out), "--jobs", "1"])
    assert run.exit_code == 1
    assert "2 of 3 handouts" in run.output
    assert sorted(p.name for p in out.iterdir()) == [
        "001-key.pdf", "001.pdf", "002-key.pdf", "002.pdf", "index.json"]
    rows = json.loads((out / "index.json").read_text())
    assert [row["ok"] for row in rows] == [True, True, False]
    assert (rows[1]["sheet"], rows[1]["key"]) == ("002.pdf", "002-key.pdf")
    assert "bad.toml" in rows[2]["reason"]
    made = Sheet(invent(7, 2, (1, 1, 1, 1)))
    assert (out / "002.pdf").read_bytes() == made.pdf(blank=True)
    assert (out / "002-key.pdf").read_bytes() == made.pdf()


def test_handouts_are_no_films(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["batch", "a.toml", "--sheet", "--chapter", "1", "--output", str(tmp_path)])
    assert run.exit_code == 2
    assert run.output == "--sheet: found --chapter too, which is for films; needed one of them\n"


@pytest.mark.parametrize("number", [1, 17, 300])
def test_a_key_agrees_with_complex_steps(number: int) -> None:
    """z, a, h, J, delta, gradients and updates of a student's key, by differentiation of the forward pass alone."""
    net = invent(7, number, (1, 1, 1, 1))
    theta, x, y = [net.theta(l)[0, 0] for l in (1, 2, 3)], net.input[0], net.target[0]

    def forward(theta: list, bumps: tuple = (0, 0, 0)) -> tuple:
        a, zs = x, []
        for t, bump in zip(theta, bumps, strict=True):
            zs.append(t * a + bump)
            a = 1 / (1 + np.exp(-zs[-1])) if len(zs) < 3 else zs[-1]
        return zs, a, (a - y) ** 2 / 2

    def slope_of_J(bump_theta: int | None = None, bump_z: int | None = None) -> float:
        moved = [t + (1e-30j if k == bump_theta else 0) for k, t in enumerate(theta)]
        bumps = tuple(1e-30j if k == bump_z else 0 for k in range(3))
        return forward(moved, bumps)[2].imag / 1e-30

    zs, h, J = forward(theta)
    gradients = [slope_of_J(bump_theta=k) for k in (2, 1, 0)]
    want = [*(v for z in zs[:2] for v in (z, 1 / (1 + np.exp(-z)))), h, h, J, h - y]
    want += [np.exp(-z) / (1 + np.exp(-z)) ** 2 for z in zs[1::-1]]
    want += [slope_of_J(bump_z=k) for k in (2, 1, 0)] + gradients
    want += [theta[k] - 0.1 * g for k, g in zip((2, 1, 0), gradients, strict=True)]
    printed = re.findall(r"^#(?:task|value)\(.*\[\$(.*?)\$\], \S+\)$", Sheet(net).source(), re.M)
    found = [float(re.sub(r" dot 10\^\((.*)\)", r"e\1", text)) for text in printed]
    assert found == pytest.approx(want, abs=5.1e-5)


@pytest.mark.parametrize("sizes", ["3", "1-x-1", "1-0-1", "1-13-1", "-1"])
def test_wrong_sizes_are_refused(sizes: str, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["new", str(tmp_path / "c"), "--random", f"--sizes={sizes}"])
    assert run.exit_code == 2
    assert "--sizes: found" in run.output


# names of any script

def first_page(name: str) -> np.ndarray:
    """The first page of a handout, grey, 60 pixels an inch."""
    made = Sheet(replace(read_network(DEFAULT), name=name))
    page, *_ = made.typesetter.compile(made.source(blank=True).encode(), format="png", ppi=60)
    return np.asarray(Image.open(BytesIO(page)).convert("L"))


LONG = ("W" * LONGEST_NAME, "W" * 17 + " " + "m" * 16 + " " + "/" * 20, "\u0645" * LONGEST_NAME, "a\u0301" * 30)


@pytest.mark.parametrize("name", ["\u05e9\u05dc\u05d5\u05dd \u05e8\u05e9\u05ea 7", "a \u05e9\u05dc", *LONG])
def test_a_name_turns_nothing_and_stays_on_the_page(name: str) -> None:
    plain, page = first_page("plain"), first_page(name)
    margin = 40    # pixels, of 47 that are free
    assert page[:, :margin].min() == page[:, -margin:].min() == 255
    foot, number = slice(-47, None), slice(-80, None)    # "1 / 4" stands at the right
    assert np.array_equal(page[foot, number], plain[foot, number])
    assert page[foot, margin : page.shape[1] // 2].min() < 255
    middle, top = page.shape[1] // 2, first(plain < 200)
    begins = middle + first((plain[top : top + 15, middle:] < 200).T)    # the place for a student's name
    assert page[top - 5 : top + 15, begins - 8 : begins - 2].min() == 255


def first(dark: np.ndarray) -> int:
    """The first row with something in it."""
    return int(np.flatnonzero(dark.any(axis=1))[0])


def test_letters_that_no_font_has_are_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    nobodys = "\U0001fb00\U000e0100"    # of which the second is no letter but a way to write one
    text = DEFAULT.read_text().replace("single path", f"a {nobodys} \u00e9\u03b8\u0416\u00a0\u200d")
    file.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(main, ["sheet", str(file), "--output", str(tmp_path / "out.pdf")])
    assert run.exit_code == 0
    assert "mine.toml: name: no font here has \U0001fb00, which the handout shows as boxes" in run.output
    assert Sheet(replace(read_network(DEFAULT), name="plain \u00e9\u03b8\u0416\u00a0\u200d\u200c")).warning == ""


def test_words_of_a_title_are_broken_only_if_they_are_long() -> None:
    assert breakable("Backpropagation: a name of short words") == "Backpropagation: a name of short words"
    assert breakable("W" * 20) == "\u00ad".join(["W" * 8, "W" * 8, "W" * 4])
