"""A network as a chapter sees it: its numbers and its proved steps, each with its provenance."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from bpmath import check as second
from bpmath.backprop import Trace, trace
from bpmath.check import Check, Report, verify
from bpmath.derivation import Derivation, Step
from bpmath.network import Network
from bpmath.notation import Quantity, quantity
from scenes.kit.ledger import ChapterError
from scenes.kit.numerals import DECIMALS, Numeral, numeral
from scenes.kit.provenance import FromNumber

GIVEN = ("x", "y", "theta", "b", "alpha")  # kinds that stand as in the file


@dataclass(frozen=True, eq=False)
class Study:
    """A network, its trace, the second method's report, and its derivation.

    `named` is "" for the chapter's own network; another one's numbers have it in front of their keys in the ledger.
    """

    network: Network
    trace: Trace
    report: Report
    derivation: Derivation
    named: str = ""
    proved: dict[int, Step] = field(default_factory=dict)

    def __deepcopy__(self, memo: dict) -> Study:
        return self

    def q(self, kind: str, layer: int | None = None, unit: int = 1, source: int = 1) -> Quantity:
        """A quantity of this network."""
        return quantity(self.network, kind, layer, unit, source)

    def found(self, q: Quantity) -> Quantity:
        """The quantity as this network numbers it: units are left out where a layer has one."""
        return q if q in self.report.checks else quantity(self.network, q.kind, q.layer, q.unit or 1, q.source or 1)

    def value(self, q: Quantity) -> float:
        """A quantity's value, for lengths and places; what is displayed comes from `number`."""
        return self.report.checks[self.found(q)].value

    def number(self, q: Quantity, decimals: int = DECIMALS) -> tuple[FromNumber, Numeral]:
        """A quantity's number: where it comes from and how it is displayed."""
        q = self.found(q)
        check = self.report.checks[q]
        shown = numeral(check.value, given=q.kind in GIVEN or (q.kind == "a" and q.layer == 1), decimals=decimals)
        return FromNumber(f"{self.named}: {q.key}" if self.named else q.key, check.value, shown.text, check), shown

    def step(self, name: str, subject: Quantity | None = None) -> Step:
        """The last step of this name for this subject, proved and confirmed; ChapterError if there is none."""
        steps = self.derivation.steps
        indices = [i for i, s in enumerate(steps) if s.name == name and subject in (None, s.subject)]
        if not indices:
            raise ChapterError(f"the derivation has no step '{name}' for {subject.key if subject else 'this network'}")
        return self.checked(indices[-1])

    def steps(self, name: str, subject: Quantity | None = None) -> list[Step]:
        """All steps of a name in order, proved and confirmed; a name may end with * for all that begin so."""

        def fits(s: Step) -> bool:
            return (s.name.startswith(name[:-1]) if name.endswith("*") else s.name == name) and subject in (
                None,
                s.subject,
            )

        return [self.checked(i) for i, s in enumerate(self.derivation.steps) if fits(s)]

    def checked(self, index: int) -> Step:
        if index not in self.proved:
            self.proved[index] = self.derivation.checked_step(index, self.trace, self.report)
        return self.proved[index]


@lru_cache(maxsize=64)
def study(network: Network, named: str = "") -> Study:
    """Traces a network and checks every number by the second method. NetworkError where they disagree."""
    found = trace(network)
    report = verify(found)
    second.demand(report)
    return Study(network, found, report, Derivation(network), named)


def other_number(
    key: str, value: float, again: float, method: str, given: bool = False, decimals: int = DECIMALS
) -> tuple[FromNumber, Numeral]:
    """A number that is no quantity of a trace, with a name in plain words and its value by a second method."""
    shown = numeral(value, given, decimals)
    return FromNumber(key, float(value), shown.text, Check(float(value), float(again), method)), shown
