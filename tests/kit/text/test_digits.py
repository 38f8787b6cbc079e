"""Numbers are put together from characters that were set once, each where Typst would have it."""
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenes.kit.text.number_shapes import HEIGHT, outlines
from scenes.kit.text.rounding import Numeral, numeral, power_of_ten
from scenes.kit.text.shapes import compiled


def check(shown: Numeral) -> None:
    (page,) = compiled([f"${shown.typst}$"])
    made = outlines(shown.text)
    assert len(made) == len(page) == len(shown.text)
    away = page[0].outline[0] - made[0][0]
    for shape, outline in zip(page, made, strict=True):
        assert np.abs(shape.outline - away - outline).max() < 1e-9


@given(st.floats(-1e300, 1e300), st.booleans(), st.integers(2, 9))
@example(-7.5e-12, False, 4)
@example(1e-300, False, 2)
@example(2.5e17, False, 4)
@example(-1234.5678, False, 4)
def test_a_number_is_set_as_typst_sets_it(value: float, given_in_file: bool, decimals: int) -> None:
    check(numeral(value, given_in_file, decimals))


@pytest.mark.parametrize("power", range(-19, 20))
def test_a_mark_on_an_axis_is_set_as_typst_sets_it(power: int) -> None:
    check(power_of_ten(10.0**power))


@pytest.mark.parametrize("value", [0.5, -0.5, 5e-7, -5e-17])
def test_the_digits_of_a_number_are_centred(value: float) -> None:
    found = outlines(numeral(value).text)
    digit = next(o for o, char in zip(found, numeral(value).text, strict=True) if char.isdigit())
    assert (digit[:, 1].min() + digit[:, 1].max()) / 2 == pytest.approx(0, abs=0.03)
    assert digit[:, 1].max() - digit[:, 1].min() == pytest.approx(HEIGHT, abs=0.05)
    x = np.concatenate(found)[:, 0]
    assert (x.min() + x.max()) / 2 == pytest.approx(0, abs=0.05)
