"""A network goes through a text and comes back the same, number for number."""
from __future__ import annotations

import numpy as np
from hypothesis import given

from bpmath.files.canonical import canonical, network_from
from bpmath.files.network_file import DEFAULT, read_network
from bpmath.model.network import Network
from bpmath.numeric.backprop import trace
from tests.networks import networks


@given(networks())
def test_every_number_comes_back(net: Network) -> None:
    again = network_from(canonical(net), "mine.toml")
    assert canonical(again) == canonical(net)
    assert again.source == "mine.toml"
    assert again.name == net.name
    for l in range(1, net.L):
        assert np.array_equal(again.theta(l), net.theta(l))
        assert (again.bias(l) is None) == (net.bias(l) is None)
    assert trace(again).J == trace(net).J


def test_where_it_came_from_is_not_part_of_it_and_its_name_is(tmp_path: object) -> None:
    text = DEFAULT.read_text()
    (tmp_path / "a.toml").write_text(text)
    assert canonical(read_network(tmp_path / "a.toml")) == canonical(read_network(DEFAULT))
    (tmp_path / "a.toml").write_text(text.replace("single path", "other"))
    assert canonical(read_network(tmp_path / "a.toml")) != canonical(read_network(DEFAULT))
