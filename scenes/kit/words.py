"""Words, on the screen and in captions. A sentence names quantities by their keys in braces, and never a number itself:

"The signal shrank from {=delta(4)} to {=delta(2)}."     {=key} is the number, as displayed
"{delta(3)} reuses {delta(4)}."                          {key} is the symbol
"{count} multiplications"                                a slot of the sentence's own, given by the chapter
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bpmath.notation import Quantity, symbol_text
from scenes.kit.provenance import FromNumber

SLOT = re.compile(r"\{(=?)([^{}]+)\}")
Number = Callable[[Quantity], FromNumber]


class WordingError(ValueError):
    """A sentence that says a number or an equation by itself."""


def pieces(sentence: str, slots: Mapping[str, object]) -> list[tuple[str, object]]:
    """The sentence as ("text", words), ("symbol", quantity), ("number", quantity or source) and ("slot", text)."""
    found: list[tuple[str, object]] = []
    at = 0
    for match in SLOT.finditer(sentence):
        found.append(("text", sentence[at : match.start()]))
        number, name = match.groups()
        if name in slots:
            found.append(("number" if isinstance(slots[name], FromNumber) else "slot", slots[name]))
        else:
            found.append(("number" if number else "symbol", Quantity.parse(name)))
        at = match.end()
    found.append(("text", sentence[at:]))
    for kind, text in found:
        if kind == "text" and re.search(r"[0-9=]", str(text)):
            raise WordingError(f"words may not say a number or an equation by themselves: {sentence!r}")
    return [(kind, part) for kind, part in found if part != ""]


def as_text(
    sentence: str, number: Number, slots: Mapping[str, object], found: Callable[[Quantity], Quantity] = lambda q: q
) -> str:
    """The sentence as plain text, for captions; `found` says which unit a quantity without one is about."""

    def write(kind: str, part: object) -> str:
        if kind == "symbol":
            return symbol_text(found(part))
        if kind == "number":
            return (part if isinstance(part, FromNumber) else number(part)).text
        return str(part)

    return "".join(write(kind, part) for kind, part in pieces(sentence, slots))
