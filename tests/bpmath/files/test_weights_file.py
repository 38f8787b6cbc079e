"""Trained numbers from .npz and .safetensors: what fits is taken exactly, what does not is said with what was found."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from bpmath.files.network_file import read_network
from bpmath.model.network import Network
from bpmath.numeric.backprop import trace
from scenes.kit.options import read_network_once
from tests.refusals import refused

HOUSE = Path(__file__).parents[3]
RANDOM = np.random.default_rng(7)
THREE = {"0.weight": RANDOM.normal(size=(3, 2)), "0.bias": RANDOM.normal(size=3),
         "2.weight": RANDOM.normal(size=(1, 3))}


def written(folder: Path, arrays: dict, file: str = "trained.npz", layers: int = 2, **more: object) -> Path:
    """A network file with as many layers of tanh, and the file of weights that it names."""
    (np.savez if file.endswith(".npz") else lambda path, **a: save_file(a, path))(folder / file, **arrays)
    table = {"input": [0.5, -1.0], "target": [1.0], "cost": "squared_error", "weights": file,
             "layer": [{"activation": "tanh"}] * layers, **more}
    path = folder / "mine.json"
    path.write_text(json.dumps({key: value for key, value in table.items() if value is not None}))
    return path


def refusal(path: Path) -> str:
    """What is said of weights that are refused, in short lines, without the network file's name."""
    said = refused(path)
    assert all(len(line) < len(str(path)) + 250 and line.isprintable() for line in said.splitlines())
    return said.removeprefix(f"{path}: ")


def numbers(net: Network) -> list[list]:
    return [part.tolist() for l in range(1, net.L) for part in (net.theta(l), net.bias(l)) if part is not None]


# what fits

@pytest.mark.parametrize("file", ["trained.npz", "trained.safetensors", "Trained.NPZ.npz"])
def test_a_file_of_weights_gives_the_layers_their_numbers(tmp_path: Path, file: str) -> None:
    net = read_network(written(tmp_path, THREE, file))
    assert net.sizes == (2, 3, 1)
    assert numbers(net) == [a.tolist() for a in THREE.values()]
    assert net.bias(2) is None


def test_the_readme_example_runs_as_it_stands(tmp_path: Path) -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(weights = .*?)```", readme, re.S)
    sizes = [int(n) for n in re.findall(r"nn\.Linear\((\d+), \d+\)", readme)] + [10]
    assert sizes == [784, 16, 16, 10]
    state = {}
    for k, (n_in, n_out) in enumerate(pairwise(sizes)):
        state[f"{2 * k}.weight"] = RANDOM.normal(size=(n_out, n_in)).astype(np.float32) / 28
        state[f"{2 * k}.bias"] = RANDOM.normal(size=n_out).astype(np.float32)
    image = RANDOM.uniform(size=(1, 28, 28)).astype(np.float32)
    save_file({**state, "input": image, "target": np.eye(10, dtype=np.float32)[3]}, tmp_path / "trained.safetensors")
    path = tmp_path / "digits.toml"
    path.write_text(text, encoding="utf-8")
    net = read_network(path)
    assert (net.sizes, net.name) == ((784, 16, 16, 10), "digits")
    assert [layer.activation.name for layer in net.layers] == ["relu", "relu", "softmax"]
    a = image.ravel().astype(float)
    for k in range(3):
        z = state[f"{2 * k}.weight"].astype(float) @ a + state[f"{2 * k}.bias"]
        a = np.maximum(z, 0) if k < 2 else np.exp(z) / np.exp(z).sum()
    assert abs(trace(net).J + np.log(a[3])) < 1e-12


@pytest.mark.parametrize("names", [
    ["0", "2"], ["net.0", "net.2"], ["fc1", "fc2"], ["2", "10"], ["a.9.x", "a.10.x"], ["encoder", "decoder"],
    ["features.0", "classifier.0"], ["module.layers.2.linear", "module.layers.11.linear"],
])
def test_layers_come_in_the_order_of_their_numbers_or_of_their_shapes(tmp_path: Path, names: list[str]) -> None:
    first, last = names
    path = written(tmp_path, {f"{last}.weight": THREE["2.weight"], f"{first}.weight": THREE["0.weight"]})
    assert numbers(read_network(path)) == [THREE["0.weight"].tolist(), THREE["2.weight"].tolist()]


def test_numbers_in_names_may_have_any_length(tmp_path: Path) -> None:
    """9...9 of 5,000 digits comes before 1 and 5,000 zeros, and 007 is 7."""
    names = ["007", "9" * 5000, "1" + "0" * 5000]
    arrays = {f"{name}.weight": np.array([[float(n)]]) for n, name in reversed([*enumerate(names)])}
    net = read_network(written(tmp_path, arrays, layers=3, input=[1.0], target=[1.0]))
    assert [layer.weights.item() for layer in net.layers] == [0.0, 1.0, 2.0]


def test_a_single_linear_layer_needs_no_prefix(tmp_path: Path) -> None:
    path = written(tmp_path, {"weight": np.array([[1.0, 2.0]]), "bias": np.array([3.0])}, layers=1)
    assert numbers(read_network(path)) == [[[1.0, 2.0]], [3.0]]


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"])
@pytest.mark.parametrize("file", ["trained.npz", "trained.safetensors"])
def test_every_type_of_number_is_taken_exactly(tmp_path: Path, dtype: str, file: str) -> None:
    array = np.array([[0.1, 3]]).astype(dtype)
    net = read_network(written(tmp_path, {"weight": array}, file, layers=1))
    assert net.theta(1).dtype == float
    assert net.theta(1).tolist() == [[float(v) for v in array[0]]]


def by_hand(path: Path, dtype: str, data: bytes) -> None:
    """A .safetensors file with one tensor (1, 2) of a type that numpy has no name for."""
    tensor = {"dtype": dtype, "shape": [1, 2], "data_offsets": [0, len(data)]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "weight": tensor}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + data)


def test_bfloat16_is_the_upper_half_of_a_float(tmp_path: Path) -> None:
    path = written(tmp_path, {"weight": np.zeros((1, 2))}, "trained.safetensors", layers=1)
    by_hand(tmp_path / "trained.safetensors", "BF16", np.array([0x3FC0, 0xC049], "<u2").tobytes())
    assert read_network(path).theta(1).tolist() == [[1.5, -3.140625]]
    by_hand(tmp_path / "trained.safetensors", "F8_E4M3", b"12")
    assert "weight: found the type F8_E4M3, needed F64, F32, F16, BF16 or integers" in refusal(path)


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_lie_in_a_file_by_rows_or_by_columns(tmp_path: Path, order: str) -> None:
    path = written(tmp_path, {"0.weight": np.array(THREE["0.weight"], order=order), "2.weight": THREE["2.weight"]})
    assert read_network(path).theta(1).tolist() == THREE["0.weight"].tolist()


@pytest.mark.parametrize("name", ["trained.npz", "below/trained.npz", "../beside/trained.npz", "{folder}/trained.npz"])
def test_the_path_is_relative_to_the_network_file_or_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                              name: str) -> None:
    for folder in ("home", "home/below", "beside", "elsewhere"):
        (tmp_path / folder).mkdir()
    path = written(tmp_path / "home", THREE, weights=name.format(folder=tmp_path / "elsewhere"))
    (tmp_path / "home" / "trained.npz").rename(tmp_path / "home" / name.format(folder=tmp_path / "elsewhere"))
    monkeypatch.chdir(tmp_path)
    assert read_network(path.relative_to(tmp_path)).sizes == (2, 3, 1)


def test_the_example_in_the_network_file_comes_first(tmp_path: Path) -> None:
    arrays = {**THREE, "input": np.array([[7.0], [8.0]]), "target": np.array([0.25])}
    assert read_network(written(tmp_path, arrays)).input.tolist() == [0.5, -1.0]
    net = read_network(written(tmp_path, arrays, input=None, target=None))
    assert (net.input.tolist(), net.target.tolist()) == ([7.0, 8.0], [0.25])


def test_a_network_changes_with_its_weights(tmp_path: Path) -> None:
    path = written(tmp_path, THREE)
    before = read_network_once(path, str(path))
    assert read_network_once(path, str(path)) is before
    np.savez(tmp_path / "trained.npz", **(THREE | {"0.bias": np.zeros(3)}))
    os.utime(tmp_path / "trained.npz", (1, 1))
    assert read_network_once(path, str(path)).bias(1).tolist() == [0, 0, 0]


# what does not

def without(name: str, **more: np.ndarray) -> dict:
    return {key: array for key, array in THREE.items() if key != name} | more


WRONG = {
    "too few layers": (without("2.weight"), "found 1 weights, needed 2, one for each [[layer]]"),
    "too many layers": ({**THREE, "4.weight": np.ones((1, 1))}, "found 3 weights, needed 2"),
    "shape": (without("2.weight", **{"2.weight": np.ones((1, 4))}), "found rows of 4, needed rows of 3"),
    "transposed": (without("0.weight", **{"0.weight": np.ones((2, 3))}), "found rows of 3, needed rows of 2"),
    "bias of another length": (without("0.bias", **{"0.bias": np.ones(2)}), "bias: found 2 numbers, needed 3"),
    "bias without weight": (without("0.weight"), "found 0.bias, without a weight to go with it"),
    "a convolution": (without("0.weight", **{"0.weight": np.ones((3, 2, 5, 5))}), "a weight of 4 axes, needed 2"),
    "a bias in a column": (without("0.bias", **{"0.bias": np.ones((3, 1))}), "a bias of 2 axes, needed 1"),
    "batch normalisation": ({**THREE, "1.running_mean": np.ones(3)}, "found 1.running_mean, which is no layer's"),
    "a name of its own": ({**THREE, "W1": np.ones((3, 2))}, "found W1, which is no layer's"),
    "target too long": ({**THREE, "2.weight": np.ones((2, 3))}, "target: found 1 numbers, needed 2"),
}


@pytest.mark.parametrize("file", ["trained.npz", "trained.safetensors"])
@pytest.mark.parametrize(("arrays", "words"), WRONG.values(), ids=WRONG)
def test_weights_that_do_not_fit_are_refused_with_what_was_found(tmp_path: Path, arrays: dict, words: str,
                                                                 file: str) -> None:
    said = refusal(written(tmp_path, arrays, file))
    assert words in said
    assert f"{file} holds 0." in said
    for name, array in arrays.items():
        assert f"{name} {'x'.join(map(str, array.shape))}" in said


def test_the_order_of_unlike_names_is_not_guessed(tmp_path: Path) -> None:
    arrays = {"first.weight": np.ones((2, 2)), "then.weight": np.eye(2), "last.weight": np.ones((1, 2))}
    assert "first, last, then leave the order of the layers open" in refusal(written(tmp_path, arrays, layers=3))
    many = {f"{word}.weight": np.ones((2, 2)) for word in "abcdefghijkl"}
    assert "needed numbers in the names" in refusal(written(tmp_path, many, layers=12))


def test_an_order_that_takes_for_ever_to_find_is_not_looked_for(tmp_path: Path) -> None:
    """Of seven words with three layers each there are about 10^14 orders, none of which ends in a layer that fits."""
    for words, count in (("abcdefg", 3), ("ab", 700)):
        arrays = {f"{word}.{k}.weight": np.eye(2) for word in words for k in range(count)}
        arrays["z.weight"] = np.ones((3, 3))
        assert "leave the order of the layers open" in refusal(written(tmp_path, arrays, layers=len(arrays)))


@pytest.mark.parametrize(("array", "words"), [
    (np.array([[1.0, np.nan]]), "weight: found nan at (1, 2), counted from 1, needed finite numbers"),
    (np.array([[-np.inf, 1.0]]), "weight: found -inf at (1, 1)"),
    (np.array([[True, False]]), "weight: found the type bool, needed floats or integers"),
])
@pytest.mark.parametrize("file", ["trained.npz", "trained.safetensors"])
def test_what_is_no_finite_number_is_refused(tmp_path: Path, array: np.ndarray, words: str, file: str) -> None:
    said = refusal(written(tmp_path, {"weight": array}, file, layers=1))
    assert words.replace("bool, needed floats", "BOOL, needed F64" if file.endswith("s") else "bool, needed floats"
                         ).partition(" or ")[0] in said


@pytest.mark.parametrize(("array", "words"), [
    (np.array([[1j, 2.0]]), "found the type complex128"),
    (np.array([["1", "2"]]), "found the type <U1"),
    (np.array([[np.longdouble("1e4000"), 0]]), "found inf at (1, 1)"),
])
def test_what_numpy_alone_can_hold_is_refused(tmp_path: Path, array: np.ndarray, words: str) -> None:
    assert words in refusal(written(tmp_path, {"weight": array}, layers=1))


class Danger:
    def __reduce__(self) -> tuple:
        return Path.touch, (Path("opened"),)


def test_nothing_is_ever_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, {"weight": np.array([[Danger(), 1.0]], dtype=object)}, layers=1)
    assert "weight: found an array of objects, needed numbers" in refusal(path)
    (tmp_path / "trained.npz").write_bytes(pickle.dumps(Danger()))
    assert "found no archive of arrays" in refusal(path)
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("ending", [".pt", ".pth", ".PT", ".ckpt", ".pkl"])
def test_a_pickle_is_refused_with_how_to_save_instead(tmp_path: Path, ending: str) -> None:
    table = {"input": [1], "target": [1], "cost": "squared_error", "layer": [], "weights": f"trained{ending}"}
    (tmp_path / "mine.json").write_text(json.dumps(table))
    (tmp_path / f"trained{ending}").write_bytes(pickle.dumps(Danger()))
    said = refusal(tmp_path / "mine.json")
    assert "is not opened" in said
    assert 'save_file(model.state_dict(), "trained.safetensors")' in said


@pytest.mark.parametrize(("more", "words"), [
    ({"weights": 3}, "weights: found the number 3, needed the name of a .safetensors or .npz file"),
    ({"weights": [[1.0]]}, "or weights in each [[layer]]"),
    ({"weights": "trained.h5"}, "weights: found the ending '.h5', needed .safetensors or .npz"),
    ({"weights": "none.npz"}, "weights: there is no file"),
    ({"weights": "a\0b.npz"}, "weights: there is no file"),
    ({"weights": "n" * 5000 + ".npz"}, "cannot be read"),
    ({"input": None}, "found no input, needed one"),
    ({"layer": None}, "found no layer, needed one"),
    ({"layer": [{"activation": "tanh", "weights": [[1.0]]}]}, "[[layer]] 1: found weights, needed only activation"),
    ({"layer": [{"activation": "tanh", "bias": [1.0]}]}, "[[layer]] 1: found bias, needed only activation"),
    ({"layer": [{}]}, "[[layer]] 1: found no activation"),
    ({"layer": [{"activation": "thanh"}]}, "perhaps tanh"),
])
def test_a_network_file_that_does_not_go_with_weights_is_refused(tmp_path: Path, more: dict, words: str) -> None:
    assert words in refusal(written(tmp_path, {"weight": np.ones((1, 2))}, layers=1, **more))


def test_a_file_of_weights_in_place_of_a_network_file(tmp_path: Path) -> None:
    assert 'needed .toml or .json, in which weights = "a.npz" names it' in refusal(tmp_path / "a.npz")


def broken_archives() -> dict[str, bytes]:
    """Archives that are cut, not what they say, or too much."""
    whole, member = io.BytesIO(), io.BytesIO()
    np.savez(whole, **THREE)
    np.save(member, np.ones((1, 2)))
    head = member.getvalue()
    entries = {"empty": b"", "text": b"weights", "cut": whole.getvalue()[:-30], "no members": None,
               "a member cut": head[:-8], "no array": b"hello", "a shape too large":
               head.replace(b"(1, 2), }" + b" " * 10, b"(99999999999, 2), }"), "code in a header":
               head.replace(b"'fortran_order': False", b"'fortran_order': exit()")}
    made = {}
    for name, content in entries.items():
        if name in ("empty", "text", "cut"):
            made[name] = content
            continue
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            if content is not None:
                archive.writestr("weight" if name == "no array" else "weight.npy", content)
        made[name] = file.getvalue()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("weight.npy", bytes(60_000_000))
    return made | {"a bomb": bomb.getvalue()}


@pytest.mark.parametrize("content", [pytest.param(c, id=n) for n, c in broken_archives().items()])
def test_a_broken_npz_is_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, THREE)
    (tmp_path / "trained.npz").write_bytes(content)
    assert refusal(path).startswith("trained.npz: ")


@pytest.mark.parametrize("content", [
    b"", b"weights", b"\xff" * 100, b"\x02" + bytes(7) + b"{}", b"\x08" + bytes(7) + b"[1,2,3] ",
    b'\x40\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,900]}}        ',
], ids=["empty", "text", "a header too large", "no tensors", "a list", "a tensor beyond the end"])
def test_a_broken_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, THREE, "trained.safetensors")
    (tmp_path / "trained.safetensors").write_bytes(content)
    assert refusal(path).startswith("trained.safetensors: ")


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    path = written(tmp_path, THREE, "trained.safetensors")
    with (tmp_path / "trained.safetensors").open("wb") as file:
        file.truncate(60_000_000)
    assert "found 60 MB" in refusal(path)
