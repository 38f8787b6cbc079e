"""The cost over two weights as a map with contour lines, or over one as a curve, and the way of training on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import RIGHT, UP, Dot, VGroup, VMobject

from bpmath.model.phrase import Phrase
from bpmath.numeric.cost_surface import Slice, Walk, contour
from scenes.kit.plots.plot import Plot, nice_ticks
from scenes.kit.provenance.claims import Claim
from scenes.kit.setting.layout import Zone
from scenes.kit.setting.theme import SMALL, theme
from scenes.kit.text.rounding import numeral

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

ZONE = Zone(-4.9, -0.6, -2.3, 2.1)
GRID, LEVELS, FINE = 22, 9, 121  # points along a side of the map, contour lines, points of the curve
COARSE, DOUBLINGS = 4, 12  # points along a side, and how often a window may grow, where one is looked for
MARGIN = 0.75  # of the way's extent, drawn on each side of its middle
RELIEF = 2.0  # so many times the way's fall is to be seen in the window
APART = 1e-4  # of the size of a number: marks closer than this would look alike
FLAT = 1e-9  # of the size of J: differences below this are rounding
FINEST = 1e-9  # of the size of a weight: a narrower window has no room for doubles
RADIUS = 0.11  # of the points where the way begins and ends
DOTS = 40  # places of a way along a curve that are drawn


class CostMap:
    """J over two weights, in the same scale along both, so that the way crosses the contour lines at right angles.

    `frame` is the axes; `ground` the contour lines; `path`, `begin` and `end` are the way of the weights, which
    `goes_far` if it leaves the point where it begins.
    """

    def __init__(self, chapter: Elements, slice: Slice, walk: Walk) -> None:
        self.chapter, self.slice, self.walk = chapter, slice, walk
        self.low, self.high = self.window()
        self.plot = self.axes()
        self.frame = VGroup(self.plot.frame, self.names())
        self.ground = self.draw()
        places = [self.place(n) for n in range(len(walk.costs))]
        self.begin, self.end = self.dot(places[0], theme.text), self.dot(places[-1], theme.theta)
        self.path = self.way(places)
        self.goes_far = bool(np.linalg.norm(np.array(places) - places[0], axis=1).max() > RADIUS)

    def window(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and highest values of the weights: around the way, and so wide that the cost has some relief."""
        places, sides = self.walk.places, np.array([ZONE.width, ZONE.height])[: len(self.slice.weights)]
        middle = places.min(0) / 2 + places.max(0) / 2
        reach = float((MARGIN * (places.max(0) - places.min(0)) / sides).max()) or 1 / float(sides.max())
        reach = max(reach, FINEST * float(abs(middle).max()))
        fall = abs(self.walk.costs[0] - self.walk.costs[-1])
        for _ in range(DOUBLINGS):
            low, high = middle - reach * sides, middle + reach * sides
            costs = self.heights(low, high, COARSE)
            known = costs[np.isfinite(costs)]
            if len(known) and np.ptp(known) > max(RELIEF * fall, FLAT * abs(known).max()):
                break
            reach *= 2
        return low, high

    def heights(self, low: np.ndarray, high: np.ndarray, count: int) -> np.ndarray:
        """J on a grid over a window."""
        self.xs, self.ys = (np.linspace(a, b, count) for a, b in zip(low, high, strict=True))
        return self.slice.heights(self.xs, self.ys)

    def axes(self) -> Plot:
        spans = [(float(a), float(b)) for a, b in zip(self.low, self.high, strict=True)]
        corner = (spans[0][0], spans[1][0])
        return Plot(self.chapter, ZONE, *spans, *(marks(*span) for span in spans), corner=corner)

    def names(self) -> VGroup:
        """The weights at the ends of their axes."""
        across, up = self.chapter.label(self.slice.weights[0], size=SMALL), self.upward()
        across.next_to(self.plot.axes[0].get_end(), RIGHT, buff=0.1)
        return VGroup(across, up.next_to(self.plot.axes[1].get_end(), UP, buff=0.08))

    def upward(self) -> VMobject:
        return self.chapter.label(self.slice.weights[1], size=SMALL)

    def draw(self) -> VGroup:
        """Contour lines, whose heights are closer to each other near the lowest point; the lower, the fainter."""
        heights = self.heights(self.low, self.high, GRID)
        known = heights[np.isfinite(heights)]
        span, size = (float(np.ptp(known)), float(abs(known).max())) if len(known) else (0.0, 0.0)
        self.is_flat, self.flat = span <= FLAT * size, Claim(span, "<=", FLAT * size)
        if self.is_flat:
            return VGroup()
        shares = [(k / (LEVELS + 0.5)) ** 2 for k in range(1, LEVELS + 1)]
        return VGroup(*(self.contour(known.min() + s * np.ptp(known), heights, s) for s in shares))

    def contour(self, level: float, heights: np.ndarray, share: float) -> VMobject:
        line = VMobject(stroke_color=theme.J, stroke_width=1.8 + 1.7 * share, stroke_opacity=0.65 + 0.3 * share)
        pieces = contour(self.xs, self.ys, heights, level)
        curves = []
        for one, other in pieces:
            a, b = self.plot.point(*one), self.plot.point(*other)
            curves += [a, a + (b - a) / 3, a + (b - a) / 1.5, b]
        line.points = np.array(curves).reshape(-1, 3)
        return line

    def place(self, n: int) -> np.ndarray:
        """Where the weights are after n updates."""
        return self.plot.point(*self.walk.places[n])

    def dot(self, at: np.ndarray, color: str) -> Dot:
        return Dot(at, radius=RADIUS, color=color).set_z_index(5)

    def way(self, places: list[np.ndarray]) -> VMobject:
        return VMobject(stroke_color=theme.theta, stroke_width=5).set_points_as_corners(places).set_z_index(4)

    def describe(self) -> str:
        if self.is_flat:
            return Phrase("Over these weights the cost is flat: it feels neither.", claim=self.flat)
        return Phrase("On each line the cost is the same: the fainter the line, the lower.")


class CostOver(CostMap):
    """J over a single weight, as a curve."""

    def heights(self, low: np.ndarray, high: np.ndarray, count: int) -> np.ndarray:
        self.xs = np.linspace(low[0], high[0], count)
        return np.array([self.slice.J(float(x)) for x in self.xs])

    def axes(self) -> Plot:
        span = float(self.low[0]), float(self.high[0])
        costs = self.heights(self.low, self.high, FINE)
        known = [*costs[np.isfinite(costs)].tolist(), *self.walk.costs]
        low, high = min(known), max(known)
        size = max(abs(low), abs(high))
        self.is_flat, self.flat = high - low <= FLAT * size, Claim(high - low, "<=", FLAT * size)
        pad = (0.08 * (high - low) if not self.is_flat else abs(high)) or 1.0
        self.costs, up = costs, (min(low, 0.0) - (low < 0) * pad, max(high, 0.0) + pad)
        return Plot(self.chapter, ZONE, span, up, marks(*span), marks(*up), corner=(span[0], up[0]))

    def upward(self) -> VMobject:
        return self.chapter.label(self.chapter.q("J"), size=SMALL)

    def draw(self) -> VGroup:
        pieces: list[list[np.ndarray]] = [[]]
        for x, J in zip(self.xs, self.costs, strict=True):
            if np.isfinite(J):
                pieces[-1].append(self.plot.point(float(x), float(J)))
            else:
                pieces.append([])
        return VGroup(
            *(VMobject(stroke_color=theme.J, stroke_width=5).set_points_as_corners(p) for p in pieces if len(p) > 1)
        )

    def place(self, n: int) -> np.ndarray:
        return self.plot.point(float(self.walk.places[n][0]), self.walk.costs[n])

    def way(self, places: list[np.ndarray]) -> VMobject:
        """From place to place in straight lines, as the weight jumps."""
        return super().way(places[:DOTS]).set_stroke(width=3)

    def describe(self) -> str:
        if self.is_flat:
            return Phrase("Here it is flat.", claim=self.flat)
        return Phrase("The gradient is the slope of this curve.")


def marks(low: float, high: float) -> list[float]:
    """Marks of an axis; none where numbers that can be told apart would be too long."""
    if high - low < max(APART * max(abs(low), abs(high)), 10.0**-9):
        return []
    inset = 0.04 * (high - low)
    found = nice_ticks(low + inset, high - inset, 3)
    return [] if any("dot" in numeral(v, given=v != int(v)).typst for v in found) else found
