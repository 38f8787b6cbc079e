"""Words for people, kept whole so that they can be said in another language."""
from __future__ import annotations

from collections.abc import Mapping


class Phrase(str):
    """A sentence, a title or a name in English, with named slots in braces: ``Phrase("the slope of {g}", g=name)``.

    As a str it is the English text, in which slots that are words themselves are filled; others stay as they are.
    `pattern` and `slots` are what a translation is made from. A Phrase that counts has a pattern for `several` as well.
    """

    pattern: str
    slots: Mapping[str, object]
    several: str
    count: int

    def __new__(cls, pattern: str, /, **slots: object) -> Phrase:
        return cls._made(pattern, slots)

    @classmethod
    def counted(cls, one: str, several: str, count: int, /, **slots: object) -> Phrase:
        """The one pattern or the other, as the language has it for this count."""
        return cls._made(one, slots, several, count)

    @classmethod
    def _made(cls, pattern: str, slots: Mapping[str, object], several: str = "", count: int = 1) -> Phrase:
        text = several if several and count != 1 else pattern
        for name, value in slots.items():
            if isinstance(value, str):
                text = text.replace(f"{{{name}}}", value)
        made = super().__new__(cls, text)
        made.pattern, made.slots, made.several, made.count = pattern, slots, several, count
        return made

    def __reduce__(self) -> tuple:
        return Phrase._made, (self.pattern, self.slots, self.several, self.count)
