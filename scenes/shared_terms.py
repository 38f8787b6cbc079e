"""Chapter 6: what the partial derivatives share, and the updates of equation (12)."""

from __future__ import annotations

from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    LaggedStart,
    ReplacementTransform,
    RoundedRectangle,
    VGroup,
)

from bpmath.model.network import Network
from bpmath.model.phrase import Phrase
from bpmath.symbolic.shared_factors import count, head, products, work_again
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation, meant
from scenes.kit.plots.work_growth import TINTS, Growth
from scenes.kit.provenance.claims import Claim
from scenes.kit.provenance.study import other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import FORMULA, SMALL, theme

ROWS = layout.Zone(layout.LEFT + 0.15, layout.RIGHT - 0.95, -1.55, 2.75)
CARD = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -1.75)
MOST = 5  # rows; of more there are one less, and dots
COUNTED = Phrase("added up layer by layer")


class SharedTerms(Chapter):
    """The products side by side: each begins with the head of the one before; reuse makes the work linear."""

    chapter = 6
    title = "The products share their beginnings"

    @classmethod
    def suits(cls, network: Network) -> str:
        if not all(network.activation(l).elementwise for l in range(2, network.L)):
            return "follows single units back, and in a hidden layer of softmax every unit answers to every other"
        return super().suits(network)

    def construct(self) -> None:
        self.open()
        self.stack()
        for above, below in zip(self.layers, self.layers[1:], strict=False):
            self.slide(above, below)
        if self.net.L > 2:
            self.pattern()
            self.count()
        else:
            self.nothing_shared()
        if self.net.L > 2 or self.net.is_path:
            self.plot()
        self.updates()

    # the products, under each other

    @property
    def layers(self) -> list[int]:
        """The layers whose weights have a row, from the last back; of many, only the first of them."""
        back = list(range(self.net.L - 1, 0, -1))
        most = MOST if self.net.is_path else MOST - 1  # sums are taller
        return back if len(back) <= most else back[: most - 1]

    def stack(self) -> None:
        """One row a layer; on a path equal factors stand in one column."""
        whole, path = self.layers[-1] == 1, self.net.is_path
        self.shared = {p.l: p.shared for p in products(self.net)} if path else {}
        pitch = min(1.4 if path else 1.9, ROWS.height / (len(self.layers) + (not whole) / 2))
        size = min(self.line(l, min(FORMULA, pitch / (2.85 if path else 3.6))).size for l in self.layers)
        self.rows: dict[int, Equation] = {l: self.line(l, size) for l in self.layers}
        longest = max(self.rows.values(), key=lambda row: row.width).move_to([ROWS.left, 0, 0], aligned_edge=LEFT)
        if len(self.rows) == 1:
            longest.set_x(0)
        for n, row in enumerate(self.rows.values()):
            y = ROWS.top - pitch * (n + 0.5) if len(self.rows) > 1 else ROWS.center[1]
            row.align_to_equation(longest).shift((y - row.upper(-1).get_center()[1]) * UP)
            if path and row is not longest and len(row.right) > 1:
                for i in range(len(row.right)):
                    row.upper(i).shift((longest.upper(i).get_center()[0] - row.upper(i).get_center()[0]) * RIGHT)
        self.boxes, self.card = {}, self.panel(CARD)
        numbered = (row for row in self.rows.values() if row.step.equation)
        self.numbers = VGroup(*(self.numbering(row, SMALL, layout.RIGHT - 0.05) for row in numbered))
        shown = VGroup(*self.rows.values())
        if not whole:
            self.numbers.add(self.dots(longest.upper(-1).get_center()[0], y - pitch * 0.75))
        if len(self.rows) == 1:
            told = Phrase("Here is the derivative for one weight.")
        elif path and whole:
            told = Phrase("Here are all derivatives, one under the other.")
        else:
            told = Phrase("Here are derivatives, layer by layer.")
        self.say(told)
        self.play(LaggedStart(*(FadeIn(row, shift=0.2 * DOWN) for row in shown), lag_ratio=0.5), run_time=1.8)
        self.play(FadeIn(self.numbers), run_time=0.5)
        self.rest(0.4)
        self.told = VGroup()

    def dots(self, x: float, y: float) -> VGroup:
        """That it goes on below."""
        dots = VGroup(*(Dot(radius=0.05, color=theme.muted) for _ in range(3)))
        return dots.arrange(DOWN, buff=0.09).move_to([x, y, 0])

    def line(self, l: int, size: float) -> Equation:
        step = self.step("partial" if self.net.is_path else "one layer", self.q("dtheta", l))
        return self.equation(step, size=size, width=ROWS.width + (not self.net.is_path) * 0.6, lines=1)

    @property
    def columns(self) -> bool:
        """Whether rows have factors: not where the derivative of the cost makes the product a fraction."""
        return all(len(row.right) > 1 for row in self.rows.values())

    def first(self, l: int, factors: int) -> VGroup:
        """The first factors of a row, with the signs between them."""
        row = self.rows[l]
        return VGroup(*(g for i in range(row.factors[factors - 1] + 1) for g in row.upper(i)))

    def head(self, l: int) -> VGroup:
        """All but the last factor."""
        return self.first(l, len(self.rows[l].factors) - 1)

    def taken(self, l: int) -> VGroup:
        """What a row has from the one above it: its beginning, or one of the answers that it adds up."""
        if self.net.is_path:
            return self.first(l, self.shared[l])
        return self.rows[l].symbol(self.q("delta", l + 2))

    def known(self, l: int) -> VGroup:
        """All that other rows have worked out already: on a path what is taken, else every answer in the sum."""
        if self.net.is_path:
            return self.taken(l)
        found = (self.rows[l].symbol(q) for q in meant(self.rows[l].symbols) if q.kind == "delta")
        return VGroup(*(g for part in found for g in part))

    def box(self, part: VGroup) -> RoundedRectangle:
        width, height = part.width + 0.1, part.height + 0.1
        radius = min(0.22, 0.3 * width, 0.3 * height)  # so round that it clears the foot of a parenthesis beside it
        box = RoundedRectangle(corner_radius=radius, width=width, height=height)
        return box.set_stroke(theme.delta, 4).move_to(part)

    def slide(self, above: int, below: int) -> None:
        """The head of a row, all but its last factor, goes where it stands in the next."""
        if not self.columns:
            return
        path, first = self.net.is_path, above == self.net.L - 1
        if first:
            self.section("The same beginning")
            self.boxes[above] = self.box(self.head(above))
            self.say("Take all but the last factor, the head. It says how the cost answers when z changes.")
            self.play(Create(self.boxes[above]), run_time=0.9)
            self.say("The next product begins with the same." if path else "The next product has it inside.")
        elif above == self.net.L - 2:
            self.say(
                "And so it goes on: the head of one is the beginning of the next."
                if path
                else "And so it goes on: this head is one of the answers in the next."
            )
        target, glyphs, box = self.box(self.taken(below)), self.head(above).copy(), self.boxes[above].copy()
        way = target.get_center() - box.get_center()
        if path or first:
            self.play(glyphs.animate(remover=True).shift(way), box.animate.shift(way), run_time=1.2)
        else:
            self.play(
                FadeOut(glyphs, target_position=target, scale=0.2), ReplacementTransform(box, target), run_time=1.2
            )
            box = target
        self.boxes[below] = self.box(self.head(below))
        if first:
            self.say(
                "With one more weight and slope it is the next head."
                if path or self.net.units(above + 1) == 1
                else "With weights, a sum and a slope it is the next head."
            )
        self.play(ReplacementTransform(box, self.boxes[below]), run_time=0.9)
        self.rest(0.4)

    def pattern(self) -> None:
        """What all the products have in common, in words."""
        if self.net.is_path:
            words = Phrase("Network error, weighted slopes, and the input of the weight.")
            told = (
                Phrase("Every derivative is made like this.")
                if self.columns
                else Phrase("Each begins like the one before it.")
            )
        else:
            words = Phrase("The next layer's answers, weighted; the slope; the input.")
            told = Phrase("Every weight into one unit has the same head. Only the last factor differs.")
        card = self.words(words).move_to(self.card)
        self.say(told)
        self.play(FadeIn(VGroup(self.card, card)), run_time=0.8)
        self.wait(len(self.tongue.pattern(words).split()) / 2.4)
        self.told = card

    def nothing_shared(self) -> None:
        """Without a hidden layer no product begins like another."""
        self.section("Nothing to share")
        card = self.words("No hidden layer: no product begins inside another.").move_to(self.card)
        self.say("Here nothing is sent back through a layer, so there is nothing to share.")
        self.play(FadeIn(VGroup(self.card, card)), run_time=0.8)
        self.say("Deeper networks have many products, and each begins with the one before it.")
        self.rest(0.6)
        self.told = VGroup(self.card, card)
        self.drawn = VGroup(*self.rows.values(), self.numbers, self.told)

    # the work

    def count(self) -> None:
        self.section("How much work is it?")
        net, found = self.net, count(self.net)
        again = work_again(net.sizes, head(net))
        on_its_own = Phrase("each product on its own") if net.is_path else Phrase("each path on its own")
        alone = Phrase("multiplications, {way}", way=on_its_own)
        once = Phrase("multiplications, each head computed once")
        self.counted = (
            other_number(alone, found.without_reuse, again.without_reuse, COUNTED),
            other_number(once, found.with_reuse, again.with_reuse, COUNTED),
        )
        alone, once = (
            self.tally(CARD.part(n / 2, n / 2 + 0.5), text, self.counted[n], TINTS[n])
            for n, text in enumerate((on_its_own, Phrase("each head only once")))
        )
        asked = (
            Phrase("How many multiplications is that, if each product stands alone?")
            if net.is_path
            else Phrase("How many multiplications is that for all weights, if each path is followed alone?")
        )
        self.beat(asked, LaggedStart(FadeOut(self.told), FadeIn(alone[0]), lag_ratio=0.9))
        self.rest(2.0)
        self.beat("{n} multiplications.", FadeIn(alone[1]), n=self.counted[0][0], pause=1.0)
        known = self.layers[1:] if self.columns else []
        dims = [self.known(l).animate.set_color(theme.muted) for l in known]
        self.beat("Now keep each head, and use it again. How many are left?", *dims, FadeIn(once[0]))
        self.rest(2.0)
        self.beat("{n} are left.", FadeIn(once[1]), n=self.counted[1][0], pause=1.0)
        self.told = VGroup(self.card, alone, once)

    def tally(self, zone: layout.Zone, text: str, number: tuple, tint: str) -> VGroup:
        """What is counted, and its number."""
        words = self.words(text, size=SMALL, color=tint).move_to(zone.center + 0.32 * UP)
        return VGroup(words, self.other_figure(number, FORMULA, tint).next_to(words, DOWN, buff=0.2))

    def plot(self) -> None:
        """Both counts for networks that become deeper."""
        self.section("Deeper networks")
        growth = Growth(self)
        gone = VGroup(*self.rows.values(), self.numbers, *self.boxes.values(), self.told)
        self.say("With more layers there is more work.")
        self.play(FadeOut(gone), run_time=0.6)
        self.play(FadeIn(growth.frame), run_time=0.8)
        if growth.log:
            self.say("The scale is logarithmic: equal steps are equal factors.")
        self.drawn = VGroup(growth.frame)
        told = (
            Phrase("Each path on its own: with every layer the work is multiplied.")
            if growth.log
            else Phrase("Each product on its own: the work grows with the square of the depth."),
            Phrase("Each head only once: it grows in step with the number of weights.")
            if growth.log
            else Phrase("Each head only once: it grows in step with the depth."),
        )
        for way in (0, 1):
            line, label = growth.line(way), growth.label(way)
            self.say(told[way])
            self.play(Create(line), run_time=1.3)
            self.play(FadeIn(label), run_time=0.5)
            self.rest(0.6)
            self.drawn.add(line, label)
        if self.net.L == 2:
            return
        (alone, _), (once, _) = self.counted
        saved = alone.value - once.value
        told = (
            Phrase("Here, little is saved. With every layer more, it is more.", claim=Claim(saved, "<", once))
            if saved < once.value
            else Phrase("Here, most of it is saved. With every layer more, it is more.", claim=Claim(saved, ">=", once))
        )
        here = growth.here(self.counted)
        self.beat(told, FadeIn(here), pause=0.8)
        self.drawn.add(here)

    def updates(self) -> None:
        self.section("The updates as they stand")
        back, whole = self.layers, self.layers[-1] == 1
        pitch = min(1.5, 4.5 / (len(back) + (not whole) / 2))
        size, top = min(FORMULA, pitch / (2.85 if self.net.is_path else 3.3)), 2.55 if len(back) > 1 else 1.3
        weights = {l: self.equation(self.step("update", self.q("new_theta", l)), size=size) for l in back}
        biased = [l for l in back if self.net.bias(l) is not None]
        biases = {l: self.equation(self.step("update", self.q("new_b", l)), size=size) for l in biased}
        for column, x in ((weights, -4.7 if biases else -1.2), (biases, 1.0)):
            for n, l in enumerate(back):
                if l in column:
                    column[l].shift([x, top - pitch * (n + 0.5), 0] - column[l].upper(-1).get_center())
        lines = [*weights.values(), *biases.values()]
        first, second = VGroup(*weights.values()), VGroup(*biases.values())
        first.shift(max(0.0, layout.LEFT + 0.1 - first.get_left()[0]) * RIGHT)
        if biases:
            second.shift(max(0.0, first.get_right()[0] + 0.4 - second.get_left()[0]) * RIGHT)
        extra = VGroup(self.numbering(lines[0], SMALL, layout.RIGHT - 0.05))
        if not whole:
            extra.add(self.dots(-4.7 if biases else -1.2, top - pitch * (len(back) + 0.2)))
        words = self.words("All derivatives first, then all updates.").move_to([0, -2.5, 0])
        self.say("With its derivative, each weight takes one step downhill, and alpha says how long.")
        self.play(FadeOut(self.drawn), run_time=0.6)
        shown = LaggedStart(*(FadeIn(line, shift=0.2 * DOWN) for line in lines), lag_ratio=0.4)
        self.play(shown, FadeIn(extra), run_time=1.8)
        ahead = (
            Phrase("Next: compute each head only once, from the cost back.")
            if self.net.L > 2
            else Phrase("That is all there is to it.")
        )
        self.beat(ahead, FadeIn(words), pause=1.0)
