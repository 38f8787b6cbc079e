"""What every quantity is called: one key for its symbol, its value, its place, its colour and its line in the ledger.

Glossary, Andrew Ng's notation (layer 1 is the input, layer L the output, `(l)` is a layer and not a power):
x input, y target, h = a(L) output, J cost, alpha learning rate, z pre-activation, a activation, slope g'(z),
delta(l) = dJ/dz(l) error signal, theta(l) weights from layer l to l + 1, b(l) their bias, dtheta and db the
derivatives of J with respect to them, new_theta and new_b their values after one update.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import sympy as sp
from sympy.core.function import AppliedUndef

from bpmath.model.network import Network


class Numbers(Protocol):
    """What holds a network's numbers: a trace, or the forward pass alone. z, a, ... are vectors by layer."""

    network: Network
    J: float
    h: Sequence[float]


@dataclass(frozen=True)
class Kind:
    """One row of the table of names: role (which decides the colour), typesetting of the letter, and words."""

    role: str      # a value, theta weight, slope, delta error, J cost and target, plain
    typst: str
    latex: str
    words: str


KINDS = {
    "x": Kind("a", "x", "x", "the input"),
    "a": Kind("a", "a", "a", "the activation"),
    "h": Kind("a", "h", "h", "the output"),
    "z": Kind("plain", "z", "z", "the weighted input"),
    "slope": Kind("slope", "{g}'", "{g}'", "the slope"),
    "delta": Kind("delta", "delta", r"\delta", "the error signal"),
    "theta": Kind("theta", "theta", r"\theta", "the weight"),
    "b": Kind("theta", "b", "b", "the bias"),
    "dtheta": Kind("gradient", "theta", r"\theta", "the gradient of the weight"),
    "db": Kind("gradient", "b", "b", "the gradient of the bias"),
    "new_theta": Kind("theta", "theta", r"\theta", "the new weight"),
    "new_b": Kind("theta", "b", "b", "the new bias"),
    "dh": Kind("J", "h", "h", "the network error"),
    "y": Kind("J", "y", "y", "the target"),
    "J": Kind("J", "J", "J", "the cost"),
    "alpha": Kind("plain", "alpha", r"\alpha", "the learning rate"),
}
LAYERLESS = {"x", "h", "dh", "y", "J", "alpha"}
MATRICES = {"theta", "dtheta", "new_theta"}
KEY = re.compile(r"(?P<kind>[A-Za-z_]+?)(?:\((?P<layer>\d+)\))?(?:\[(?P<unit>\d+)(?:,(?P<source>\d+))?\])?")
NAME = re.compile(r"(?P<kind>new_theta|new_b|[A-Za-z]+)(?P<numbers>(?:_\d+)*)")


@dataclass(frozen=True, order=True)
class Quantity:
    """One number of the trace. `unit` and `source` count from 1 and are None in layers of a single unit.

    `source` is the unit of layer l that a weight theta(l) comes from; `unit` is the one of layer l + 1 that it goes to.
    """

    kind: str
    layer: int | None = None
    unit: int | None = None
    source: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise KeyError(f"no quantity is called {self.kind}")

    @property
    def role(self) -> str:
        return KINDS[self.kind].role

    @property
    def key(self) -> str:
        """Its name in the ledger, with the unit always said: ``delta(3)[1]``, ``theta(1)[2,1]``, ``J``."""
        layer = "" if self.layer is None else f"({self.layer})"
        if self.kind in ("J", "alpha"):
            return self.kind
        unit = f"[{self.unit or 1},{self.source or 1}]" if self.kind in MATRICES else f"[{self.unit or 1}]"
        return f"{self.kind}{layer}{unit}"

    @property
    def symbol(self) -> sp.Symbol:
        """Its SymPy symbol: ``theta_1_2_1``; single units are not numbered: ``delta_3``."""
        parts = [self.layer, self.unit, self.source]
        return sp.Symbol("_".join([self.kind, *(str(p) for p in parts if p is not None)]))

    @classmethod
    def of(cls, symbol: sp.Symbol) -> Quantity | None:
        """The quantity that a symbol stands for; None for a bound name: those carry assumptions, quantities none."""
        match = NAME.fullmatch(symbol.name)
        if symbol != sp.Symbol(symbol.name) or not match or match["kind"] not in KINDS:
            return None
        numbers = [int(n) for n in match["numbers"].split("_")[1:]]
        if match["kind"] in LAYERLESS:
            return cls(match["kind"], None, *numbers)
        return cls(match["kind"], *numbers) if numbers else None

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """The quantity that a key names: ``delta(3)``, ``theta(1)[2,1]``, ``J``. KeyError where it can name none."""
        match = KEY.fullmatch(text)
        if not match or match["kind"] not in KINDS:
            raise KeyError(f"not a quantity: {text}")
        q = cls(match["kind"], *(int(v) if v else None for v in match.group("layer", "unit", "source")))
        if q.kind in LAYERLESS:
            layered = q.layer is None
        else:
            layered = (q.layer or 0) >= (2 if q.kind in ("z", "delta", "slope") else 1)
        counted = all(n is None or n >= 1 for n in (q.unit, q.source))
        alone = q.unit is None or q.kind not in ("J", "alpha")
        paired = q.source is None if q.kind not in MATRICES else (q.source is None) == (q.unit is None)
        if not (layered and counted and alone and paired):
            raise KeyError(f"not a quantity: {text}; layers and units count from 1; z, slope, delta from layer 2")
        return q

    def value(self, trace: Numbers) -> float:
        """Its number in the trace, in full precision."""
        net = trace.network
        match self.kind:
            case "J":
                return trace.J
            case "alpha":
                return net.learning_rate
            case "x":
                array = net.input
            case "y":
                array = net.target
            case "h":
                array = trace.h
            case "dh":
                array = trace.dh
            case "theta":
                array = net.theta(self.layer)
            case "b":
                array = net.bias(self.layer)
            case _:
                array = getattr(trace, self.kind)[self.layer]
        place = (self.unit or 1) - 1
        return float(array[place, (self.source or 1) - 1] if self.kind in MATRICES else array[place])


def quantity(network: Network, kind: str, layer: int | None = None, unit: int = 1, source: int = 1) -> Quantity:
    """A quantity of this network, with units numbered only where its layers have several."""
    if kind in ("J", "alpha"):
        return Quantity(kind)
    if kind in MATRICES:
        single = network.units(layer) == network.units(layer + 1) == 1
        return Quantity(kind, layer) if single else Quantity(kind, layer, unit, source)
    where = {"x": 1, "h": network.L, "dh": network.L, "y": network.L}.get(kind, layer)
    single = network.units(where + 1 if kind in ("b", "db", "new_b") else where) == 1
    return Quantity(kind, layer) if single else Quantity(kind, layer, unit)


def belongs(network: Network, q: Quantity) -> bool:
    """Whether a quantity is one of this network's, with its units numbered as there."""
    if not there(network, q):
        return False
    layer = {"x": 1, "h": network.L, "dh": network.L, "y": network.L}.get(q.kind, q.layer)
    rows = 1 if layer is None else network.units(layer + (q.kind in MATRICES or q.kind in ("b", "db", "new_b")))
    columns = network.units(layer) if q.kind in MATRICES else 1
    unit, source = q.unit or 1, q.source or 1
    return 1 <= unit <= rows and 1 <= source <= columns and q == quantity(network, q.kind, q.layer, unit, source)


def there(network: Network, q: Quantity) -> bool:
    """Whether the network has quantities of this kind in this layer."""
    first, last = {"a": (1, network.L), "z": (2, network.L), "slope": (2, network.L), "delta": (2, network.L)}.get(
        q.kind, (1, network.L - 1))
    if q.kind not in LAYERLESS and (q.layer is None or not first <= q.layer <= last):
        return False
    if q.kind in ("b", "db", "new_b"):
        return network.bias(q.layer) is not None
    return q.kind != "slope" or network.activation(q.layer).elementwise


def quantities(network: Network) -> Iterator[Quantity]:
    """Every quantity of the network's trace, forward, then backward, then the update."""
    def units(kind: str, l: int | None, size: int) -> Iterator[Quantity]:
        return (quantity(network, kind, l, j) for j in range(1, size + 1))

    L, sizes = network.L, network.sizes
    yield from units("x", None, sizes[0])
    yield from units("a", 1, sizes[0])
    for l in range(1, L):
        yield from weights(network, "theta", l)
        if network.bias(l) is not None:
            yield from units("b", l, sizes[l])
        yield from units("z", l + 1, sizes[l])
        yield from units("a", l + 1, sizes[l])
        if network.activation(l + 1).elementwise:
            yield from units("slope", l + 1, sizes[l])
    yield from units("h", None, sizes[-1])
    yield from units("y", None, sizes[-1])
    yield Quantity("J")
    yield from units("dh", None, sizes[-1])
    for l in range(L, 1, -1):
        yield from units("delta", l, sizes[l - 1])
    for kind, bias in (("dtheta", "db"), ("new_theta", "new_b")):
        for l in range(L - 1, 0, -1):
            yield from weights(network, kind, l)
            if network.bias(l) is not None:
                yield from units(bias, l, sizes[l])
    yield Quantity("alpha")


def weights(network: Network, kind: str, l: int) -> Iterator[Quantity]:
    """theta(l), dtheta(l) or new_theta(l), row by row."""
    return (quantity(network, kind, l, j, i)
            for j in range(1, network.units(l + 1) + 1) for i in range(1, network.units(l) + 1))


LETTERS = {"delta": "δ", "theta": "θ", "new_theta": "θ", "alpha": "α", "dtheta": "∂J/∂θ", "db": "∂J/∂b", "dh": "∂J/∂h",
           "new_b": "b", "slope": "g′"}


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbol_text(q: Quantity) -> str:
    """The symbol in plain text, for captions: δ(3), θ(2), ∂J/∂θ(1); with units δ₂(3), θ₂₁(1)."""
    units = ",".join(str(n) for n in (q.unit, q.source) if n is not None)
    short = units.replace(",", "") if max(q.unit or 0, q.source or 0) < 10 else units
    layer = f"({q.layer})" if q.layer is not None else ""
    return LETTERS.get(q.kind, q.kind) + short.translate(SUBSCRIPTS) + layer


def quantities_in(e: sp.Expr) -> dict[sp.Expr, Quantity]:
    """The parts of an expression that stand for a number of their own, derivatives and symbols, and whose."""
    found = {d: q for d in e.atoms(sp.Derivative) if (q := of_derivative(d))}
    inside = {s for d in found for s in d.free_symbols | set(d.variables)}
    inside -= e.xreplace({d: sp.Integer(1) for d in found}).free_symbols
    return found | {s: q for s in e.free_symbols - inside if (q := Quantity.of(s))}


def once_by(d: sp.Derivative) -> sp.Symbol | None:
    """By what name a derivative is taken; None where that is not one name, once."""
    (by, count), *others = d.variable_count
    return by if count == 1 and by.is_Symbol and not others else None


def of_derivative(d: sp.Derivative) -> Quantity | None:
    """The quantity that a derivative is: a gradient, a delta, a slope, or what a link of the chain comes to."""
    by = once_by(d)
    q = Quantity.of(by) if by else None
    if q is None:
        return None
    if d.expr == sp.Symbol("J"):
        kind = {"z": "delta", "theta": "dtheta", "b": "db", "h": "dh"}.get(q.kind)
        return Quantity(kind, q.layer, q.unit, q.source) if kind else None
    if q.kind == "h":
        return Quantity("dh", None, q.unit)
    if isinstance(d.expr, AppliedUndef):
        return Quantity("slope", q.layer, q.unit) if d.expr.args == (by,) else None
    done = d.doit()
    return Quantity.of(done) if isinstance(done, sp.Symbol) and d.expr.has(by) else None
