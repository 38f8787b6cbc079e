"""Damaged files, and what comes of them: a network, or a line. Run as a program it tries many in a bounded process.

    python tests/fuzz/damage.py CASES [SEED]     without a seed, the same each time
"""

from __future__ import annotations

import copy
import json
import resource
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from bpmath.files.network_file import read_network
from bpmath.model.activation import ACTIVATIONS
from bpmath.model.cost import COSTS
from bpmath.model.network import NetworkError
from bpmath.model.output_pairs import misfit
from bpmath.numeric.backprop import trace
from bpmath.numeric.second_method import verify
from scenes.kit.setting.language import language
from studio.commands.main import main
from studio.pages.gallery import entries
from studio.pages.gallery.folder import read_ledger
from studio.pages.gallery.formulas import FormulaError, typeset
from studio.pages.gallery.words import speaker
from studio.system.mistake import Mistake

CORPUS = Path(__file__).parent / "corpus"
SECONDS, BYTES = 5, 1 << 30    # that a file may take
LONGEST = 400    # characters of a message
FORBIDDEN = ("exec", "compile", "import", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork",
             "os.remove", "os.rename", "os.mkdir", "socket.", "ctypes.", "pickle.", "shutil.", "urllib.")
TABLE = {
    "name": "n", "input": [1.5, -0.5], "target": [1.0, 0.0], "cost": "squared_error", "learning_rate": 0.1,
    "layer": [{"weights": [[0.8, 0.1], [-0.3, 0.4]], "bias": [0.1, 0.2], "activation": "relu"},
              {"weights": [[0.5, 0.25], [-1.5, 2.0]], "bias": [0.0, -0.1], "activation": "softmax"}]}
ARRAYS = {"0.weight": np.array(TABLE["layer"][0]["weights"]), "0.bias": np.array([0.1, 0.2]),
          "2.weight": np.array(TABLE["layer"][1]["weights"])}
NAMED = {key: value for key, value in TABLE.items() if key != "layer"} | {
    "layer": [{"activation": "relu"}, {"activation": "softmax"}]}
LEDGER = json.loads((CORPUS / "ledger.json").read_text(encoding="utf-8"))


# what is damaged

NUMBERS = st.one_of(
    st.sampled_from([0, 1, -1, 0.5, -0.0, 5e-324, 1e-300, 1e-17, 1e150, 1e200, 1e308, -1e308, np.inf, -np.inf, np.nan,
                     2**53 + 1, 2**64, 10**308, 10**309, 10**400, 10**4000]),
    st.integers(), st.floats())
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", "\x00", "\ud800", "\u202e", "a" * 61, "a" * 5000, "é", "网络", "../../x", "{{7*7}}",
                     "#panic()", "$x$", '#read("/etc/passwd")', "<script>", "x\ny", "\x1b[31m", "__import__('os')",
                     "9" * 5000, "1e400", *ACTIVATIONS, *COSTS]))
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=3)), max_leaves=6)


def ways(value: object, at: tuple = ()) -> Iterator[tuple]:
    """The way to every part of a table."""
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in parts:
        yield from ways(inside, (*at, key))


def part(table: object, way: Iterable) -> object:
    """What is found on a way."""
    for key in way:
        table = table[key]
    return table


@st.composite
def tables(draw: st.DrawFn, whole: dict, most: int = 3) -> object:
    """A table with up to so many of its parts taken away, doubled, exchanged or replaced."""
    table = copy.deepcopy(whole)
    for _ in range(draw(st.integers(0, most))):
        what = draw(st.sampled_from(["number", "number", "junk", "text", "gone", "double", "swap"]))
        places = [at for at in ways(table) if what != "number" or isinstance(part(table, at), float)]
        at = draw(st.sampled_from(places or [()]))
        if not at:
            if draw(st.integers(0, 20)) == 0:
                return draw(JUNK)
            continue
        *way, last = at
        inside = part(table, way)
        match what:
            case "junk":
                inside[last] = draw(JUNK)
            case "number":
                inside[last] = draw(NUMBERS)
            case "text":
                inside[last] = draw(TEXTS)
            case "gone":
                del inside[last]
            case "double":
                inside[last] = [inside[last]] * draw(st.sampled_from([0, 2, 3, 40]))
            case "swap":
                other = draw(st.sampled_from(list(inside) if isinstance(inside, dict) else range(len(inside))))
                inside[last], inside[other] = inside[other], inside[last]
    return table


def as_json(table: object) -> bytes:
    return json.dumps(table).encode()


def as_toml(table: object) -> bytes:
    """The same in TOML as far as it goes; what TOML does not have is written as JSON writes it."""
    def value(of: object) -> str:
        match of:
            case dict():
                return "{" + ", ".join(f"{json.dumps(str(k))} = {value(v)}" for k, v in of.items()) + "}"
            case list():
                return "[" + ", ".join(map(value, of)) + "]"
            case float():
                return repr(of)
        return json.dumps(of)

    rows = table.items() if isinstance(table, dict) else [("input", table)]
    return "\n".join(f"{json.dumps(str(k))} = {value(v)}" for k, v in rows).encode()


SHAPES = st.one_of(
    st.sampled_from([(2, 2), (2,), (), (0,), (2, 0), (1, 2), (2, 1), (3, 2), (1, 1, 2, 2), (4,), (1, 2, 2), (40, 2)]),
    st.lists(st.integers(0, 3), max_size=5).map(tuple))
TYPES = ["<f8", "<f4", "<f2", "<i8", "<i1", "<u8", "?"]
ODD_TYPES = [">f8", "<f16", "<c16", "<U3", "S3", "O", "<M8[s]", "V8"]
LAYERS = st.sampled_from(["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "net.0.weight", "weight", "bias",
                          "input", "target", "encoder.weight", "decoder.weight", "0.running_mean", "epoch",
                          "9" * 5000 + ".weight", "007.weight", "²³.weight",
                          "..weight", ".weight", "0..weight", "\x1b.weight", "a" * 3000])


@st.composite
def arrays(draw: st.DrawFn, types: list[str]) -> dict[str, np.ndarray]:
    """The arrays of a file, up to three of them replaced, taken away or added."""
    held = dict(ARRAYS)
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.one_of(LAYERS, st.text(max_size=5)))
        if draw(st.integers(0, 4)) == 0:
            held.pop(name, None)
            continue
        shape, kind = draw(SHAPES), draw(st.sampled_from(types))
        shape = held[name].shape if name in held and draw(st.booleans()) else shape
        fill = draw(st.sampled_from([0.5, 0.0, 1.0, -1e308, 1e200, np.nan, np.inf, 5e-324]))
        fill = fill if np.isfinite(fill) or kind.lstrip("<>")[0] in "fc" else 0.0
        with np.errstate(all="ignore"):
            held[name] = np.full(shape, fill).astype(kind)
    return held


def as_npz(held: dict[str, np.ndarray]) -> bytes:
    """What numpy.savez writes, of any names and types."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, array in held.items():
            np.lib.format.write_array(inside := BytesIO(), array, allow_pickle=True)
            archive.writestr(f"{name.replace(chr(0), '0') or '0'}.npy"[:60_000], inside.getvalue())
    return out.getvalue()


ONE_IN_30 = st.integers(0, 29).map(lambda n: n == 29)
PIECES = [b"\x00", b"\xff", b'"', b"[" * 3000, b"{", b"9" * 400, b"9" * 6000, b"e999", b"a." * 100_000, b"\n", b"#",
          b"'''", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\u0000"]


@st.composite
def hurt(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes with up to four places flipped, cut, doubled or exchanged."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        match draw(st.sampled_from(["flip", "cut", "put", "double", "end"])):
            case "flip" if at < len(content):
                content[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del content[at : at + draw(st.integers(1, 20))]
            case "put":
                content[at:at] = draw(st.sampled_from(PIECES))
            case "double":
                content[at:at] = content[at : at + 40]
            case "end":
                del content[at:]
    return bytes(content)


def mostly(made: st.SearchStrategy) -> st.SearchStrategy:
    """Files as they are made, and one in three with its bytes hurt."""
    return st.one_of(made, made, made.flatmap(hurt))


def with_weights(file: str, content: st.SearchStrategy) -> st.SearchStrategy:
    named = tables(NAMED | {"weights": file}, most=1).map(as_json)
    return st.fixed_dictionaries({"mine.json": named, file: mostly(content)})


CASES = {
    "toml": st.fixed_dictionaries({"mine.toml": mostly(tables(TABLE).map(as_toml))}),
    "json": st.fixed_dictionaries({"mine.json": mostly(tables(TABLE).map(as_json))}),
    "npz": with_weights("w.npz", arrays(TYPES + ODD_TYPES).map(as_npz)),
    "safetensors": with_weights("w.safetensors", arrays(TYPES).map(save)),
    "ledger": st.fixed_dictionaries({"ledger.json": mostly(tables(LEDGER).map(as_json))}),
}


# what comes of them

class Watch:
    """Sees what a file makes the process do: while it is read nothing may be executed, imported, written or begun."""

    def __init__(self) -> None:
        self.armed = self.on = False
        self.seen: list[str] = []

    def arm(self) -> None:
        """From here on it sees."""
        self.armed = True
        sys.addaudithook(self.look)

    def look(self, event: str, details: tuple) -> None:
        if not self.on:
            return
        writes = event == "open" and isinstance(details[1], str) and set(details[1]) & set("wax+")
        literal = event == "compile" and details[1] == "<unknown>"    # ast.literal_eval of a header: runs nothing
        if writes or (event.startswith(FORBIDDEN) and not literal):
            self.seen.append(f"{event} {details!r:.200}")

    @contextmanager
    def reading(self) -> Iterator[None]:
        self.on = self.armed
        try:
            yield
        finally:
            self.on = False
        assert not self.seen, self.seen


def attempt(kind: str, files: dict[str, bytes], watch: Watch, thorough: bool) -> str:
    """Reads the files of a case as the commands do; says what came of it. Anything but a result or a line is raised."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        path = Path(folder) / next(iter(files))
        began = time.process_time()
        try:
            (ledger if kind == "ledger" else network)(path, watch, thorough)
            result = "taken"
        except (NetworkError, Mistake, FormulaError) as error:
            said = str(error).replace(folder, "")
            assert 1 <= len(said.splitlines()) <= 3 and len(said) <= LONGEST, said
            assert all(line.isprintable() for line in said.splitlines()), said
            result = "refused"
        took = time.process_time() - began
        assert took < SECONDS, f"took {took:.1f} s"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        assert peak < BYTES, f"took {peak / 1e6:.0f} MB"
        return result


def network(path: Path, watch: Watch, thorough: bool) -> None:
    with watch.reading():
        net = read_network(path)
    found = trace(net)
    if thorough:
        assert verify(found).ok
        run = CliRunner().invoke(main, ["check", str(path)])
        assert run.exit_code in (0, 2), (run.output, run.exception)
        assert "Traceback" not in run.output


def ledger(path: Path, watch: Watch, thorough: bool) -> None:
    with watch.reading():
        book = read_ledger(path)
        if book is None:
            return
        word = speaker(language("en"))
        symbols = entries.symbols_in([book])
        shown = [*entries.equations(book, word), *entries.numbers(book, symbols, word),
                 *entries.scales(book, symbols, word)]
    typeset(e.shown for e in shown)


def warm(watch: Watch) -> None:
    """Loads and compiles what the first file would: everything that is executed later is a file's doing."""
    for kind, content in {"json": as_json(TABLE), "toml": as_toml(TABLE)}.items():
        attempt(kind, {f"mine.{kind}": content}, watch, True)
    for file, content in {"w.npz": as_npz(ARRAYS), "w.safetensors": save(ARRAYS)}.items():
        attempt("npz", {"mine.json": as_json(NAMED | {"weights": file}), file: content}, watch, False)
    attempt("ledger", {"ledger.json": as_json(LEDGER)}, watch, False)
    for cost in COSTS.values():
        for activation in ACTIVATIONS.values():
            misfit(cost, activation, 2)
            cost.takes(0.5)


def limit() -> None:
    """No more than 1 GB beyond what the libraries map."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + BYTES, mapped + BYTES))


def interrupt(*_: object) -> None:
    raise TimeoutError(f"a file took {SECONDS} s")


def run(cases: int, number: int | None) -> None:
    """Tries so many cases, of each kind alike; without a number, the same each time."""
    warm(watch := Watch())
    watch.arm()
    limit()
    counts = Counter()
    signal.signal(signal.SIGALRM, interrupt)
    bounds = settings(max_examples=-(-cases // len(CASES)), deadline=None, database=None, derandomize=number is None,
                      suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink])
    for kind, strategy in CASES.items():
        def look(files: dict[str, bytes], kind: str, thorough: bool) -> None:
            signal.alarm(6 * SECONDS)    # by the clock, of a busy machine
            counts[kind] += 1
            counts[f"{kind} {attempt(kind, files, watch, thorough)}"] += 1
            signal.alarm(0)

        test = bounds(given(files=strategy, kind=st.just(kind), thorough=ONE_IN_30)(look))
        (test if number is None else seed(number)(test))()
    print(json.dumps(counts))


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
