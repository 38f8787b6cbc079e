"""A strategy that draws networks as plain numbers: of unlike sizes, saturated, cancelling, and exactly at corners."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gmpy2 import mpq
from hypothesis import strategies as st

from bpmath.model.network import Network, network
from tests.exactly import read

ELEMENTWISE = ("relu", "sigmoid", "linear", "tanh", "leaky_relu", "softplus")
Matrix = list[list[float]]
TENTHS = st.integers(-30, 30).map(lambda n: n / 10)
SIGNED = st.sampled_from(["", "-"])
HUGE = st.sampled_from([1e60, -1e60, 3e30, 1e8, 1e160])


def decimals(low: int, high: int) -> st.SearchStrategy[float]:
    """Decimals of 1 to 17 digits, of either sign, from 10^low to 10^(high + 1) in size."""
    long = st.integers(1, 17).flatmap(lambda n: st.integers(10 ** (n - 1), 10**n - 1))
    return st.builds(lambda sign, m, power: float(f"{sign}{m}e{power - len(str(m)) + 1}"),
                     SIGNED, long, st.integers(low, high))


PLAIN = st.one_of(TENTHS, TENTHS, decimals(-2, 0))
WIDE = st.one_of(TENTHS, decimals(-8, 7), st.sampled_from([0.0, 1.0, -1.0, 1e8, -1e8, 1e-8, 1e4, -1e4, 0.1]))


@dataclass(frozen=True)
class Drawn:
    """A network as Python literals, as a failure prints it."""

    input: list[float]
    target: list[float]
    cost: str
    layers: list[tuple]
    learning_rate: float
    decimal: bool = True

    def network(self) -> Network:
        made = network(self.input, self.target, self.cost, self.layers, self.learning_rate)
        return made if self.decimal else replace(made, decimal=False)


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """Mostly small ones: 2 to 6 layers of 1 to 5 units, any activations, and costs that fit the output."""
    decimal = draw(st.sampled_from([True, True, False]))
    most = draw(st.sampled_from([3, 4, 6]))
    sizes = draw(st.lists(st.sampled_from([1, 2, 2, 3, 3, 4, 5]), min_size=2, max_size=most))
    numbers = draw(st.sampled_from([PLAIN, PLAIN, WIDE]))
    cost = draw(st.sampled_from(["squared_error", "squared_error", "binary_cross_entropy", "cross_entropy"]))
    x = draw(st.one_of(st.just([1.0] * sizes[0]), st.lists(numbers, min_size=sizes[0], max_size=sizes[0])))
    layers, a = [], [mpq(read(v, decimal)) for v in x]   # a where it is rational
    for l, size in enumerate(sizes[1:], 2):
        inside = (*ELEMENTWISE, *(["softmax"] if size > 1 else []))
        top = inside if cost == "squared_error" else tuple(n for n in inside if n in ("sigmoid", "softmax"))
        name = draw(st.sampled_from(top if l == len(sizes) else inside))
        rows = [draw(row(numbers, len(a))) for _ in range(size)]
        if size > 1 and draw(st.integers(0, 4)) == 0:
            rows[1] = list(rows[0])                      # two units alike
        bias = draw(st.none() | st.lists(numbers, min_size=size, max_size=size))
        if draw(st.integers(0, 2)) == 0:
            balance(rows, bias, a, decimal, draw(st.integers(0, size - 1)))
        layers.append((rows, name) if bias is None else (rows, bias, name))
        a = onward(rows, bias, a, name, decimal)
    return Drawn(x, draw(targets(cost, name, sizes[-1], numbers)), cost, layers,
                 draw(st.sampled_from([0.1, 0.1, 1e-3, 0.5, 10.0, 0.3])), decimal)


@st.composite
def row(draw: st.DrawFn, numbers: st.SearchStrategy[float], size: int) -> list[float]:
    """A unit's weights: any, none, or two that are opposite, which cancel behind two units alike."""
    kind = draw(st.sampled_from(["any", "any", "any", "any", "any", "opposite", "dead", "zero"]))
    if kind == "zero":
        return [0.0] * size
    found = draw(st.lists(numbers, min_size=size, max_size=size))
    if kind == "dead":
        return [-abs(v) for v in found]
    return [found[0], -found[0], *[0.0] * (size - 2)] if kind == "opposite" and size > 1 else found


def balance(rows: Matrix, bias: list[float] | None, a: list[mpq | None], decimal: bool, j: int) -> None:
    """Sets the last weight or the bias of a unit so that its z is zero: exactly, if a double is the number needed."""
    if any(v is None and w for v, w in zip(a, rows[j], strict=True)):
        return
    products = [mpq(read(w, decimal)) * (v or 0) for w, v in zip(rows[j], a, strict=True)]
    if bias is not None:
        bias[j] = float(-sum(products)) + 0.0
    elif a[-1]:
        rows[j][-1] = float(-sum(products[:-1]) / a[-1]) + 0.0


def onward(rows: Matrix, bias: list[float] | None, a: list[mpq | None], name: str, decimal: bool) -> list[mpq | None]:
    """The next layer's activations where they are rational, None where they are not."""
    found: list[mpq | None] = []
    for j, weights in enumerate(rows):
        terms = [mpq(0) if w == 0 else None if v is None else mpq(read(w, decimal)) * v
                 for w, v in zip(weights, a, strict=True)]
        if None in terms or name not in ("linear", "relu", "leaky_relu"):
            found.append(None)
            continue
        z = sum(terms) + (mpq(read(bias[j], decimal)) if bias is not None else 0)
        found.append(z if z > 0 or name == "linear" else z * {"relu": 0, "leaky_relu": mpq(1, 100)}[name])
    return found


def targets(cost: str, name: str, size: int, numbers: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    """What suits the cost: any numbers and huge ones, numbers from 0 to 1, or one class."""
    classes = st.integers(0, size - 1).map(lambda k: [float(i == k) for i in range(size)])
    if cost == "squared_error":
        return st.one_of(*3 * [st.lists(numbers, min_size=size, max_size=size)], classes,
                         st.lists(HUGE, min_size=size, max_size=size))
    parts = st.lists(st.one_of(st.sampled_from([0.0, 1.0, 0.5]), st.integers(0, 100).map(lambda n: n / 100)),
                     min_size=size, max_size=size)
    return classes if cost == "cross_entropy" else st.one_of(classes, parts)
