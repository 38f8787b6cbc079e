"""Numbers as they are displayed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.text.rounding import agrees, numeral


@pytest.mark.parametrize(
    ("value", "given_in_file", "text"),
    [
        (1.5200392806, False, "1.5200"),
        (0.8, True, "0.8"),
        (2.0, True, "2.0"),
        (-3.7, True, "−3.7"),
        (1.0, False, "1"),
        (0.0, False, "0"),
        (-0.0, False, "0"),
        (-12.16972, False, "−12.170"),
        (145.678, False, "145.68"),
        (123456.7, False, "123457"),
        (9.6122e-05, False, "9.61·10⁻⁵"),
        (1 / 3, True, "0.3333"),
        (1e-9, True, "1.00·10⁻⁹"),
        (1e-25, True, "1.00·10⁻²⁵"),
        (1e300, True, "1.00·10³⁰⁰"),
        (2.5e300, False, "2.50·10³⁰⁰"),
    ],
)
def test_a_value_is_written(value: float, given_in_file: bool, text: str) -> None:
    assert numeral(value, given=given_in_file).text == text


@given(st.floats(-1e300, 1e300), st.booleans(), st.integers(2, 4))
def test_what_is_printed_is_a_rounding_of_the_value(value: float, given_in_file: bool, decimals: int) -> None:
    shown = numeral(value, given_in_file, decimals)
    if "·" in shown.text:
        assert shown.printed == pytest.approx(value, rel=0.51 * 10.0 ** (2 - decimals))
    else:
        places = len(shown.typst.partition(".")[2])
        assert abs(shown.printed - value) <= 0.5000001 * 10**-places
    assert len(shown.text) <= 14


def test_a_printed_product_agrees_or_not() -> None:
    assert agrees(numeral(0.1897, decimals=4), 0.52 * 2.0 * 0.1824)
    assert not agrees(numeral(0.18970, decimals=3), 0.520 * 2.0 * 0.182)  # prints 0.190, computes 0.189
