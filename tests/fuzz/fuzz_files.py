"""Damaged files, others each time: part of `make fuzz`. BACKPROP_FUZZ says how many, 20,000 unless it is set.

What a case of `test_damaged_files` prints, `python tests/fuzz/damage.py CASES SEED`, does the same again.
"""

from __future__ import annotations

import os
import secrets

import pytest

from tests.fuzz import damage
from tests.fuzz.test_damage import tried

SHARDS = 8    # parts that run at the same time
CASES = int(os.environ.get("BACKPROP_FUZZ") or 20_000)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_damaged_files(shard: int) -> None:
    counts = tried(-(-CASES // SHARDS), secrets.randbits(32), seconds=3600)
    assert sum(counts[kind] for kind in damage.CASES) >= CASES // SHARDS - len(damage.CASES)
