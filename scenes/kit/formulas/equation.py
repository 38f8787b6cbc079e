"""Equations of the derivation, with their numbers under their symbols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sympy as sp
from manim import VGroup

from bpmath.model.notation import Quantity, quantities_in
from bpmath.model.phrase import Phrase
from bpmath.symbolic.step import Step
from bpmath.writing.markup import TYPST, Script
from bpmath.writing.typeset import columns
from scenes.kit.provenance.source import FromNumber, FromStep
from scenes.kit.provenance.study import Study
from scenes.kit.setting.language import Language
from scenes.kit.setting.theme import FORMULA, SMALLEST, theme
from scenes.kit.text.glyphs import Mark, Marks, Typeset, escaped, plain_mark
from scenes.kit.text.rounding import Numeral
from scenes.kit.text.shapes import Shape

SIGNS = {"dot": "dot", "+": "+", "-": "-", "dots": "dots.c"}
TERMS = 3  # of a sum that are written out; of a longer one the first, the last, and the one in focus
READABLE = SMALLEST + 0.08  # a formula that would be smaller breaks into more lines
LEAST = SMALLEST  # a sum keeps whole terms on each line where these are as large as this
NEAR = 0.1  # so far, relatively, may the result of the printed numbers be from what is printed as approximately equal
SMASHED = "#box(height: 0.7em)"
Broken = list[range]  # the columns of each line


def written(language: Language) -> Script:
    """How formulas are written in a language: with its own words between the pieces of a function."""
    when, otherwise = (escaped(language.say(word)) for word in (Phrase("if"), Phrase("otherwise")))
    return replace(TYPST, when=f"{{}} & {when} {{}}", otherwise=f"{{}} & {otherwise}")


class Equation(Typeset):
    """A proved step, lhs = rhs, and below it, if wanted, the same with the trace's numbers and the result.

    Parts: `symbol(q)` and `number(q)` are a quantity's glyphs in the upper and lower row; `symbols` and `numbers` the
    whole rows; `upper(i)` and `lower(i)` the i-th column of the right side with 0 the first, signs included; `left`,
    `result`. Where the printed numbers do not give the printed result, the last sign is an approximately-equal; where
    they give no number at all, as 0 / 0 does of an output that is next to 0, the result stands alone. `tints` are
    colours of expressions that are no quantities, wherever they occur; their part is the expression itself. `script` is
    how it is written: with the words of a language, where it has any.
    """

    shared = ("step", "study", "source", "right", "ends", "subject", "tints", "script", "breaks_terms", "tells_numbers")

    def __init__(
        self,
        study: Study,
        step: Step,
        numbers: bool = False,
        left: bool = True,
        size: float = FORMULA,
        width: float = 12.2,
        height: float = 8.0,
        tints: Mapping[sp.Expr, str] | None = None,
        lines: int = 3,
        readable: float = READABLE,
        script: Script = TYPST,
    ) -> None:
        self.step, self.study, self.tints, self.script = step, study, tints or {}, script
        self.source = FromStep(step, study.derivation.typst(step), study.derivation)
        self.subject = step.subject
        self.tells_numbers = not numbers or step.subject is None or bool(self.computed.is_finite)
        tries = []
        for ends, upper, lower, kind in self.ways(lines, numbers):
            if kind == "product" and any(t[0] >= LEAST and t[-1] == "sum" for t in tries):
                continue
            source, marks = self.compose(left, upper, lower)
            super().__init__(source, marks, size)
            fitting = size * min(1.0, width / max(self.width, 1e-6), height / max(self.height, 1e-6))
            tries.append((fitting, -len(tries), source, marks, ends, kind))
            if fitting >= readable:
                break
        fitting, _, source, marks, ends, kind = max(tries, key=lambda t: t[:2])
        self.divide(ends)
        self.breaks_terms = kind == "product" and isinstance(step.rhs, sp.Add)  # not even its terms fit on a line
        super().__init__(source, marks, fitting)
        if SMASHED in source:
            bar = max(self.left, key=lambda g: g.width / max(g.height, 1e-6))
            self.left.shift([0, self.upper(-1).get_center()[1] - bar.get_center()[1], 0])

    def in_focus(self, term: sp.Expr) -> bool:
        """Whether a term of a sum speaks of the units in focus alone."""
        named = quantities_in(term).values()
        units = ("theta", "a", "x", "h", "y", "delta", "z")
        return all(self.study.q(q.kind, q.layer) == q for q in named if q.kind in units)

    def term_of(self, q: Quantity) -> list[int]:
        """The columns of those terms of a sum that speak of a quantity, without the signs between terms."""
        terms: list[list[int]] = [[]]
        for i, part in enumerate(self.right):
            if part in ("+", "-"):
                terms.append([])
            else:
                terms[-1].append(i)

        def speaks(i: int) -> bool:
            return isinstance(self.right[i], sp.Basic) and q.symbol in self.right[i].free_symbols

        return [i for term in terms if any(map(speaks, term)) for i in term]

    def divide(self, ends: bool) -> None:
        """The right side in columns; of a long sum there are its `ends` and what is in focus, or that alone."""
        self.ends = ends
        whole = isinstance(self.step.rhs, sp.MatrixExpr)
        self.right = [self.step.rhs] if whole else columns(self.step.rhs, TERMS, self.in_focus, ends)

    def ways(self, most: int, numbers: bool) -> Iterator[tuple[bool, Broken, Broken, str]]:
        """How the formula may be written, the best first: with the ends of its long sums or without; and the columns of
        each line of symbols and, if wanted, of `numbers`, which may need a line more."""
        found: list[str] = []
        for ends in (True, False):
            self.divide(ends)
            found.append(self.compose(True, [range(len(self.right))], [])[0])
            if not ends and found[0] == found[1]:
                return
            shorter: dict[str, Broken] = {}
            for broken, kind in self.breaks(most):
                if not numbers:
                    yield ends, broken, [], kind
                    continue
                if not self.tells_numbers:
                    yield ends, broken, [range(0)], kind
                    continue
                if before := shorter.get(kind, shorter.get("")):
                    yield ends, before, broken, kind
                yield ends, broken, broken, kind
                shorter[kind] = broken

    def breaks(self, most: int) -> Iterator[tuple[Broken, str]]:
        """The columns of each line: all in one; more lines, of a sum between terms; last, a product at any sign."""
        count = len(self.right)
        yield [range(count)], ""
        for kind, between in (("sum", ("+", "-")), ("product", ("+", "-", "dot", "dots"))):
            signs = [i for i in range(1, count) if self.right[i] in between]
            for lines in range(2, most + 1):
                share = -(-(len(signs) + 1) // lines)  # terms or factors a line
                starts = [0, *signs[share - 1 :: share]]
                broken = [range(a, b) for a, b in zip(starts, [*starts[1:], count], strict=True)]
                if len(broken) > 1 and (share > 1 if kind == "product" else min(map(len, broken)) > 2):
                    yield broken, kind

    def compose(self, left: bool, upper: Broken, lower: Broken) -> tuple[str, dict[int, Mark]]:
        """The Typst source, a matrix without brackets so that baselines stay, and the marks in it.

        Numbers stand under their symbols where each are one line; else all lines of numbers below those of symbols.
        """
        marks = Marks(plain_mark(self.source))
        named = self.step.lhs if isinstance(self.step.lhs, sp.Symbol | sp.MatrixSymbol) else None
        equals = ":=" if named is not None and named.name.startswith("new_") else "="
        lhs = self.cell(marks, self.step.lhs, "upper", -2) if left else ""
        if lower and isinstance(self.step.lhs, sp.Derivative) and left:
            lhs = f"{SMASHED}[${lhs}$]"  # a fraction on the left does not push the rows apart
        rows: list[list[str]] = []
        for row, lines, first, sign in (("upper", upper, lhs, equals), ("lower", lower, "", "=")):
            for line in lines:
                head = [first, self.cell(marks, sign, row, -1)] if line.start == 0 else ["", ""]
                rows.append([*head, *(self.cell(marks, self.right[i], row, i) for i in line)])
                if line.start and self.right[line.start] != "dot":
                    rows[-1][2] += " med"  # between a sign that begins a line and its term
        if lower and self.has_result:
            rows[-1] += [self.cell(marks, self.last_sign, "lower", -3)] * self.tells_numbers
            rows[-1].append(self.cell(marks, None, "lower", -4))
        if len(rows) == 1:
            return f"$ {' '.join(rows[0])} $", marks.marks
        aligned = len(upper) == len(lower) == 1
        if not aligned:
            rows = [[*row[:2], f"& {' '.join(row[2:])}"] for row in rows]
        width = max(map(len, rows))
        grid = " ; ".join(", ".join(cell or '""' for cell in [*row, *[""] * (width - len(row))]) for row in rows)
        gap = 0.65 if aligned else 0.5
        return f"$ mat(delim: #none, row-gap: #{gap}em, column-gap: #0.3em, {grid}) $", marks.marks

    @property
    def has_result(self) -> bool:
        """Whether the lower row ends with a result: not where the right side is itself a single number."""
        single = len(self.right) == 1 and isinstance(self.right[0], sp.Symbol)
        return self.subject is not None and not single

    @property
    def computed(self) -> sp.Expr:
        """What a reader gets from the printed numbers; no real number where a rounded 1 makes a logarithm of 0."""
        return self.study.computed(self.step)

    @property
    def last_sign(self) -> str:
        """= where the printed numbers give the printed result, else approximately equal."""
        return "=" if self.study.adds_up(self.step) else "approx"

    @property
    def tells_result(self) -> bool:
        """Whether the printed numbers lead to the result, or near it: not where an output next to 1 is printed as 1."""
        found, result = self.computed, self.study.number(self.subject)[1].printed
        return bool(found.is_real and found.is_finite) and abs(float(found) - result) <= NEAR * max(abs(result), 1e-3)

    @property
    def atoms(self) -> dict[sp.Expr, Quantity]:
        """The parts of the right side that stand for a number of their own, and whose."""
        return quantities_in(self.step.rhs)

    def cell(self, marks: Marks, part: sp.Basic | str | None, row: str, column: int) -> str:
        """One cell of the grid, marked with its row and column and, inside, with its quantities."""
        place = (row, column)
        if isinstance(part, str):
            return marks.math(SIGNS.get(part, part), Mark((place, row), theme.text, self.source))

        def atom(q: Quantity, text: str) -> str:
            color = theme.role(q.role)
            if row == "upper":
                return marks.math(text, Mark((place, row, ("symbol", q)), color, self.source))
            source, numeral = self.study.number(q)
            return marks.math(numeral.typst, Mark((place, row, ("number", q)), color, source))

        if part is None:
            return atom(self.subject, "")
        def tinted(e: sp.Basic, text: str) -> str:
            if e not in self.tints:
                return text
            return marks.math(f"display({text})", Mark((place, row, e), self.tints[e], self.source))

        typesetter = self.study.derivation.typesetter(self.step, self.script, atom)
        typesetter.longest, typesetter.kept, typesetter.ends = TERMS, self.in_focus, self.ends
        typesetter.mark = tinted
        signed = isinstance(part, sp.Expr) and column > 0 and len(self.right) > 1
        text = (
            typesetter.factor(part, first=not signed) if not isinstance(part, sp.MatrixExpr) else typesetter.print(part)
        )
        return marks.math(f"display({text})", Mark((place, row), theme.text, self.source))

    # parts

    def symbol(self, q: Quantity) -> VGroup:
        return self.part(("symbol", q))

    def number(self, q: Quantity) -> VGroup:
        return self.part(("number", q))

    def upper(self, column: int) -> VGroup:
        return self.part(("upper", column))

    def lower(self, column: int) -> VGroup:
        return self.part(("lower", column))

    @property
    def factors(self) -> list[int]:
        """The columns of the right side that are no signs."""
        return [i for i, part in enumerate(self.right) if not isinstance(part, str)]

    @property
    def left(self) -> VGroup:
        return self.part(("upper", -2))

    @property
    def symbols(self) -> VGroup:
        return self.part("upper")

    @property
    def numbers(self) -> VGroup:
        """The lower row without its result."""
        return self.where(lambda keys: "lower" in keys and not {("lower", -3), ("lower", -4)} & set(keys), "lower")

    @property
    def signs(self) -> VGroup:
        """What stands between the numbers of the lower row."""
        return VGroup(*(g for g in self.numbers if not any(isinstance(k, tuple) and k[0] == "number" for k in g.keys)))

    @property
    def result(self) -> VGroup:
        """The result with the sign before it."""
        return self.where(lambda keys: ("lower", -3) in keys or ("lower", -4) in keys, "result")

    @property
    def result_number(self) -> VGroup:
        return self.lower(-4)

    def align_to_equation(self, other: Equation) -> Equation:
        """Moves this one so that its sign of equality stands under the other's."""
        return self.shift([other.upper(-1).get_center()[0] - self.upper(-1).get_center()[0], 0, 0])


def meant(glyphs: VGroup, by: str = "symbol") -> list[Quantity]:
    """The quantities that the symbols, or each "number", among these glyphs stand for, in order."""
    return list(dict.fromkeys(k[1] for g in glyphs for k in g.keys if isinstance(k, tuple) and k[0] == by))


class Label(Typeset):
    """A bare symbol, or a symbol with its number: theta(2) = 1.5. Parts: ("symbol", q), ("number", q)."""

    shared = ("quantity",)

    def __init__(
        self,
        q: Quantity,
        symbol: str,
        number: tuple[FromNumber, Numeral] | None,
        source: object,
        size: float,
        color: str | None = None,
    ) -> None:
        color = color or theme.role(q.role)
        marks = Marks(plain_mark(source, color))
        text = marks.math(symbol, Mark((("symbol", q),), color, source))
        if number is not None:
            provenance, numeral = number
            text += " = " + marks.math(numeral.typst, Mark((("number", q),), color, provenance))
        super().__init__(f"${text}$", marks.marks, size)
        self.quantity = q

    @staticmethod
    def line(found: Sequence[Shape]) -> float:
        """The baseline of the letter, before its scripts, which are more."""
        return min(found, key=lambda s: s.outline[:, 0].min()).baseline or 0.0


class Numbering(Typeset):
    """The article's number of an equation, (14), in the margin of a formula."""

    def __init__(self, source: FromStep, size: float) -> None:
        super().__init__(f"#{escaped(f'({source.step.equation})')}", {0: plain_mark(source, theme.muted)}, size)
