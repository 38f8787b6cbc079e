"""Each activation against formulas of its own, over the whole range of doubles that a network can reach."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bpmath.model.activation import ACTIVATIONS
from tests.doubles import in_doubles
from tests.networks import ELEMENTWISE

WIDE = st.one_of(st.floats(-50, 50), st.floats(-1e6, 1e6), st.floats(-1e300, 1e300))

# other formulas than those in the table, and none of them derived: (value, slope)
FORMULAS = {
    "linear": (lambda z: z, lambda z: mp.mpf(1)),
    "sigmoid": (lambda z: mp.exp(z) / (1 + mp.exp(z)), lambda z: 1 / (4 * mp.cosh(z / 2) ** 2)),
    "tanh": (lambda z: mp.sinh(z) / mp.cosh(z), lambda z: 1 / mp.cosh(z) ** 2),
    "relu": (lambda z: max(z, mp.mpf(0)), lambda z: mp.mpf(z > 0)),
    "leaky_relu": (lambda z: max(z, z / 100), lambda z: mp.mpf(1) if z > 0 else mp.mpf(1) / 100),
    "softplus": (lambda z: max(z, mp.mpf(0)) + mp.log1p(mp.exp(-abs(z))), lambda z: mp.exp(z) / (1 + mp.exp(z))),
}


@pytest.mark.parametrize("name", ELEMENTWISE)
@settings(max_examples=50)
@given(v=WIDE)
@example(v=0.0)
@example(v=-1e6)
@example(v=1e6)
@example(v=-745.2)
@example(v=36.7)
def test_value_and_slope_are_right_to_the_last_bits(name: str, v: float) -> None:
    activation = ACTIVATIONS[name]
    with mp.workprec(200 + 4 * min(int(abs(v)), 2000)):
        value, slope = (float(f(mp.mpf(v))) for f in FORMULAS[name])
    assert in_doubles(activation.values, [v])[0] == pytest.approx(value, rel=4e-16, abs=5e-324)
    assert in_doubles(activation.slopes, [v])[0] == pytest.approx(slope, rel=4e-16, abs=5e-324)


@settings(max_examples=15)
@given(at=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=4),
       signal=st.lists(st.floats(-9, 9), min_size=5, max_size=5))
@example(at=[1e6, -1e6, 0.0], signal=[1.0, 2.0, 3.0, 0.0, 0.0])
def test_softmax_is_right_and_its_jacobian_too(at: list[float], signal: list[float]) -> None:
    softmax, z, given_signal = ACTIVATIONS["softmax"], np.array(at), np.array(signal[: len(at)])
    with mp.workdps(60):
        largest = max(map(mp.mpf, at))
        powers = [mp.exp(mp.mpf(v) - largest) for v in at]
        a = [p / mp.fsum(powers) for p in powers]
        mean = mp.fsum(s * v for s, v in zip(map(mp.mpf, given_signal), a, strict=True))
        back = [float(v * (mp.mpf(s) - mean)) for s, v in zip(given_signal, a, strict=True)]
    assert in_doubles(softmax.values, z) == pytest.approx([float(v) for v in a], rel=1e-15, abs=1e-300)
    assert in_doubles(softmax.pull_back, z, given_signal) == pytest.approx(back, rel=1e-9, abs=1e-14)
    assert softmax.slopes(z) is None


def test_at_its_corner_a_relu_has_the_slope_of_its_left_side() -> None:
    assert in_doubles(ACTIVATIONS["relu"].slopes, [0.0, -0.0]).tolist() == [0, 0]
    assert in_doubles(ACTIVATIONS["leaky_relu"].slopes, [0.0]).tolist() == [0.01]


def test_no_value_is_minus_zero() -> None:
    for name in ELEMENTWISE:
        assert not np.signbit(in_doubles(ACTIVATIONS[name].values, [-0.0, 0.0])).any()


def test_the_neuron_of_cs231n() -> None:
    z, sigmoid = np.array([2.0 * -1 + -3.0 * -2 + -3]), ACTIVATIONS["sigmoid"]
    assert z[0] == 1
    assert in_doubles(sigmoid.values, z)[0] == pytest.approx(0.731058578630, abs=1e-12)
    assert in_doubles(sigmoid.slopes, z)[0] == pytest.approx(0.196611933241, abs=1e-12)
