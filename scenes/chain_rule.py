"""Chapter 5: the partial derivatives by the chain rule, equations (9) to (11)."""

from __future__ import annotations

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

from bpmath.nudge import nudge
from scenes.kit import layout
from scenes.kit.chapter import Chapter
from scenes.kit.diagram import NetworkDiagram, Table
from scenes.kit.dials import Dials
from scenes.kit.equation import Equation, meant
from scenes.kit.flights import drops, empty_box, flight
from scenes.kit.theme import theme

GAUGES = layout.Zone(layout.LEFT, layout.RIGHT, -0.34, 0.74)
GRADIENTS = layout.Zone(layout.LEFT, layout.RIGHT, -0.9, -0.44)
PANEL = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -0.95)


class ChainRule(Chapter):
    """For each weight, from the last back to the first: nudge it, follow the change to J, multiply the ratios."""

    chapter = 5
    title = "The chain rule follows the path"

    def construct(self) -> None:
        self.open()
        self.show_network()
        for l in range(self.net.L - 1, 0, -1):
            self.section(f"The weight from layer {l}")
            self.nudge(l)
            self.chain(l)
            self.factors(l)
            self.numbers(l)
        self.look_back()

    def show_network(self) -> None:
        self.diagram = net = NetworkDiagram(self)
        self.table = Table(self, net, ("dtheta",), GRADIENTS)
        self.gauges, self.card = Dials(self, net, GAUGES), self.panel(PANEL)
        units = VGroup(*net.units.values(), *net.names.values(), *map(net.value, net.units))
        self.beat(
            "The forward pass is done. Which weight moves the cost, and by how much?",
            FadeIn(VGroup(units, *net.edges.values(), *net.weights.values(), *net.biases.values(), net.goal)),
            FadeIn(VGroup(self.table.frame, self.gauges.heads)),
            FadeIn(self.card),
            run_time=1.2,
        )
        self.formula, self.died = VGroup(), False

    def nudge(self, l: int) -> None:
        """The weight moves a little, and everything after it, one after another."""
        net, self.moves = self.diagram, nudge(self.net, l)
        if l == self.net.L - 1:
            told = f"Nudge {{theta({l})}} a little. Everything after it moves, one after another, up to the cost."
        elif l == self.net.L - 2 and l > 1:
            told = f"One layer back, nudge {{theta({l})}}. Now more has to move before the cost does."
        else:
            told = f"Again one layer back: {{theta({l})}}." if l > 1 else "The first weight has the longest way."
        self.say(told)
        question = self.words(f"How far does {{J}} move when {{theta({l})}} moves?").move_to(self.card)
        self.play(*self.gauges.ready(self.moves), self.instead(question), run_time=0.9)
        self.formula = question
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

    def chain(self, l: int) -> None:
        """One derivative for each link, from the cost back to the weight; known links come at once."""
        chain = self.equation(self.step("chain", self.q("dtheta", l)), size=0.5, height=PANEL.height - 0.3)
        chain.move_to(self.card)
        first, second = l == self.net.L - 1, l == self.net.L - 2
        if first and all(m.ratio is None for m in self.moves):
            self.say("A unit stands exactly at the corner of its activation: there a nudge has no single ratio.")
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
        """Each in its own time; quicker between the second weight and the first, where the story is the same again."""
        if 1 < l < self.net.L - 2:
            self.play(LaggedStart(*steps, lag_ratio=0.5), run_time=0.6 + 0.17 * len(steps))
            return
        for step in steps:
            self.play(step, run_time=0.9 if l == self.net.L - 1 else 0.65)

    def factors(self, l: int) -> None:
        """Under the chain, every segment of the path drops its factor into the product."""
        chain, step = self.formula, self.step("partial", self.q("dtheta", l))
        width = PANEL.right - 0.4 - chain.upper(-1).get_left()[0]
        row = self.equation(step, left=False, size=0.46, width=width, height=0.85).align_to_equation(chain)
        row.shift((PANEL.bottom + 0.2 - row.get_bottom()[1]) * UP)
        room = (PANEL.top - 0.12 - row.get_top()[1] - 0.1) / chain.height
        rise = chain.animate.scale(min(1, room), about_point=chain.upper(-1).get_center())
        self.play(rise.align_to([0, PANEL.top - 0.12, 0], UP), FadeIn(row.upper(-1)), run_time=0.8)
        boxes = self.predict(row) if l == 1 and len(row.factors) > 2 else []
        self.say(self.giving(l, row))
        falls = []
        for n, i in enumerate(row.factors):
            place = [FadeOut(boxes[n])] if boxes else [FadeIn(row.upper(i - 1))] if i else []
            dims = [link.animate.set_opacity(0.3) for link in self.links(row, i)]
            falls.append(AnimationGroup(*place, *dims, *drops(self.diagram, row.upper(i))))
        self.one_by_one(l, falls)
        self.rest(0.3)
        self.product = product = self.equation(step, numbers=True, width=11.0, height=PANEL.height - 0.2)
        product.move_to(self.card)
        number = self.numbering(product)
        others = VGroup(*(g for g in chain if g not in chain.left.submobjects))
        self.play(FadeOut(others), run_time=0.4)
        parts = [ReplacementTransform(row.upper(i), product.upper(i)) for i in range(-1, len(row.right))]
        left = ReplacementTransform(chain.left, product.left)
        self.play(AnimationGroup(*parts), left, FadeIn(number), run_time=0.8)
        self.formula = VGroup(product, number)

    def predict(self, row: Equation) -> list[RoundedRectangle]:
        """Empty places for the factors, and time to think."""
        self.say("Now you: which factor does each link give?")
        boxes = [empty_box(row, i) for i in row.factors]
        signs = [row.upper(i) for i in range(1, len(row.right)) if i not in row.factors]
        self.play(FadeIn(VGroup(*boxes, *signs)), run_time=0.6)
        self.rest()
        self.wait(3.0)
        return boxes

    def links(self, product: Equation, column: int) -> list[VGroup]:
        """The links that a factor stands for; the error for all that have no factor of their own."""
        own, every = meant(product.upper(column)), meant(product.symbols)
        links = map(self.formula.upper, self.formula.factors)
        return [k for k in links if meant(k)[0] in own or (column <= 1 and meant(k)[0] not in every)]

    def giving(self, l: int, product: Equation) -> str:
        last = f"{{a({l})}}" if l > 1 else "{x}"
        if l == self.net.L - 1:
            whole = len(self.links(product, 0)) > 1
            if len(product.factors) == 1:
                start = "The error and the slope of the output, in one."
            elif whole and product.right[0] == self.q("h").symbol - self.q("y").symbol:
                start = "The first links together are {h} - {y}."
            else:
                start = "The error; the last slope is one." if whole else "The error, then the slope of the output."
            return f"{start} At the end, what came into the weight: {last}."
        if l == self.net.L - 2:
            return f"Going back, each edge gives its weight, each unit its slope. The last factor is {last}."
        return f"Weight, slope, weight, slope, and {last}."

    def numbers(self, l: int) -> None:
        """The numbers come from where they live; the viewer predicts; the result goes to its weight."""
        product, net = self.product, self.diagram
        homes = {
            q: self.gauges.slope(q.layer) if q.kind == "slope" else net.home(q, True) for q in product.atoms.values()
        }
        flights = [flight(net, q, product.number(q), home) for q, home in homes.items()]
        first = l == self.net.L - 1
        self.say("Now the numbers, each from its place. What is the product?" if first else "And their product?")
        self.play(LaggedStart(*flights, lag_ratio=0.35), FadeIn(product.signs), run_time=1.2 + 0.12 * len(flights))
        self.rest()
        self.wait(2.0)
        value = self.value(self.q("dtheta", l))
        answer = "does not move" if not value else "raises" if value > 0 else "lowers"
        self.say(f"{{=dtheta({l})}}: raising {{theta({l})}} {answer} the cost.")
        self.play(FadeIn(product.result), run_time=0.6)
        self.play(TransformFromCopy(product.result_number, self.table.cell("dtheta", l)), run_time=1.0)
        self.rest(0.8)

    def look_back(self) -> None:
        self.section("All derivatives")
        if self.net.L == 2:
            sentence, told = "One weight, and one step to the cost.", "Nothing is hidden here, so the chain is short."
        else:
            sentence = "The further back the weight, the longer its product."
            told = (
                "Every weight has its derivative now. And all these products begin alike: look at them together next."
            )
        words = self.words(sentence).move_to(self.card)
        self.beat(told, FadeOut(self.formula), FadeIn(words, shift=0.1 * DOWN), pause=1.0)
