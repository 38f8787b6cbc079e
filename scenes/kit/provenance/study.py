"""A network as a chapter sees it: its numbers and its proved steps, each with its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import sympy as sp

from bpmath.model.network import Network
from bpmath.model.notation import MATRICES, Quantity, quantities_in, quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric import second_method as second
from bpmath.numeric.backprop import Trace, trace
from bpmath.numeric.second_method import Check, Report, verify
from bpmath.symbolic.derivation import Derivation
from bpmath.symbolic.step import Step
from bpmath.symbolic.step_proof import to_concrete
from bpmath.writing.markup import LATEX, TYPST, Script, symbol
from scenes.kit.provenance.source import FromNumber
from scenes.kit.setting.errors import ChapterError
from scenes.kit.setting.focus import chosen, in_focus
from scenes.kit.text.rounding import DECIMALS, Numeral, agrees, numeral

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
    like: Study | None = None  # the study whose units in focus this one keeps
    chosen: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # units by layer, where a lecturer named some

    def __deepcopy__(self, memo: dict) -> Study:
        return self

    @cached_property
    def focus(self) -> dict[int, int]:
        """The unit of each layer that formulas speak of."""
        return self.like.focus if self.like else in_focus(self.trace, self.chosen)

    def named_units(self, l: int) -> tuple[int, ...]:
        """The units of layer l that are drawn in any case: the one in focus, and those that a lecturer named."""
        return (self.focus[l], *(self.like or self).chosen.get(l, ()))

    def q(self, kind: str, layer: int | None = None, unit: int | None = None, source: int | None = None) -> Quantity:
        """A quantity of this network; of the units in focus, where none are named."""
        at = {"x": 1, "h": self.network.L, "y": self.network.L, "dh": self.network.L}.get(kind, layer)
        if kind in (*MATRICES, "b", "db", "new_b"):
            source, at = source or self.focus[layer], layer + 1
        return quantity(self.network, kind, layer, unit or self.focus.get(at, 1), source or 1)

    def found(self, q: Quantity) -> Quantity:
        """The quantity as this network numbers it: without units in layers of one, with those in focus elsewhere."""
        return q if q in self.report.checks else self.q(q.kind, q.layer, q.unit, q.source)

    def value(self, q: Quantity) -> float:
        """A quantity's value, for lengths and places; what is displayed comes from `number`."""
        return self.report.checks[self.found(q)].value

    def number(self, q: Quantity, decimals: int = DECIMALS) -> tuple[FromNumber, Numeral]:
        """A quantity's number: where it comes from and how it is displayed."""
        q = self.found(q)
        check = self.report.checks[q]
        stands_as_given = q.kind in GIVEN or (q.kind == "a" and q.layer == 1)
        shown = numeral(0.0 if check.about_zero else check.value, given=stands_as_given, decimals=decimals)
        symbols = self.symbol(q), self.symbol(q, LATEX)
        return FromNumber(self.called(q.key), check.value, shown.text, check, symbols), shown

    def called(self, key: str) -> str:
        """A number's name in the ledger, which says of which network it is where there are several."""
        return Phrase("{network}: {key}", network=self.named, key=key) if self.named else key

    def symbol(self, q: Quantity, script: Script = TYPST) -> str:
        """A quantity's symbol; a slope has its activation's letter."""
        g = getattr(self.network.activation(q.layer), script.name) if q.kind == "slope" else "g"
        return symbol(q, script, g)

    def computed(self, step: Step) -> sp.Expr:
        """What a reader gets for a step from the printed numbers; nothing real where a rounded 1 makes a ln of 0."""
        numbers = {part: sp.Float(self.number(q)[1].printed, 30) for part, q in quantities_in(step.rhs).items()}
        return sp.N(to_concrete(step.rhs.xreplace(numbers)).doit(), 20)

    def adds_up(self, step: Step) -> bool:
        """Whether the printed numbers of a step give its printed result; one that is told as about 0 does not."""
        if self.report.checks[self.found(step.subject)].about_zero:
            return False
        found = self.computed(step)
        return bool(found.is_real) and agrees(self.number(step.subject)[1], float(found))

    def has(self, name: str, subject: Quantity | None = None) -> bool:
        """Whether the derivation has a step of this name for this subject."""
        return any(s.name == name and subject in (None, s.subject) for s in self.derivation.steps)

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
            self.proved[index] = self.derivation.checked_step(index, self.report)
        return self.proved[index]


@lru_cache(maxsize=64)
def study(network: Network, named: str = "", like: Study | None = None, units: str = "") -> Study:
    """Traces a network and checks every number by the second method. NetworkError where they disagree.

    `like` is a study of a network of the same layers, whose units stay in focus; `units` are those that a lecturer
    wants in focus and drawn, as "2:3, 3:1".
    """
    named_units = chosen(units, network)
    found = trace(network)
    report = verify(found)
    second.demand(report)
    kept = like.focus if like else in_focus(found, named_units)
    return Study(network, found, report, Derivation(network, kept), named, like=like, chosen=named_units)


def other_number(
    key: str, value: float, again: float, method: str, given: bool = False, decimals: int = DECIMALS
) -> tuple[FromNumber, Numeral]:
    """A number that is no quantity of a trace, with a name in plain words and its value by a second method."""
    shown = numeral(value, given, decimals)
    return FromNumber(key, float(value), shown.text, Check(float(value), float(again), method)), shown
