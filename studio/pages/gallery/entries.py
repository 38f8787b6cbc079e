"""The ledger's lines as the page shows them: a formula, what it is called, when it is seen, and how it was checked."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpmath.model.notation import Quantity
from scenes.kit.provenance.source import TICK
from studio.pages.gallery.words import Word

MINUS = "−"
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
POWER = re.compile(r"(.*?)(?:·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
OF = re.compile(r"(?:(?P<of>.*): )?(?:live )?(?P<key>\S+)")
ROLE = re.compile(r'#role\("(\w+)"\)')

Symbols = Mapping[str, Mapping[str, str]]    # Typst and LaTeX of a quantity, by its key


@dataclass(frozen=True)
class Entry:
    """One line. `shown` is its Typst with roles, `typst` and `latex` are to be copied; `spans` are seconds in the clip.

    `name` is what it is called aloud, `words` what stands below it; `role` gives its colour.
    """

    name: str
    words: str
    shown: str
    typst: str
    latex: str
    role: str
    spans: tuple[tuple[float, float], ...]
    check: str    # how it was checked, in words
    method: str
    residual: float | None
    ok: bool
    number: str = ""
    exact: str = ""    # a number's value in full precision, where more of it is known than is displayed

    @property
    def begins(self) -> float:
        return self.spans[0][0] if self.spans else 0.0


def equations(ledger: dict, word: Word) -> list[Entry]:
    """The equations of a chapter, in the order in which they are seen."""
    return by_time(Entry(
        name=word("equation", number=e["equation"]) if e["equation"] else word("line", rule=e["rule"]), words=e["rule"],
        shown=e["roles"], typst=e["typst"], latex=e["latex"], role=first_role(e["roles"]), number=e["equation"],
        **common(e, word)) for e in ledger["equations"])


def numbers(ledger: dict, symbols: Symbols, word: Word) -> list[Entry]:
    """The numbers of a chapter, in the order in which they are seen."""
    return by_time(number(n, symbols, word) for n in ledger["numbers"] if n["key"] != TICK)


def scales(ledger: dict, symbols: Symbols, word: Word) -> list[Entry]:
    """The numbers that are only there to read a plot by."""
    return by_time(number(n, symbols, word) for n in ledger["numbers"] if n["key"] == TICK)


def number(n: dict, symbols: Symbols, word: Word) -> Entry:
    """One number: of a quantity, with its symbol; of anything else, with its name in words."""
    match = OF.fullmatch(n["key"])
    named, key = quantity(match["key"] if match else ""), match and match["key"]
    of = match and match["of"] and n["name"].partition(": ")[0]
    symbol = n["symbol"] or (symbols.get(key) if named else None)
    typst, latex = written(n["text"])
    if not named or not symbol:
        return Entry(f"{n['name']}: {n['text']}", n["name"], typst, typst, latex, "plain", exact=exact(n),
                     **common(n, word))
    sign = ":=" if named.kind.startswith("new_") else "="
    words = word(named.kind)
    return Entry(
        name=f"{words} {n['name']} = {n['text']}", words=f"{words}, {of}" if of else words,
        shown=f'#role("{named.role}")[${symbol["typst"]}$] {sign} {typst}', typst=f"{symbol['typst']} {sign} {typst}",
        latex=f"{symbol['latex']} {sign} {latex}", role=named.role, exact=exact(n), **common(n, word))


def exact(n: dict) -> str:
    """A number's value with all its digits; "" where the displayed text says the same."""
    mantissa, power = parts(n["text"])
    try:
        told = float(f"{mantissa or 1}e{power or 0}") == n["value"]
    except ValueError:   # it is displayed in words
        told = False
    return "" if told else repr(n["value"]).replace("-", MINUS)


def check(found: dict, word: Word) -> str:
    """How something was checked, in words."""
    if not found["ok"]:
        return word("unconfirmed", method=found["method"])
    apart = found["residual"]
    return word("apart", method=found["method"], apart=scientific(apart)) if apart else found["method"]


def symbols_in(ledgers: Iterable[dict]) -> Symbols:
    """How quantities are written, from all chapters: a number that is alive has no symbol of its own."""
    return {n["key"]: n["symbol"] for ledger in ledgers for n in ledger["numbers"] if n["symbol"]}


def common(row: dict, word: Word) -> dict:
    """What lines of both kinds have."""
    found = row["check"]
    return {"spans": tuple((a, b) for a, b in row["spans"]), "check": check(found, word), "method": found["method"],
            "residual": found["residual"], "ok": found["ok"]}


def by_time(entries: Iterable[Entry]) -> list[Entry]:
    return sorted((e for e in entries if e.spans), key=lambda e: e.begins)


def quantity(key: str) -> Quantity | None:
    try:
        return Quantity.parse(key)
    except (KeyError, ValueError):   # or layers of thousands of digits
        return None


def first_role(roles: str) -> str:
    """The role of a formula's left side."""
    found = ROLE.search(roles.partition(" = ")[0])
    return found[1] if found else "plain"


def written(text: str) -> tuple[str, str]:
    """A number as displayed, in Typst and in LaTeX: −2.78·10⁻⁷ is -2.78 dot 10^(-7)."""
    mantissa, power = parts(text)
    if not power:
        return mantissa, mantissa
    return (f"{mantissa} dot 10^({power})" if mantissa else f"10^({power})",
            rf"{mantissa} \cdot 10^{{{power}}}" if mantissa else f"10^{{{power}}}")


def parts(text: str) -> tuple[str, str]:
    """The mantissa and the power of ten of a displayed number, in plain signs; "" for one that is not written."""
    match = POWER.fullmatch(text)
    mantissa, power = match.groups() if match else (text, "")
    return mantissa.translate(PLAIN), power.translate(PLAIN)


def scientific(value: float) -> str:
    """A small number for people: 5.6·10⁻¹⁷."""
    mantissa, _, power = f"{value:.1e}".partition("e")
    return f"{mantissa}·10{str(int(power)).translate(SUPERSCRIPTS)}"
