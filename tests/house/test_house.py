"""One arrow: bpmath, then scenes.kit, then scenes, then studio. And `bpmath` is light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
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


# from the ground up: a folder imports only those before it
FLOORS = ("bpmath.model", "bpmath.files", "bpmath.numeric", "bpmath.writing", "bpmath.symbolic", "scenes.kit.setting",
          "scenes.kit.text", "scenes.kit.provenance", "scenes.kit.narration", "scenes.kit.formulas",
          "scenes.kit.canvas", "scenes.kit.encoder", "scenes.kit.plots", "scenes.kit.network", "scenes.kit",
          "scenes", "studio.system",
          "studio.movie", "studio.cache", "studio.render", "studio.film", "studio.pages", "studio.pages.gallery",
          "studio.pages.slides", "studio.paper", "studio.lint.views", "studio.lint.rules", "studio.lint",
          "studio.display", "studio.commands", "studio")
MODULES = {".".join(path.with_suffix("").parts): path for path in FILES}


def folder_of(module: str) -> str:
    return module.rpartition(".")[0]


def imported(module: str) -> set[str]:
    """The modules of this project that one imports."""
    return {found for found in imports(MODULES[module]) if found in MODULES} - {module}


def test_each_folder_has_its_floor() -> None:
    assert {folder_of(module) for module in MODULES if not module.endswith("__init__")} | {"studio.lint"} == set(FLOORS)


@pytest.mark.parametrize("module", [m for m in MODULES if not m.endswith("__init__")])
def test_a_folder_imports_only_folders_below(module: str) -> None:
    own = FLOORS.index(folder_of(module))
    assert not {found for found in imported(module) if FLOORS.index(folder_of(found)) > own}


def test_no_files_import_each_other_in_a_circle() -> None:
    left = {module: imported(module) for module in MODULES}
    while free := [module for module, needed in left.items() if not needed & left.keys()]:
        for module in free:
            del left[module]
    assert not left


def test_no_folder_has_more_than_twelve_files() -> None:
    """But `scenes`, which has a file a chapter."""
    sizes = Counter(path.parent for path in FILES if path.name != "__init__.py")
    assert {str(folder) for folder, size in sizes.items() if size > 12} == {"scenes"}


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=str)
def test_a_folder_says_what_it_holds(folder: Path) -> None:
    """Its reading order names each of its files and folders."""
    told = ast.get_docstring(ast.parse((HOUSE / folder / "__init__.py").read_text(encoding="utf-8")))
    assert told
    if str(folder) not in ("scenes", "studio/lint", "studio/lint/rules", "studio/pages/gallery"):
        held = {path.stem for path in (HOUSE / folder).glob("*.py")} - {"__init__", "__main__"}
        held |= {path.parent.name for path in (HOUSE / folder).glob("*/__init__.py")}
        assert not {name for name in held if not re.search(rf"\b{name}\b", told)}
