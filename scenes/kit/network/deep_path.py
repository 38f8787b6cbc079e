"""A long path of hidden layers as a row of small units, and below it |delta| by layer on a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import LEFT, RIGHT, UP, Circle, DashedLine, DashedVMobject, Line, Mobject, Rectangle, VGroup

from bpmath.model.activation import Activation
from bpmath.model.notation import Quantity
from bpmath.symbolic.largest_slope import bound
from scenes.kit.plots.plot import Plot, decades
from scenes.kit.provenance.study import Study
from scenes.kit.setting.layout import Zone
from scenes.kit.setting.theme import LABEL, SMALL, theme

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

ZONE = Zone(-4.9, 6.1, -1.95, 1.15)  # of the plot
UNITS_Y, LEGEND_Y, RADIUS = 1.9, 2.5, 0.21
PLACES = (-4.9, -2.5, 2.3)  # of the signs above the picture
SIDE, WIDTH = 0.21, 0.36  # how far bars stand beside the middle of their layer where it has two, and how wide


class DeepPath:
    """The picture of a study of a path, for others of the same depth too. `layers` go from the output back to 2.

    `units`, `chain` (the line that joins them), `symbols` (delta(l) below the axis) and `plot.frame` are what a chapter
    shows; the rest makes things in their places.
    """

    def __init__(self, chapter: Elements, one: Study) -> None:
        self.chapter, self.top = chapter, one.network.L
        self.legends_end = ZONE.left - 1.0
        self.layers = range(self.top, 1, -1)
        sizes = self.sizes(one)
        span, ticks = decades(min(sizes.values()), max(sizes.values()))
        self.factor = ticks[0] / ticks[1]  # from one mark of the scale to the next
        name = chapter.row_name(Quantity("delta", 2), "abs(delta)")
        self.plot = Plot(chapter, ZONE, (1.0, self.top + 0.5), span, (), ticks, y_name=name, log=True)
        self.units = {l: self.unit(l) for l in range(1, self.top + 1)}
        self.chain = Line(*(self.units[l].get_center() for l in (1, self.top)), stroke_color=theme.line, stroke_width=4)
        labels = {l: chapter.label(one.q("delta", l), size=SMALL) for l in self.layers}
        self.symbols = VGroup(*(self.under(label, l, 0.3) for l, label in labels.items()))

    def x(self, l: int) -> float:
        return self.plot.point(l, 1)[0]

    def unit(self, l: int) -> Circle:
        circle = Circle(RADIUS, stroke_color=theme.a, stroke_width=4, fill_color=theme.panel, fill_opacity=1)
        return circle.move_to([self.x(l), UNITS_Y, 0]).set_z_index(2)

    def dark_unit(self, l: int) -> VGroup:
        """A unit that is off: dashed and crossed out."""
        rim = DashedVMobject(Circle(RADIUS, stroke_color=theme.muted, stroke_width=4), num_dashes=10)
        cross = (Line(d * RADIUS * 0.6, -d * RADIUS * 0.6) for d in (UP + RIGHT, UP + LEFT))
        return VGroup(rim, *cross).set_stroke(theme.muted, 4).move_to(self.units[l]).set_z_index(3)

    def sizes(self, one: Study) -> dict[int, float]:
        """|delta| by layer."""
        return {l: abs(one.value(one.q("delta", l))) for l in range(one.network.L, 1, -1)}

    def bars(self, one: Study) -> dict[int, Rectangle]:
        """Filled bars, in the middle of each layer."""
        return {l: self.plot.bar(l, v, WIDTH, theme.delta) for l, v in self.sizes(one).items()}

    def outlines(self, one: Study) -> dict[int, Rectangle]:
        """Empty bars, right of the middle, for a second path; those of the first make room, `SIDE` to the left."""
        made = {l: self.plot.bar(l, v, WIDTH, theme.delta).shift(SIDE * RIGHT) for l, v in self.sizes(one).items()}
        return {l: bar.set_fill(opacity=0).set_stroke(theme.delta, 4) for l, bar in made.items()}

    def bound(self, g: Activation) -> DashedLine:
        """What the largest slope lets through of a signal of 1, a straight line over the filled bars."""
        ends = (self.plot.point(l, float(bound(g, self.top - l))) for l in (self.top, 2))
        return DashedLine(*ends, stroke_color=theme.slope, stroke_width=5, dash_length=0.14).set_z_index(4)

    def under(self, mobject: Mobject, l: int, below: float) -> Mobject:
        """Centres something under a layer, so far below the axis."""
        return mobject.move_to([self.x(l), ZONE.bottom - below, 0])

    def number(self, one: Study, l: int) -> Mobject:
        """delta(l) as a number under its symbol."""
        return self.under(self.chapter.figure(one.q("delta", l), size=SMALL, of=one), l, 0.78)

    def zero(self, one: Study, l: int) -> Mobject:
        """delta(l) that is exactly 0, where its empty bar would stand."""
        figure = self.chapter.figure(one.q("delta", l), size=LABEL, of=one)
        return figure.move_to([self.x(l) + SIDE, ZONE.bottom + 0.26, 0])

    def legend(self, place: int, sign: Mobject, text: str) -> VGroup:
        """A sign and its word, above the picture: in its place, or where the one before it ends."""
        left = max(PLACES[place], self.legends_end + 0.4)
        words = self.chapter.words(text, size=SMALL).sit(left + 0.5, LEGEND_Y)
        self.legends_end = words.get_right()[0]
        return VGroup(sign.move_to([left + 0.15, words.get_center()[1], 0]), words)
