"""A line of numbers is right as printed: what a reader gets from its digits is what it says, or it says "about"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import sympy as sp

from bpmath.model.notation import Quantity
from bpmath.symbolic.step_proof import to_concrete
from scenes.kit.formulas.equation import Equation
from scenes.kit.text.glyphs import Glyph
from scenes.kit.text.shapes import page
from studio.lint.views.finding import Eye, Fault
from studio.lint.views.picture import Picture, enclosed, named, segments

NUMBER = re.compile(r"(-?\d+(?:\.(\d+))?)(?:\.10(-?\d+))?")  # the dot of a product looks like a decimal point
SIGNS = {"=": "=", "≈": "approx"}
GRID = np.stack(np.meshgrid(np.arange(0.05, 1, 0.1), np.arange(0.05, 1, 0.1)), -1).reshape(-1, 2)
CLOSE = 0.06  # glyphs that differ in less of their ink and form are the same
DIGITS = "0123456789.-"
DOTS = "⋯"  # stand for the terms of a long sum that are left out
RESULT, SIGN = ("lower", -4), ("lower", -3)


class Arithmetic(Eye):
    """Reads the digits of an equation's row of numbers from their outlines, and reckons with what it has read."""

    kind = "arithmetic"

    def __init__(self) -> None:
        self.read: set[Equation] = set()

    def look(self, picture: Picture) -> Iterator[Fault]:
        if picture.moving:
            return
        rows: dict[Equation, dict[int, Glyph]] = defaultdict(dict)
        for i in np.flatnonzero(picture.is_glyph):
            glyph = picture.things[i]
            if (part := getattr(glyph, "part_of", None)) and "lower" in glyph.keys and part[0] not in self.read:
                rows[part[0]][part[1]] = glyph
        for equation, glyphs in rows.items():
            whole = [i for i, g in enumerate(equation.submobjects) if "lower" in g.keys]
            if equation.has_result and set(whole) <= set(glyphs):
                self.read.add(equation)
                if fault := reckon(equation, [(i, glyphs[i]) for i in whole]):
                    yield f"{named((equation.source,))}: {fault[0]}", fault[1]


def reckon(equation: Equation, glyphs: list[tuple[int, Glyph]]) -> Fault | None:
    """What is wrong with the row that is printed, if anything."""
    printed = numbers_of(glyphs)
    if all(is_result for is_result, _ in printed):  # it stands alone
        return None
    sign = text_of([g for _, g in glyphs if g.keys[0] == SIGN])
    if sign not in SIGNS:
        return f"the sign before the result reads {sign}", "needed = or ≈"
    for texts in printed.values():
        if len(texts) > 1 or not NUMBER.fullmatch(*texts):
            return f"a number reads {' and '.join(sorted(texts))}", "needed one number"
    shown = {q: text for (is_result, q), (text,) in printed.items() if not is_result}
    (result,) = next(texts for (is_result, _), texts in printed.items() if is_result)
    numbers = {part: number(shown[q]) for part, q in equation.atoms.items() if q in shown}
    computed = sp.N(to_concrete(equation.step.rhs.xreplace(numbers)).doit(), 30)
    if shown.keys() < set(equation.atoms.values()) and DOTS in text_of([g for _, g in glyphs]):
        return None
    if not computed.is_number or not computed.is_real:
        return f"not every number of {computed} is printed", "needed all"
    if sign == "=" and not rounds_to(computed, result):
        return f"it says = {result}", f"its numbers give {sp.N(computed, 6)}"
    return None


def numbers_of(glyphs: list[tuple[int, Glyph]]) -> dict[tuple[bool, Quantity], set[str]]:
    """What is printed for each quantity: as the result or not, and in each place where it occurs."""
    runs: dict[tuple[bool, Quantity], list[list[tuple[int, Glyph]]]] = defaultdict(list)
    for i, g in glyphs:
        for q in (key[1] for key in g.keys if isinstance(key, tuple) and key[0] == "number"):
            run = runs[g.keys[0] == RESULT, q]
            if not run or run[-1][-1][0] != i - 1:
                run.append([])
            run[-1].append((i, g))
    return {key: {text_of([g for _, g in run]) for run in found} for key, found in runs.items()}


def number(text: str) -> sp.Rational:
    """The number that a reader takes a text for."""
    mantissa, _, power = NUMBER.fullmatch(text).groups()
    return sp.Rational(mantissa) * sp.Integer(10) ** int(power or 0)


def rounds_to(computed: sp.Float, text: str) -> bool:
    """Whether a number rounds to what is printed; a half may go either way."""
    _, decimals, power = NUMBER.fullmatch(text).groups()
    step = sp.Integer(10) ** (int(power or 0) - len(decimals or ""))
    return bool(abs(computed - number(text)) <= step * sp.Rational(500001, 1000000))


# reading


def text_of(glyphs: list[Glyph]) -> str:
    """What glyphs say, from their outlines, which are in reading order. "?" for what is no digit."""
    return "".join(char_of(g.points) for g in glyphs)


def char_of(outline: np.ndarray) -> str:
    ink, slim = form(outline)
    apart, char = min(((ink != known).mean() + abs(slim - its), char) for char, known, its in alphabet())
    return char if apart < CLOSE else "?"


@lru_cache(maxsize=1)
def alphabet() -> tuple[tuple[str, np.ndarray, float], ...]:
    """The form of each digit and sign; the small digits of an exponent have a form of their own."""
    large = [(char, page(f"$3{char}3$")[1]) for char in DIGITS]
    small = [(char, page(f"$3^(3{char})$")[-1]) for char in DIGITS]
    signs = [(char, page(f"${typst}$")[0]) for char, typst in {**SIGNS, DOTS: "dots.c"}.items()]
    return tuple((char, *form(shape.outline)) for char, shape in [*large, *small, *signs])


def form(outline: np.ndarray) -> tuple[np.ndarray, float]:
    """Where a glyph has ink, on a grid over its box, and how slim it is, from 0 to 1."""
    low, size = outline[:, :2].min(0), np.ptp(outline[:, :2], axis=0)
    return enclosed(low + GRID * size, segments(outline[:, :2])), float(size[0] / size.sum())
