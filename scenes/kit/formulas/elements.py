"""What a chapter draws with: formulas, numbers and words, each with its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import sympy as sp
from manim import RoundedRectangle

from bpmath.model.notation import Quantity
from bpmath.numeric.second_method import Check
from bpmath.symbolic.step import Step
from bpmath.writing.markup import TYPST, Script, symbol
from scenes.kit.formulas.equation import READABLE, Equation, Label, Numbering
from scenes.kit.formulas.readout import Number, Readout
from scenes.kit.narration import sentence_text
from scenes.kit.provenance import claims
from scenes.kit.provenance.source import FromName, FromNumber, FromWords
from scenes.kit.provenance.study import Study
from scenes.kit.setting import layout
from scenes.kit.setting.language import Language
from scenes.kit.setting.theme import FORMULA, LABEL, NUMBER, WORDS, theme
from scenes.kit.text.glyphs import Mark, Marks, Typeset, escaped, plain_mark, words_source
from scenes.kit.text.rounding import DECIMALS, Numeral, numeral


class Elements:
    """Draws what a study holds, in a language."""

    study: Study
    tongue: Language
    script: Script  # how words in formulas are written

    def equation(
        self,
        step: Step,
        numbers: bool = False,
        left: bool = True,
        size: float = FORMULA,
        width: float = 12.2,
        height: float = 8.0,
        lines: int = 3,
        of: Study | None = None,
        tints: Mapping[sp.Expr, str] | None = None,
        readable: float = READABLE,
    ) -> Equation:
        """A proved step as a formula, with its numbers below if wanted, in at most so many `lines`: more than one where
        it would be smaller than `readable`.

        `of` is another network's study, here and below; `tints` are colours of expressions that are no quantities.
        """
        return Equation(of or self.study, step, numbers, left, size, width, height, tints, lines, readable, self.script)

    def numbering(self, equation: Equation, size: float = LABEL, right: float = layout.RIGHT - 0.25) -> Numbering:
        """The article's number of an equation, at the right margin of the panel on the height of the symbols."""
        label = Numbering(equation.source, size)
        return label.move_to([right, equation.symbols.get_center()[1], 0], aligned_edge=[1, 0, 0])

    def numbered(self, equation: Equation, zone: layout.Zone) -> Numbering:
        """Puts a formula in the middle of a panel, or so far left of it that its number has room; gives that number."""
        equation.move_to(zone.center)
        number = self.numbering(equation, right=zone.right - 0.25)
        equation.shift([min(0.0, number.get_left()[0] - 0.25 - equation.get_right()[0]), 0, 0])
        return number

    def label(
        self, q: Quantity, number: bool = False, size: float = LABEL, color: str | None = None, of: Study | None = None
    ) -> Label:
        """The symbol of a quantity, with its number if wanted."""
        known = of or self.study
        return Label(q, self.symbol(q, of), known.number(q) if number else None, FromName(q.key), size, color)

    def symbol(self, q: Quantity, of: Study | None = None) -> str:
        """The Typst of a quantity's symbol; a slope has its activation's letter."""
        return (of or self.study).symbol(q)

    def row_name(self, q: Quantity, text: str | None = None, size: float = LABEL) -> Label:
        """The name of a row of the table: a kind of quantity, whatever its layer."""
        return Label(q, text or symbol(Quantity(q.kind), TYPST), None, FromName(q.kind), size)

    def figure(
        self,
        q: Quantity,
        size: float = NUMBER,
        color: str | None = None,
        of: Study | None = None,
        decimals: int = DECIMALS,
    ) -> Number:
        """The number of a quantity, alone."""
        return Number(*(of or self.study).number(q, decimals), size, color or theme.role(q.role))

    def narrow_figure(
        self, q: Quantity, room: float, size: float = NUMBER, color: str | None = None, of: Study | None = None
    ) -> Number:
        """The number of a quantity with as many decimals as fit in `room`; the narrowest where none does."""
        tries: list[Number] = []
        for decimals in range(DECIMALS, 1, -1):
            tries.append(self.figure(q, size, color, of, decimals))
            if tries[-1].width <= room:
                return tries[-1]
        return min(tries, key=lambda figure: figure.width)

    def other_figure(
        self, number: tuple[FromNumber, Numeral], size: float = NUMBER, color: str | None = None
    ) -> Number:
        """A number from `study.other_number`: no quantity of a trace, but checked all the same."""
        return Number(*number, size, color or theme.text)

    def live(
        self,
        key: str,
        value: Callable[[], float],
        again: Callable[[float], float],
        method: str,
        anchor: Callable[[], np.ndarray],
        size: float = NUMBER,
        color: str | None = None,
        written: Callable[[float], Numeral] = numeral,
    ) -> Readout:
        """A number that follows `value()`; `again` computes it by a second method when a new text is shown.

        `written` says how: `steady(...)` of the numerals gives all values of a range the same number of decimals.
        """

        def source(v: float, shown: Numeral) -> FromNumber:
            return FromNumber(key, v, shown.text, Check(v, again(v), method))

        return Readout(value, written, source, size, color or theme.text, anchor)

    def words(
        self,
        sentence: str,
        size: float = WORDS,
        weight: str = "regular",
        color: str | None = None,
        width: float | None = None,
        align: str = "left",
        **slots: object,
    ) -> Typeset:
        """Words on the screen; symbols and numbers in them are slots. `width` in frame units makes a block of lines."""
        claims.hold(sentence, slots, lambda q: self.study.number(q)[0])
        source = FromWords(self.tongue.pattern(sentence))
        marks = Marks(plain_mark(source, color))
        written = []
        for kind, part in sentence_text.pieces(sentence, slots, self.tongue.pattern):
            if kind == "symbol":
                part = self.study.found(part)
                mark = Mark((("symbol", part),), color or theme.role(part.role), FromName(part.key))
                written.append(f"${marks.math(self.symbol(part), mark)}$")
            elif kind == "number":
                if isinstance(part, Quantity):
                    provenance, shown = self.study.number(part)
                else:
                    ways = [numeral(part.value, given=given) for given in (True, False)]
                    provenance, shown = part, next((n for n in ways if n.text == part.text), ways[0])
                tint = color or (theme.role(part.role) if isinstance(part, Quantity) else theme.text)
                written.append(f"${marks.math(shown.typst, Mark((('number', part),), tint, provenance))}$")
            else:
                written.append(f"#{escaped(str(part))}")
        return Typeset(words_source(written, weight, None if width is None else width / size, align), marks.marks, size)

    def panel(self, zone: layout.Zone = layout.PANEL) -> RoundedRectangle:
        """The quiet rectangle behind formulas."""
        return RoundedRectangle(
            corner_radius=0.14,
            width=zone.width,
            height=zone.height,
            fill_color=theme.panel,
            fill_opacity=1,
            stroke_width=0,
        ).move_to(zone.center)
