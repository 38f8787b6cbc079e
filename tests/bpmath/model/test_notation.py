"""One key for every number: its symbol, its name in the ledger, its value."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings

from bpmath.model.network import Network
from bpmath.model.notation import Quantity, quantities, quantity, symbol_text
from bpmath.numeric.backprop import trace
from tests.networks import mazur, networks, single_path


@settings(max_examples=30)
@given(networks(units=4))
def test_every_quantity_has_a_name_of_its_own_and_a_value(net: Network) -> None:
    t = trace(net)
    found = list(quantities(net))
    assert len({q.key for q in found}) == len({q.symbol for q in found}) == len(set(found)) == len(found)
    for q in found:
        assert isinstance(q.value(t), float)
        assert Quantity.of(q.symbol) == q
        assert Quantity.parse(q.key).key == q.key


@pytest.mark.parametrize(("q", "key", "symbol"), [
    (Quantity("delta", 3), "delta(3)[1]", "delta_3"), (Quantity("theta", 1, 2, 1), "theta(1)[2,1]", "theta_1_2_1"),
    (Quantity("theta", 2), "theta(2)[1,1]", "theta_2"), (Quantity("J"), "J", "J"),
    (Quantity("y", None, 2), "y[2]", "y_2"),
    (Quantity("new_theta", 1), "new_theta(1)[1,1]", "new_theta_1"), (Quantity("b", 1, 2), "b(1)[2]", "b_1_2")])
def test_keys_and_symbols(q: Quantity, key: str, symbol: str) -> None:
    assert (q.key, q.symbol.name) == (key, symbol)


def test_values_are_the_traces() -> None:
    t = trace(mazur())
    assert Quantity.parse("theta(1)[2,1]").value(t) == 0.25
    assert Quantity.parse("b(2)[1]").value(t) == 0.60
    assert Quantity.parse("y[2]").value(t) == 0.99
    assert Quantity.parse("alpha").value(t) == 0.5
    assert Quantity.parse("dtheta(2)[1,2]").value(t) == t.dtheta[2][0, 1]


def test_units_are_numbered_only_where_there_are_several() -> None:
    assert quantity(single_path(), "delta", 3) == Quantity("delta", 3)
    assert quantity(mazur(), "delta", 3, 2) == Quantity("delta", 3, 2)
    assert quantity(mazur(), "theta", 1, 2, 1) == Quantity("theta", 1, 2, 1)


def test_a_bound_name_is_no_quantity() -> None:
    assert Quantity.of(sp.Symbol("z", real=True)) is None
    assert Quantity.of(sp.Symbol("h", real=True)) is None
    assert Quantity.of(sp.Symbol("w")) is None
    assert Quantity.of(sp.Symbol("h")) == Quantity("h")


@pytest.mark.parametrize("text", [
    "epsilon(3)", "delta(3", "", "delta(x)", "delta(3)[0]", "delta(0)", "delta(1)", "z(1)", "slope(1)", "a(0)", "delta",
    "theta", "theta(0)", "theta(1)[0,1]", "theta(1)[1,0]", "theta(1)[2]", "b(1)[1,1]", "delta(3)[1,1]", "J(2)", "J[1]",
    "alpha(1)", "alpha[1]", "x(1)", "h(3)[1]", "y[0]", "x[1,1]"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeyError):
        Quantity.parse(text)


def test_symbols_in_plain_text() -> None:
    assert symbol_text(Quantity("delta", 3)) == "δ(3)"
    assert symbol_text(Quantity("theta", 1, 2, 1)) == "θ₂₁(1)"
