"""What a ledger must look like to be shown. It is data that may come from anyone."""
from __future__ import annotations

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True)
class Or:
    """Something of this form, or nothing: null."""

    form: object


SPAN = (float, float)
CHECK = {"method": str, "residual": Or(float), "ok": bool}
SYMBOL = {"typst": str, "latex": str}
LEDGER = {
    "chapter": str, "number": float, "title": str, "language": str, "burnt": bool, "network": str, "duration": float,
    "sections": [{"title": str, "shown": SPAN}],
    "equations": [{"equation": str, "rule": str, "roles": str, "typst": str, "latex": str, "spans": [SPAN],
                   "check": CHECK}],
    "numbers": [{"key": str, "name": str, "value": float, "text": str, "symbol": Or(SYMBOL), "spans": [SPAN],
                 "check": CHECK}],
}
WORDS = {str: "a text", float: "a finite number", bool: "true or false"}


class Missing(ValueError):
    """A ledger lacks a part that all have today."""


def fault(found: object, form: object = LEDGER, place: str = "") -> str:
    """What is not as it must be, and where; "" if nothing is. Missing where a part is not there at all."""
    match form:
        case Or():
            return "" if found is None else fault(found, form.form, place)
        case dict():
            if not isinstance(found, dict):
                return f"{place}: needed a table"
            if missing := form.keys() - found.keys():
                raise Missing(f"{place} {min(missing)}".strip())
            inside = ((found[key], form[key], f"{place} {key}".strip()) for key in form)
        case list():
            if not isinstance(found, list):
                return f"{place}: needed a list"
            inside = ((one, form[0], f"{place} {n}") for n, one in enumerate(found, 1))
        case tuple():
            if not isinstance(found, list) or len(found) != len(form):
                return f"{place}: needed a list of {len(form)}"
            inside = ((one, each, f"{place} {n}") for n, (one, each) in enumerate(zip(found, form, strict=True), 1))
        case _:
            return "" if fits(found, form) else f"{place}: needed {WORDS[form]}"
    return next(filter(None, (fault(*one) for one in inside)), "")


def fits(found: object, form: type) -> bool:
    """Whether a value is a text without halves of characters, a finite number, or true or false."""
    if form is float:
        return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e308 and isfinite(found)
    if form is str:
        return isinstance(found, str) and not any("\ud800" <= c <= "\udfff" for c in found)
    return isinstance(found, form)
