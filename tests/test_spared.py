"""What stands for SciPy's rotations in a command gives the same matrices, and gives way to SciPy's own."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.spatial import transform

from studio.spared import Rotation

HOUSE = Path(__file__).parent.parent
TURNS = st.one_of(st.floats(-1e3, 1e3), st.floats(-1e-3, 1e-3))


@given(st.tuples(TURNS, TURNS, TURNS))
@example((0.0, 0.0, 0.0))
@example((0.0, 0.0, np.pi))
@example((0.0, 0.0, -np.pi / 2))
@example((0.0, 0.0, 1e-3))
def test_a_rotation_is_scipys_to_the_last_digit(vector: tuple[float, float, float]) -> None:
    theirs = transform.Rotation.from_rotvec(np.array(vector)).as_matrix()
    assert np.abs(Rotation.from_rotvec(np.array(vector)).as_matrix() - theirs).max() < 1e-15


@pytest.mark.parametrize("length", [np.nan, np.inf])
def test_of_no_finite_angle_it_is_nan(length: float) -> None:
    assert np.isnan(Rotation.from_rotvec([0.0, 0.0, length]).as_matrix()).all()


def run(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_manim_is_content_with_it_and_scipy_is_there_for_others() -> None:
    found = run("""
import sys
from studio.spared import spare
spare()
import manim
manim.Line().rotate(1)
print("scipy" in sys.modules)
from scipy.spatial.transform import Slerp
print(Slerp.__module__.partition(".")[0])
from scipy.spatial import KDTree
print(KDTree.__module__.partition(".")[0])
""")
    assert found == ["False", "scipy", "scipy"]


def test_after_manim_everybody_gets_scipys_own() -> None:
    run("""
import numpy as np
from studio.spared import spare
spare()
import manim
from scipy.spatial.transform import Rotation
right = np.array([1.0, 0.0, 0.0])
quarter = Rotation.from_rotvec([0.0, 0.0, np.pi / 2])
assert np.allclose(quarter.apply(right), [0, 1, 0])
assert np.allclose(Rotation.from_rotvec([0, 0, 90], degrees=True).apply(right), [0, 1, 0])
assert np.allclose(Rotation.from_rotvec([[0.0, 0.0, 0.0], [0.0, 0.0, np.pi / 2]]).apply(right), [right, [0, 1, 0]])
assert np.allclose(Rotation.from_euler("z", np.pi / 2).as_matrix(), quarter.as_matrix())
assert manim.utils.space_ops.Rotation is not Rotation
""")


def test_what_is_there_already_stays() -> None:
    found = run("""
import scipy.spatial.transform as before
from studio.spared import spare
spare()
import scipy.spatial.transform as after
print(after is before)
""")
    assert found == ["True"]
