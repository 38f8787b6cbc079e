"""The lint on many random networks: `make lint-many`. Not among the tests, since it takes long.

Every fault of a network is told, and the network is left in media/lint to be looked at with `backprop lint --network`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as st

from bpmath.files.canonical import canonical
from bpmath.model.network import Network, NetworkError
from bpmath.numeric.backprop import trace
from scenes.kit.chapter import Chapter
from studio.film.chapters import chapters
from studio.lint import lint
from tests.networks import networks

FOLDER = Path("media/lint")
SHARDS, EACH = 8, 25  # 200 networks, in parts that run at the same time
SCALES = (1e-6, 1e4)  # of weights
PATHS, ALL = (networks(units, layers=9, scales=SCALES, wild=True) for units in (1, 12))  # the input is a layer, too


@pytest.mark.parametrize("shard", range(SHARDS))
def test_random_networks(shard: int) -> None:
    told: list[str] = []

    @seed(shard)
    @settings(
        max_examples=EACH,
        derandomize=False,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(PATHS, ALL))
    def look(net: Network) -> None:
        try:
            trace(net)
        except NetworkError:  # it overflows, say: the command refuses it, and another is drawn
            reject()
        if found := [fault for chapter in chapters() for fault in faults(chapter, net)]:
            told.extend([str(keep(net, f"{shard}-{len(told)}")), *found])

    look()
    demand(told)


def faults(chapter: type[Chapter], net: Network) -> list[str]:
    """What the lint finds in a chapter, or what stops it, each in a line."""
    if chapter.suits(net):
        return []
    try:
        found = lint(chapter, net).findings
    except Exception as error:
        return [f"{chapter.__name__} stops: {type(error).__name__}: {error}"]
    return [f"{f.chapter} at {f.time:.1f} s, {f.kind}: {f.what} ({f.much})" for f in found]


def demand(told: Sequence[str]) -> None:
    if told:
        pytest.fail("\n".join(told), pytrace=False)


def keep(net: Network, name: str) -> Path:
    """Writes a network as a file that the command reads."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.json"
    file.write_text(canonical(replace(net, name=f"{net.name} {name}")), encoding="utf-8")
    return file
