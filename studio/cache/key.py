"""What a chapter's files are made of, beside its network and options: code, fonts, libraries."""
from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from scenes.kit.setting import environment_variables

Ingredients = tuple[tuple[str, str], ...]

PACKAGES = ("bpmath", "scenes.kit")    # whatever a chapter imports of this project
RENDERING = ("studio.render.chapter_files", "studio.movie.clip", "studio.movie.gif", "studio.movie.clip_format",
             "studio.render.parts", "studio.system.manim_defaults", "studio.system.kept_environment")
# the tests hold that a worker loads no other that could change a file
LIBRARIES = ("av", "babel", "gmpy2", "manim", "manimpango", "mpmath", "numpy", "pillow", "pycairo", "scipy",
             "skia-pathops", "srt", "svgelements", "sympy", "typst")
TOLD_BY = ("hibari-tts", "onnxruntime", "pyloudnorm")    # where the film is told aloud
DATA = ("fonts/*", "languages/*.po")    # of a package; bpmath's networks are not: a job has its own with it


def digest(*parts: object) -> str:
    """A fingerprint of plain values."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def ingredients(module: str) -> Ingredients:
    """By name, what the files of the chapter in a module depend on. Read once a process, as its code is."""
    return (("the chapter's file", of_files([file_of(module)])), *common())


@cache
def common() -> Ingredients:
    """What every chapter depends on."""
    code = [(name, of_files(files_of(name))) for name in PACKAGES]
    rendering = of_files(map(file_of, RENDERING))
    libraries = LIBRARIES + TOLD_BY if os.environ.get(environment_variables.VOICE) else LIBRARIES
    versions = [(name, importlib.metadata.version(name)) for name in libraries]
    python = ".".join(platform.python_version_tuple()[:2])
    return (*code, ("studio", rendering), ("python", python), *versions,
            ("machine", f"{platform.system()} {platform.machine()}"), ("cairo", cairo()))


def cairo() -> str:
    """The version of the system's cairo, which draws."""
    import cairo

    return cairo.cairo_version_string()


def file_of(module: str) -> Path:
    """The file of a module, which is not imported."""
    return Path(importlib.util.find_spec(module).origin)


def files_of(package: str) -> list[Path]:
    """The code of a package, all that it holds, and the data that its pictures need."""
    folder = file_of(package).parent
    return sorted({*folder.rglob("*.py"), *(file for pattern in DATA for file in folder.glob(pattern))})


def of_files(files: Iterable[Path]) -> str:
    """A fingerprint of the contents of files in their order, and of their names."""
    return digest([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files])
