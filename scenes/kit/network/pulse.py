"""Pulses: dots that run along edges, a value forward or a signal back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Animation, AnimationGroup, Dot, VGroup

SOFT = 0.25  # how opaque the rim of a pulse is
FADES = 0.25  # the share of its way on which a pulse fades into the unit that it comes to

Way = tuple[np.ndarray, np.ndarray]  # from where to where


class Pulse(VGroup):
    """A dot with a soft rim around it."""

    def __init__(self, at: np.ndarray, color: str, radius: float) -> None:
        rim = Dot(at, radius=1.65 * radius, color=color, fill_opacity=SOFT)
        super().__init__(rim, Dot(at, radius=radius, color=color))
        self.set_z_index(4)


class Arrive(Animation):
    """A pulse comes to a place and is gone there, so that those that meet do not pile up."""

    def __init__(self, pulse: Pulse, way: Way, **kwargs: object) -> None:
        self.way = way
        super().__init__(pulse, introducer=True, remover=True, **kwargs)

    def interpolate_mobject(self, alpha: float) -> None:
        share = self.rate_func(alpha)
        start, end = self.way
        self.mobject.move_to(start + share * (end - start))
        seen = min(1.0, (1 - share) / FADES)
        for dot, opacity in zip(self.mobject, (SOFT, 1.0), strict=True):
            dot.set_fill(opacity=seen * opacity)


def arriving(pulses: Sequence[Pulse], ways: Sequence[Way]) -> AnimationGroup:
    """All pulses at once, each on its way."""
    return AnimationGroup(*(Arrive(pulse, way) for pulse, way in zip(pulses, ways, strict=True)))
