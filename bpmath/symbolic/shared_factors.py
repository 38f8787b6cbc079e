"""What the partials share, and what is saved when a shared beginning is computed once.

On a path everything is counted from the derivation's own expressions: their factors are compared, their products are
counted. Where paths meet, a partial is a sum over all paths, which are counted, and each is a product like a path's.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import sympy as sp

from bpmath.model.network import Network, network
from bpmath.symbolic.derivation import Derivation
from bpmath.writing.reading_order import rank


def multiplications(expr: sp.Expr) -> int:
    """How many multiplications of two numbers an expression asks for; derivatives are numbers that are already known.

    A sign costs none, a division costs one, and a whole power is the product of its factors.
    """
    if isinstance(expr, sp.Derivative) or not expr.args:
        return 0
    inside = sum(map(multiplications, expr.args))
    if isinstance(expr, sp.Mul):
        return inside + sum(1 for f in expr.args if f != -1) - 1
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer:
        return inside + abs(int(expr.exp)) - 1
    return inside


def factors(product: sp.Expr) -> tuple[sp.Expr, ...]:
    """The factors of a product in the order in which they are shown: from the error back to the activation."""
    return tuple(sorted(sp.Mul.make_args(product), key=rank))


def shared(first: tuple[sp.Expr, ...], second: tuple[sp.Expr, ...]) -> int:
    """With how many of the same factors two products begin."""
    same = 0
    for f, g in zip(first, second, strict=False):
        if f != g:
            break
        same += 1
    return same


@dataclass(frozen=True)
class Product:
    """dJ/dtheta(l) of a path as its factors in order; the first `shared` of them also begin the partial before it."""

    l: int
    expr: sp.Expr
    factors: tuple[sp.Expr, ...]
    shared: int


def products(network: Network) -> tuple[Product, ...]:
    """The partials of a path, from the last weight back to the first. ValueError where the network is no path."""
    derivation = of_path(network)
    found: list[Product] = []
    for l in range(network.L - 1, 0, -1):
        expr = derivation.partial(l)
        parts = factors(expr)
        found.append(Product(l, expr, parts, shared(found[-1].factors, parts) if found else 0))
    return tuple(found)


@dataclass(frozen=True)
class Count:
    """Multiplications for the gradients of all weights: every partial on its own, and with each delta computed once."""

    without_reuse: int
    with_reuse: int


def count(network: Network) -> Count:
    """For a path from the right sides of its partials, deltas and gradients, else from its paths."""
    return running_count(network)[-1] if network.is_path else work(network.sizes, head(network))


def head(network: Network) -> int:
    """How many multiplications are in the signal of a unit at the output."""
    return multiplications(Derivation(network).shown_head())


def running_count(network: Network) -> list[Count]:
    """The count after each layer on the way back: after the first, the second, ... gradient."""
    derivation, counts = of_path(network), [Count(0, 0)]
    signal = derivation.shown_head()
    for l in range(network.L - 1, 0, -1):
        gradient = next(step.rhs for step in derivation.gradients(l) if step.name == "gradient")
        alone, again = multiplications(derivation.partial(l)), multiplications(signal) + multiplications(gradient)
        counts.append(Count(counts[-1].without_reuse + alone, counts[-1].with_reuse + again))
        if l > 1:
            (step,) = derivation.signal(l, 1, "")
            signal = step.rhs
    return counts[1:]


def counts(depths: Iterable[int]) -> list[tuple[int, Count]]:
    """The count for paths of these many layers, sigmoid with the identity on top, like the article's.

    The upper n layers of a deep path are a path of n layers: one network, the deepest, is counted for all.
    """
    wanted = list(depths)
    running = running_count(path(max(wanted)))
    return [(n, running[n - 2]) for n in wanted]


def paths(network: Network, l: int) -> int:
    """How many paths lead from one weight of theta(l) to the output layer: one for each way to choose units there.

    In a hidden layer of softmax each path parts once more: every unit answers to every other.
    """
    mixed = (network.units(m) for m in range(l + 1, network.L) if not network.activation(m).elementwise)
    return prod(network.sizes[l + 1 :]) * prod(mixed)


def walked(network: Network, l: int) -> int:
    """The same, counted by going on along every edge, layer by layer."""
    reached = [1] + [0] * (network.units(l + 1) - 1)   # in how many ways each unit is reached
    for m in range(l + 1, network.L):
        if not network.activation(m).elementwise:
            reached = [sum(reached) for _ in reached]
        reached = [sum(reached) for _ in range(network.units(m + 1))]
    return sum(reached)


def work(sizes: Sequence[int], head: int = 0) -> Count:
    """The count for layers of these sizes, from formulas; `head` multiplications are in a signal at the output.

    A path from theta(l) has the factors of the head, a weight and a slope for each layer between, and an activation.
    """
    L, weights = len(sizes), [n * m for n, m in pairwise(sizes)]
    alone = sum(weights[l - 1] * prod(sizes[l + 1 :]) * (head + 2 * (L - 1 - l) + 1) for l in range(1, L))
    signals = sum(weights[1:]) + sum(sizes[1:-1])   # each weight once, each slope once
    return Count(alone, head * sizes[-1] + signals + sum(weights))


def work_again(sizes: Sequence[int], head: int = 0) -> Count:
    """The same by going back layer by layer, as one would compute it, and adding up on the way."""
    alone = again = 0
    above, ways, length = sizes[-1], 1, head   # units above, paths from each to the cost, multiplications on each
    again += head * above
    for l in range(len(sizes) - 1, 0, -1):
        here = sizes[l - 1]
        for _ in range(here):
            alone += above * ways * (length + 1)
            again += above
            if l > 1:
                again += above + 1
        above, ways, length = here, ways * above, length + 2
    return Count(alone, again)


def growth(network: Network, most: int) -> dict[int, tuple[Count, Count]]:
    """The count, and the same again, by number of layers, for networks like this one that become deeper.

    A path's are those of the article's kind from two layers on; others begin with the network itself.
    """
    if network.is_path:
        return {n: (found, work_again((1,) * n)) for n, found in counts(range(2, most + 1))}
    sizes, at_output = {n: deeper(network, n) for n in range(network.L, most + 1)}, head(network)
    return {n: (work(s, at_output), work_again(s, at_output)) for n, s in sizes.items()}


def deeper(network: Network, n: int) -> tuple[int, ...]:
    """The sizes of a network of n layers like this one: its widest hidden layer is there more often."""
    widest = max(range(1, network.L - 1), key=lambda i: network.sizes[i])
    return (*network.sizes[:widest], *[network.sizes[widest]] * (n - network.L), *network.sizes[widest:])


def path(n: int) -> Network:
    """A path of n layers."""
    layers = [([[1.0]], "sigmoid")] * (n - 2) + [([[1.0]], "linear")]
    return network([1.0], [0.0], "squared_error", layers, name=f"path of {n} layers")


def of_path(network: Network) -> Derivation:
    if not network.is_path:
        raise ValueError(f"found layers of {network.sizes} units, needed a path of single units")
    return Derivation(network)
