"""A few of the random networks of `make fuzz`, the same each time."""

from __future__ import annotations

from tests.fuzz.fuzz_networks import every_number_is_right


def test_every_number_is_right() -> None:
    every_number_is_right(60)
