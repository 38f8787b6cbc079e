"""A step of the derivation, and what is demanded of it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sympy as sp

from bpmath.model.network import NetworkError
from bpmath.model.notation import Quantity
from bpmath.symbolic.step_on_numbers import TOLERANCE
from bpmath.writing.sympy_text import sides


@dataclass(frozen=True)
class Step:
    """lhs = rhs by a rule. `name` and `subject` say which step it is: ("signal", delta(3)).

    `top`, `concrete` and `given` say what the proof may use (see `proof.py`).
    """

    name: str
    equation: str
    rule: str
    lhs: sp.Basic
    rhs: sp.Basic
    subject: Quantity | None = None
    top: int | None = None
    concrete: bool = False
    given: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()
    calculus: bool = False
    leibniz: bool = False    # derivatives of definitions are written as links, dz/da, and not as slopes
    proved: bool = field(default=False)
    residual: float = field(default=float("nan"))   # of the two sides on the network's numbers, relative (`confirm.py`)
    tolerance: float = TOLERANCE                    # what the residual of a right step stays below

    @property
    def sides(self) -> tuple[str, str]:
        """Both sides as SymPy text."""
        return sides(self.lhs, self.rhs)

    @property
    def ok(self) -> bool:
        return self.proved and self.residual <= self.tolerance


def demand(steps: Sequence[Step]) -> None:
    """Raises NetworkError where a step is not proved or not confirmed: a film must not show it."""
    for step in steps:
        if not step.ok:
            fault = "is not proved" if not step.proved else f"misses the numbers by {step.residual:.2g}"
            raise NetworkError(f"equation ({step.equation}) {' = '.join(step.sides)} {fault}; the film stops")
