"""The languages of the film. Each is one file of translations, languages/CODE.po, which says all of its words."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bpmath.model.phrase import Phrase

FOLDER = Path(__file__).parents[1] / "languages"
ORIGINAL = "en"  # what the code is written in
SPOKEN = "spoken"  # the context of what is heard otherwise than it is written
CODE = "language"  # the context of the language's own names


class LanguageError(ValueError):
    """A language that the film does not speak."""


class Language:
    """What the film says in one language; `code` is that of ISO 639-1."""

    def __init__(self, code: str) -> None:
        self.code = code
        with open(FOLDER / f"{code}.po", "rb") as file:
            catalogue = read_po(file, locale=code)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self._translations = GNUTranslations(compiled)

    @property
    def track(self) -> str:
        """Its code in ISO 639-2, for tracks of movies."""
        return self._translations.pgettext(CODE, "eng")

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return self._translations.pgettext(CODE, "English")

    def pattern(self, phrase: str) -> str:
        """A phrase's pattern in this language; what the catalogue does not have is said as it is."""
        if not isinstance(phrase, Phrase):
            return self._translations.gettext(phrase) if phrase else ""
        if phrase.several:
            return self._translations.ngettext(phrase.pattern, phrase.several, phrase.count)
        return self._translations.gettext(phrase.pattern) if phrase.pattern else ""

    def spoken(self, phrase: str) -> str:
        """The same for the ear, where the catalogue has it in words of its own."""
        written = phrase.pattern if isinstance(phrase, Phrase) else phrase
        heard = self._translations.pgettext(SPOKEN, written)
        return heard if heard != written else self.pattern(phrase)

    def heard(self, text: str) -> str:
        """What is only spoken."""
        return self._translations.pgettext(SPOKEN, text)

    def say(self, phrase: str) -> str:
        """A phrase whose slots are all words: a title, the name of a rule."""
        text = self.pattern(phrase)
        for name, value in phrase.slots.items() if isinstance(phrase, Phrase) else ():
            text = text.replace(f"{{{name}}}", self.say(value) if isinstance(value, Phrase) else str(value))
        return text


def languages() -> list[str]:
    """The codes of the languages that there are."""
    return sorted(file.stem for file in FOLDER.glob("*.po"))


@cache
def language(code: str) -> Language:
    """A language by its code. LanguageError where there is no such file."""
    if code not in languages():
        raise LanguageError(f"found no language '{code[:20]}', needed one of {', '.join(languages())}")
    return Language(code)
