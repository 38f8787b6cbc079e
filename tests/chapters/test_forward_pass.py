"""Chapter 3: what it says depends on the network, and its one line is proved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bpmath.model.network import Network, network
from bpmath.symbolic.derivation import Derivation
from scenes.forward_pass import ForwardPass
from tests.networks import single_path, tanh_path
from tests.watching import watch


def told(net: Network) -> str:
    return " ".join(cue.text.replace("\n", " ") for cue in watch(ForwardPass, net).chapter.cues)


def test_the_last_activation_is_called_what_it_is() -> None:
    text = told(single_path())
    assert "The last activation is the identity. It leaves z as it is; its slope is one." in text
    assert "bias" not in text
    text = told(tanh_path())
    assert "The last activation is the sigmoid." in text
    assert "identity" not in text


def test_every_layer_shows_equation_6_and_its_one_line() -> None:
    net = single_path()
    shown = [e for e in watch(ForwardPass, net).book["equations"] if e["equation"] == "6"]
    assert {(e["lhs"], e["rhs"]) for e in shown} == {
        ("z_2", "theta_1*x"), ("a_2", "sigma(z_2)"), ("a_2", "sigma(theta_1*x)"),
        ("z_3", "a_2*theta_2"), ("a_3", "sigma(z_3)"), ("a_3", "sigma(a_2*theta_2)"),
        ("z_4", "a_3*theta_3"), ("h", "g(z_4)"), ("h", "g(a_3*theta_3)"),
    }  # fmt: skip


BIASED = network([0.7], [1.0], "squared_error", [([[1.2]], "tanh"), ([[-0.9]], [0.3], "sigmoid")])


@pytest.mark.parametrize("net", [single_path(), BIASED], ids=["article", "biased"])
def test_a_wrong_line_is_not_proved(net: Network) -> None:
    derivation = Derivation(net)
    lines = [step for step in derivation.steps if step.name == "recursion forward"]
    assert len(lines) == net.L - 1
    for line in lines:
        g, (inside,) = line.rhs.func, line.rhs.args
        other = net.activation(2 if line.subject.kind == "h" else net.L).function
        assert derivation.prove(line)
        for wrong in (g(-inside), g(inside + 1), g(2 * inside), 2 * g(inside), other(inside), g(line.lhs)):
            assert not derivation.prove(replace(line, rhs=wrong)), wrong
