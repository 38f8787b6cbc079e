"""A few of the random networks of `make fuzz`, in the ordinary tests."""

from __future__ import annotations

from hypothesis import settings

from tests.fuzz.fuzz_networks import QUIET, every_number_is_right

test_every_number_is_right = settings(QUIET, max_examples=60)(every_number_is_right)
