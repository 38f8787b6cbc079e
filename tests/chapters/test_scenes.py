"""Every chapter, found and not listed, played to its end on networks that are unlike each other."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from bpmath.files.network_file import DEFAULT, read_network
from bpmath.files.network_file import NETWORKS as NETWORK_FILES
from bpmath.model.network import Network, network
from bpmath.model.notation import Quantity
from scenes.kit.narration import captions
from scenes.kit.narration.sentence_text import SLOT
from studio.film.chapters import chapters
from studio.lint import lint
from tests.watching import Viewing, watch
from tools.catalogue import entries, template


def drawn(sizes: tuple[int, ...], hidden: str, output: str, cost: str) -> Network:
    """A network with biases, of numbers with two decimals that are always the same."""
    random = np.random.default_rng(sum(sizes))
    names = [hidden] * (len(sizes) - 2) + [output]
    layers = [
        (random.normal(size=(rows, columns)).round(2), random.normal(size=rows).round(2), name)
        for columns, rows, name in zip(sizes, sizes[1:], names, strict=False)
    ]
    return network([0.5, -1.25][: sizes[0]], [0.75], cost, layers)


NETWORKS = {
    "default": read_network(DEFAULT),
    "five layers of tanh": network(
        [0.7],
        [1.0],
        "binary_cross_entropy",
        [([[1.2]], "tanh"), ([[-0.9]], [0.3], "tanh"), ([[1.7]], "tanh"), ([[-2.1]], "sigmoid")],
    ),
    "large and negative": network(
        [-2.5], [12.0], "squared_error", [([[-3.7]], "sigmoid"), ([[-8.25]], [1.5], "sigmoid"), ([[-145.0]], "linear")]
    ),
    "Mazur": read_network(NETWORK_FILES / "mazur.toml"),
    "three classes": read_network(NETWORK_FILES / "three_classes.toml"),
    "no hidden layer": network([1.5], [1.0], "squared_error", [([[0.8]], "linear")]),
    "six layers of ReLU": network(
        [1.25],
        [-0.5],
        "squared_error",
        [([[w]], [b], "relu") for w, b in ((1.5, 0.1), (0.75, -0.2), (2.0, 0.3), (1.25, 0.0))] + [([[-0.6]], "linear")],
    ),
    "a unit that is off": network(
        [2.0], [0.25], "squared_error", [([[1.0]], "softplus"), ([[-1.5]], "relu"), ([[0.5]], [0.125], "leaky_relu")]
    ),
    "wide layers of ReLU": drawn((2, 8, 8, 1), "relu", "linear", "squared_error"),
    "eight layers of tanh": drawn((1,) * 8, "tanh", "tanh", "squared_error"),
    "saturated": network([3.0], [0.0], "binary_cross_entropy", [([[9.0]], "tanh"), ([[12.0]], "sigmoid")]),
}
CHAPTERS = chapters()
TRANSLATED = ("default", "three classes", "no hidden layer", "eight layers of tanh")  # played in German, too
CASES = [(c, n, "en") for c in CHAPTERS for n in NETWORKS] + [(c, n, "de") for c in CHAPTERS for n in TRANSLATED]
WORDS = {m.id if isinstance(m.id, str) else m.id[0] for m in entries(template()) if m.context is None}


@pytest.mark.parametrize(("chapter", "name", "code"), CASES, ids=lambda v: getattr(v, "__name__", v))
def test_a_chapter_plays_to_its_end_and_is_right(
    chapter: type, name: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = NETWORKS[name]
    if reason := chapter.suits(net):
        pytest.skip(f"{chapter.__name__} {reason}")
    monkeypatch.setenv("BACKPROP_LANGUAGE", code)
    viewing = watch(chapter, net)
    assert viewing.faults == []
    assert {said for said in viewing.asked if SLOT.sub("", said).strip(" .:") and not is_key(said)} <= WORDS
    check_ledger(viewing.book, net)
    check_captions(viewing.chapter.cues, viewing.chapter.time)
    assert 15 < viewing.chapter.time < (150 if net.L > 4 else 125)


def test_the_film_shows_every_equation_of_the_article() -> None:
    played = (lint(c, NETWORKS["default"], eyes=(), between=False).chapter for c in CHAPTERS)
    shown = {e["equation"] for chapter in played for e in Viewing(chapter, []).book["equations"]}
    assert {str(n) for n in range(1, 18)} <= shown


def is_key(said: str) -> bool:
    """Whether what was said is the ledger's own name of a quantity, which is the same in all languages."""
    try:
        return bool(Quantity.parse(said))
    except KeyError:
        return False


def check_ledger(book: dict, net: Network) -> None:
    assert book["numbers"]
    for entry in book["equations"] + book["numbers"]:
        start, end = entry["shown"]
        assert entry["check"]["ok"]
        assert 0 <= start <= end <= book["duration"] + 1e-3
    for number in book["numbers"]:
        text = number["text"].replace("−", "-")
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            decimals = len(text.partition(".")[2])
            assert abs(float(text) - number["value"]) <= 0.5000001 * 10**-decimals, number


def check_captions(cues: list[captions.Cue], length: float) -> None:
    assert len(cues) >= 3
    for cue in cues:
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert max(map(len, lines)) <= 42
        assert 5 / 6 <= cue.end - cue.start <= 7
        assert sum(map(len, lines)) / (cue.end - cue.start) <= 17
        assert cue.end <= length + 0.01
    for before, after in itertools.pairwise(cues):
        assert before.end <= after.start + 1e-6


def test_the_chapters_of_the_article_are_there_once_each_in_order() -> None:
    numbers = [c.chapter for c in CHAPTERS]
    assert numbers == sorted(set(numbers))
    assert {*range(1, 11)} <= set(numbers)
    assert all(c.title and c.__doc__ for c in CHAPTERS)


# what a chapter file may say

FORBIDDEN = {
    "Tex",
    "MathTex",
    "Text",
    "MarkupText",
    "Typst",
    "MathTypst",
    "DecimalNumber",
    "Integer",
    "Paragraph",
    "Code",
}
FILES = sorted(Path(__file__).parents[2].glob("scenes/*.py"))


@pytest.mark.parametrize("path", [f for f in FILES if f.name != "__init__.py"], ids=lambda p: p.stem)
def test_a_chapter_file_types_no_number_and_no_equation(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
        and n.body
        and isinstance(n.body[0], ast.Expr)
        and isinstance(n.body[0].value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.alias):
            name = node.id if isinstance(node, ast.Name) else node.name
            assert name not in FORBIDDEN, f"{path.name}:{node.lineno} uses {name}, which knows no provenance"
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            place = f"{path.name}:{node.lineno}"
            if isinstance(node.value, float):  # times, gaps, places on the screen
                assert node.value == round(node.value, 2), f"{place}: {node.value} looks like a result"
            if isinstance(node.value, str) and node.value not in ("==", "!=", "<", "<=", ">", ">="):   # of claims
                said = re.sub(r"\{=?\w+(\(\w*\)?)?", "", node.value)  # slots: {=delta(2)}
                assert "=" not in said.replace("{=", ""), f"{place} types an equation: {node.value!r}"
                assert not re.search(r"\d[.,]\d", said), f"{place} types a number: {node.value!r}"
                assert not re.search(r"\$|\\(frac|partial|delta|theta)|theta\^|delta\^", said), (
                    f"{place} types a formula: {node.value!r}"
                )
