"""Chapter 5: the partial derivatives by the chain rule, equations (9) to (11)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from manim import (
    DOWN,
    UP,
    Animation,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    MoveAlongPath,
    ReplacementTransform,
    RoundedRectangle,
    TransformFromCopy,
    VGroup,
    linear,
)

from bpmath.model.phrase import Phrase
from bpmath.numeric.change_ratios import nudge
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import READABLE, Equation, meant
from scenes.kit.network.diagram import Table
from scenes.kit.network.dials import Dials
from scenes.kit.network.number_flights import drops, empty_box, flight
from scenes.kit.network.path_waves import PathCounts, arrivals, waves
from scenes.kit.network.wide import network_diagram
from scenes.kit.provenance.claims import Claim
from scenes.kit.setting import layout
from scenes.kit.setting.theme import theme
from scenes.kit.text.glyphs import Glyph

GAUGES = layout.Zone(layout.LEFT, layout.RIGHT, -0.34, 0.74)
GRADIENTS = layout.Zone(layout.LEFT, layout.RIGHT, -0.94, -0.46)
PANEL = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -1.02)
WIDTH = PANEL.width - layout.NUMBERED  # of a formula beside its number
READ = 3.3  # seconds to read the question
SIZE = 0.46  # of the product under the chain
COUNTS_Y, MET = 0.3, layout.Zone(layout.LEFT, layout.RIGHT, -0.5, 0.05)  # where paths meet: counts, and gradients
ROOM = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -0.62)  # and a higher panel


class ChainRule(Chapter):
    """For each weight, from the last back to the first: nudge it, follow the change to J, multiply the ratios."""

    chapter = 5
    title = "The chain rule follows the path"

    def construct(self) -> None:
        self.open()
        self.show_network()
        for l in range(self.net.L - 1, 0, -1):
            self.section("The weight from layer {l}", l=l)
            if not self.net.is_path and l < self.net.L - 3:
                self.spread_in_passing(l)
            elif not self.net.is_path:
                self.spread(l)
                self.add_up(l)
            elif 1 < l < self.net.L - 2:
                self.in_passing(l)
            else:
                self.nudge(l)
                self.chain(l)
                self.factors(l)
                self.numbers(l)
        self.look_back()

    def show_network(self) -> None:
        self.diagram = net = network_diagram(self)
        path = self.net.is_path
        self.table = Table(self, net, ("dtheta",), GRADIENTS if path else MET)
        self.zone = PANEL if path else ROOM
        self.card = self.panel(self.zone)
        if path:
            self.gauges = Dials(self, net, GAUGES)
        else:
            self.counts, self.lit = PathCounts(self, net, COUNTS_Y), VGroup()
        units = VGroup(*net.units.values(), *net.names.values(), *map(net.value, net.units))
        around = VGroup(net.rest, *net.edges.values(), *net.weights.values(), *net.biases.values(), net.goal)
        self.beat(
            "The forward pass is done. Which weight moves the cost, and by how much?",
            FadeIn(VGroup(units, around)),
            FadeIn(VGroup(self.table.frame, self.gauges.heads if path else self.counts.head)),
            FadeIn(self.card),
            run_time=1.2,
        )
        self.formula, self.died, self.cornered = VGroup(), False, False

    # where each layer has one unit

    def nudge(self, l: int) -> None:
        """The weight moves a little, and everything after it, one after another."""
        net, self.moves = self.diagram, nudge(self.net, l)
        theta = self.q("theta", l)
        if l == self.net.L - 1:
            told = Phrase("Nudge {theta} a little. Everything after it moves, one after another, up to the cost.")
        elif l > 1:
            told = Phrase("One layer back, nudge {theta}. Now more has to move before the cost does.")
        else:
            told = Phrase("The first weight has the longest way.")
        self.say(told, theta=theta)
        question = self.words("How far does {J} move when {theta} moves?", theta=theta).move_to(self.card)
        self.play(AnimationGroup(*self.gauges.ready(self.moves)), self.instead(question), run_time=0.9)
        self.formula, read = question, self.time + READ
        first, *others = self.gauges.swing(self.moves)
        route = Line(net.edges[l].get_start(), net.place(self.net.L))
        dot = net.pulse(route.get_start(), theme.theta).set_z_index(1)
        self.play(first, FadeIn(dot), FadeOut(net.edges[l]), Create(net.forward_arrow(l)), run_time=0.7)
        along = MoveAlongPath(dot, route, rate_func=linear)
        self.play(along, LaggedStart(*others, lag_ratio=0.7), run_time=0.8 + 0.22 * len(others))
        self.play(FadeOut(dot), run_time=0.3)
        if not self.moves[-1].change and not self.died:
            self.died = True
            self.beat("On this way the change dies: the cost does not move at all.")
        if read - self.time > 1 / 60:
            self.wait(read - self.time)

    def chain(self, l: int) -> None:
        """One derivative for each link, from the cost back to the weight; known links come at once."""
        chain = self.equation(self.step("chain", self.q("dtheta", l)), size=0.5, height=PANEL.height - 0.3)
        chain.move_to(self.card)
        first, second = l == self.net.L - 1, l == self.net.L - 2
        if not self.cornered and all(m.ratio is None for m in self.moves):
            self.cornered = True
            corner = Claim(min(abs(self.value(self.q("z", m))) for m in range(2, self.net.L + 1)), "==", 0.0)
            self.say("A unit stands exactly at the corner of its activation: there a nudge has no single ratio.",
                     claim=corner)
        elif first:
            self.say("Each link is a ratio: how far one thing moves when the one before it moves.")
        else:
            self.say("The chain begins as before, and grows by a layer." if second else "Again it grows by a layer.")
        self.play(self.instead(VGroup(*chain.left, *chain.upper(-1))), run_time=0.8)
        known, new = [], []
        for i, before, after in zip(chain.factors, self.moves[-2::-1], self.moves[:0:-1], strict=True):
            link = FadeIn(VGroup(*(chain.upper(i - 1) if i else ()), *chain.upper(i)))
            ratio = self.gauges.answer(before.quantity, after)
            (new if ratio else known).append(AnimationGroup(*ratio, link))
        if known:
            self.play(LaggedStart(*known, lag_ratio=0.3), run_time=0.8)
        self.one_by_one(l, new)
        self.rest(0.5)
        self.formula = chain

    def instead(self, shown: VGroup) -> Animation:
        """What is in the panel goes, and then this comes."""
        return LaggedStart(FadeOut(self.formula), FadeIn(shown), lag_ratio=0.9)

    def one_by_one(self, l: int, steps: list[Animation]) -> None:
        """Each in its own time; many of them one while the other still moves, since the story is the same again."""
        if len(steps) > 7:
            self.play(LaggedStart(*steps, lag_ratio=0.5), run_time=0.6 + 0.17 * len(steps))
            return
        for step in steps:
            self.play(step, run_time=0.9 if l == self.net.L - 1 else 0.65)

    def in_passing(self, l: int) -> None:
        """A weight between the second and the first: nothing is new but one more weight and one more slope."""
        self.moves = nudge(self.net, l)
        first = l == self.net.L - 3
        if first:
            self.say("Each layer further back brings one more weight and one more slope.")
        self.play(AnimationGroup(*self.gauges.ready(self.moves)), FadeOut(self.formula), run_time=0.5)
        needles = LaggedStart(*self.gauges.swing(self.moves), lag_ratio=0.5)
        arrow = self.diagram.forward_arrow(l)
        self.play(needles, FadeOut(self.diagram.edges[l]), Create(arrow), run_time=1.2)
        pairs = zip(self.moves[-2::-1], self.moves[:0:-1], strict=True)
        ratios = [change for before, after in pairs for change in self.gauges.answer(before.quantity, after)]
        product = self.equation(self.step("partial", self.q("dtheta", l)), width=WIDTH, height=PANEL.height - 0.3)
        number = self.numbered(product, PANEL)
        self.play(*ratios, FadeIn(VGroup(*product, number)), run_time=0.7)
        self.play(FadeIn(self.table.cell("dtheta", l)), run_time=0.6)
        self.rest(0.3)
        self.formula = VGroup(product, number)

    def factors(self, l: int) -> None:
        """Under the chain, or in its place where it is long, every segment of the path drops its factor in."""
        chain, step = self.formula, self.step("partial", self.q("dtheta", l))
        left = chain.upper(-1).get_left()[0]
        row = self.equation(step, left=False, size=SIZE, width=PANEL.right - 0.4 - left, height=0.85)
        room = min(1, (PANEL.height - 0.42 - row.height) / chain.height)
        predicted = l == 1 and len(row.factors) > 2
        crowded = room * chain.size < READABLE or row.size < (SIZE if predicted else READABLE)
        if crowded:
            row = self.equation(step, size=SIZE, width=11.6, height=PANEL.height - 0.4).move_to(self.card)
            self.play(self.instead(VGroup(*row.left, *row.upper(-1))), run_time=0.8)
        else:
            row.align_to_equation(chain).shift((PANEL.bottom + 0.2 - row.get_bottom()[1]) * UP)
            rise = chain.animate.scale(room, about_point=chain.upper(-1).get_center())
            self.play(rise.align_to([0, PANEL.top - 0.12, 0], UP), run_time=0.8)
        boxes = self.predict(row, [] if crowded else row.upper(-1)) if predicted else []
        self.say(self.giving(l, row), last=self.diagram.activation(l))
        falls = []
        for n, i in enumerate(row.factors):
            place = [FadeOut(boxes[n])] if boxes else [] if crowded and not i else [FadeIn(row.upper(i - 1))]
            dims = [] if crowded else [link.animate.set_color(theme.muted) for link in self.links(row, i)]
            falls.append(AnimationGroup(*place, *dims, *drops(self.diagram, row.upper(i))))
        self.one_by_one(l, falls)
        self.rest(0.3)
        self.product = product = self.equation(step, numbers=True, width=WIDTH, height=PANEL.height - 0.3)
        number, head = self.numbered(product, PANEL), row.left if crowded else chain.left
        if not crowded:
            self.play(FadeOut(VGroup(*(g for g in chain if g not in head.submobjects))), run_time=0.4)
        parts = [ReplacementTransform(row.upper(i), product.upper(i)) for i in range(-1, len(row.right))]
        self.play(AnimationGroup(*parts), ReplacementTransform(head, product.left), FadeIn(number), run_time=0.8)
        self.formula = VGroup(product, number)

    def predict(self, row: Equation, equals: Iterable[Glyph]) -> list[RoundedRectangle]:
        """Empty places for the factors, and time to think."""
        self.say("Now you: which factor does each link give?")
        boxes = [empty_box(row, i) for i in row.factors]
        signs = [row.upper(i) for i in range(len(row.right)) if i not in row.factors]
        self.play(FadeIn(VGroup(*boxes, *signs, *equals)), run_time=0.6)
        self.rest()
        self.wait(3.0)
        return boxes

    def links(self, product: Equation, column: int) -> list[VGroup]:
        """The links that a factor stands for; the error for all that have no factor of their own."""
        own, every = meant(product.upper(column)), meant(product.symbols)
        links = map(self.formula.upper, self.formula.factors)
        return [k for k in links if meant(k)[0] in own or (column <= 1 and meant(k)[0] not in every)]

    def giving(self, l: int, product: Equation) -> Phrase:
        """Which factors the links give; {last} is what came into the weight."""
        if l == self.net.L - 1:
            whole = len(self.links(product, 0)) > 1
            if len(product.factors) == 1:
                return Phrase(
                    "The error and the slope of the output, in one. At the end, what came into the weight: {last}."
                )
            if whole and product.right[0] == self.q("h").symbol - self.q("y").symbol:
                return Phrase(
                    "The first links together are {h} - {y}. At the end, what came into the weight: {last}."
                )
            if whole:
                slope = Claim(self.q("slope", self.net.L), "==", 1.0)
                return Phrase("The error; the last slope is one. At the end, what came into the weight: {last}.",
                              claim=slope)
            return Phrase("The error, then the slope of the output. At the end, what came into the weight: {last}.")
        if l == self.net.L - 2:
            return Phrase("Going back, each edge gives its weight, each unit its slope. The last factor is {last}.")
        return Phrase("Weight, slope, weight, slope, and {last}.")

    def numbers(self, l: int) -> None:
        """The numbers come from where they live; the viewer predicts; the result goes to its weight."""
        product, net = self.product, self.diagram
        told = meant(product.numbers, "number") if product.tells_numbers else ()
        homes = {q: self.gauges.slope(q.layer) if q.kind == "slope" else net.home(q, True) for q in told}
        flights = [flight(net, q, product.number(q), home) for q, home in homes.items()]
        first = l == self.net.L - 1
        if flights:
            self.say("Now the numbers, each from its place. What is the product?" if first else "And their product?")
        else:
            self.say("Here an output is so near to its bound that rounded digits would mislead.")
        coming = [LaggedStart(*flights, lag_ratio=0.35)] if flights else []
        self.play(*coming, FadeIn(product.signs), run_time=1.2 + 0.12 * len(flights))
        self.rest()
        self.wait(2.0)
        self.say(self.answer(l))
        self.play(FadeIn(product.result), run_time=0.6)
        self.play(TransformFromCopy(product.result_number, self.table.cell("dtheta", l)), run_time=0.9)
        self.rest(0.6)

    def answer(self, l: int) -> Phrase:
        """What the sign of a gradient says."""
        slots = {"slope": self.q("dtheta", l), "theta": self.q("theta", l)}
        value = self.value(slots["slope"])
        sign = "<" if value < 0 else ">" if value > 0 else "=="
        claim = Claim(slots["slope"], sign, 0.0)
        if not value:
            return Phrase("{=slope}: raising {theta} does not move the cost.", claim=claim, **slots)
        if value > 0:
            return Phrase("{=slope}: raising {theta} raises the cost.", claim=claim, **slots)
        return Phrase("{=slope}: raising {theta} lowers the cost.", claim=claim, **slots)

    # where paths meet

    def spread(self, l: int) -> None:
        """The weight moves, and the change goes on, layer by layer, along every edge that it reaches."""
        theta = self.q("theta", l)
        question = self.words("How far does {J} move when {theta} moves?", theta=theta)
        if l == self.net.L - 1:
            told = Phrase("Nudge {theta} a little. It moves the input of one unit, and with it the cost.")
        elif l < self.net.L - 2:
            told = Phrase("Again one layer back: {theta}. The change spreads from layer to layer.")
        elif self.net.units(l + 2) > 1:
            told = Phrase("One layer back, {theta}. What it moves goes on along every edge from its unit.")
        else:
            told = Phrase("One layer back, {theta}. What it moves goes on along the one edge from its unit.")
        self.say(told, theta=theta)
        lit = waves(self.diagram, l)
        gone = FadeOut(VGroup(self.formula, self.lit))
        self.play(LaggedStart(gone, FadeIn(question.move_to(self.card)), lag_ratio=0.9), run_time=0.9)
        read = self.time + READ
        pulse = self.diagram.pulse(lit[0][0].get_start(), theme.theta)
        self.play(FadeIn(pulse), run_time=0.3)
        self.play(Create(lit[0][0]), pulse.animate.move_to(lit[0][0].get_end()), run_time=0.8)
        self.play(FadeOut(pulse), *(FadeIn(wave) for wave in lit[1:2]), run_time=0.7)
        for wave in lit[2:]:
            self.play(FadeIn(wave), run_time=0.6)
        count, _ = self.counts.count(l)
        one = count.value == 1
        self.say("One path leads from it to the output layer." if one else "{n} paths lead on from it.", n=count)
        self.play(FadeIn(self.counts.number(l)), run_time=0.6)
        self.rest(max(0.4, read - max(self.time, self.told_until)))
        self.formula, self.lit = question, VGroup(*lit)

    def add_up(self, l: int) -> None:
        """The chain rule adds over the paths of a layer, and every link is a number; short ones are written out."""
        q, near = self.q("dtheta", l), l > self.net.L - 3
        step = self.step("chain" if self.study.has("chain", q) else "one layer", q)
        wanted = {"width": self.zone.width - 0.7, "height": self.zone.height - 0.44}
        chain = self.equation(step, numbers=True, lines=1, **wanted).move_to(self.card)
        self.say(self.linking(l))
        self.play(self.instead(chain.symbols), run_time=1.0)
        self.rest(0.4)
        self.say("Now each link in numbers. What do they come to?" if near else "And in numbers?")
        self.play(arrivals(self.diagram, chain), run_time=1.2)
        self.rest(2.0 if near else 1.0)
        self.say(self.answer(l))
        self.play(FadeIn(chain.result), run_time=0.6)
        self.play(TransformFromCopy(chain.result_number, self.table.cell("dtheta", l)), run_time=0.9)
        self.rest(0.4)
        self.formula = chain
        if near and self.study.has("partial", q):
            written = self.equation(self.step("partial", q), width=WIDTH, lines=1)
            self.formula = VGroup(written, self.numbered(written, self.zone))
            self.say(self.ending(l))
            self.play(LaggedStart(FadeOut(chain), FadeIn(self.formula), lag_ratio=0.9), run_time=0.9)
            self.rest(0.8)

    def spread_in_passing(self, l: int) -> None:
        """Further back nothing is new but more edges to go along."""
        if l == self.net.L - 4:
            self.say("Further back it is always the same: the answers of the layer behind, added up.")
        lit, q = VGroup(*waves(self.diagram, l)), self.q("dtheta", l)
        step = self.step("chain" if self.study.has("chain", q) else "one layer", q)
        chain = self.equation(step, lines=1, width=self.zone.width - 0.7, height=self.zone.height - 0.44)
        self.play(FadeOut(VGroup(self.formula, self.lit)), run_time=0.4)
        self.play(FadeIn(lit), FadeIn(chain.move_to(self.card)), run_time=0.8)
        self.play(FadeIn(VGroup(self.counts.number(l), self.table.cell("dtheta", l))), run_time=0.6)
        self.rest(0.6)
        self.formula, self.lit = chain, lit

    def ending(self, l: int) -> Phrase:
        if l == self.net.L - 1:
            return Phrase("Written out, it ends with what came into the weight.")
        if self.net.units(l + 2) > 1:
            return Phrase("Written out: the errors, weighted; then the slope and what came in.")
        return Phrase("Written out: the error and the weight; then the slope and what came in.")

    def linking(self, l: int) -> Phrase:
        """What the chain says: how many ways lead on over one layer."""
        several = l < self.net.L - 1 and self.net.units(l + 2) > 1
        if l == self.net.L - 1:
            return Phrase("Each link is a ratio: how far one thing moves when the one before it moves.")
        if not self.net.activation(l + 1).elementwise:
            return Phrase("In the next layer every unit answers to every other. One ratio holds all of that.")
        if several and l == self.net.L - 2:
            return Phrase("The cost answers along every path, and the answers are added up.")
        if several:
            return Phrase("Over one layer it is a sum again. Each answer in it holds all the paths behind.")
        return Phrase("One unit is to be passed: its answer, then the links back to the weight.")

    def look_back(self) -> None:
        self.section("All derivatives")
        if not self.net.is_path:
            sentence, told = self.seen_together()
        elif self.net.L == 2:
            sentence = Phrase("One weight, and one step to the cost.")
            told = Phrase("Nothing is hidden here, so the chain is short.")
        else:
            sentence = Phrase("The further back the weight, the longer its product.")
            told = Phrase(
                "Every weight has its derivative now. And all these products begin alike: look at them together next."
            )
        words = self.words(sentence).move_to(self.card)
        self.beat(told, FadeOut(self.formula), FadeIn(words, shift=0.1 * DOWN), pause=1.0)

    def seen_together(self) -> tuple[Phrase, Phrase]:
        if self.net.L == 2:
            return (
                Phrase("One step from each weight to the cost."),
                Phrase("Nothing is hidden here, so every chain is short."),
            )
        told = Phrase(
            "So it is for every other weight. Their paths share parts of their way: look at them together next."
        )
        if self.counts.count(1)[0].value == 1:
            return Phrase("The further back the weight, the longer its way."), told
        paths = [self.counts.count(l)[0] for l in range(1, self.net.L)]
        claim = [Claim(one, ">=", other) for one, other in pairwise(paths)] + [Claim(paths[0], ">", paths[-1])]
        return Phrase("The further back the weight, the more paths lead on.", claim=claim), told
