"""A second backpropagation that shares nothing with the first: complex steps through formulas written out by hand.

J is analytic, so J(x + ih) = J(x) + ih J'(x) + O(h^2), and the imaginary part over h is the derivative: nothing is
subtracted, so nothing is lost. With enough digits that holds at any saturation.
"""

from __future__ import annotations

import mpmath as mp

from bpmath.network import Network

H = mp.mpf(10) ** -400
DIGITS = 900   # room for H squared and for 1 - h at |z| up to some hundreds

ACTIVATE = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": lambda z: 1 - 2 / (mp.exp(2 * z) + 1),
    "relu": lambda z: z if mp.re(z) > 0 else 0 * z,
    "leaky_relu": lambda z: z if mp.re(z) > 0 else z / 100,
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
}
PRICE = {
    "squared_error": lambda h, y: (h - y) ** 2 / 2,
    "binary_cross_entropy": lambda h, y: -(y * mp.log(h) + (1 - y) * mp.log(1 - h)),
    "cross_entropy": lambda h, y: -y * mp.log(h),
}


def layer(name: str, z: list) -> list:
    if name != "softmax":
        return [ACTIVATE[name](v) for v in z]
    powers = [mp.exp(v) for v in z]
    return [p / mp.fsum(powers) for p in powers]


class Reference:
    """z and a by layer and J, with 900 digits; derivatives of J by complex steps."""

    def __init__(self, net: Network) -> None:
        with mp.workdps(DIGITS):
            self.net = net
            self.z: dict[int, list] = {}
            self.a: dict[int, list] = {1: [mp.mpf(float(v)) for v in net.input]}
            for l in range(1, net.L):
                self.z[l + 1] = self.weighted(l, self.a[l])
                self.a[l + 1] = layer(net.activation(l + 1).name, self.z[l + 1])
            self.J = self.price(self.a[net.L])

    def weighted(self, l: int, a: list) -> list:
        bias = self.net.bias(l)
        bias = [0.0] * self.net.units(l + 1) if bias is None else bias
        return [mp.fsum(mp.mpf(float(w)) * v for w, v in zip(row, a, strict=True)) + float(b)
                for row, b in zip(self.net.theta(l), bias, strict=True)]

    def price(self, h: list) -> mp.mpf:
        return mp.fsum(PRICE[self.net.cost.name](v, mp.mpf(float(y))) for v, y in zip(h, self.net.target, strict=True))

    def derivative(self, l: int, z: list) -> float:
        """The imaginary part of J over H, when layer l has these z."""
        for m in range(l, self.net.L):
            z = self.weighted(m, layer(self.net.activation(m).name, z))
        return float(mp.im(self.price(layer(self.net.activation(self.net.L).name, z))) / H)

    def delta(self, l: int) -> list[float]:
        """dJ/dz(l)."""
        with mp.workdps(DIGITS):
            return [self.derivative(l, [v + mp.mpc(0, H) if i == j else v for i, v in enumerate(self.z[l])])
                    for j in range(self.net.units(l))]

    def dtheta(self, l: int, j: int, i: int) -> float:
        """dJ/dtheta(l), row j and column i, both from 0."""
        with mp.workdps(DIGITS):
            nudged = self.weighted(l, self.a[l])
            nudged[j] += mp.mpc(0, H) * self.a[l][i]
            return self.derivative(l + 1, nudged)
