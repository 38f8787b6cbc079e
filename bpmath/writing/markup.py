"""The languages that formulas are written in, and how each writes a quantity's symbol."""
from __future__ import annotations

from dataclasses import dataclass

from bpmath.model.activation import ACTIVATIONS
from bpmath.model.notation import KINDS, Quantity


@dataclass(frozen=True)
class Script:
    """How a typesetting language writes the few constructs that formulas need."""

    name: str
    fraction: str
    power: str
    below: str
    dots: str
    group: str
    dot: str
    hadamard: str
    transposed: str
    partial: str
    differential: str
    derivative: str
    by: str
    assign: str
    ln: str
    cases: str
    case_end: str
    when: str
    otherwise: str

    def letter(self, kind: str) -> str:
        return getattr(KINDS[kind], self.name)

    def function(self, name: str) -> str:
        """The letter of an activation or of a plain function."""
        return next((getattr(a, self.name) for a in ACTIVATIONS.values() if a.symbol == name), name)


TYPST = Script(
    name="typst", fraction="({})/({})", power="{}^({})", below="_({})", dots="dots.c", group="({})",
    dot=" dot ", hadamard=" dot.o ",
    transposed="({})^top", partial="partial", differential="dif",
    derivative="(partial {})/(partial {})", by="(dif)/(dif {}) [{}]", assign=":=", ln="ln",
    cases="cases({})", case_end=", ", when='{} & "if" {}', otherwise='{} & "otherwise"')
LATEX = Script(
    name="latex", fraction=r"\frac{{{}}}{{{}}}", power="{}^{{{}}}", below="_{{{}}}", dots=r"\cdots",
    group=r"\left({}\right)",
    dot=r" \cdot ", hadamard=r" \odot ",
    transposed=r"\left({}\right)^{{\top}}",
    partial=r"\partial", differential="d", derivative=r"\frac{{\partial {}}}{{\partial {}}}",
    by=r"\frac{{d}}{{d {}}}\left[{}\right]", assign=":=", ln=r"\ln", cases=r"\begin{{cases}}{}\end{{cases}}",
    case_end=r" \\ ", when=r"{} & \text{{if }} {}", otherwise=r"{} & \text{{otherwise}}")


def scripts(script: Script, letter: str, q: Quantity) -> str:
    """theta_(2 1)^((1)): the units below, the layer above in brackets."""
    between = " " if max(q.unit or 0, q.source or 0) < 10 else "\\, " if script is LATEX else ", "
    units = between.join(str(n) for n in (q.unit, q.source) if n is not None)
    if units:
        letter += f"_{units}" if len(units) == 1 else script.below.format(units)
    return letter if q.layer is None else script.power.format(letter, f"({q.layer})")


def symbol(q: Quantity, script: Script = TYPST, g: str = "g") -> str:
    """The typeset symbol of a quantity; `g` is the letter of the activation, for a slope."""
    if q.kind == "slope":
        return f"{g}'({symbol(Quantity('z', q.layer, q.unit), script)})"
    if q.kind in ("dtheta", "db", "dh"):
        of = Quantity(q.kind[1:], q.layer, q.unit, q.source)
        return script.derivative.format(script.letter("J"), symbol(of, script))
    return scripts(script, script.letter(q.kind), q)
