"""A language says phrases with their slots, plurals and spoken forms, and says which ones there are."""
from __future__ import annotations

from pathlib import Path

import pytest

from bpmath.model.phrase import Phrase
from scenes.kit.setting.language import FOLDER, LanguageError, language, languages


def test_a_phrase_in_german() -> None:
    de = language("de")
    assert de.pattern("The cost") == "Die Kosten"
    assert de.say(Phrase("the definition of {g}", g=Phrase("the sigmoid"))) == "Definition: die Sigmoidfunktion"
    assert de.pattern("") == "" == de.say(Phrase(""))


def test_what_is_not_in_the_catalogue_is_said_as_it_is() -> None:
    assert language("de").pattern("A sentence of somebody's own chapter.") == "A sentence of somebody's own chapter."


def test_a_count() -> None:
    said = [
        language(code).pattern(
            Phrase.counted(
                "After {count} update the cost has hardly fallen: {last}.",
                "After {count} updates the cost has hardly fallen: {last}.",
                n,
            )
        )
        for code in ("en", "de")
        for n in (1, 2)
    ]
    assert said == [
        "After {count} update the cost has hardly fallen: {last}.",
        "After {count} updates the cost has hardly fallen: {last}.",
        "Nach einem Update sind die Kosten kaum gesunken: {last}.",
        "Nach {count} Updates sind die Kosten kaum gesunken: {last}.",
    ]


def test_what_a_track_is_marked_with() -> None:
    assert [language(code).track for code in ("en", "de")] == ["eng", "deu"]


def test_a_language_that_there_is_not() -> None:
    with pytest.raises(LanguageError, match=f"found no language 'xx', needed one of {', '.join(languages())}"):
        language("xx")
    with pytest.raises(LanguageError):
        language("../languages/de")


def test_a_new_language_begins_as_a_copy_of_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = (FOLDER / "en.po").read_text(encoding="utf-8")
    french = english.replace("Language: en", "Language: fr").replace('msgstr "The cost"', 'msgstr "Le coût"')
    (tmp_path / "fr.po").write_text(french, encoding="utf-8")
    monkeypatch.setattr("scenes.kit.setting.language.FOLDER", tmp_path)
    assert languages() == ["fr"]
    assert language("fr").pattern("The cost") == "Le coût"
    assert language("fr").pattern("The output") == "The output"
