"""An activation's curve and, below it, its slope as a second curve, with a tangent that slides along both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    UP,
    BackgroundRectangle,
    DashedLine,
    Dot,
    Line,
    Triangle,
    ValueTracker,
    VGroup,
    VMobject,
)

from bpmath.model import multiprecision
from bpmath.model.activation import Activation, z
from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.function_differences import difference
from bpmath.numeric.second_method import DIFFERENCES
from bpmath.symbolic.largest_slope import largest
from scenes.kit.formulas.equation import Label
from scenes.kit.plots.plot import Plot, nice_ticks
from scenes.kit.provenance.source import FromNumber
from scenes.kit.provenance.study import other_number
from scenes.kit.setting.layout import Zone
from scenes.kit.setting.theme import NUMBER, RIM, SMALL, theme
from scenes.kit.text.rounding import numeral

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

REACHES = (2, 3, 4, 6, 8)  # how far a curve may be shown on either side of 0
FLAT = 0.02  # beyond its reach a slope changes by less than this share of its largest
SAME = 0.02  # frame units: points that are nearer are one
DIGIT = 0.17  # frame units: how wide a digit of a mark is
WIDER = 2.5  # so many reaches may be shown where the network's z lie further out; what lies outside is marked


class SlopeCurves:
    """Two plots one above the other, with x in common: g and its slope.

    `inputs` are the z that shall be in sight. Nothing is on the screen before it is added: `frame` is axes and names,
    `curve` the graph of g, `slopes` the pieces of the graph of its slope; `probe` is a tangent that stands at `at`.
    """

    def __init__(self, chapter: Elements, g: Activation, inputs: Sequence[float], zone: Zone) -> None:
        self.chapter, self.g = chapter, g
        self.top = float(largest(g).slope)
        self.reach = r = self.far(inputs)
        middle = zone.bottom + 0.47 * zone.height
        above = Zone(zone.left, zone.right, middle + 0.45, zone.top - 0.75)  # with room for labels above it
        below = Zone(zone.left, zone.right, zone.bottom + 0.5, middle - 0.35)
        low, high = 1.04 * min(0.0, self.value(-r)), 1.04 * self.value(r)
        ticks = [v for v in nice_ticks(low, high, 3) if v]
        self.upper = Plot(chapter, above, (-r, r), (low, high), y_ticks=ticks)
        self.lower = Plot(chapter, below, (-r, r), (0.0, 1.2 * self.top), x_ticks=self.across(below))
        for _, number in self.upper.ticks:  # plates keep lines away from numbers, and from the names of the curves
            number.set_z_index(4).add_to_back(self.plate(number))
        letter = g.typst
        self.names = VGroup(
            self.name("a", f"{letter}(x)", above).set_z_index(4), self.name("slope", f"{letter}'(x)", below)
        )
        for tick in [t for t in self.upper.ticks if meet(t[1], self.names[0])]:  # a number as long as the plot is wide
            self.upper.ticks.remove(tick)
        if self.slope(-r) > self.top / 2:  # the curve begins where the name would be
            self.names[1].shift(0.4 * UP)
        ends = [
            chapter.row_name(Quantity("z"), "x").next_to(plot.axes[0].get_end(), RIGHT, buff=0.08)
            for plot in (self.upper, self.lower)
        ]
        plots = (self.upper, self.lower)
        self.frames = [VGroup(p.frame, n, e) for p, n, e in zip(plots, self.names, ends, strict=True)]
        self.curve = self.upper.curve(self.value, theme.a, samples=201)
        cuts = [-r, 0.0, r] if g.has_pieces else [-r, r]
        spans = [(a + (1e-9 if a == 0 else 0), b) for a, b in pairwise(cuts)]
        self.slopes = VGroup(*(self.lower.curve(self.slope, theme.slope, span, 201) for span in spans))
        self.spans = spans
        self.at = ValueTracker(-r)

    def far(self, inputs: Sequence[float]) -> float:
        """How far to show: as far as the slope still changes, and further for inputs that are not too far out."""
        if self.straight:  # it looks alike at every scale
            return max(REACHES[0], *(1.25 * abs(v) for v in inputs))
        end = [self.slope(side * 100.0) for side in (-1, 1)]
        own = next(
            r
            for r in REACHES
            if r == REACHES[-1]
            or all(abs(self.slope(s * r) - e) < FLAT * self.top for s, e in zip((-1, 1), end, strict=True))
        )
        return max(own, *(1.1 * abs(v) for v in inputs if abs(v) <= WIDER * own), own)

    def across(self, zone: Zone) -> list[float]:
        """The marks on the x axis, so near to its middle that their numbers stay in the picture."""
        found: list[float] = []
        for count in (4, 6, 8):
            ticks = nice_ticks(-self.reach, self.reach, count)
            room = 1.0 - max(len(numeral(v).text) for v in ticks) * DIGIT / zone.width
            if len(found := [v for v in ticks if abs(v) < min(0.9, room) * self.reach]) > 1:
                break
        return found

    @property
    def straight(self) -> bool:
        """Whether g consists of straight lines."""
        return self.g.has_pieces or not self.g.slope.has(z)

    def value(self, v: float) -> float:
        return multiprecision.value(self.g.g, {z: v})

    def slope(self, v: float) -> float:
        return multiprecision.value(self.g.slope, {z: v})

    def again(self, v: float) -> float:
        """The slope by a second method; at a corner, the slope on its left."""
        return difference(self.g.g, z, {z: v if v or not self.g.has_pieces else -1e-9})

    def name(self, kind: str, text: str, zone: Zone) -> VGroup:
        """The name of a curve in the corner of its plot, on a plate that keeps lines away."""
        label = self.chapter.row_name(Quantity(kind, 2), text, size=SMALL)
        label.move_to([zone.left, zone.top, 0], aligned_edge=[-1, 1, 0])
        return VGroup(self.plate(label), label).set_z_index(4)

    def plate(self, text: VMobject) -> BackgroundRectangle:
        return BackgroundRectangle(text, color=theme.background, fill_opacity=1, buff=0.06).set_z_index(4)

    # the tangent that slides

    def probe(self) -> VGroup:
        """A tangent, its point on the curve, the link down, and the point on the slope's curve; all follow `at`."""
        tangent, link = Line(), Line(stroke_color=theme.muted, stroke_width=2.5)
        on, under = Dot(radius=0.1, color=theme.text), Dot(radius=0.1, color=theme.slope)

        def follow(group: VGroup) -> None:
            v = self.at.get_value()
            a, slope = self.value(v), self.slope(v)
            tangent.become(self.kept_inside(self.upper.tangent(v, a, slope, theme.slope, 1.5)))
            on.move_to(self.upper.point(v, a))
            under.move_to(self.lower.point(v, slope))
            link.put_start_and_end_on(on.get_center(), under.get_center())

        group = VGroup(link, tangent.set_z_index(5), on.set_z_index(6), under.set_z_index(6))
        follow(group)
        return group.add_updater(follow)

    def kept_inside(self, line: Line) -> Line:
        """A line cut where it would leave the plot."""
        middle, zone = line.get_center(), self.upper.zone
        ends = []
        for end in (line.get_start(), line.get_end()):
            along = end - middle
            room = [zone.right - middle[0], zone.top + 0.3 - middle[1]]
            back = [middle[0] - zone.left, middle[1] - zone.bottom + 0.3]
            shares = [(r if d > 0 else b) / abs(d) for d, r, b in zip(along, room, back, strict=False) if abs(d) > 1e-6]
            ends.append(middle + along * min(1.0, *shares, 1.0))
        return line.put_start_and_end_on(*ends) if np.linalg.norm(ends[1] - ends[0]) > 1e-3 else line

    def trace(self) -> VGroup:
        """The slope's curve as far as the tangent has come."""
        drawn = VGroup(*(VMobject(stroke_color=theme.slope, stroke_width=5) for _ in self.spans))

        def follow(group: VGroup) -> None:
            v = self.at.get_value()
            for part, whole, (low, high) in zip(group, self.slopes, self.spans, strict=True):
                share = float(np.clip((v - low) / (high - low), 0, 1))
                part.pointwise_become_partial(whole, 0, share)

        follow(drawn)
        return drawn.add_updater(follow)

    def readout(self) -> VGroup:
        """The slope at the tangent, above the slope's curve, on a plate behind which the link passes."""
        zone = self.lower.zone
        place = np.array([zone.right - 0.95, zone.top + 0.1, 0.0])  # the link ends on its right
        at = self.at.get_value
        number = self.chapter.live(
            Phrase("slope of {g} where the tangent stands", g=self.g.words),
            lambda: self.slope(at()),
            lambda value: self.again(at()),
            DIFFERENCES,
            lambda: place,
            NUMBER,
            theme.slope,
        ).set_z_index(5)
        plate = self.plate(number)

        def follow(m: BackgroundRectangle) -> None:
            m.stretch_to_fit_width(number.width + 0.12).stretch_to_fit_height(number.height + 0.12).move_to(number)

        return VGroup(number, plate.add_updater(follow))

    # a network's own points

    def inside(self, v: float) -> bool:
        return abs(v) <= self.reach

    def marks(self, inputs: Sequence[float], labels: Sequence[Label]) -> list[VGroup]:
        """A point on both curves for each input, with its label above and thin lines that join them.

        Inputs that lie outside the picture get a triangle at its edge, which points outward.
        """
        wanted, widths = [self.upper.point(v, 0)[0] for v in inputs], [label.width + 0.14 for label in labels]
        places = spread(wanted, widths, self.upper.zone)
        found: list[VGroup] = []
        taken: list[np.ndarray] = []
        for v, label, at in zip(inputs, labels, places, strict=True):
            shown = float(np.clip(v, -self.reach, self.reach))
            on, under = self.upper.point(shown, self.value(shown)), self.lower.point(shown, self.slope(shown))
            label.move_to([at, self.upper.zone.top + 0.56, 0])
            thin = {"stroke_color": theme.muted, "stroke_width": 2}
            bent = VMobject(**thin)  # slanted above the plot alone, clear of the name of the curve
            bent.set_points_as_corners([label.get_bottom() + 0.05 * DOWN, [on[0], self.upper.zone.top + 0.1, 0], on])
            lines, dots = VGroup(bent), VGroup()
            if all(np.abs(on - other).max() > SAME for other in taken):  # those in one place share its points
                lines.add(Line(on, under, **thin))
                dots.add(*(self.mark(v, p, c) for p, c in ((on, theme.a), (under, theme.slope))))
            taken.append(on)
            found.append(VGroup(lines, dots, label).set_z_index(3))
        return found

    def mark(self, v: float, at: np.ndarray, color: str) -> VMobject:
        if self.inside(v):
            return Dot(at, radius=0.1, color=color).set_stroke(theme.background, RIM)
        outward = Triangle(color=color, fill_opacity=1).set_stroke(theme.background, RIM).scale(0.14)
        return outward.rotate(-np.sign(v) * np.pi / 2).move_to(at)

    def limit(self) -> tuple[DashedLine, VGroup, FromNumber]:
        """The largest slope as a line across its plot, its number on a plate, and where that comes from."""
        at = largest(self.g).at
        where = float(at) if at is not None else 100.0 * self.reach
        named, given = Phrase("largest slope of {g}", g=self.g.words), self.top != int(self.top)
        number = other_number(named, self.top, self.again(where), DIFFERENCES, given)
        left, right = (self.lower.point(side * self.reach, self.top) for side in (-1, 1))
        left[0] = self.names[1].get_right()[0] + 0.1
        line = DashedLine(left, right, stroke_color=theme.slope, stroke_width=3, dash_length=0.1)
        figure = self.chapter.other_figure(number, SMALL, theme.slope).next_to(right, UP, buff=0.08)
        figure.align_to(right, RIGHT).set_z_index(5)
        return line, VGroup(self.plate(figure), figure), number[0]


def meet(one: VMobject, other: VMobject) -> bool:
    """Whether two things have a place in common."""
    apart = np.abs(one.get_center() - other.get_center())[:2]
    return bool((2 * apart < [one.width + other.width, one.height + other.height]).all())


def spread(wanted: Sequence[float], widths: Sequence[float], zone: Zone) -> list[float]:
    """Places as near to the wanted ones as their widths allow, in the same order, inside the zone."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = dict(zip(order, (wanted[i] for i in order), strict=True))
    for _ in range(200):
        for a, b in pairwise(order):
            need = (widths[a] + widths[b]) / 2 - (places[b] - places[a])
            if need > 0:
                places[a] -= need / 2
                places[b] += need / 2
        for i in order:
            places[i] = float(np.clip(places[i], zone.left + widths[i] / 2 - 0.1, zone.right - widths[i] / 2 + 0.1))
    return [places[i] for i in range(len(wanted))]
