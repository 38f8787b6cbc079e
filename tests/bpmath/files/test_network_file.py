"""Network files: what is right is read as it stands, what is wrong is said in one line that names the place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bpmath.files.network_file import LONGEST_NAME, NETWORKS, read_network
from bpmath.model.network import NetworkError
from tests.refusals import refused

GOOD = """name = "n"
input = [1.5]
target = [1.0]
cost = "squared_error"
[[layer]]
weights = [[0.8]]
activation = "sigmoid"
"""
TEACHER = "\U0001f469\u200d\U0001f3eb"   # one sign of two, with a joiner between them
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"   # with a non-joiner
TABLE = {"input": [1.5], "target": [1.0], "cost": "squared_error",
         "layer": [{"weights": [[0.8]], "bias": [0.1], "activation": "sigmoid"}]}


def refusal(path: Path) -> str:
    """What is said of a file that is refused, in short."""
    said = refused(path)
    assert len(said) < len(str(path)) + 250
    assert said.isprintable()
    return said


@pytest.mark.parametrize("path", sorted(NETWORKS.glob("*.toml")), ids=lambda p: p.stem)
def test_the_networks_that_come_with_it_are_right(path: Path) -> None:
    assert read_network(path).source == str(path)


@pytest.mark.parametrize("text", [
    pytest.param(GOOD, id="as written"),
    pytest.param(GOOD.replace("\n", "\r\n"), id="Windows line ends"),
    pytest.param(GOOD.replace('"n"', '"Größe θ 网络"'), id="any script"),
    pytest.param(GOOD.replace('"n"', rf'"R.\u00a0Roe {TEACHER} {PERSIAN}"'), id="joined letters"),
    pytest.param("# " + "a" * 400_000 + " . . . . . . . . . .\n" + GOOD, id="long comment"),
    pytest.param(GOOD.replace('"n"', '"v1.2.3 of 4.5.6 ..........."'), id="dots in a name"),
    pytest.param(GOOD.replace("0.8", "1"), id="whole numbers"),
    pytest.param(GOOD.replace('name = "n"\n', ""), id="no name"),
    pytest.param(GOOD + "bias = [0.0]\n", id="bias"),
    pytest.param("\ufeff" + GOOD, id="byte order mark"),
])
def test_good_toml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode())
    net = read_network(path)
    assert net.sizes == (1, 1)
    assert net.learning_rate == 0.1


def test_json_says_the_same_as_toml(tmp_path: Path) -> None:
    path = tmp_path / "Mine.JSON"
    path.write_text(json.dumps(TABLE))
    net = read_network(path)
    assert (net.name, net.input.tolist()) == ("Mine", [1.5])
    assert (net.theta(1).tolist(), net.bias(1).tolist()) == ([[0.8]], [0.1])


WRONG = {
    "empty file": ("", "found no input"),
    "not TOML": ("input = [1.5", "not TOML"),
    "binary": ("\x00\x01\x02\xff" * 20, "mine.toml"),
    "no layer": (GOOD.split("[[layer]]")[0], "found no layer"),
    "layer is a number": (GOOD.split("[[layer]]")[0] + "layer = 3", "layer: found the number 3"),
    "no input": (GOOD.replace("input = [1.5]\n", ""), "found no input"),
    "empty input": (GOOD.replace("[1.5]", "[]"), "input: found an empty list"),
    "input in two dimensions": (GOOD.replace("[1.5]", "[[1.5]]"), "input: found a list"),
    "unknown activation": (GOOD.replace("sigmoid", "sigmod"), "sigmoid"),
    "activation is a list": (GOOD.replace('"sigmoid"', '["sigmoid"]'), "activation: found a list"),
    "unknown cost": (GOOD.replace("squared_error", "sqared"), "squared_error"),
    "misspelt key": (GOOD.replace("weights", "wieghts"), "perhaps weights"),
    "unknown key": (GOOD + "wieghts = 3\n", "wieghts"),
    "key twice": (GOOD + 'activation = "tanh"\n', "not TOML"),
    "shape": (GOOD.replace("[[0.8]]", "[[0.8, 0.1]]"), "found rows of 2, needed rows of 1"),
    "ragged": (GOOD.replace("[[0.8]]", "[[0.8], [0.1, 0.2]]"), "2 numbers in row 2 and 1 in row 1"),
    "empty weights": (GOOD.replace("[[0.8]]", "[]"), "weights: found an empty list"),
    "empty row": (GOOD.replace("[[0.8]]", "[[]]"), "row 1: found an empty list"),
    "flat weights": (GOOD.replace("[[0.8]]", "[0.8]"), "row 1: found the number 0.8"),
    "string weight": (GOOD.replace("0.8", '"0.8"'), "found the text '0.8', needed a number"),
    "boolean weight": (GOOD.replace("0.8", "true"), "found true, needed a number"),
    "date for a weight": (GOOD.replace("0.8", "1979-05-27"), "needed a number"),
    "nan": (GOOD.replace("0.8", "nan"), "found nan, needed a finite number"),
    "inf": (GOOD.replace("0.8", "-inf"), "found -inf, needed a finite number"),
    "number of 400 digits": (GOOD.replace("0.8", "9" * 400), "finite number"),
    "number of 5000 digits": (GOOD.replace("0.8", "9" * 5000), "found a whole number of more than 4300 digits"),
    "5000 hexadecimal digits for a cost": (GOOD.replace('"squared_error"', "0x" + "f" * 5000), "found a number of"),
    "key of many parts": (GOOD + "a." * 200_000 + "a = 1\n", "found a key of many parts in line 8"),
    "header of many parts": (GOOD + '[a . "a".' + "a ." * 200_000 + "a]\n", "found a key of many parts in line 8"),
    "date for a cost": (GOOD.replace('"squared_error"', "1979-05-27"), "cost: found a date or a time"),
    "target length": (GOOD.replace("target = [1.0]", "target = [1.0, 0.0]"), "target: found 2 numbers, needed 1"),
    "target out of range": (GOOD.replace("squared_error", "binary_cross_entropy").replace("[1.0]", "[-0.5]"),
                            "from 0 to 1"),
    "unfit cost": (GOOD.replace("squared_error", "cross_entropy"), "found cross_entropy of a single output"),
    "learning rate below 0": (GOOD.replace("[[layer]]", "learning_rate = -1.0\n[[layer]]"), "found -1, needed"),
    "learning rate 0": (GOOD.replace("[[layer]]", "learning_rate = 0\n[[layer]]"), "above 0"),
    "bias length": (GOOD + "bias = [0.1, 0.2]\n", "bias: found 2 numbers, needed 1"),
    "code in activation": (GOOD.replace("sigmoid", "__import__('os').system('touch hacked')"), "activation: found"),
    "very long name": (GOOD.replace('"n"', '"' + "n" * 100_000 + '"'), f"needed at most {LONGEST_NAME}"),
    "name on two lines": (GOOD.replace('"n"', '"a\\nb"'), "cannot be printed"),
    "name that turns the text around it": (GOOD.replace('"n"', '"a\\u202eb"'), "cannot be printed"),
    "name of a private character": (GOOD.replace('"n"', '"\\ue000"'), "cannot be printed"),
    "name is a number": (GOOD.replace('"n"', "7"), "name: found the number 7, needed a text"),
    "a control sequence in a key": (GOOD + '"\\u001b[31m" = 1\n', "found the key '?[31m'"),
    "deep nesting": (GOOD.replace("[[0.8]]", "[" * 5000 + "]" * 5000), "mine.toml"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_wrong_toml_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode("latin-1"))
    assert words in refusal(path)


GOOD_JSON = json.dumps(TABLE)
WRONG_JSON = {
    "empty file": ("", "not JSON"),
    "a list": ("[]", "found an empty list, needed a table"),
    "a number": ("3", "found the number 3, needed a table"),
    "NaN": (GOOD_JSON.replace("0.8", "NaN"), "found NaN, needed a finite number"),
    "Infinity": (GOOD_JSON.replace("0.8", "-Infinity"), "found -Infinity, needed a finite number"),
    "null": (GOOD_JSON.replace("0.8", "null"), "found null, which is no value, needed a number"),
    "a key twice": (GOOD_JSON.replace("{", '{"cost": "squared_error", ', 1), "a key stands twice"),
    "a key twice in a layer": (GOOD_JSON.replace('{"weights"', '{"weights": [[0.7]], "weights"'), "a key stands twice"),
    "deep nesting": ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    "overflow to infinity": (GOOD_JSON.replace("0.8", "1e999"), "finite number"),
    "number of 400 digits": (GOOD_JSON.replace("0.8", "9" * 400), "309 digits or more"),
    "number of 5000 digits": (GOOD_JSON.replace("0.8", "9" * 5000), "found a whole number of more than 4300 digits"),
    "comment": ("// weights\n" + GOOD_JSON, "not JSON"),
    "lone surrogate": (GOOD_JSON.replace("{", r'{"name": "\ud800", ', 1), "cannot be printed"),
}


@pytest.mark.parametrize(("text", "words"), WRONG_JSON.values(), ids=WRONG_JSON)
def test_wrong_json_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text)
    assert words in refusal(path)


def test_what_is_no_file_to_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such file" in refusal(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    assert "found a folder" in refusal(tmp_path / "folder.toml")
    (tmp_path / "file.toml").write_text(GOOD)
    assert "cannot be read" in refusal(tmp_path / "file.toml" / "below.toml")
    assert "found the ending '.yaml', needed .toml or .json" in refusal(tmp_path / "mine.yaml")
    assert "found the ending ''" in refusal(tmp_path / "mine")

    def forbidden(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bpmath.files.ordinary_file.os.open", forbidden)
    assert "cannot be read: Permission denied" in refusal(tmp_path / "file.toml")



def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    """A pipe would be waited for, a device has no end."""
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "endless.json").symlink_to("/dev/zero")
    (tmp_path / "loop.json").symlink_to("loop.json")
    for name in ("pipe", "endless"):
        assert "found a pipe, a device or a socket, needed an ordinary file" in refusal(tmp_path / f"{name}.json")
    assert "cannot be read" in refusal(tmp_path / "loop.json")
    (tmp_path / "w.npz").symlink_to("pipe.json")
    (tmp_path / "named.json").write_text('{"weights": "w.npz"}')
    assert "w.npz: found a pipe" in refusal(tmp_path / "named.json")


def test_a_name_of_bytes_that_are_no_text_is_said(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    path.write_text(json.dumps(TABLE))
    net = read_network(path)
    assert (net.name, net.source) == ("?", str(tmp_path / "?.json"))
    path.write_text("[]")
    with pytest.raises(NetworkError) as caught:
        read_network(path)
    assert str(caught.value).encode().startswith(str(tmp_path / "?.json").encode())


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    assert "found 60 MB" in refusal(path)


def test_a_path_with_a_line_end_in_it_is_said_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(NetworkError) as caught:
        read_network(tmp_path / "no\nsuch.toml")
    assert len(str(caught.value).splitlines()) <= 3
