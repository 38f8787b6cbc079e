"""The chapters of the film. They are found in the folder `scenes`, never listed: a new file there is a new chapter."""
from __future__ import annotations

import importlib
import pkgutil
import sys
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from studio.system.mistake import Mistake

if TYPE_CHECKING:
    from scenes.kit.chapter import Chapter

PACKAGE = "scenes"


def chapters() -> tuple[type[Chapter], ...]:
    """The chapter that each module of the package defines, in the order of the film."""
    return discover(PACKAGE)


@cache
def discover(package: str) -> tuple[type[Chapter], ...]:
    """The chapters of a package, in order. Every module defines exactly one; no two have the same number."""
    from scenes.kit.chapter import Chapter

    found = []
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        if module.ispkg:
            continue
        contents = vars(importlib.import_module(module.name)).values()
        own = [c for c in contents if isinstance(c, type) and issubclass(c, Chapter) and c.__module__ == module.name]
        if len(own) != 1:
            raise TypeError(f"{module.name} defines {len(own)} chapters, needed exactly one")
        found += own
    found.sort(key=lambda c: c.chapter)
    for one, two in pairwise(found):
        if one.chapter == two.chapter:
            raise TypeError(f"{one.__name__} and {two.__name__} are both chapter {one.chapter}")
    return tuple(found)


def file_of(chapter: type[Chapter]) -> Path:
    """The file that a chapter is written in."""
    return Path(sys.modules[chapter.__module__].__file__)


def find(name: str) -> type[Chapter]:
    """The chapter that a name means: its class, its file or its title in any case, or its number. Mistake if none."""
    names = {plain(word): c for c in chapters()
             for word in (c.title, c.told_title(), c.__name__, file_of(c).stem, str(c.chapter))}
    wanted = plain(name.removesuffix(".py").rpartition("/")[2])
    if wanted in names:
        return names[wanted]
    near = dict.fromkeys(names[n].__name__ for n in get_close_matches(wanted, names, n=3, cutoff=0.5))
    hint = f"perhaps {' or '.join(near)}" if near else "`backprop list` names them all"
    raise Mistake(f"found no chapter called '{shortened(name)}'; {hint}")


def plain(name: str) -> str:
    """A name without case, spaces and signs."""
    return "".join(c for c in name.lower() if c.isalnum())


def shortened(name: str, longest: int = 60) -> str:
    """A name as it was typed, printable and short."""
    line = "".join(c if c.isprintable() else "?" for c in name)
    return line if len(line) <= longest else line[: longest - 1] + "…"
