"""Chapter 6: what the partial derivatives share, and the updates of equation (12)."""

from __future__ import annotations

from functools import partial

from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    ReplacementTransform,
    RoundedRectangle,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)

from bpmath.sharing import Product, count, counts, multiplications, products
from scenes.kit import layout
from scenes.kit.chapter import Chapter
from scenes.kit.equation import Equation
from scenes.kit.plot import Plot, nice_ticks
from scenes.kit.study import other_number
from scenes.kit.theme import FORMULA, NUMBER, SMALL, theme

ROWS = layout.Zone(layout.LEFT + 0.15, layout.RIGHT - 0.95, -1.55, 2.75)
CARD = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -1.75)
AXES = layout.Zone(-5.3, 3.3, -2.35, 2.3)
DEEPEST = 50
TINTS = theme.text, theme.delta  # of the two ways to count
COUNTED = "counted product by product"


class SharedTerms(Chapter):
    """The products side by side: each begins with the head of the one before; reuse makes the work linear."""

    chapter = 6
    title = "The products share their beginnings"

    def construct(self) -> None:
        self.open()
        self.products = products(self.net)
        self.stack()
        for above, below in zip(self.products, self.products[1:], strict=False):
            self.slide(above.l, below.l)
        self.pattern()
        self.count()
        self.plot()
        self.updates()

    # the products, under each other

    def stack(self) -> None:
        """Equal factors stand in one column."""
        first = self.net.L - 1
        pitch = min(1.4, ROWS.height / first)
        longest = self.line(1, min(FORMULA, pitch / 2.65)).move_to([ROWS.left, 0, 0], aligned_edge=LEFT)
        self.rows: dict[int, Equation] = {l: self.line(l, longest.size) for l in range(first, 1, -1)} | {1: longest}
        for n, (l, row) in enumerate(self.rows.items()):
            y = ROWS.top - pitch * (n + 0.5)
            row.shift([longest.upper(-1).get_center()[0] - row.upper(-1).get_center()[0], 0, 0])
            row.shift((y - row.upper(-1).get_center()[1]) * UP)
            if l > 1 and len(row.right) > 1:
                for i in range(len(row.right)):
                    row.upper(i).shift((longest.upper(i).get_center()[0] - row.upper(i).get_center()[0]) * RIGHT)
        self.boxes, self.card = {}, self.panel(CARD)
        self.numbers = VGroup(*(self.numbering(row, SMALL, layout.RIGHT - 0.05) for row in self.rows.values()))
        told = (
            "Here are all derivatives, one under the other."
            if first > 1
            else "With no hidden layer there is one product."
        )
        shown = (VGroup(row, number) for row, number in zip(self.rows.values(), self.numbers, strict=True))
        self.beat(told, LaggedStart(*(FadeIn(row, shift=0.2 * DOWN) for row in shown), lag_ratio=0.5), run_time=1.8)
        self.told = VGroup()

    def line(self, l: int, size: float) -> Equation:
        return self.equation(self.step("partial", self.q("dtheta", l)), size=size, width=ROWS.width, lines=1)

    @property
    def columns(self) -> bool:
        """Whether the factors stand in columns: not where the derivative of the cost makes the product a fraction."""
        return len(self.rows[1].right) > 1

    def head(self, l: int, factors: int) -> VGroup:
        """The first factors of a row, with the signs between them."""
        row = self.rows[l]
        return VGroup(*(g for i in range(row.factors[factors - 1] + 1) for g in row.upper(i)))

    def box(self, part: VGroup) -> RoundedRectangle:
        box = RoundedRectangle(corner_radius=0.1, width=part.width + 0.1, height=part.height + 0.14)
        return box.set_stroke(theme.delta, 4).move_to(part)

    def slide(self, above: int, below: int) -> None:
        """The head of a row, all but its last factor, slides onto the beginning of the next."""
        if not self.columns:
            return
        shared, first = next(p.shared for p in self.products if p.l == below), above == self.net.L - 1
        if first:
            self.section("The same beginning")
            self.boxes[above] = self.box(self.head(above, shared))
            self.say("Take all but the last factor, the head. It says how the cost answers when z changes.")
            self.play(Create(self.boxes[above]), run_time=0.9)
            self.say("The next product begins with the same.")
        elif above == self.net.L - 2:
            self.say("And so it goes on: the head of one is the beginning of the next.")
        target = self.box(self.head(below, shared))
        way = target.get_center() - self.boxes[above].get_center()
        glyphs, box = self.head(above, shared).copy(), self.boxes[above].copy()
        self.play(glyphs.animate(remover=True).shift(way), box.animate.shift(way), run_time=1.2)
        self.boxes[below] = self.box(self.head(below, len(self.rows[below].factors) - 1))
        if first:
            self.say("With one more weight and slope it is the next head.")
        self.play(ReplacementTransform(box, self.boxes[below]), run_time=0.9)
        self.rest(0.4)

    def pattern(self) -> None:
        """What all the products have in common, in words."""
        if self.net.L == 2:
            return
        words = self.words("Network error, weighted slopes, and the input of the weight.").move_to(self.card)
        told = "Every derivative is made like this." if self.columns else "Each begins like the one before it."
        self.beat(told, FadeIn(VGroup(self.card, words)), pause=1.0)
        self.told = words

    # the work

    def count(self) -> None:
        self.section("How much work is it?")
        if self.net.L == 2:
            self.beat("One product has nothing to share it with. Deeper networks have many.")
            return
        found, each = count(self.net), [multiplications(p.expr) for p in self.products]
        again = sum(each), sum(each) - sum(n - 1 for n in each[:-1])  # a head costs one less than its product
        self.counted = [
            other_number("multiplications, each product on its own", found.without_reuse, again[0], COUNTED),
            other_number("multiplications, each head computed once", found.with_reuse, again[1], COUNTED),
        ]
        alone, once = (
            self.tally(CARD.part(n / 2, n / 2 + 0.5), text, self.counted[n], tint)
            for n, (text, tint) in enumerate(
                (("each product on its own", theme.text), ("each head only once", theme.delta))
            )
        )
        self.beat(
            "How many multiplications is that, if each product stands alone?", FadeOut(self.told), FadeIn(alone[0])
        )
        self.rest(2.0)
        self.beat("{n} multiplications.", FadeIn(alone[1]), n=self.counted[0][0], pause=1.0)
        known = [p for p in self.products if p.shared and self.columns]
        dims = [UpdateFromAlphaFunc(self.rows[p.l], partial(self.dim, p)) for p in known]
        self.beat("Now keep each head, and use it again. How many are left?", *dims, FadeIn(once[0]))
        self.rest(2.0)
        self.beat("{n} are left.", FadeIn(once[1]), n=self.counted[1][0], pause=1.0)
        self.told = VGroup(self.card, alone, once)

    def dim(self, product: Product, row: Equation, share: float) -> None:
        """What is known from the row above goes back."""
        self.head(product.l, product.shared).set_opacity(1 - 0.7 * share)

    def tally(self, zone: layout.Zone, text: str, number: tuple, tint: str) -> VGroup:
        """What is counted, and its number."""
        words = self.words(text, size=SMALL, color=tint).move_to(zone.center + 0.32 * UP)
        return VGroup(words, self.other_figure(number, FORMULA, tint).next_to(words, DOWN, buff=0.2))

    def plot(self) -> None:
        """Both counts for paths up to fifty layers."""
        self.section("Deeper networks")
        work = dict(counts(range(2, DEEPEST + 1)))
        ends = work[DEEPEST].without_reuse, work[DEEPEST].with_reuse
        again = (DEEPEST - 1) ** 2, 3 * DEEPEST - 5  # a sum of odd numbers; three for each layer after the first
        ticks = nice_ticks(10, DEEPEST), nice_ticks(1, ends[0])
        up = self.words("multiplications", SMALL, color=theme.muted)
        plot = Plot(self, AXES, (0, DEEPEST), (0, ends[0]), *ticks, y_name=up)
        across = self.words("layers", SMALL, color=theme.muted).next_to(
            plot.ticks[len(ticks[0]) - 1][1], RIGHT, buff=0.4
        )
        gone = VGroup(*self.rows.values(), self.numbers, *self.boxes.values(), self.told)
        self.say("With more layers there is more work.")
        self.play(FadeOut(gone), run_time=0.6)
        self.play(FadeIn(plot.frame), FadeIn(across), run_time=0.8)
        self.drawn = VGroup(plot.frame, across)
        told = (
            "Each product on its own: the work grows with the square of the depth.",
            "Each head only once: it grows in step with the depth.",
        )
        for n, (name, tint) in enumerate(zip(("each on its own", "each head once"), TINTS, strict=True)):
            line = VMobject(stroke_color=tint, stroke_width=6)
            line.set_points_as_corners([plot.point(d, (w.without_reuse, w.with_reuse)[n]) for d, w in work.items()])
            number = other_number(f"multiplications at the deepest, {name}", ends[n], again[n], "in closed form")
            label = VGroup(self.other_figure(number, NUMBER, tint), self.words(name, SMALL, color=tint))
            label.arrange(DOWN, buff=0.14, aligned_edge=LEFT).next_to(plot.point(DEEPEST, ends[n]), RIGHT, buff=0.45)
            label.shift(0.25 * (UP if n else DOWN))
            self.say(told[n])
            self.play(Create(line), run_time=1.3)
            self.play(FadeIn(label), run_time=0.5)
            self.rest(0.6)
            self.drawn.add(line, label)
        if self.net.L > 2:
            self.this_network(plot)

    def this_network(self, plot: Plot) -> None:
        """Its own two counts, near the beginning of the curves."""
        at = [plot.dot(self.net.L, n.value, tint) for (n, _), tint in zip(self.counted, TINTS, strict=True)]
        (alone, _), (once, _) = self.counted
        words = self.words("this network: {alone} and {once}", SMALL, alone=alone, once=once)
        words.next_to(plot.point(self.net.L, 0), UP, buff=2.1, aligned_edge=LEFT)
        pointer = Line(
            words.get_corner([-1, -1, 0]) + 0.1 * DOWN, at[0].get_top(), stroke_color=theme.muted, stroke_width=3
        )
        shown = VGroup(*at, words, pointer)
        self.beat("Here, little is saved. With every layer more, it is more.", FadeIn(shown), pause=0.8)
        self.drawn.add(shown)

    def updates(self) -> None:
        self.section("The updates as they stand")
        back = range(self.net.L - 1, 0, -1)
        pitch = min(1.5, 4.5 / len(back))
        size = min(FORMULA, pitch / 2.5)
        weights = {l: self.equation(self.step("update", self.q("new_theta", l)), size=size) for l in back}
        biased = [l for l in back if self.net.bias(l) is not None]
        biases = {l: self.equation(self.step("update", self.q("new_b", l)), size=size) for l in biased}
        for column, x in ((weights, -4.7 if biases else -1.2), (biases, 1.0)):
            for l, line in column.items():
                line.shift([x, 2.55 - pitch * (self.net.L - l - 0.5), 0] - line.upper(-1).get_center())
        lines = [*weights.values(), *biases.values()]
        number = self.numbering(lines[0], SMALL, layout.RIGHT - 0.05)
        words = self.words("All derivatives first, then all updates.").move_to([0, -2.5, 0])
        self.say("With its derivative, each weight takes one step downhill, and alpha says how long.")
        self.play(FadeOut(self.drawn), run_time=0.6)
        shown = LaggedStart(*(FadeIn(line, shift=0.2 * DOWN) for line in lines), lag_ratio=0.4)
        self.play(shown, FadeIn(number), run_time=1.8)
        self.beat("Next: compute each head only once, from the cost back.", FadeIn(words), pause=1.0)
