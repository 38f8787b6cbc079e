"""What a sentence says of numbers, beside the sentence: "The cost is smaller now." with Claim(after, "<", before).

A sentence is told only if its claims hold, on checked numbers and in full precision; else the film stops.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from scenes.kit.provenance.ledger import demand
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting.errors import ChapterError

# A sentence of a chapter with one of these words has its claim beside it, see tests/chapters/test_claims.py.
COMPARES = re.compile(
    r"\b(less|fewer|larger|smaller|largest|smallest|most|least|higher|highest|lower|lowest|closer|nearer|farther|steep"
    r"|steeper|steepest|flat|shorter|shorten|longer|best|worse|worst|same|equal|alike|unchanged|level|exactly|almost"
    r"|hardly|nearly|little|grows?|grew|grown|shrinks?|shrank|falls?|fell|fallen|rises?|rose|raises|lowers|zero|too|than"
    r"|far off|even)\b",
    re.IGNORECASE,
)
SIGNS = {"<": operator.lt, "<=": operator.le, "==": operator.eq, ">=": operator.ge, ">": operator.gt}

Number = Callable[[Quantity], FromNumber]


@dataclass(frozen=True)
class Size:
    """The absolute value of a number."""

    of: Quantity | FromNumber | float


@dataclass(frozen=True)
class Claim:
    """A comparison of quantities, of other checked numbers, or of doubles that no text shows; of texts with "==".

    `sign` is one of <, <=, ==, >=, >. A tuple stands for all that it holds: each on the left is compared with each on
    the right.
    """

    left: object
    sign: str
    right: object

    def wrong(self, number: Number) -> str:
        """"" if it holds, else what was compared; `number` gives a quantity's checked number."""
        for a in values(self.left, number):
            for b in values(self.right, number):
                if not SIGNS[self.sign](a, b):
                    return f"{a!r} {self.sign} {b!r}"
        return ""


def values(side: object, number: Number) -> Iterator[float | str]:
    """What one side of a claim comes to. ChapterError where a number fails its check."""
    match side:
        case tuple():
            for part in side:
                yield from values(part, number)
        case Size(of):
            yield from map(abs, values(of, number))
        case Quantity():
            yield from values(number(side), number)
        case FromNumber():
            demand(side)
            yield side.value
        case str():
            yield side
        case _:
            yield float(side)


def hold(sentence: str, slots: Mapping[str, object], number: Number) -> None:
    """ChapterError where a claim of a sentence, or of a phrase in its slots, does not hold."""
    known = {**(sentence.slots if isinstance(sentence, Phrase) else {}), **slots}
    found = known.get("claim", ())
    for claim in (found,) if isinstance(found, Claim) else found:
        if wrong := claim.wrong(number):
            raise ChapterError(f"the film would say {str(sentence)!r}, but it is not true that {wrong}")
    for part in known.values():
        if isinstance(part, Phrase):
            hold(part, {}, number)
