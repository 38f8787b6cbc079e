"""Values of expressions, to the last bit and at any size."""

from __future__ import annotations

import math

import pytest
import sympy as sp

from bpmath.model import multiprecision

x = sp.Symbol("x", real=True)


def test_what_floating_point_loses_is_kept() -> None:
    assert multiprecision.value(1 - sp.tanh(x) ** 2, {x: 30.0}) == pytest.approx(4 * math.exp(-60), rel=1e-15)
    assert multiprecision.value(1 / (1 + sp.exp(-x)), {x: -1000.0}) == 0.0
    assert multiprecision.value(sp.log(1 + sp.exp(x)), {x: 1e300}) == 1e300


def test_where_there_is_no_value_it_is_nan() -> None:
    assert math.isnan(multiprecision.value(1 / x, {x: 0.0}))
    assert math.isnan(multiprecision.value(sp.log(x), {x: -1.0}))


def test_more_than_a_double_holds_is_infinite() -> None:
    assert multiprecision.value(sp.exp(x), {x: 1e6}) == math.inf
