"""How a number is written: as many decimals as help, and never a printed line that is wrong as printed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

DECIMALS = 4  # with these the default network's products are right as printed
SIGNIFICANT = 5  # digits at most, so that columns keep their width
LONG = 9  # decimals that tell numbers apart which differ late; all of them are written
MINUS = "−"
DOT = 'class("normal", dot)'  # closer than in a product
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Numeral:
    """A number as displayed. `printed` is the number that a reader of the text would take it for."""

    text: str
    typst: str
    printed: float


def numeral(value: float, given: bool = False, decimals: int = DECIMALS) -> Numeral:
    """A value rounded for display. `given` numbers stand as in the network file if they are short enough.

    Fewer `decimals` than usual make a number shorter in every way, for narrow places.
    """
    value = value + 0.0
    short = plain(value)
    if given and len(digits(short)) <= SIGNIFICANT and len(short.lstrip("-")) <= min(SIGNIFICANT + 2, decimals + 3):
        return written(short)
    if value == 0 or (value == int(value) and abs(value) < 1e5):
        return written(str(int(value)))
    size = math.floor(math.log10(abs(value)))
    if size >= SIGNIFICANT + 1 or abs(value) < 10 ** (1 - max(decimals, 3)) * 0.995:
        return scientific(value, decimals)
    significant = max(SIGNIFICANT, decimals) if decimals >= LONG else min(SIGNIFICANT, decimals + 2)
    return written(f"{value:.{max(0, min(decimals, significant - 1 - size))}f}")


def steady(largest: float, decimals: int = DECIMALS) -> Callable[[float], Numeral]:
    """How to write numbers up to a size in the same way, so that a live one does not jump while it moves."""
    model = numeral(largest if largest % 1 else largest * (1 + 1e-6))
    if "dot" in model.typst:
        return lambda value: scientific(value, decimals) if value else written("0")
    places = min(decimals, len(model.typst.partition(".")[2]))
    return lambda value: written(f"{value:.{places}f}")


def plain(value: float) -> str:
    """The shortest decimal text that reads back as the value, without an exponent."""
    return f"{Decimal(repr(float(value))):f}"


def digits(text: str) -> str:
    """What counts as significant in a decimal text."""
    return text.lstrip("-").replace(".", "").strip("0")


def written(text: str) -> Numeral:
    if float(text) == 0:
        text = text.lstrip("-")
    return Numeral(text.replace("-", MINUS), text, float(text))


def scientific(value: float, decimals: int = DECIMALS) -> Numeral:
    """Three digits and a power of ten; one or two digits where there shall be fewer decimals."""
    mantissa, exponent = f"{value:.{min(max(decimals - 2, 0), 2)}e}".split("e")
    power = int(exponent)
    return Numeral(
        f"{mantissa.replace('-', MINUS)}·10{str(power).translate(SUPERSCRIPTS)}",
        f"{mantissa} {DOT} 10^({power})",
        float(f"{mantissa}e{power}"),
    )


def power_of_ten(value: float) -> Numeral:
    """A mark on a logarithmic axis: 1, 10⁻³, 10⁻⁶."""
    power = round(math.log10(value))
    if not math.isclose(10.0**power, value):
        return numeral(value, given=True)
    if power in (0, 1):
        return written(str(10**power))
    return Numeral(f"10{str(power).translate(SUPERSCRIPTS)}", f"10^({power})", float(f"1e{power}"))


def agrees(result: Numeral, computed: float) -> bool:
    """Whether what a reader gets from the printed numbers rounds to the printed result; a half may go either way."""
    if "dot" in result.typst:
        return math.isclose(scientific(computed).printed, result.printed, rel_tol=1e-12) if computed else False
    decimals = len(result.typst.partition(".")[2])
    return abs(computed - result.printed) <= 0.5 * 10**-decimals + 1e-12
