"""Reads a network from a .toml or .json file, with its numbers in it or in a file of trained weights that it names.

The files are data: nothing in them is ever evaluated or imported.
"""
from __future__ import annotations

import datetime
import json
import math
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from bpmath.files.ordinary_file import read_bytes
from bpmath.files.weights_file import ENDINGS, Weights, read_weights
from bpmath.model.activation import ACTIVATIONS
from bpmath.model.cost import COSTS
from bpmath.model.network import Layer, Network, NetworkError, frozen, shown

NETWORKS = Path(__file__).parents[1] / "networks"
DEFAULT = NETWORKS / "single_path.toml"

NETWORK_KEYS = {"name", "input", "target", "cost", "learning_rate", "weights", "layer"}
LAYER_KEYS = {"weights", "bias", "activation"}
LONGEST_NAME = 60
LARGEST_FILE = 10_000_000   # bytes of text, which take a few seconds to read
PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
LONG_KEY = re.compile(rf"(?<![\w-]){PART}(?:[ \t]*+\.[ \t]*+{PART}){{8}}")   # of more parts than any here has
DIGITS = 4300   # of a whole number, which Python reads at most
JOINERS = "\u200c\u200d\u200e\u200f\xa0\u2007\u202f\u3000"   # in names of some scripts, and in emoji; spaces


def read_network(path: str | Path) -> Network:
    """The network in a .toml or .json file; NetworkError names the file, the place, what was found, what is needed."""
    path = Path(path)
    try:
        return parse(load(path), path)
    except NetworkError as error:
        raise NetworkError(f"{said(path)}: {error}") from None


def files_of(path: str | Path) -> tuple[Path, ...]:
    """The files that make up a network: its own, and the one of trained weights that it names."""
    path = Path(path)
    try:
        named = load(path).get("weights")
    except NetworkError:   # said when the network is read
        named = None
    return (path, weights_file(named, path)) if isinstance(named, str) else (path,)


def load(path: Path) -> dict:
    """The file's table, before anything in it is believed."""
    reader = {".toml": read_toml, ".json": read_json}.get(path.suffix.lower())
    if reader is None:
        hint = f', in which weights = "{shown(path.name)}" names it' if path.suffix.lower() in ENDINGS else ""
        raise NetworkError(f"found the ending '{shown(path.suffix)}', needed .toml or .json{hint}")
    try:
        # some editors begin a file with a byte order mark, or end lines in other ways
        table = reader(read_bytes(path, LARGEST_FILE).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    except FileNotFoundError:
        raise NetworkError("there is no such file; `backprop new FILE` makes one") from None
    except UnicodeDecodeError:
        raise NetworkError("found bytes that are not UTF-8 text, needed a text file") from None
    except RecursionError:
        raise NetworkError("found lists nested too deeply to be a network") from None
    except NetworkError:
        raise
    except ValueError as error:   # TOML and JSON syntax errors are ValueErrors that name line and column
        long = "int_max_str_digits" in str(error)
        words = f"found a whole number of more than {DIGITS} digits" if long else str(error)
        raise NetworkError(f"not {path.suffix[1:].upper()}: {shown(words, 120)}") from None
    if not isinstance(table, dict):
        raise NetworkError(f"found {kind(table)}, needed a table with {', '.join(sorted(NETWORK_KEYS))}")
    return table


def read_toml(text: str) -> dict:
    """TOML without keys of many parts, which Python's reader needs minutes for."""
    if found := LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"found a key of many parts in line {line}, needed one of those of a network")
    return tomllib.loads(text)


def read_json(text: str) -> object:
    """JSON as the standard has it: a key twice, NaN and Infinity are refused."""
    def once(pairs: list[tuple[str, object]]) -> dict:
        table = dict(pairs)
        if len(table) < len(pairs):
            raise ValueError("a key stands twice in one table")
        return table

    def refuse(constant: str) -> float:
        raise ValueError(f"found {constant}, needed a finite number")

    return json.loads(text, object_pairs_hook=once, parse_constant=refuse)


def parse(table: dict, path: Path) -> Network:
    """The network that a table describes."""
    check_keys(table, NETWORK_KEYS, "")
    trained = read_weights(weights_file(table["weights"], path)) if "weights" in table else None
    for key in ("input", "target", "cost", "layer"):
        if key not in table and not (trained and key in trained.example):
            hint = ": [[layer]] with weights and activation" if key == "layer" else ""
            raise NetworkError(f"found no {key}, needed one{hint}")
    rows = table["layer"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NetworkError(f"layer: found {kind(rows)}, needed one [[layer]] table for each layer after the input")
    rate = number(table.get("learning_rate", 0.1), "learning_rate")
    if rate <= 0:
        raise NetworkError(f"learning_rate: found {rate:g}, needed a number above 0")
    x, y = (vector(table, key, trained) for key in ("input", "target"))
    if trained:
        parameters = trained.layers(len(rows), len(x), len(y))
        layers = (trained_layer(row, f"[[layer]] {i}", *parameters[i - 1]) for i, row in enumerate(rows, 1))
    else:
        layers = (layer(row, f"[[layer]] {i}") for i, row in enumerate(rows, 1))
    cost, layers = choice(table["cost"], COSTS, "cost"), tuple(layers)
    named = name(table.get("name", shown(path.stem, LONGEST_NAME)))
    try:
        return Network(named, x, y, cost, layers, rate, source=said(path), decimal=not trained)
    except NetworkError as error:
        raise NetworkError(f"{error}\n{trained.listing}" if trained else str(error)) from None


def weights_file(found: object, path: Path) -> Path:
    """The file that the network file's `weights` names, beside it unless the path says otherwise."""
    if not isinstance(found, str):
        raise NetworkError(f"weights: found {kind(found)}, needed the name of a .safetensors or .npz file here, "
                           "or weights in each [[layer]]")
    return path.parent / found


def vector(table: dict, key: str, trained: Weights | None) -> np.ndarray:
    """The example's input or target: from the network file, or from the weights file where that has none."""
    return frozen(numbers(table[key], key)) if key in table else trained.example[key]


def trained_layer(row: dict, place: str, weights: np.ndarray, bias: np.ndarray | None) -> Layer:
    """One [[layer]] table that says no more than the activation."""
    for key in ("weights", "bias"):
        if key in row:
            raise NetworkError(f"{place}: found {key}, needed only activation: the numbers come from the file "
                               "that weights names above")
    check_keys(row, {"activation"}, f"{place}: ")
    if "activation" not in row:
        raise NetworkError(f"{place}: found no activation, needed one")
    return Layer(weights, bias, choice(row["activation"], ACTIVATIONS, f"{place}: activation"))


def layer(row: dict, place: str) -> Layer:
    """One [[layer]] table."""
    check_keys(row, LAYER_KEYS, f"{place}: ")
    for key in ("weights", "activation"):
        if key not in row:
            raise NetworkError(f"{place}: found no {key}, needed one")
    weights = row["weights"]
    if not isinstance(weights, list) or not weights:
        raise NetworkError(f"{place}: weights: found {kind(weights)}, needed a list of rows, "
                           "one a unit: [[0.8], [0.1]]")
    matrix = [numbers(w, f"{place}: weights, row {j}") for j, w in enumerate(weights, 1)]
    for j, w in enumerate(matrix, 1):
        if len(w) != len(matrix[0]):
            raise NetworkError(f"{place}: weights: found {len(w)} numbers in row {j} and {len(matrix[0])} in row 1, "
                               "needed the same in each")
    bias = numbers(row["bias"], f"{place}: bias") if "bias" in row else None
    return Layer(frozen(matrix), None if bias is None else frozen(bias),
                 choice(row["activation"], ACTIVATIONS, f"{place}: activation"))


def check_keys(table: dict, known: set[str], place: str) -> None:
    """Refuses a key that is not known, with the one that was probably meant."""
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"perhaps {near[0]}" if near else f"one of {', '.join(sorted(known))}"
            raise NetworkError(f"{place}found the key '{shown(key)}', needed {hint}")


def choice(found: object, table: dict, place: str) -> object:
    """The entry of a table that a name in the file stands for."""
    if not isinstance(found, str) or found not in table:
        near = get_close_matches(found, table, n=1) if isinstance(found, str) else []
        hint = f" (perhaps {near[0]})" if near else ""
        raise NetworkError(f"{place}: found {kind(found)}, needed one of {', '.join(table)}{hint}")
    return table[found]


def numbers(found: object, place: str) -> list[float]:
    """A list of at least one finite number."""
    if not isinstance(found, list) or not found:
        raise NetworkError(f"{place}: found {kind(found)}, needed a list of numbers: [1.5, -0.2]")
    return [number(v, place) for v in found]


def number(found: object, place: str) -> float:
    """A finite number as a double."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise NetworkError(f"{place}: found {kind(found)}, needed a number")
    try:
        value = float(found)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        words = str(found) if isinstance(found, float) else "a number of 309 digits or more"
        raise NetworkError(f"{place}: found {words}, needed a finite number")
    return value


def name(found: object) -> str:
    """The network's name, one short line of printable text."""
    if not isinstance(found, str):
        raise NetworkError(f"name: found {kind(found)}, needed a text")
    if len(found) > LONGEST_NAME:
        raise NetworkError(f"name: found {len(found)} characters, needed at most {LONGEST_NAME}")
    if not "".join(c for c in found if c not in JOINERS).isprintable():
        raise NetworkError("name: found a character that cannot be printed, needed one line of plain text")
    return found


def said(path: Path) -> str:
    """A path for a message: on one line, and without bytes that are no text."""
    return shown(str(path), 4096)


def kind(found: object) -> str:
    """What was found, in a lecturer's words."""
    match found:
        case bool():
            return str(found).lower()
        case str():
            return f"the text '{shown(found)}'"
        case int() if abs(found) >= 10 ** 40:
            return "a number of more than 40 digits"
        case int() | float():
            return f"the number {shown(repr(found))}"
        case list():
            return "a list" if found else "an empty list"
        case dict():
            return "a table"
        case None:
            return "null, which is no value"
        case datetime.date() | datetime.time():
            return "a date or a time"
    return type(found).__name__
