"""Formulas with slots for their numbers, {=theta(3)[1,1]}: so they are known before a network's numbers are.

A form only tells in advance what will be asked for. What is shown is what a chapter asks for, always. The forms of the
film's own network are beside this code, in `formulas`, where `python -m studio.formulas` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bpmath.notation import Quantity
from scenes.kit.numerals import Numeral
from scenes.kit.provenance import FromNumber
from scenes.kit.shapes import NEXT_PAGE

if TYPE_CHECKING:
    from scenes.kit.glyphs import Mark

FOLDER = Path(__file__).with_name("formulas")
MARKED = re.compile(r'(rgb\("#([0-9a-f]{6})"\)\)\[\$)([^$]+)(?=\$\])')  # by glyphs.Marks; with nothing marked inside
SLOT = re.compile(r"\{=([^{}]+)\}")
Display = Callable[[Quantity], tuple[FromNumber, Numeral]]  # how a network's quantities are displayed


def form_of(source: str, marks: Mapping[int, Mark], display: Display) -> str:
    """A source with slots in place of the network's numbers; other numbers stay."""

    def slot(part: re.Match) -> str:
        before, mark, text = part.groups()
        origin = marks[int(mark, 16)].source
        form = f"{{={origin.key}}}" if isinstance(origin, FromNumber) else text
        return before + (form if filled(form, display) == text else text)

    return MARKED.sub(slot, source)


def filled(form: str, display: Display) -> str | None:
    """The source that a form is with a network's numbers; None if the network is one without such quantities."""
    try:
        return SLOT.sub(lambda slot: display(Quantity.parse(slot[1]))[1].typst, form)
    except (LookupError, TypeError):  # a layer or unit that is not there; a slope, of no layer
        return None


def list_of(chapter: str) -> Path:
    """The file of a chapter's forms on the film's own network."""
    return FOLDER / f"{chapter}.typ"


def listed(chapter: str) -> list[str]:
    """What a chapter asks for on the film's own network, in English; nothing if that is not written down."""
    try:
        _, pages = list_of(chapter).read_text(encoding="utf-8").split("\n", 1)  # the first line says what it is
    except FileNotFoundError:
        return []
    return pages.split(NEXT_PAGE)
