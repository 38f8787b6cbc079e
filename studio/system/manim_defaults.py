"""What manim finds in our own processes: its own defaults, whatever manim.cfg a user has for other films, and no
IPython, which it would import for notebooks."""
from __future__ import annotations

import sys
from contextlib import chdir
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from studio.system.kept_environment import set_while

HERE = str(Path(__file__).parent)    # a folder without settings of manim
READS = "manim._config"    # the module that reads manim.cfg in the current folder and in ~/.config when it is imported


class Defaults(MetaPathFinder):
    """Imports manim's settings as if the current folder and the user's own had none."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != READS:
            return None
        spec = PathFinder.find_spec(name, path)
        run = spec.loader.exec_module

        def run_elsewhere(module: ModuleType) -> None:
            with set_while("HOME", HERE), chdir(HERE):
                run(module)

        spec.loader.exec_module = run_elsewhere
        return spec


def prepare_manim() -> None:
    """To be called before manim is imported, in a process that is the command's own or a worker."""
    sys.modules.setdefault("IPython", None)
    sys.meta_path.insert(0, Defaults())
