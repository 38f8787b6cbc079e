"""What manim imports for next to nothing, and a film is spared: a fifth of a second before its first frame.

IPython is for notebooks. Of SciPy manim wants one rotation, which is here, reckoned in SciPy's own steps.
"""
from __future__ import annotations

import importlib
import sys
from math import cos, isfinite, nan, sin, sqrt
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NAME = "scipy.spatial.transform"
SMALL = 1e-3    # radians; below it SciPy takes the first terms of a series


def spare() -> None:
    """Before manim is imported: it finds no IPython, and of SciPy what it needs."""
    sys.modules.setdefault("IPython", None)
    sys.modules.setdefault(NAME, StandIn(NAME))


class StandIn(ModuleType):
    """SciPy's module of rotations for the first who asks, which is manim; from then on it is SciPy's own."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):    # what Python asks of modules
            raise AttributeError(name)
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
        return Rotation if name == "Rotation" else getattr(importlib.import_module(NAME), name)


class Rotation:
    """A rotation about an axis in space, by the quaternion of half its angle."""

    def __init__(self, x: float, y: float, z: float) -> None:
        self.vector = x, y, z

    @classmethod
    def from_rotvec(cls, rotvec: ArrayLike) -> Rotation:
        """The rotation about a vector (3,) by its length in radians."""
        return cls(*map(float, rotvec))

    def as_matrix(self) -> NDArray:
        """Its matrix (3, 3); of no finite angle it is all nan."""
        import numpy as np

        x, y, z = self.vector
        angle = sqrt(x * x + y * y + z * z)
        angle = angle if isfinite(angle) else nan
        square = angle * angle
        scale = sin(angle / 2) / angle if angle > SMALL else 0.5 - square / 48 + square * square / 3840
        x, y, z, w = scale * x, scale * y, scale * z, cos(angle / 2)
        xx, yy, zz, ww, xy, zw, xz, yw, yz, xw = x * x, y * y, z * z, w * w, x * y, z * w, x * z, y * w, y * z, x * w
        return np.array([[xx - yy - zz + ww, 2 * (xy - zw), 2 * (xz + yw)],
                         [2 * (xy + zw), -xx + yy - zz + ww, 2 * (yz - xw)],
                         [2 * (xz - yw), 2 * (yz + xw), -xx - yy + zz + ww]])
