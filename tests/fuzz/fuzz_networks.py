"""Random networks against an independent exact method: `make fuzz`. The ordinary tests take a few of them.

No number differs from the exact value by more than its last printed digit, none is shown unchecked without saying so,
and a number that is wrong by a millionth is caught.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from fractions import Fraction
from math import isfinite
from random import Random

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from bpmath.model.network import Network, NetworkError
from bpmath.model.notation import Quantity, quantities
from bpmath.numeric.backprop import Trace, trace
from bpmath.numeric.second_method import verify
from scenes.kit.provenance.study import study
from tests.ball import Ball, Number
from tests.exactly import LARGEST, Exactly, HiddenError
from tests.fuzz.drawn import Drawn, drawn

EXAMPLES = int(os.environ.get("BACKPROP_FUZZ_NETWORKS", "5000"))
SHARDS = 16   # parts that run at the same time
GIVEN = ("x", "y", "theta", "b", "alpha")
NEAR, SMALLEST = mpq(4, 10**16), mpq(1, 10**320)
PRINTED = re.compile("(?P<number>[-−]?[0-9]+(?:[.](?P<decimals>[0-9]+))?)(?:·10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_random_networks(shard: int) -> None:
    every_number_is_right(max(1, EXAMPLES // SHARDS))


def every_number_is_right(examples: int) -> None:
    """Holds so many random networks to what is promised, and tells the shortest network for each kind of fault."""
    faults: dict[str, str] = {}

    @settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(drawn(), st.randoms(use_true_random=False))
    def of_a_network(case: Drawn, random: Random) -> None:
        try:
            hold(case, random)
        except (AssertionError, ArithmeticError, ValueError, LookupError, TypeError, Warning) as error:
            said = str(error).partition("\n")[0]
            kind = re.sub("[-+−]?[0-9.]+(e[-+]?[0-9]+)?", "#", f"{type(error).__name__}: {said}")
            told = f"{said}\n    {case}"
            faults[kind] = min(faults.get(kind, told), told, key=len)

    of_a_network()
    if faults:
        pytest.fail("\n".join(faults.values()), pytrace=False)


def hold(case: Drawn, random: Random) -> None:
    """All that is promised, of one network."""
    try:
        net = case.network()
    except NetworkError:
        assume(False)   # a pair of output and cost that has no meaning
    try:
        exactly = Exactly(net)
        exact = {q: exactly.value(q) for q in quantities(net)}
        corners = {q: exactly.corners(q) for q in exact}
        missing = {q for q in exact if exactly.missing(q)}
    except HiddenError:
        assume(False)
    large = [q for q, v in exact.items() if q.kind != "dh" and not size(v) < LARGEST]
    try:
        found = trace(net)
    except NetworkError as error:
        assert large, f"{error}, where no number overflows"
        assert "\n" not in str(error)
        return
    assert not large, f"{large[0].key} overflows"
    checks = verify(found).checks
    assert list(checks) == list(exact)
    for q, check in checks.items():
        assert check.value == q.value(found), q.key
        right(q, check.value, exact[q])
        assert check.ok, f"{q.key}: {check.value!r} is right, but {check}"
        assert check.custom <= bool(corners[q]), f"{q.key} is by custom, but meets no corner"
        assert check.custom >= (q in missing), f"{q.key} is at a corner, {sorted(corners[q])}, and does not say so"
        if check.custom and q.kind == "slope":
            assert "corner" in check.method
        elif check.custom:
            named = {int(n) for n in re.findall("layer ([0-9]+)", check.method)}
            assert named, check.method
            assert named <= corners[q], f"{q.key} meets corners in layers {sorted(corners[q])}: {check.method}"
    seen = study(net)
    for q in (q for q, check in checks.items() if isfinite(check.value)):
        for decimals in (2, 3, 4, 9):
            source, numeral = seen.number(q, decimals)
            if not checks[q].about_zero:
                printed(q, numeral.text, exact[q])
            assert (source.key, source.value, source.text) == (q.key, checks[q].value, numeral.text)
            assert (source.check.ok, source.check.method) == (True, checks[q].method)
    for q in (q for q, check in checks.items() if check.about_zero):
        assert seen.number(q)[1].text == "0"
        assert not net.decimal, f"{q.key} is no rounding of a decimal"
        assert is_rounding(net, q, exact[q]), f"{q.key} is more than rounding: {shown(exact[q])}"
    caught(found, [q for q in checks if q.kind not in (*GIVEN, "h")], random)


def is_rounding(net: Network, q: Quantity, exact: Number) -> bool:
    """Whether a number moves by its own size, about, where each given double is another real that rounds to it."""
    random = Random(1)   # Hypothesis's own likes zeros

    def change(v: mpq) -> mpq:
        return v * (1 + mpq(random.randint(-1000, 1000), 1000 * 2**53))

    others = (Exactly(net, change).value(q) for _ in range(8))
    return any(size(other - exact) * 8 > size(exact) for other in others)


def size(v: Number) -> Number:
    return abs(v.mid) if isinstance(v, Ball) else abs(v)


def away(v: mpq, exact: Number) -> Number:
    """How far a rational is from the exact value, at least."""
    return max(abs(exact.mid - v) - exact.rad, 0) if isinstance(exact, Ball) else abs(exact - v)


def right(q: Quantity, found: float, exact: Number) -> None:
    """A double is the one nearest to the exact value, or beside it."""
    if not isfinite(found):
        assert q.kind == "dh" and not size(exact) < LARGEST, f"{q.key}: found {found}, exactly {exact}"
        assert (found > 0) == (getattr(exact, "mid", exact) > 0)
        return
    assert away(mpq(found), exact) <= size(exact) * NEAR + SMALLEST, f"{q.key}: found {found!r}, exactly {shown(exact)}"


def shown(v: Number) -> str:
    return repr(v) if isinstance(v, Ball) else f"{float(Fraction(v)):.17g} (a rational)"


def printed(q: Quantity, text: str, exact: Number) -> None:
    """A text is within one of its last digit."""
    match = PRINTED.fullmatch(text)
    assert match, f"{q.key}: {text}"
    power = mpq(10) ** int((match["power"] or "0").translate(POWERS))
    number = mpq(Fraction(match["number"].replace("−", "-"))) * power
    last = power / 10 ** len(match["decimals"] or "") if number else SMALLEST   # 0 is said of nothing else
    assert away(number, exact) <= last, f"{q.key}: printed {text}, exactly {shown(exact)}"


def caught(found: Trace, of: list[Quantity], random: Random) -> None:
    """One number that is wrong makes the whole report not ok."""
    q = random.choice(of)
    v = q.value(found)
    if isfinite(v) and abs(v) > 1e-290:
        wrong = random.choice([v * (1 + 1e-6), v * (1 - 1e-6), -v, v * 3 if abs(v) < 1e300 else v / 3, 0.0])
    else:
        wrong = random.choice([5.55e-17, -1e-200, 1.0])
    assert not verify(spoilt(found, q, wrong)).ok, f"{q.key}: {wrong!r} instead of {v!r} is not caught"


def spoilt(found: Trace, q: Quantity, wrong: float) -> Trace:
    """The trace with another number in one place."""
    if q.kind == "J":
        return replace(found, J=wrong)
    values = getattr(found, q.kind)
    array = np.array(values if q.kind == "dh" else values[q.layer])
    place = (q.unit or 1) - 1
    array[(place, (q.source or 1) - 1) if array.ndim == 2 else place] = wrong
    return replace(found, **{q.kind: array if q.kind == "dh" else {**values, q.layer: array}})


