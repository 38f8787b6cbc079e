"""Where a thing on the screen comes from. Every glyph carries one of these; a glyph without any stops the film."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.second_method import Check
from bpmath.symbolic.derivation import Derivation
from bpmath.symbolic.step import Step
from bpmath.writing.markup import TYPST
from bpmath.writing.sympy_text import plain_text
from bpmath.writing.typeset import equation

TICK = Phrase("axis tick")  # the key of numbers that are only there to read a plot by
TERMS = 4  # of a sum that is written out where there is little room


class Source:
    """A glyph's origin. It is a value: copies of a glyph share it."""

    def __deepcopy__(self, memo: dict) -> Source:
        return self

    @property
    def name(self) -> str:
        """What an error calls it."""
        return str(self.key)


@dataclass(frozen=True)
class FromStep(Source):
    """Part of an equation: a proved step of the derivation, which also sets it for who copies it."""

    step: Step
    typst: str
    derivation: Derivation = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        return f"the equation {plain_text(self.step.lhs)} = {plain_text(self.step.rhs)}"

    @property
    def latex(self) -> str:
        return self.derivation.latex(self.step)

    @property
    def roles(self) -> str:
        """The Typst with each quantity inside ``#role("delta")[$ $]``, which decides its colour; long sums are cut."""

        def named(q: Quantity, text: str) -> str:
            return f'#role("{q.role}")[${text}$]'

        typesetter = self.derivation.typesetter(self.step, TYPST, named)
        typesetter.longest = TERMS
        return equation(self.step.lhs, self.step.rhs, typesetter)


@dataclass(frozen=True)
class FromNumber(Source):
    """A number: its key in the ledger, its value in full precision, the text that is displayed, and its check.

    A key that is words is a Phrase.

    `symbol` is what a quantity's formula is called by, in Typst and in LaTeX; other numbers have none.
    """

    key: str
    value: float
    text: str
    check: Check
    symbol: tuple[str, str] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class FromName(Source):
    """The bare name of a quantity, a label such as theta(2) on an edge."""

    key: str


@dataclass(frozen=True)
class FromWords(Source):
    """Words without numbers and without equations."""

    text: str

    @property
    def name(self) -> str:
        return f"the words '{self.text}'"
