"""One arrow: bpmath, then scenes.kit, then scenes, then studio. And `bpmath` is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("bpmath", "scenes", "studio")
FILES = [p.relative_to(HOUSE) for folder in ROOMS for p in sorted((HOUSE / folder).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever it stands."""
    for node in ast.walk(ast.parse((HOUSE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import, which manim cannot load"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    """The part of the house that a file belongs to."""
    return "scenes.kit" if path.parts[:2] == ("scenes", "kit") else path.parts[0]


def is_from(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


FORBIDDEN = {
    "bpmath": ("manim", "scenes", "studio", "typst", "click", "rich", "av", "srt"),
    "scenes.kit": ("studio",),
    "scenes": ("studio",),
    "studio": (),
}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_go_one_way(path: Path) -> None:
    for module in imports(path):
        assert not any(is_from(module, package) for package in FORBIDDEN[room(path)]), f"{path} imports {module}"
        if room(path) in ("scenes", "scenes.kit") and is_from(module, "scenes"):
            assert is_from(module, "scenes.kit"), f"{path} imports the chapter {module}"


def test_every_file_was_seen() -> None:
    assert {room(path) for path in FILES} == set(FORBIDDEN)


def test_the_numbers_need_no_more_than_numpy_and_sympy() -> None:
    code = "import sys, bpmath.numeric.backprop; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    loaded = {module.partition(".")[0] for module in run.stdout.split()}
    ours = {module for module in loaded - sys.stdlib_module_names if not module.startswith("_")}
    assert ours <= {"bpmath", "numpy", "sympy", "mpmath", "gmpy2"}
