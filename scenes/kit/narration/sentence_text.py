"""Words, on the screen and in captions. A sentence names quantities by their keys in braces, and never a number itself:

"The signal shrank from {=delta(4)} to {=delta(2)}."     {=key} is the number, as displayed
"{delta(3)} reuses {delta(4)}."                          {key} is the symbol
"{most} moves the cost most, by {=most}"                 a slot of the sentence's own, given by the chapter: a quantity,
                                                         a number, or words

A slot called `claim` is for no text: it is what the sentence says of numbers, see `claims`.

A sentence is a str or a Phrase, always whole and never put together, so that a language can say it in its own order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bpmath.model.notation import Quantity, symbol_text
from bpmath.model.phrase import Phrase
from scenes.kit.provenance.source import FromNumber

SLOT = re.compile(r"\{(=?)([^{}]+)\}")
Number = Callable[[Quantity], FromNumber]
Pattern = Callable[[str], str]


class WordingError(ValueError):
    """A sentence that says a number or an equation by itself."""


def pieces(sentence: str, slots: Mapping[str, object], pattern: Pattern) -> list[tuple[str, object]]:
    """The sentence as ("text", words), ("symbol", quantity), ("number", quantity or source) and ("slot", text).

    `pattern` is how a language says a sentence, with its slots; slots that are phrases are said in it, too.
    """
    said, found, at = pattern(sentence), [], 0
    slots = {**(sentence.slots if isinstance(sentence, Phrase) else {}), **slots}

    def text(end: int) -> list[tuple[str, object]]:
        if re.search(r"[0-9=]", said[at:end]):
            raise WordingError(f"words may not say a number or an equation by themselves: {said!r}")
        return [("text", said[at:end])] if end > at else []

    for match in SLOT.finditer(said):
        found += text(match.start())
        at = match.end()
        number, name = match.groups()
        part = slots[name] if name in slots else Quantity.parse(name)
        if isinstance(part, FromNumber):
            found.append(("number", part))
        elif isinstance(part, Quantity):
            found.append(("number" if number else "symbol", part))
        elif isinstance(part, Phrase):
            found += pieces(part, {}, pattern)
        elif part != "":
            found.append(("slot", str(part)))
    return found + text(len(said))


def as_text(
    sentence: str,
    number: Number,
    slots: Mapping[str, object],
    pattern: Pattern,
    found: Callable[[Quantity], Quantity] = lambda q: q,
) -> str:
    """The sentence as plain text, for captions; `found` says which unit a quantity without one is about."""

    def write(kind: str, part: object) -> str:
        if kind == "symbol":
            return symbol_text(found(part))
        if kind == "number":
            return (part if isinstance(part, FromNumber) else number(part)).text
        return str(part)

    return "".join(write(kind, part) for kind, part in pieces(sentence, slots, pattern))
