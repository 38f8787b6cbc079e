"""Where a thing on the screen comes from. Every glyph carries one of these; a glyph without any stops the film."""

from __future__ import annotations

from dataclasses import dataclass

from bpmath.check import Check
from bpmath.derivation import Step


class Source:
    """A glyph's origin. It is a value: copies of a glyph share it."""

    def __deepcopy__(self, memo: dict) -> Source:
        return self


@dataclass(frozen=True)
class FromStep(Source):
    """Part of an equation: a proved step of the derivation."""

    step: Step
    typst: str


@dataclass(frozen=True)
class FromNumber(Source):
    """A number: its key in the ledger, its value in full precision, the text that is displayed, and its check."""

    key: str
    value: float
    text: str
    check: Check


@dataclass(frozen=True)
class FromName(Source):
    """The bare name of a quantity, a label such as theta(2) on an edge."""

    key: str


@dataclass(frozen=True)
class FromWords(Source):
    """Words without numbers and without equations."""

    text: str
