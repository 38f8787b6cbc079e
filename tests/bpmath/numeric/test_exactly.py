"""The exact method is right itself: its derivatives are what a nudge of each weight does to its J, also at corners."""

from __future__ import annotations

from itertools import product

import gmpy2
import pytest
from gmpy2 import mpq
from hypothesis import HealthCheck, assume, given, settings

from bpmath.model.network import Network, NetworkError, network
from bpmath.model.notation import Quantity, quantities
from tests.ball import (
    Ball,
    Number,
    UnsettledError,
    ball,
    digits,
    exp,
    log1p,
    sigmoid,
    sigmoid_slope,
    softplus,
    tanh,
    tanh_slope,
)
from tests.exactly import DIGITS, Exactly, HiddenError, Pass
from tests.fuzz.drawn import Drawn, drawn
from tests.networks import mazur

NUDGE, NEAREST = mpq(1, 10**150), mpq(1, 10**50)   # of a nudge, and of a z to a corner that it must not cross


@pytest.mark.parametrize(("function", "formula"), [
    (exp, gmpy2.exp), (sigmoid, lambda v: 1 / (1 + gmpy2.exp(-v))), (tanh, gmpy2.tanh),
    (sigmoid_slope, lambda v: 1 / (1 + gmpy2.exp(-v)) / (1 + gmpy2.exp(v))),
    (tanh_slope, lambda v: 1 / gmpy2.cosh(v) ** 2), (softplus, lambda v: gmpy2.log(1 + gmpy2.exp(v))),
    (log1p, lambda v: gmpy2.log(1 + v))])
def test_balls_hold_what_the_formula_gives_with_more_digits(function: object, formula: object) -> None:
    for v in (mpq(n, 7) for n in (-9000, -70, -3, 0, 1, 12, 5000)):
        if function is log1p and v < 0:
            continue
        with digits(60):
            found = ball(function(v))
            wide = ball(function(Ball(gmpy2.mpfr(v), gmpy2.mpfr("1e-20"))))
        with digits(5000):
            for each, at in ((found, v), (wide, v), (wide, v + mpq(1, 10**20)), (wide, v - mpq(1, 10**20))):
                if function is log1p and at < 0:
                    continue
                exact = formula(gmpy2.mpfr(at))
                assert abs(exact - each.mid) <= each.rad
            assert found.rad < gmpy2.mpfr("1e-50") * max(1, abs(found.mid))


def test_decimals_cancel_on_paper_and_doubles_do_not() -> None:
    layers = [([[0.1, 0.2, -0.3]], "relu"), ([[2.0]], "linear")]
    exactly = Exactly(network([1.0, 1.0, 1.0], [1.0], "squared_error", layers))
    assert exactly.value(Quantity("z", 2)) == 0
    assert exactly.value(Quantity("delta", 2)) == 0
    assert exactly.missing(Quantity("delta", 2))
    assert exactly.corners(Quantity("dtheta", 1, 1, 2)) == {2}
    assert not exactly.missing(Quantity("delta", 3))


def test_two_units_alike_cancel_and_their_corner_is_found() -> None:
    layers = [([[0.7], [0.7]], "tanh"), ([[1.5, -1.5]], "relu"), ([[1.0]], "linear")]
    exactly = Exactly(network([0.3], [1.0], "squared_error", layers))
    assert exactly.value(Quantity("z", 3)) == 0
    assert exactly.missing(Quantity("delta", 2, 1))


def test_a_corner_behind_a_dead_unit_or_without_weight_is_not_met() -> None:
    layers = [([[1.0], [-1.0]], "relu"), ([[0.0, 1.0]], "relu"), ([[1.0]], "linear")]
    exactly = Exactly(network([1.0], [1.0], "squared_error", layers))
    assert exactly.value(Quantity("z", 3)) == 0
    assert not exactly.corners(Quantity("delta", 2, 1))
    assert not exactly.corners(Quantity("delta", 2, 2))
    assert exactly.corners(Quantity("delta", 3)) == {3}


def test_the_published_example() -> None:
    exactly = Exactly(mazur())
    assert float(ball(exactly.value(Quantity("J"))).mid) == pytest.approx(0.298371108760, abs=1e-12)
    assert float(ball(exactly.value(Quantity("dtheta", 1, 1, 1))).mid) == pytest.approx(0.000438567734, abs=1e-12)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(drawn())
def test_derivatives_are_what_nudges_do(case: Drawn) -> None:
    try:
        net = case.network()
        exactly = Exactly(net)
        [(exactly.value(q), exactly.missing(q)) for q in quantities(net)]
    except (NetworkError, HiddenError):
        assume(False)
    assume(exactly.count == DIGITS)
    assume(not any(0 < abs(ball(v).mid) < NEAREST for zs in exactly.run.z.values() for v in zs))
    with digits(DIGITS):
        for l, (j, i) in ((l, at) for l in range(1, net.L) for at in product((0, -1), (0, -1))):
            q = Quantity("dtheta", l, j % net.units(l + 1) + 1, i % net.units(l) + 1)
            try:
                here, up, down = (nudged(net, l, j, i, step) for step in (mpq(0), NUDGE, -NUDGE))
            except UnsettledError:   # a unit so saturated that the nudge is lost in it, and a corner behind it
                continue
            sides = [ball((up - here) / NUDGE), ball((here - down) / NUDGE)]
            value, missing = ball(exactly.value(q)), exactly.missing(q)
            scale = max(1, abs(value.mid), *(abs(side.mid) for side in sides))
            room = scale * mpq(1, 10**60) + abs(ball(here).mid) * mpq(1, 10**200)
            off = [abs(side.mid - value.mid) > room for side in sides]
            steps = [ball(v * exactly.run.a[l][i]) for v in exactly.derivative(l + 1, j % net.units(l + 1)).steps]
            assert any(off) == any(abs(step.mid) > room for step in steps), (q.key, value, sides)
            assert missing >= any(abs(step.mid) > room for step in steps)


def nudged(net: Network, l: int, j: int, i: int, step: mpq) -> Number:
    run = Pass(net)
    run.theta[l][j][i] += step
    run.forward()
    return run.J
