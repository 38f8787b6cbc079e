"""Two ways to work, and how many multiplications each takes when a network becomes deeper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import DOWN, LEFT, RIGHT, UP, Line, VGroup, VMobject

from bpmath.model.phrase import Phrase
from bpmath.symbolic.shared_factors import growth
from scenes.kit.plots.plot import Plot, decades, nice_ticks
from scenes.kit.provenance.study import other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import NUMBER, RIM, SMALL, theme

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

AXES = layout.Zone(-5.3, 3.3, -2.35, 2.3)
DEEPEST, DEEPEST_WIDE = 50, 20
NAMES = Phrase("each on its own"), Phrase("each head once")
TINTS = theme.text, theme.delta


class Growth:
    """`frame`, and for way 0, without reuse, and 1, with it, a `line(way)` and its `label(way)` at the right end.

    Where the work is multiplied with each layer, `log` is true and the axis is logarithmic.
    """

    def __init__(self, chapter: Elements) -> None:
        self.chapter, net = chapter, chapter.net
        self.log = max(net.sizes[1:-1], default=1) > 1
        self.deepest = DEEPEST_WIDE if self.log else DEEPEST
        self.work = growth(net, self.deepest)
        first, last = (self.counts(n, 0) for n in (min(self.work), self.deepest))
        up = chapter.words("multiplications", SMALL, color=theme.muted)
        across = nice_ticks(self.deepest / 5, self.deepest)
        if self.log:
            span, ticks = decades(first[1], last[0])
        else:
            span, ticks = (0, last[0]), nice_ticks(1, last[0])
        self.plot = Plot(chapter, AXES, (0, self.deepest), span, across, ticks, y_name=up, log=self.log)
        end = self.plot.ticks[len(across) - 1][1]
        layers = chapter.words("layers", SMALL, color=theme.muted).next_to(end, RIGHT, buff=0.4)
        self.frame = VGroup(self.plot.frame, layers)

    def counts(self, n: int, which: int) -> tuple[int, int]:
        """Without and with reuse at n layers: `which` is 0 for the count, 1 for the second method's."""
        found = self.work[n][which]
        return found.without_reuse, found.with_reuse

    def line(self, way: int) -> VMobject:
        line = VMobject(stroke_color=TINTS[way], stroke_width=6)
        return line.set_points_as_corners([self.plot.point(n, self.counts(n, 0)[way]) for n in self.work])

    def label(self, way: int) -> VGroup:
        """The number at the deepest, and which way it is."""
        value, again = (self.counts(self.deepest, which)[way] for which in (0, 1))
        key = Phrase("multiplications with {count} layers, {way}", count=str(self.deepest), way=NAMES[way])
        number = other_number(key, value, again, Phrase("added up layer by layer"))
        words = self.chapter.words(NAMES[way], SMALL, color=TINTS[way])
        label = VGroup(self.chapter.other_figure(number, NUMBER, TINTS[way]), words)
        label.arrange(DOWN, buff=0.14, aligned_edge=LEFT)
        label.next_to(self.plot.point(self.deepest, value), RIGHT, buff=0.45)
        return label.shift((0.4 if self.log else 0.25) * UP if way else 0.25 * DOWN)

    def here(self, counted: tuple[tuple, tuple]) -> VGroup:
        """The network's own two counts, near the beginning of the curves."""
        L, plot = self.chapter.net.L, self.plot
        dots = [
            plot.dot(L, number.value, tint).set_stroke(theme.background, RIM)
            for (number, _), tint in zip(counted, TINTS, strict=True)
        ]
        (alone, _), (once, _) = counted
        words = self.chapter.words("this network: {alone} and {once}", SMALL, alone=alone, once=once)
        if self.log:
            words.move_to([AXES.left + 0.35, AXES.bottom + 0.78 * AXES.height, 0], aligned_edge=LEFT)
        else:
            words.next_to(plot.point(L, 0), UP, buff=2.1, aligned_edge=LEFT)
        start = [dots[0].get_x() if self.log else words.get_left()[0], words.get_bottom()[1] - 0.1, 0]
        return VGroup(*dots, words, Line(start, dots[0].get_top(), stroke_color=theme.muted, stroke_width=3))
