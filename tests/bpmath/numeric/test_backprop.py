"""The numeric pass against published numbers and against an independent exact method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from bpmath.model.network import Network, NetworkError, network
from bpmath.model.notation import quantities
from bpmath.numeric.backprop import cost_of, trace
from tests.exactly import Exactly
from tests.fuzz.fuzz_networks import right
from tests.networks import classes, mazur, networks, single_path, softmaxes, tanh_path, unmeant

MAZUR = {   # exact to 12 digits
    "z3": [1.105905967060], "a2": [0.593269992107, 0.596884378260], "a3": [0.751365069552, 0.772928465321],
    "delta3": [0.138498561629, -0.038098236517], "delta2": [0.008771354689, 0.009954254705],
    "new2": [.358916479718, .408666186076, .511301270239, .561370121108],
    "new1": [.149780716133, .199561432266, .249751143632, .299502287265],
}


def test_the_worked_example_of_mazur() -> None:
    t = trace(mazur())
    exact = lambda values: pytest.approx(values, abs=1.0e-12)   # noqa: E731
    assert t.z[3][0] == exact(MAZUR["z3"][0])
    assert t.a[2] == exact(MAZUR["a2"])
    assert t.h == exact(MAZUR["a3"])
    assert pytest.approx(0.298371108760, abs=1e-12) == t.J
    assert t.delta[3] == exact(MAZUR["delta3"])
    assert t.delta[2] == exact(MAZUR["delta2"])
    assert (t.dtheta[2][0, 0], t.dtheta[1][0, 0]) == exact((0.082167040564, 0.000438567734))
    assert t.new_theta[2].ravel() == exact(MAZUR["new2"])
    assert t.new_theta[1].ravel() == exact(MAZUR["new1"])


def test_the_worked_example_of_mazur_after_one_round() -> None:
    """Its author leaves the biases as they are, and prints another J: from deltas through weights already updated."""
    t = trace(mazur())
    assert cost_of(mazur().with_parameters(dict(t.new_theta))) == pytest.approx(0.291027773694, abs=1e-12)
    assert cost_of(t.updated) == pytest.approx(0.280471446791, abs=1e-12)


def test_the_default_network_of_the_film() -> None:
    t = trace(single_path())
    rounded = lambda values: [round(float(v), 4) for v in values]   # noqa: E731
    assert rounded([t.z[2][0], t.z[3][0]]) == [1.2, 1.1528]
    assert rounded([t.a[2][0], t.a[3][0], t.h[0], t.J]) == [0.7685, 0.76, 1.52, 0.1352]
    assert rounded(t.slope[l][0] for l in (2, 3, 4)) == [0.1779, 0.1824, 1.0]
    assert rounded(t.delta[l][0] for l in (4, 3, 2)) == [0.52, 0.1897, 0.0506]
    assert rounded(t.dtheta[l][0, 0] for l in (3, 2, 1)) == [0.3952, 0.1458, 0.0759]


def test_ngs_scalar_graph_as_a_network() -> None:
    """J = 3 (a + b c) at a = 5, b = 3, c = 2: bias a, weight b, input c, and 3 on top; h - y = 1."""
    net = network([2.0], [32.0], "squared_error", [([[3.0]], [5.0], "linear"), ([[3.0]], "linear")])
    t = trace(net)
    assert (t.h[0], t.dtheta[1][0, 0], t.db[1][0]) == (33, 6, 3)


@pytest.mark.parametrize("make", [single_path, mazur, tanh_path, softmaxes, classes])
def test_every_number_is_the_exact_one(make: Callable[[], Network]) -> None:
    """Any network is held to the same in `test_random_networks.py`."""
    net = make()
    found, exactly = trace(net), Exactly(net)
    for q in quantities(net):
        right(q, q.value(found), exactly.value(q))


@settings(max_examples=25)
@given(networks(units=4, layers=4, scales=(0.01, 1e6)))
def test_no_network_gives_a_nan_or_a_warning(net: Network) -> None:
    try:
        t = trace(net)
    except NetworkError as error:
        assert "overflows" in str(error)
        return
    for values in (t.a, t.z, t.delta, t.dtheta, t.new_theta):
        assert all(np.isfinite(v).all() for v in values.values())
    assert np.isfinite(t.J)


def test_its_numbers_cannot_be_changed() -> None:
    t = trace(mazur())
    for values in (t.a[1], t.z[2], t.delta[3], t.dtheta[1], t.new_b[2], t.slope[2]):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1
    with pytest.raises(TypeError):
        t.delta[2] = np.zeros(2)


@pytest.mark.parametrize(("words", "net"), [
    ("layer 2: the forward pass overflows", network([1e308], [0.0], "squared_error", [([[1e308]], "linear")])),
    ("found the output -0.8, where binary_cross_entropy has no finite value",
     unmeant([1.0], [1.0], [([[-0.8]], "linear")])),
    ("the backward pass overflows",
     network([0.0], [-1e100], "squared_error", [([[1.0]], "linear"), ([[1e250]], "linear")])),
    ("the update overflows", network([1e154], [0.0], "squared_error", [([[1e-10]], "linear")], learning_rate=1e300)),
    ("squared_error overflows", network([1e200], [0.0], "squared_error", [([[1.0]], "linear")])),
])
def test_what_overflows_is_said_in_words(words: str, net: Network) -> None:
    with pytest.raises(NetworkError, match=words):
        trace(net)
