"""The characters of numbers, set once; any number is put together from them, as Typst would set it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scenes.kit.text.rounding import DOT, MINUS, SUPERSCRIPTS
from scenes.kit.text.shapes import Shape, compiled

HEIGHT = 0.65  # a digit's height in ems, about which a number is centred
RAISED = {chr(raised): chr(typed) for typed, raised in SUPERSCRIPTS.items()}  # what exponents are written with
CHARACTERS = (*"0123456789.", MINUS, "·", *RAISED)


def between_digits(char: str) -> str:
    """How Typst is asked for a character; a sign before a digit is set as in -3, and not as in 3 - 3."""
    if char in RAISED:
        return f"$3^({RAISED[char]}3)$"
    return {MINUS: "$-3$", "·": f"$3 {DOT} 3$"}.get(char, f"$3{char}3$")


def left(shape: Shape) -> float:
    return float(shape.outline[:, 0].min())


@lru_cache(maxsize=1)
def sheet() -> dict[str, tuple[np.ndarray, float]]:
    """Outline, standing on the origin, and advance of each character, in ems. All are set in one call, once."""
    groups = dict(zip(CHARACTERS, compiled([between_digits(char) for char in CHARACTERS]), strict=True))
    digit = left(groups["3"][1]) - left(groups["3"][0])
    raised = left(groups["³"][1]) - left(groups["³"][0]) - digit  # where one begins, from where one on the line would
    found = {}
    for char, group in groups.items():
        begin, glyph = (left(group[0]), group[0]) if char == MINUS else (left(group[0]) + digit, group[1])
        end = left(group[-1]) - (raised if char in RAISED else 0.0)
        found[char] = (glyph.outline - [begin, group[0].baseline, 0], end - begin)
    return found


def outlines(text: str) -> list[np.ndarray]:
    """The glyphs of a number's text, in ems; its digits are centred on the origin."""
    x, placed = 0.0, []
    for char in text:
        outline, advance = sheet()[char]
        placed.append(outline + np.array([x, -HEIGHT / 2, 0]))
        x += advance
    return [o - [x / 2, 0, 0] for o in placed]
