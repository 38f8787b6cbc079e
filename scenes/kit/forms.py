"""Formulas with slots for their numbers, {=theta(3)[1,1]}: so they are known before a network's numbers are.

A form only tells in advance what will be asked for. What is shown is what a chapter asks for, always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bpmath.notation import Quantity
from scenes.kit.provenance import FromNumber

if TYPE_CHECKING:
    from scenes.kit.glyphs import Mark
    from scenes.kit.numerals import Numeral

MARKED = re.compile(r'(rgb\("#([0-9a-f]{6})"\)\)\[\$)([^$]+)(?=\$\])')  # by glyphs.Marks; with nothing marked inside
SLOT = re.compile(r"\{=([^{}]+)\}")
Number = Callable[[Quantity], "tuple[FromNumber, Numeral]"]  # how a network's quantities are displayed


def form_of(source: str, marks: Mapping[int, Mark], number: Number) -> str:
    """A source with slots in place of the network's numbers; other numbers stay."""

    def slot(part: re.Match) -> str:
        before, mark, text = part.groups()
        origin = marks[int(mark, 16)].source
        form = f"{{={origin.key}}}" if isinstance(origin, FromNumber) else text
        return before + (form if filled(form, number) == text else text)

    return MARKED.sub(slot, source)


def filled(form: str, number: Number) -> str | None:
    """The source that a form is with a network's numbers; None where the network has no such quantity."""
    try:
        return SLOT.sub(lambda slot: number(Quantity.parse(slot[1]))[1].typst, form)
    except LookupError:
        return None
