"""Reads trained numbers from a .npz or .safetensors file and puts them into the order of the layers.

The arrays are named as PyTorch names them: `0.weight`, `0.bias`, `2.weight`, with any words in front (`net.0.weight`,
`fc1.weight`). What stands before `.weight` names a layer, and layers come in the order of the numbers in these names,
2 before 10; names with unlike words (`encoder`, `decoder`) come in the one order that their shapes allow.
No file is ever unpickled: nothing in it can run.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
import safetensors

from bpmath.files.ordinary_file import read_bytes
from bpmath.model.network import NetworkError, frozen, shown

EXAMPLE = {"input", "target"}   # arrays that are no layer's
ENDINGS = {".npz", ".safetensors"}
PICKLES = {".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".joblib"}
NAMES = "needed names such as 0.weight, 0.bias, 2.weight"
LARGEST_FILE = 50_000_000   # bytes, unpacked
LISTED = 6                  # arrays that a message names
Row = tuple[tuple[str, tuple[int, ...]], ...]   # layers whose order is known: name and shape (n_out, n_in)
MOST_WORDS = 8              # unlike words in names whose order is looked for
TRIES = 100_000             # steps of that search, which take a second
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1",
         "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "<u1"}   # those of safetensors, as bytes are laid out


@dataclass(frozen=True, eq=False)
class Weights:
    """The arrays of one file, by name; every one of finite doubles.

    `layers(...)` are the weights and biases in order, `example` is what is no layer's.
    """

    file: str
    arrays: dict[str, np.ndarray]

    @property
    def example(self) -> dict[str, np.ndarray]:
        """The arrays `input` and `target`, where the file has them, as vectors."""
        return {name: frozen(self.arrays[name].ravel()) for name in EXAMPLE & self.arrays.keys()}

    @property
    def listing(self) -> str:
        """What the file holds, in one line."""
        return f"{self.file} holds {listed(self.arrays)}"

    def layers(self, count: int, inputs: int, outputs: int) -> list[tuple[np.ndarray, np.ndarray | None]]:
        """Weights (n_out, n_in) and bias (n_out,) or None of `count` layers, from `inputs` to `outputs` units.

        NetworkError where there are more or fewer layers, an array that is no layer's, or names that leave the order
        open. Whether the shapes fit each other is for the Network to say.
        """
        parts: dict[str, dict[str, np.ndarray]] = {}
        for name in (name for name in self.arrays if name not in EXAMPLE):
            layer, _, part = name.rpartition(".")
            parts.setdefault(layer, {})[part] = self.arrays[name]
        for layer in sorted(parts, key=natural):
            unknown = sorted(parts[layer].keys() - {"weight", "bias"})
            if unknown or "weight" not in parts[layer]:
                wrong = f"{layer}.{(unknown or ['bias'])[0]}".removeprefix(".")
                why = "which is no layer's weight or bias" if unknown else "without a weight to go with it"
                raise NetworkError(f"{self.file}: found {shown(wrong)}, {why}; {NAMES}\n{self.listing}")
            for part, axes in (("weight", 2), ("bias", 1)):
                if part in parts[layer] and (found := parts[layer][part].ndim) != axes:
                    raise NetworkError(f"{self.file}: found a {part} of {found} axes, needed {axes}: every layer "
                                       f"here is fully connected\n{self.listing}")
        if len(parts) != count:
            raise NetworkError(f"{self.file}: found {len(parts)} weights, needed {count}, one for each [[layer]]\n"
                               f"{self.listing}")
        order = self.in_order({layer: part["weight"].shape for layer, part in parts.items()}, inputs, outputs)
        return [(parts[layer]["weight"], parts[layer].get("bias")) for layer in order]

    def in_order(self, shapes: dict[str, tuple[int, ...]], inputs: int, outputs: int) -> Sequence[str]:
        """The layers' names by their numbers; those with unlike words in the one order that their shapes allow."""
        alike: dict[str, list[str]] = {}
        for layer in sorted(shapes, key=natural):
            alike.setdefault(re.sub("[0-9]+", "0", layer), []).append(layer)
        fitting, undecided = [], len(alike) > MOST_WORDS
        if 1 < len(alike) <= MOST_WORDS:
            rows = tuple(tuple((layer, shapes[layer]) for layer in layers) for layers in alike.values())
            try:
                fitting = list(islice(orders(rows, inputs, outputs, iter(range(TRIES))), 2))
            except (Undecided, RecursionError):
                undecided = True
        if len(fitting) == 2 or undecided:
            names = ", ".join(map(shown, sorted(shapes, key=natural)[:LISTED]))
            raise NetworkError(f"{self.file}: the names {names} leave the order of the layers open, and so do their "
                               f"shapes; needed numbers in the names\n{self.listing}")
        return fitting[0] if fitting else sorted(shapes, key=natural)


def read_weights(path: Path) -> Weights:
    """The arrays in a .npz or .safetensors file; NetworkError names the file, what was found and what is needed."""
    file, ending = shown(path.name), path.suffix.lower()
    if ending in PICKLES:
        raise NetworkError(f"weights: found {file}, a pickle, which can run any code and is not opened; needed "
                           ".safetensors or .npz\nIn PyTorch: from safetensors.torch import save_file; "
                           f'save_file(model.state_dict(), "{shown(path.stem)}.safetensors")')
    if ending not in ENDINGS:
        raise NetworkError(f"weights: found the ending '{shown(path.suffix)}', needed .safetensors or .npz")
    reader = read_npz if ending == ".npz" else read_safetensors
    try:
        content = read_bytes(path, LARGEST_FILE)
        arrays = {name: doubles(name, array) for name, array in reader(content)}
    except NetworkError as error:
        raise NetworkError(f"{file}: {error}") from None
    except FileNotFoundError:
        raise NetworkError(f"weights: there is no file {shown(str(path), 200)}") from None
    except Exception as error:   # a broken file makes its reader stumble in ways that no list is sure to cover
        words = shown(str(error) or type(error).__name__, 90)
        raise NetworkError(f"{file}: not a whole {ending} file: {words}") from None
    if not arrays:
        raise NetworkError(f"{file}: found no arrays; {NAMES}")
    return Weights(file, arrays)


def read_npz(content: bytes) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays that numpy.savez wrote."""
    if not content.startswith(b"PK"):
        raise NetworkError("found no archive of arrays, needed what numpy.savez writes")
    with np.load(BytesIO(content), allow_pickle=False) as archive:
        if sum(member.file_size for member in archive.zip.infolist()) > LARGEST_FILE:
            raise NetworkError(f"found more than {LARGEST_FILE / 1e6:.0f} MB when unpacked")
        if len(set(archive.files)) < len(archive.files):
            raise NetworkError("found two arrays of one name")
        for name in archive.files:
            try:
                array = archive[name]
            except ValueError as error:   # what numpy says of an array of objects
                if "pickle" not in str(error):
                    raise
                raise NetworkError(f"{shown(name)}: found an array of objects, needed numbers: "
                                   "it would have to be unpickled, which can run any code") from None
            if not isinstance(array, np.ndarray):
                raise NetworkError(f"found {shown(name)}, which is no array")
            yield name, array


def read_safetensors(content: bytes) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays that safetensors' save_file wrote."""
    for name, tensor in safetensors.deserialize(content):
        if tensor["dtype"] not in TYPES:
            raise NetworkError(f"{shown(name)}: found the type {tensor['dtype']}, needed F64, F32, F16, "
                               "BF16 or integers")
        array = np.frombuffer(bytes(tensor["data"]), TYPES[tensor["dtype"]])
        if tensor["dtype"] == "BF16":   # the upper half of a float of 32 bits
            array = (array.astype("<u4") << 16).view("<f4")
        yield name, array.reshape(tensor["shape"])


def doubles(name: str, array: np.ndarray) -> np.ndarray:
    """The array in double precision, which holds every smaller float exactly; NetworkError where it is not finite."""
    if array.dtype.kind not in "fiu":
        raise NetworkError(f"{shown(name)}: found the type {array.dtype}, needed floats or integers")
    with np.errstate(over="ignore"):   # of a longer float than a double
        found = frozen(array)
    if not np.isfinite(found).all():
        where = tuple(int(i) + 1 for i in np.argwhere(~np.isfinite(found))[0])
        place = f"at {where[0] if len(where) == 1 else where}, counted from 1" if where else "as its number"
        raise NetworkError(f"{shown(name)}: found {found[~np.isfinite(found)][0]} {place}, needed finite numbers")
    return found


def natural(name: str) -> list[tuple[bool, int, str, str]]:
    """A key that sorts names as people count: fc2 before fc10. A number of any length is compared by its digits."""
    pieces = ((piece, piece.lstrip("0")) for piece in re.findall("[0-9]+|[^0-9]+", name))
    return [(False, len(digits), digits, piece) if piece[0] in "0123456789" else (True, 0, "", piece)
            for piece, digits in pieces]


class Undecided(Exception):
    """Too many orders of layers had to be tried."""


def orders(rows: Sequence[Row], inputs: int, outputs: int, tries: Iterator[int]) -> Iterator[tuple[str, ...]]:
    """All ways to merge rows of layers in which each takes what the one before gives, from inputs to outputs.

    Each step takes one of `tries`; Undecided when there are none left.
    """
    if next(tries, None) is None:
        raise Undecided
    if not rows and inputs == outputs:
        yield ()
    for k, ((name, shape), *rest) in enumerate(rows):
        if len(shape) == 2 and shape[1] == inputs:
            left = (*rows[:k], *([tuple(rest)] if rest else []), *rows[k + 1:])
            yield from ((name, *after) for after in orders(left, shape[0], outputs, tries))


def listed(arrays: dict[str, np.ndarray]) -> str:
    """The names of arrays with their shapes, in natural order, the first of them if there are many."""
    names = sorted(arrays, key=natural)
    words = [f"{shown(name)} {'x'.join(map(str, arrays[name].shape)) or 'a number'}" for name in names[:LISTED]]
    return ", ".join(words) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
