"""Reads a network from a .toml or .json file. The file is data: nothing in it is ever evaluated or imported."""
from __future__ import annotations

import json
import math
import tomllib
from difflib import get_close_matches
from pathlib import Path

from bpmath.activation import ACTIVATIONS
from bpmath.cost import COSTS
from bpmath.network import Layer, Network, NetworkError, frozen

NETWORKS = Path(__file__).parent / "networks"
DEFAULT = NETWORKS / "single_path.toml"

NETWORK_KEYS = {"name", "input", "target", "cost", "learning_rate", "layer"}
LAYER_KEYS = {"weights", "bias", "activation"}
LONGEST_NAME = 60
LARGEST_FILE = 50_000_000   # bytes


def read_network(path: str | Path) -> Network:
    """The network in a .toml or .json file; NetworkError names the file, the place, what was found, what is needed."""
    path = Path(path)
    try:
        return parse(load(path), path)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from None


def load(path: Path) -> dict:
    """The file's table, before anything in it is believed."""
    reader = {".toml": tomllib.loads, ".json": read_json}.get(path.suffix.lower())
    if reader is None:
        raise NetworkError(f"found the ending '{path.suffix}', needed .toml or .json")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NetworkError(f"found {path.stat().st_size / 1e6:.0f} MB, needed at most {LARGEST_FILE / 1e6:.0f} MB")
        table = reader(path.read_text(encoding="utf-8-sig"))   # some editors begin a file with a byte order mark
    except FileNotFoundError:
        raise NetworkError("there is no such file; `backprop new FILE` makes one") from None
    except IsADirectoryError:
        raise NetworkError("found a folder, needed a file") from None
    except OSError as error:
        raise NetworkError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise NetworkError("found bytes that are not UTF-8 text, needed a text file") from None
    except RecursionError:
        raise NetworkError("found lists nested too deeply to be a network") from None
    except ValueError as error:   # TOML and JSON syntax errors are ValueErrors that name line and column
        raise NetworkError(f"not {path.suffix[1:].upper()}: {shown(str(error), 120)}") from None
    if not isinstance(table, dict):
        raise NetworkError(f"found {kind(table)}, needed a table with {', '.join(sorted(NETWORK_KEYS))}")
    return table


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
    for key in ("input", "target", "cost", "layer"):
        if key not in table:
            hint = ": [[layer]] with weights and activation" if key == "layer" else ""
            raise NetworkError(f"found no {key}, needed one{hint}")
    rows = table["layer"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NetworkError(f"layer: found {kind(rows)}, needed one [[layer]] table for each layer after the input")
    rate = number(table.get("learning_rate", 0.1), "learning_rate")
    if rate <= 0:
        raise NetworkError(f"learning_rate: found {rate:g}, needed a number above 0")
    return Network(
        name=name(table.get("name", path.stem)),
        input=frozen(numbers(table["input"], "input")),
        target=frozen(numbers(table["target"], "target")),
        cost=choice(table["cost"], COSTS, "cost"),
        layers=tuple(layer(row, f"[[layer]] {i}") for i, row in enumerate(rows, 1)),
        learning_rate=rate,
        source=str(path),
    )


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
    if not found.isprintable():
        raise NetworkError("name: found a character that cannot be printed, needed one line of plain text")
    return found


def kind(found: object) -> str:
    """What was found, in a lecturer's words."""
    match found:
        case bool():
            return str(found).lower()
        case str():
            return f"the text '{shown(found)}'"
        case int() | float():
            return f"the number {shown(repr(found))}"
        case list():
            return "a list" if found else "an empty list"
        case dict():
            return "a table"
    return type(found).__name__


def shown(text: str, longest: int = 40) -> str:
    """A text from the file, short and on one line."""
    line = "".join(c if c.isprintable() else "?" for c in text)
    return line if len(line) <= longest else line[: longest - 1] + "…"
