"""A second backpropagation that shares nothing with the first, and knows how exact it is.

The given numbers are rationals; so is all that linear units and ReLUs make of them. Other activations and costs, from
their textbook formulas, give balls of 400 digits, which hold the true value for certain. A derivative follows a nudge
of one unit forward: the tangent of each later unit, and at last that of J. At a corner the tangent is asked three
times: by the custom (the slope on the left), and for a nudge up and one down.

A ball around zero at a corner is asked again with twice the digits, and more where units saturate; then it is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial

from gmpy2 import mpq

from bpmath.model.network import Network
from bpmath.model.notation import Quantity
from tests.ball import (
    Ball,
    Number,
    UnsettledError,
    ball,
    digits,
    exp,
    log1p,
    sigmoid,
    sigmoid_slope,
    softplus,
    tanh,
    tanh_slope,
    total,
)

DIGITS = 400
MOST = 20_000    # digits; what is hidden deeper is not looked for
LEFT, RIGHT = {"relu": mpq(0), "leaky_relu": mpq(1, 100)}, mpq(1)
LARGEST = mpq(2) ** 1024 - mpq(2) ** 970   # from here on a number is rounded to no double
SMALLEST = mpq(1, 10**323)
OUTWARD = ("delta", "dtheta", "db", "new_theta", "new_b")


def read(v: float, decimal: bool) -> Fraction:
    """A given number: the decimal that a file says, or the double that it is."""
    return Fraction(repr(float(v))) if decimal else Fraction(float(v))


class HiddenError(Exception):
    """A number's sign is hidden behind so many digits that it is not looked for."""


@dataclass(frozen=True)
class Derivative:
    """dJ by one z: its value by the custom, and the corners that the nudge reaches.

    `corners` are the layers of units exactly at a corner that weights and slopes connect with the nudged unit;
    `steps` is how far the derivatives for a nudge up and for one down are from the custom's, where there are corners;
    """

    value: Number
    corners: frozenset[int]
    steps: list[Number]


class Pass:
    """One pass, with the digits of the context.

    `settled` takes a ball around zero for zero; without it, one where that matters raises UnsettledError.
    """

    def __init__(self, network: Network, settled: bool = False, change: Callable[[mpq], mpq] = mpq) -> None:
        self.network, self.settled, self.change = network, settled, change
        self.names = {l: network.activation(l).name for l in range(2, network.L + 1)}
        self.theta = {l: [self.given(row) for row in network.theta(l)] for l in range(1, network.L)}
        self.bias = {l: None if network.bias(l) is None else self.given(network.bias(l)) for l in self.theta}
        self.y, (self.alpha,) = self.given(network.target), self.given([network.learning_rate])
        self.a: dict[int, list[Number]] = {1: self.given(network.input)}
        self.z: dict[int, list[Number]] = {}
        self.odds: dict[int, list[Number]] = {}   # ln(a / (1 - a)) of softmax units
        self.forward()

    def forward(self) -> None:
        """z and a, layer by layer."""
        for l in self.theta:
            bias = self.bias[l] or [mpq(0)] * len(self.theta[l])
            sums = [total([b, *(w * a for w, a in zip(row, self.a[l], strict=True))])
                    for row, b in zip(self.theta[l], bias, strict=True)]
            self.z[l + 1] = [self.snapped(l + 1, v) for v in sums]
            self.activate(l + 1)

    def given(self, values: object) -> list[mpq]:
        return [self.change(mpq(read(v, self.network.decimal))) for v in values]

    def is_zero(self, v: Number) -> bool:
        if not isinstance(v, Ball):
            return v == 0
        if v.around_zero() and not self.settled:
            raise UnsettledError
        return v.around_zero()

    def snapped(self, l: int, v: Number) -> Number:
        """At a layer with corners it is decided whether z is zero."""
        return mpq(0) if self.names[l] in LEFT and self.is_zero(v) else v

    def activate(self, l: int) -> None:
        name, z = self.names[l], self.z[l]
        if name == "softmax":
            self.odds[l] = [log_odds(z, j) for j in range(len(z))]
            self.a[l] = [sigmoid(t) for t in self.odds[l]]
        else:
            plain: dict[str, Callable] = {"linear": lambda v: v, "sigmoid": sigmoid, "tanh": tanh, "softplus": softplus}
            self.a[l] = [v * self.slope(l, j) if name in LEFT else plain[name](v) for j, v in enumerate(z)]

    def slope(self, l: int, j: int, at_zero: Number | None = None) -> Number:
        """g'(z_j) of layer l; `at_zero` is what a corner has instead of its slope on the left."""
        name, v = self.names[l], self.z[l][j]
        if name in LEFT:
            if v == 0:
                return LEFT[name] if at_zero is None else at_zero
            return RIGHT if ball(v).mid > 0 else LEFT[name]
        return {"linear": lambda v: mpq(1), "sigmoid": sigmoid_slope, "tanh": tanh_slope, "softplus": sigmoid}[name](v)

    def at_corner(self, l: int, j: int) -> bool:
        return self.names[l] in LEFT and self.z[l][j] == 0

    @cached_property
    def saturation(self) -> float:
        """More digits than saturated units hide behind a 1."""
        return sum(max(abs(float(ball(v).mid)) for v in self.z[l]) for l, name in self.names.items()
                   if name not in (*LEFT, "linear"))

    @property
    def out_odds(self) -> list[Number]:
        """ln(h / (1 - h)) of sigmoid and softmax outputs."""
        return self.odds.get(self.network.L, self.z[self.network.L])

    @cached_property
    def J(self) -> Number:
        """The cost. ln h = -softplus(-t) and ln(1 - h) = -softplus(t), where t = ln(h / (1 - h))."""
        if self.network.cost.name == "squared_error":
            return total((h - y) * (h - y) for h, y in zip(self.a[self.network.L], self.y, strict=True)) * mpq(1, 2)
        terms = [y * softplus(-t) for t, y in zip(self.out_odds, self.y, strict=True) if y]
        if self.network.cost.name == "binary_cross_entropy":
            terms += [(1 - y) * softplus(t) for t, y in zip(self.out_odds, self.y, strict=True) if y != 1]
        return total(terms)

    @cached_property
    def dh(self) -> list[Number]:
        """dJ/dh: h - y, or -y/h, or -y/h + (1 - y)/(1 - h)."""
        if self.network.cost.name == "squared_error":
            return [h - y for h, y in zip(self.a[self.network.L], self.y, strict=True)]
        both = self.network.cost.name == "binary_cross_entropy"
        over = lambda part, t: part * (1 + exp(t)) if part else mpq(0)   # noqa: E731
        return [over(-y, -t) + (over(1 - y, t) if both else 0) for t, y in zip(self.out_odds, self.y, strict=True)]

    def dJ(self, tangent: list[Number]) -> Number:
        """How J moves when z(L) moves by a tangent."""
        L = self.network.L
        if self.network.cost.name == "squared_error":
            return total(d * t for d, t in zip(self.dh, self.activated(L, tangent), strict=True))
        both = self.network.cost.name == "binary_cross_entropy"
        moved = self.moved_odds(L, tangent) if self.names[L] == "softmax" else tangent
        slopes = [(-y * sigmoid(-t) if y else mpq(0)) + ((1 - y) * sigmoid(t) if both and y != 1 else 0)
                  for t, y in zip(self.out_odds, self.y, strict=True)]
        return total(s * t for s, t in zip(slopes, moved, strict=True))

    def moved_odds(self, l: int, tangent: list[Number]) -> list[Number]:
        """The tangents of ln(a / (1 - a)) of a softmax layer: a unit's own, less the mean of the others'."""
        z, moved = self.z[l], []
        for j, own in enumerate(tangent):
            others = [i for i in range(len(z)) if i != j]
            powers = powers_of([z[i] for i in others])
            mean = total(p * tangent[i] for p, i in zip(powers, others, strict=True)) / total(powers)
            moved.append(own - mean)
        return moved

    def activated(self, l: int, tangent: list[Number], side: int = 0) -> list[Number]:
        """The tangents of a(l) from those of z(l); `side` 1 or -1 is a nudge up or down, 0 the custom."""
        if self.names[l] == "softmax":
            moved = self.moved_odds(l, tangent)
            return [sigmoid_slope(t) * m for t, m in zip(self.odds[l], moved, strict=True)]
        found = []
        for j, t in enumerate(tangent):
            at_zero = None
            if side and self.at_corner(l, j) and not self.is_zero(t):
                at_zero = RIGHT if (ball(t).mid > 0) == (side > 0) else LEFT[self.names[l]]
            found.append(self.slope(l, j, at_zero) * t if t != 0 else mpq(0))
        return found

    def reached(self, l: int, tangent: list[Number], side: int) -> Number:
        """How J moves when z(l) moves by a tangent."""
        for m in range(l, self.network.L):
            a = self.activated(m, tangent, side)
            tangent = [total(w * t for w, t in zip(row, a, strict=True)) for row in self.theta[m]]
        L = self.network.L
        if self.names[L] in LEFT:
            return total(d * t for d, t in zip(self.dh, self.activated(L, tangent, side), strict=True))
        return self.dJ(tangent)

    def corners(self, l: int, j: int) -> Iterator[int]:
        """The layers of the corners that a nudge of z_j(l) can reach."""
        touched = {j}
        for m in range(l, self.network.L + 1):
            if any(self.at_corner(m, i) for i in touched):
                yield m
            alive = {i for i in touched if self.names[m] == "softmax" or self.at_corner(m, i) or self.slope(m, i) != 0}
            if self.names[m] == "softmax" and alive:
                alive = set(range(len(self.z[m])))
            if m < self.network.L:
                touched = {k for k, row in enumerate(self.theta[m]) if any(row[i] != 0 for i in alive)}

    def derivative(self, l: int, j: int) -> Derivative:
        tangent = [mpq(int(i == j)) for i in range(len(self.z[l]))]
        value, corners = self.reached(l, tangent, 0), frozenset(self.corners(l, j))
        steps = [self.reached(l, tangent, side) - value for side in (1, -1)] if corners else []
        return Derivative(value, corners, steps)


def powers_of(z: list[Number]) -> list[Number]:
    """e^z over the largest of them."""
    largest = max(range(len(z)), key=lambda i: ball(z[i]).mid)
    return [mpq(1) if i == largest else exp(v - z[largest]) for i, v in enumerate(z)]


def log_odds(z: list[Number], j: int) -> Number:
    """ln(a_j / (1 - a_j)) of a softmax: z_j less the logarithm of the sum of the others' powers."""
    others = [v for i, v in enumerate(z) if i != j]
    largest = max(others, key=lambda v: ball(v).mid)
    return z[j] - largest - log1p(total([*powers_of(others), mpq(-1)]))


class Exactly:
    """Every quantity of a network's trace, exactly, and which of them are by the custom of a corner.

    `change` is what is made of each given number, where another network than the given one is asked for.
    """

    def __init__(self, network: Network, change: Callable[[mpq], mpq] = mpq) -> None:
        self.network, self.change = network, change
        self.start(DIGITS, settled=False)

    def start(self, count: int, settled: bool) -> None:
        self.count, self.derivatives = count, {}
        try:
            with digits(count):
                self.run = Pass(self.network, settled, self.change)
        except UnsettledError:
            self.look_deeper()

    def look_deeper(self) -> None:
        """Once more with twice the digits, and with as many more as saturated units hide."""
        if self.count > DIGITS:
            raise HiddenError
        with digits(DIGITS):
            hidden = Pass(self.network, True, self.change).saturation
        if not hidden < MOST:
            raise HiddenError
        self.start(2 * (DIGITS + int(hidden)), settled=True)

    def derivative(self, l: int, j: int) -> Derivative:
        if (l, j) not in self.derivatives:
            self.derivatives[l, j] = self.run.derivative(l, j)
        return self.derivatives[l, j]

    def ask(self, question: Callable[[], object]) -> object:
        """An answer, with more digits where these do not settle it."""
        try:
            with digits(self.count):
                return question()
        except UnsettledError:
            self.look_deeper()
            with digits(self.count):
                return question()

    def value(self, q: Quantity) -> Number:
        """A quantity's exact value: an mpq, or a Ball that is narrow enough to tell a double."""
        found = self.ask(partial(self._value, q))
        if isinstance(found, Ball) and not found.rad < max(abs(found.mid) * mpq(1, 10**25), mpq(1, 10**330)) \
                and abs(found.mid) < LARGEST:
            self.look_deeper()
            found = self.ask(partial(self._value, q))
        return found

    def _value(self, q: Quantity) -> Number:
        run, l, j, i = self.run, q.layer, (q.unit or 1) - 1, (q.source or 1) - 1
        slope = lambda: self.derivative(l + 1, j).value   # noqa: E731
        return {
            "x": lambda: run.a[1][j], "y": lambda: run.y[j], "alpha": lambda: run.alpha, "J": lambda: run.J,
            "theta": lambda: run.theta[l][j][i], "b": lambda: run.bias[l][j], "dh": lambda: run.dh[j],
            "h": lambda: run.a[self.network.L][j], "a": lambda: run.a[l][j], "z": lambda: run.z[l][j],
            "slope": lambda: run.slope(l, j), "delta": lambda: self.derivative(l, j).value,
            "dtheta": lambda: slope() * run.a[l][i], "db": slope,
            "new_theta": lambda: run.theta[l][j][i] - run.alpha * (slope() * run.a[l][i]),
            "new_b": lambda: run.bias[l][j] - run.alpha * slope(),
        }[q.kind]()

    def corners(self, q: Quantity) -> frozenset[int]:
        """The layers of the corners that a nudge of this derivative's own number reaches, and of a slope at one."""
        return self.ask(partial(self._corners, q))

    def _corners(self, q: Quantity) -> frozenset[int]:
        derivative = self._derivative(q)
        if q.kind == "slope":
            return frozenset([q.layer] if self.run.at_corner(q.layer, (q.unit or 1) - 1) else [])
        return derivative.corners if derivative else frozenset()

    def missing(self, q: Quantity) -> bool:
        """Whether J has no derivative by this quantity's own number, or another than the custom's, as doubles."""
        if q.kind == "slope":
            return bool(self.corners(q))
        return self.ask(partial(self._missing, q))

    def _missing(self, q: Quantity) -> bool:
        found = self._derivative(q)
        source = self.run.a[q.layer][(q.source or 1) - 1] if q.kind.endswith("theta") and found else mpq(1)
        return bool(found) and any(abs(ball(step * source).mid) > SMALLEST for step in found.steps)

    def _derivative(self, q: Quantity) -> Derivative | None:
        """The derivative that a number is made of; None where there is none, or where the nudge moves nothing."""
        l, j, i = q.layer, (q.unit or 1) - 1, (q.source or 1) - 1
        if q.kind not in OUTWARD or (q.kind.endswith("theta") and self.run.is_zero(self.run.a[l][i])):
            return None
        return self.derivative(l if q.kind == "delta" else l + 1, j)
