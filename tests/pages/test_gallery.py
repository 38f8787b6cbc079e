"""The gallery's page, read as text here and played in a real browser in `test_gallery_browser`."""
from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenes.kit.setting.language import language
from studio.commands.main import main
from studio.pages.gallery.entries import exact, numbers, written
from studio.pages.gallery.folder import read_chapter, read_folder
from studio.pages.gallery.formulas import FormulaError, mathml, typeset
from studio.pages.gallery.schema import fault
from studio.pages.gallery.words import speaker
from studio.system.mistake import Mistake
from tests.exhibition import NAME, TITLES, exhibition


def call(*words: object) -> tuple[int, str]:
    run = CliRunner().invoke(main, ["gallery", *map(str, words)])
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    return run.exit_code, run.output


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clips, the test's own."""
    made = tmp_path_factory.getbasetemp() / "exhibition"
    if not made.exists():
        exhibition(made)
    return shutil.copytree(made, tmp_path / "clips")


class Reader(HTMLParser):
    """Reads a page: its elements with their attributes, and the text outside of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] not in ("style", "script"):
            self.text += data

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


def read(folder: Path) -> Reader:
    assert call(folder)[0] == 0
    return Reader((folder / "index.html").read_text(encoding="utf-8"))


def test_the_page_needs_only_what_is_beside_it(folder: Path) -> None:
    page = read(folder)
    places = [a[name] for _, a in page.elements for name in ("src", "href", "poster", "data-src") if a.get(name)]
    assert all(p.startswith(("data:", "#")) or (folder / p).is_file() for p in places)
    assert "film.mp4" in places
    (policy,) = (m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search("unsafe|https?:", policy)
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith((".", "index"))) == ["index.html"]


def test_names_are_text_and_never_markup(folder: Path) -> None:
    page = read(folder)
    assert NAME in page.text
    assert all(title in page.text for title in TITLES)
    assert len(page.all("script")) == 1
    assert not any("onerror" in attributes for _, attributes in page.elements)


def test_every_line_of_the_ledger_is_there_with_what_is_to_be_copied(folder: Path) -> None:
    page = read(folder)
    ledgers = [json.loads((folder / f"{name}.json").read_text()) for name in ("One", "Two")]
    copies = [a for a in page.all("button") if a.get("class") == "copy"]
    assert len(copies) == sum(len(d["equations"]) + len(d["numbers"]) for d in ledgers)
    equation = ledgers[0]["equations"][0]
    assert equation["latex"] == r"\delta^{(3)} = \delta^{(4)} \cdot \theta^{(3)} \cdot \sigma'(z^{(3)})"
    assert (equation["latex"], equation["typst"]) in {(a["data-latex"], a["data-typst"]) for a in copies}
    assert (r"\theta^{(3)} = 2.0", "theta^((3)) = 2.0") in {(a["data-latex"], a["data-typst"]) for a in copies}
    assert "central differences with 100 digits" in page.text


def test_the_page_speaks_the_language_of_its_clips(folder: Path) -> None:
    for name in ("One", "Two"):
        ledger = json.loads((folder / f"{name}.json").read_text())
        (folder / f"{name}.json").write_text(json.dumps(ledger | {"language": "de"}))
    page = read(folder)
    (captions,) = page.all("track")
    assert (captions["kind"], captions["srclang"], captions["label"]) == ("captions", "de", "Deutsch")
    assert page.all("html") == [{"lang": "de"}]
    assert all(words in page.text for words in ("Kapitel", "Gleichungen", "Fehlersignal", "Zum Herunterladen"))
    assert "Chapters" not in page.text


def test_captions_in_the_picture_are_not_shown_twice(folder: Path) -> None:
    assert ["default" in a for a in read(folder).all("track")] == [True]
    ledger = json.loads((folder / "One.json").read_text())
    (folder / "One.json").write_text(json.dumps(ledger | {"burnt": True}))
    assert ["default" in a for a in read(folder).all("track")] == [False]


def test_a_film_of_other_clips_is_left_out(folder: Path) -> None:
    (folder / "Two.mp4").write_bytes((folder / "film.mp4").read_bytes())
    code, said = call(folder)
    assert code == 0
    assert "film.mp4 is not of these clips and is left out" in said
    assert Reader((folder / "index.html").read_text()).all("video")[0]["src"] == "One.mp4"


def test_other_files_of_a_clip_are_offered(folder: Path) -> None:
    for name in ("One.gif", "slides.pptx", "made.json", "note.txt"):
        (folder / name).write_text("{}")
    offered = [a["href"] for a in read(folder).all("a") if "download" in a]
    assert offered == ["film.mp4", "film.srt", "slides.pptx", "One.mp4", "One.gif", "One.srt", "One.json",
                       "Two.mp4", "Two.srt", "Two.json"]


@pytest.mark.parametrize(("change", "words"), [
    (lambda f: (f / "One.json").write_text("{"), "One.json: found no JSON"),
    (lambda f: (f / "One.json").write_bytes(b"\xff"), "One.json: found bytes that are not UTF-8 text"),
    (lambda f: (f / "One.json").write_text("[" * 100_000), "One.json: found no JSON"),
    (lambda f: (f / "One.json").write_text("9" * 5000), "One.json: found no JSON"),
    (lambda f: ((f / "One.json").unlink(), os.mkfifo(f / "One.json")), "One.json: found a pipe"),
    (lambda f: ((f / "One.json").unlink(), (f / "One.json").symlink_to("/dev/zero")), "One.json: found a pipe"),
    (lambda f: (f / "One.srt").write_text("nothing"), "One.srt: found no captions"),
    (lambda f: (f / "One.srt").write_bytes(b"\xff"), "One.srt: found bytes"),
    (lambda f: (f / "One.mp4").write_bytes((f / "One.mp4").read_bytes()[:1000]), "One.mp4: found no movie in it"),
    (lambda f: (f / "One.mp4").unlink(), "One.json: found no clip beside it, needed One.mp4 or One.webm"),
    (lambda f: (f / "One.mp4").write_text("text"), "One.mp4: found no movie in it"),
    (lambda f: older(f / "One.json"), "One.json: found a ledger of an earlier version"),
    (lambda f: [p.unlink() for p in f.glob("*.json")], "found no clip with its ledger"),
])
def test_what_cannot_be_shown_is_told_in_a_line(folder: Path, change, words: str) -> None:
    change(folder)
    code, said = call(folder)
    assert code == 2
    assert words in said
    assert len(said.splitlines()) <= 3
    assert not (folder / "index.html").exists()


SECRET = "the secret beside the clips"
HOSTILE = {
    "reads a file": '#text(read("/secret.txt"))',
    "reads a file without a sign of code": 'std.read("/secret.txt")',
    "reads a file above": '#read("../secret.txt")',
    "reads by an absolute path": '#read("/etc/passwd")',
    "shows a picture": '#image("/secret.svg")',
    "a script": '#html.elem("script", "alert(1)")',
    "a script in a role": '#role("a")[$#html.elem("script", "alert(1)")$]',
    "code in a role's name": '#role("a" + read("/secret.txt"))[$x$]',
    "a package": '#import "@preview/cetz:0.3.4"',
    "panic": '#panic("x")',
    "never ends": "#while true {}",
    "the end of the formula": "x $ = Heading $ y",
    "a comment that has no end": "x /* y",
    "an open bracket": 'sqrt(x',
    "an unknown word": "blubb",
    "an unknown role": '#role("nobody")[$x$]',
    "brackets in brackets": "(" * 2000 + ")" * 2000,
    "roots in roots": "sqrt(" * 200 + "x" + ")" * 200,
    "empty": " ",
    "very long": "x " * 20_000,
    "control characters": "x \x00 \x1b[31m",
}


@pytest.mark.parametrize("field", ["roles", "symbol"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_formula_of_a_ledger_is_no_program(folder: Path, text: str, field: str,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in place of a formula: one line with the ledger's name, and nothing of it in a page."""
    (folder / "secret.txt").write_text(SECRET)
    (folder / "secret.svg").write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{SECRET}</text></svg>")
    monkeypatch.chdir(folder)
    ledger = json.loads((folder / "One.json").read_text())
    if field == "roles":
        ledger["equations"][0]["roles"] = text
    else:
        for number in ledger["numbers"]:
            number["symbol"] = {"typst": text, "latex": ""}
    (folder / "One.json").write_text(json.dumps(ledger))
    code, said = call(folder)
    if code == 0:   # it is a formula after all
        assert text in (HOSTILE["an open bracket"], HOSTILE["empty"])
    else:
        assert code == 2
        assert "One.json: found what is no formula" in said
        assert len(said.splitlines()) == 1 and len(said) < 400
        assert SECRET not in said
        assert not (folder / "index.html").exists()


def places(value: object, at: tuple = ()) -> Iterator[tuple]:
    """The way to every part of a ledger."""
    if at:
        yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inside in inner:
        yield from places(inside, (*at, key))


def test_whatever_a_ledger_holds_instead_it_is_a_page_or_a_line(folder: Path) -> None:
    """Every part of it in turn is something of another type."""
    whole = (folder / "One.json").read_text()
    others = (None, 3, -1e999, "text", "\ud800", True, [], [[1]], {}, {"a": 1}, 10 ** 400)
    refused = 0
    for at in places(json.loads(whole)):
        for other in others:
            ledger = json.loads(whole)
            inside = ledger
            for key in at[:-1]:
                inside = inside[key]
            inside[at[-1]] = other
            (folder / "One.json").write_text(json.dumps(ledger))
            try:
                read_folder(folder)
            except Mistake as error:
                refused += 1
                assert 1 <= len(str(error).splitlines()) <= 3 and len(str(error)) < len(str(folder)) + 250
                continue
            chapter = read_chapter(folder / "One.json")
            assert chapter is None or fault(chapter.ledger) == ""
    assert refused > 100


def older(file: Path) -> None:
    """Makes a ledger one that does not say how its equations are copied."""
    ledger = json.loads(file.read_text())
    for equation in ledger["equations"]:
        del equation["spans"]
    file.write_text(json.dumps(ledger))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    code, said = call(tmp_path / "none")
    assert code == 2
    assert "found no such folder" in said
    assert not (tmp_path / "none").exists()


def test_what_fails_its_check_is_said_and_nothing_else_promised(folder: Path) -> None:
    assert "numbers checked" in read(folder).text
    ledger = json.loads((folder / "One.json").read_text())
    ledger["numbers"][0]["check"]["ok"] = False
    (folder / "One.json").write_text(json.dumps(ledger))
    page = read(folder)
    assert "Not everything was confirmed" in page.text
    assert "numbers checked" not in page.text


def test_chapters_are_in_the_order_of_their_numbers(folder: Path) -> None:
    ledger = json.loads((folder / "One.json").read_text())
    (folder / "One.json").write_text(json.dumps(ledger | {"number": 10}))
    assert [c.clip.stem for c in read_folder(folder).chapters] == ["Two", "One"]


def test_a_formula_is_drawn_in_roles_and_spoken() -> None:
    made = typeset(['#role("delta")[$delta^((3))$] = h', "tanh'(z)", '#role("delta")[$delta^((3))$] = h'])
    assert len(made.by_source) == 2
    sprite = Reader(str(made.sprite))
    assert [use.get("class") for use in sprite.all("use")][:5] == ["delta", "delta", "delta", "delta", None]
    outlines = {f"#{g['id']}" for g in sprite.all("g")}
    assert {use["href"] for use in sprite.all("use")} <= outlines
    spoken = made.by_source['#role("delta")[$delta^((3))$] = h'].mathml
    assert spoken.startswith("<math")
    assert Reader(str(spoken)).text == "𝛿(3)=ℎ"
    assert typeset([]).sprite == ""


@pytest.mark.parametrize("text", [
    "<math><script>alert(1)</script></math>", "<math><mi onclick='x' style='y' href='z'>a</mi></math>",
    "<math><annotation-xml encoding='text/html'><b/></annotation-xml></math>"])
def test_only_the_elements_and_attributes_of_mathml_come_into_a_page(text: str) -> None:
    try:
        assert mathml(text) == "<math><mi>a</mi></math>"
    except FormulaError:
        assert "<mi" not in text


@pytest.mark.parametrize(("text", "typst", "latex"), [
    ("0.1897", "0.1897", "0.1897"), ("−0.5", "-0.5", "-0.5"), ("10⁻⁶", "10^(-6)", "10^{-6}"), ("10", "10", "10"),
    ("−2.78·10⁻⁷", "-2.78 dot 10^(-7)", r"-2.78 \cdot 10^{-7}"), ("3.10·10⁵", "3.10 dot 10^(5)", r"3.10 \cdot 10^{5}")])
def test_a_displayed_number_is_copied_as_it_is_displayed(text: str, typst: str, latex: str) -> None:
    assert written(text) == (typst, latex)


@pytest.mark.parametrize(("text", "value", "told"), [
    ("1.5", 1.5, ""), ("−3", -3.0, ""), ("10⁻⁶", 1e-6, ""), ("2.50·10⁻⁷", 2.5e-7, ""),
    ("0.1897", 0.18969970637620245, "0.18969970637620245")])
def test_a_value_is_told_in_full_where_more_of_it_is_known(text: str, value: float, told: str) -> None:
    assert exact({"text": text, "value": value}) == told


def row(key: str, symbol: dict | None = None, spans: tuple = ((0, 1),)) -> dict:
    return {"key": key, "name": key, "value": 0.5, "text": "0.5", "symbol": symbol, "spans": spans,
            "check": {"method": "counted", "residual": 0.0, "ok": True}}


def test_a_number_is_called_by_its_symbol_or_in_words() -> None:
    J = {"typst": "J", "latex": "J"}
    ledger = {"numbers": [row("J", J), row("in the wrong order: J", J), row("live J"), row("number of units"),
                          row("new_b(1)[1]", {"typst": "b^((1))", "latex": "b^{(1)}"}), row("never seen", spans=())]}
    found = numbers(ledger, {"J": J}, speaker(language("en")))
    assert [(e.typst, e.words) for e in found] == [
        ("J = 0.5", "cost"), ("J = 0.5", "cost, in the wrong order"), ("J = 0.5", "cost"), ("0.5", "number of units"),
        ("b^((1)) := 0.5", "new bias")]
