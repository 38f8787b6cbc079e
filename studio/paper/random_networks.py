"""Networks for a class: each student's own, with numbers that a desk calculator takes kindly."""
from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from bpmath.model.network import Network, network
from bpmath.numeric.backprop import trace
from studio.system.mistake import Mistake

INPUT, WEIGHT = (5, 20), (3, 20)    # tenths, the smallest and the largest; weights of either sign
STEEP, HIGH, APART = 3.0, 4.0, 0.2  # |z| of a unit and |h| at most, |h - y| at least: no result is 0 on paper
HIDDEN, OUTPUT = "sigmoid", "linear"


def invent(seed: int, number: int, sizes: tuple[int, ...]) -> Network:
    """Network number so-and-so of a seed, always the same one: sigmoid in hidden layers, identity at the output."""
    rng = np.random.default_rng([seed, number])
    while True:
        net = attempt(rng, sizes, f"student {number}")
        found = trace(net)
        hidden = [abs(found.z[l]).max() for l in range(2, net.L)]
        if max(hidden, default=0) <= STEEP and abs(found.h).max() <= HIGH and abs(found.h - net.target).min() >= APART:
            return net


def attempt(rng: np.random.Generator, sizes: tuple[int, ...], name: str) -> Network:
    def tenths(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high + 1, shape) / 10

    layers = []
    for l, (left, right) in enumerate(pairwise(sizes), 2):
        weights = tenths(*WEIGHT, right, left) * rng.choice([-1, 1], (right, left), p=[0.3, 0.7])
        layers.append((weights.tolist(), OUTPUT if l == len(sizes) else HIDDEN))
    inputs, targets = tenths(*INPUT, sizes[0]), tenths(0, 10, sizes[-1])
    return network(inputs.tolist(), targets.tolist(), "squared_error", layers, name=name)


def as_toml(net: Network) -> str:
    """A network as a file that can be edited and read again."""
    lines = [f'name = "{net.name}"', f"input = {net.input.tolist()}    # x", f"target = {net.target.tolist()}   # y",
             f'cost = "{net.cost.name}"', f"learning_rate = {net.learning_rate}"]
    for l, layer in enumerate(net.layers, 1):
        lines += ["", f"[[layer]]    # theta({l}): layer {l} -> layer {l + 1}", f"weights = {layer.weights.tolist()}"]
        lines += [f"bias = {layer.bias.tolist()}"] if layer.bias is not None else []
        lines.append(f'activation = "{layer.activation.name}"')
    return "\n".join(lines) + "\n"


def write_all(folder: Path, count: int, seed: int, sizes: str) -> list[Path]:
    """Writes so many networks, 001.toml and on. Mistake for wrong sizes, and where such a file is there already."""
    try:
        units = tuple(int(n) for n in sizes.split("-"))
    except ValueError:
        units = ()
    if not 2 <= len(units) <= 9 or not all(1 <= n <= 12 for n in units):
        raise Mistake(f"--sizes: found '{sizes[:40]}', needed 2 to 9 numbers from 1 to 12 such as 2-3-1")
    files = [folder / f"{n:0{max(3, len(str(count)))}}.toml" for n in range(1, count + 1)]
    if there := next((f for f in files if f.exists()), None):
        raise Mistake(f"{there}: there is such a file already, and it was left as it is; needed an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for n, file in enumerate(files, 1):
            file.write_text(as_toml(invent(seed, n, units)), encoding="utf-8")
    except OSError as error:
        raise Mistake(f"{folder}: {error.strerror}; needed a folder to write to") from None
    return files
