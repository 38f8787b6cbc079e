"""All words of the film are in every language's file: found in the code, translated, with the same slots, and short."""
from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from scenes.kit.narration import captions, sentence_text
from scenes.kit.setting.language import ORIGINAL, SPOKEN, language, languages
from tools import catalogue
from tools.catalogue import PutTogether, entries, found_in, read, renewed, template

WORDS = template()
FILES = {code: read(code) for code in languages()}
WIDE = "−123.4567"    # what a number may look like at its longest


def keys(file: Catalog) -> list[tuple]:
    return [(m.id, m.context) for m in entries(file)]


def forms(message: Message) -> list[tuple[str, str]]:
    """Pairs of what is said in the code and in the language; of a plural, the last forms."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[1], string) for string in message.string[1:]]


def slots(pattern: str) -> set[str]:
    return {mark + name for mark, name in sentence_text.SLOT.findall(pattern)}


def test_english_and_german_are_there() -> None:
    assert {"de", "en"} <= set(languages())


@pytest.mark.parametrize("code", languages())
def test_a_language_has_every_entry_and_no_other(code: str) -> None:
    """`python -m tools.catalogue` brings the files up to date."""
    assert keys(FILES[code]) == keys(renewed(FILES[code], WORDS))
    missing = [m.id for m in entries(FILES[code]) if not all([m.string] if isinstance(m.string, str) else m.string)]
    assert missing == []


@pytest.mark.parametrize("code", languages())
def test_a_translation_has_the_slots_of_the_sentence(code: str) -> None:
    for message in entries(FILES[code]):
        for said, translated in forms(message):
            assert slots(translated) == slots(said), said
        if not isinstance(message.id, str):    # one of a thing need not be counted: "after an update"
            assert slots(message.string[0]) <= slots(message.id[0])


def test_english_is_what_the_code_says() -> None:
    changed = [m.id for m in entries(FILES[ORIGINAL]) if m.context != SPOKEN and m.id != m.string]
    assert changed == []


def test_nothing_is_said_in_another_language_as_in_english_but_names() -> None:
    same = {m.id for m in entries(FILES["de"]) if m.id == m.string and m.context is None}
    assert same == {"ReLU"}


@pytest.mark.parametrize("code", languages())
def test_no_words_say_a_number_or_an_equation(code: str) -> None:
    for message in entries(FILES[code]):
        for _, translated in forms(message):
            plain = sentence_text.SLOT.sub("", translated)
            assert message.context == SPOKEN or not set("0123456789=") & set(plain), translated


@pytest.mark.parametrize("code", languages())
def test_every_sentence_fits_captions_with_the_longest_numbers(code: str) -> None:
    for message in entries(FILES[code]):
        for _, translated in forms(message):
            told = sentence_text.SLOT.sub(WIDE, translated)
            blocks = captions.split(told)
            assert " ".join(blocks).split() == told.split()
            for block in blocks:
                lines = block.split("\n")
                assert len(lines) <= captions.LINES
                assert max(map(len, lines)) <= captions.LINE
                assert len(block) / captions.seconds(block) <= 17


def test_what_is_found_in_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "HOUSE", tmp_path)
    file = tmp_path / "one.py"
    file.write_text("""
class One(Chapter):
    title = "A title"

    def construct(self):
        self.section("A slide", l=3)
        self.say("One" if self.net.is_path else "Several", layer=2)
        self.beat("A long "
                  "sentence.", FadeIn(self.words("{rule}")), pause=0.5)
        self.say(self.told("no words"))
        self.words(WORDS["no words"])
        self.say(Phrase.counted("{n} update", "{n} updates", 3, n=3))
        self.form(heard("theta"))
""")
    assert list(found_in(file)) == [
        ("A title", None), ("A slide", None), ("One", None), ("Several", None), ("A long sentence.", None),
        (("{n} update", "{n} updates"), None), ("theta", SPOKEN)]


@pytest.mark.parametrize("line", ['self.say(f"Layer {l}.")', 'self.beat("A " + "b.")', 'Phrase("a %s" % b)'])
def test_a_sentence_that_is_put_together_is_refused(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "HOUSE", tmp_path)
    (tmp_path / "one.py").write_text(f"{line}\n")
    with pytest.raises(PutTogether, match=r"one\.py:1: a sentence is put together"):
        list(found_in(tmp_path / "one.py"))


def test_what_is_new_is_empty_in_a_translation_and_what_has_gone_goes() -> None:
    old, new = Catalog("de"), Catalog("en")
    old.add("gone", "weg")
    old.add("kept", "geblieben")
    old.add("kept", "ge-blieben", context=SPOKEN)
    old.add("gone", "weg", context=SPOKEN)
    for word in ("kept", "new"):
        new.add(word)
    made = {(m.id, m.context): m.string for m in entries(renewed(old, new))}
    assert made == {("kept", None): "geblieben", ("kept", SPOKEN): "ge-blieben", ("new", None): ""}


@pytest.mark.parametrize("code", languages())
def test_writing_a_file_again_changes_nothing(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (catalogue.FOLDER / f"{code}.po").read_bytes()
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.write(renewed(FILES[code], WORDS))
    assert (tmp_path / f"{code}.po").read_bytes() == before


def test_the_film_reads_what_stands_in_the_files() -> None:
    for code, file in FILES.items():
        for message in entries(file):
            if message.context is None and isinstance(message.id, str):
                assert language(code).pattern(message.id) == message.string
