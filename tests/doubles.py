"""Calls a function of numbers at the working precision with doubles, and rounds what it gives."""
from __future__ import annotations

from collections.abc import Callable, Sequence

import mpmath
import numpy as np

from bpmath.model import multiprecision


def in_doubles(f: Callable, *vectors: Sequence[float]) -> np.ndarray:
    """The doubles nearest to f of vectors of mpf: a vector, or a number as an array without axes."""
    with mpmath.workprec(2 * multiprecision.bits(*(float(v) for vector in vectors for v in vector))):
        found = f(*([mpmath.mpf(float(v)) for v in vector] for vector in vectors))
        return multiprecision.rounded(found)
