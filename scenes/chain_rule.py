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

from bpmath.notation import Quantity
from bpmath.nudge import nudge
from scenes.kit import layout
from scenes.kit.chapter import Chapter
from scenes.kit.diagram import NetworkDiagram, Table
from scenes.kit.dials import Dials
from scenes.kit.equation import Equation
from scenes.kit.theme import theme

GAUGES = layout.Zone(layout.LEFT, layout.RIGHT, -0.36, 0.72)
GRADIENTS = layout.Zone(layout.LEFT, layout.RIGHT, -0.88, -0.42)
PANEL = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -0.95)


class ChainRule(Chapter):
    """For each weight, from the last back to the first: nudge it, follow the change to J, multiply the ratios."""

    chapter = 5
    title = "The chain rule follows the path"

    def construct(self) -> None:
        self.open()
        self.show_network()
        for l in range(self.net.L - 1, 0, -1):
            self.section(f"How the cost answers to the weight from layer {l}")
            self.nudge(l)
            self.chain(l)
            self.factors(l)
            self.numbers(l)
        self.look_back()

    def show_network(self) -> None:
        self.diagram = net = NetworkDiagram(self)
        self.table = Table(self, net, ("dtheta",), GRADIENTS)
        self.gauges = Dials(self, net, GAUGES)
        self.values = {l: net.value(l) for l in net.units}
        self.dials, self.ratios, self.arrows = {}, {}, {}
        self.formula = VGroup()
        self.card = self.panel(PANEL)
        self.beat(
            "The forward pass is done. Which weight moves the cost, and by how much?",
            FadeIn(VGroup(*net.units.values(), *net.names.values(), *self.values.values(), *net.edges.values())),
            FadeIn(VGroup(*net.weights.values(), *net.biases.values(), net.goal)),
            FadeIn(VGroup(self.table.frame, self.gauges.heads, self.card)),
            run_time=1.2,
        )

    def nudge(self, l: int) -> None:
        """The weight moves a little, and everything after it, one after another."""
        net, moves = self.diagram, nudge(self.net, l)
        self.moves, swings = moves, self.gauges.swings(moves)
        gone = [d for q, d in self.dials.items() if q.kind == "theta"]
        self.dials = {q: d for q, d in self.dials.items() if q.kind != "theta"}
        fresh = [m.quantity for m in moves if m.quantity not in self.dials]
        self.dials |= {q: self.gauges.dial(q) for q in fresh}
        self.say(self.opening(l))
        still = [self.dials[q].swing(0) for q in self.dials if self.dials[q].angle]
        fades = [FadeOut(m) for m in (*gone, self.formula) if len(m)]
        self.formula = self.words(f"How far does {{J}} move when {{theta({l})}} moves?").move_to(self.card)
        self.play(*still, *fades, FadeIn(VGroup(*(self.dials[q] for q in fresh), self.formula)), run_time=0.8)
        route = Line(net.edges[l].get_start(), net.place(self.net.L))
        dot = net.pulse(route.get_start(), theme.theta).set_z_index(1)
        self.arrows[l] = net.forward_arrow(l)
        self.play(
            self.dials[moves[0].quantity].swing(swings[moves[0].quantity]),
            FadeIn(dot),
            FadeOut(net.edges[l]),
            Create(self.arrows[l]),
            run_time=0.7,
        )
        self.play(
            MoveAlongPath(dot, route, rate_func=linear),
            LaggedStart(*(self.dials[m.quantity].swing(swings[m.quantity]) for m in moves[1:]), lag_ratio=0.7),
            run_time=0.8 + 0.22 * len(moves),
        )
        self.play(FadeOut(dot), run_time=0.3)

    def opening(self, l: int) -> str:
        if l == self.net.L - 1:
            return f"Nudge {{theta({l})}} a little. Everything after it moves, one after another, up to the cost."
        if l == self.net.L - 2 and l > 1:
            return f"One layer back, nudge {{theta({l})}}. Now more has to move before the cost does."
        if l > 1:
            return f"Again one layer back: {{theta({l})}}."
        return f"The first weight, {{theta({l})}}, has the longest way to the cost."

    def chain(self, l: int) -> None:
        """One derivative for each link, from the cost back to the weight; known links come at once."""
        chain = self.equation(self.step("chain", self.q("dtheta", l)), size=0.5, height=PANEL.height - 0.3)
        chain.move_to(self.card)
        pairs = list(zip(self.moves[-2::-1], self.moves[:0:-1], strict=True))  # (before, after), from J back
        links = [i for i, part in enumerate(chain.right) if not isinstance(part, str)]
        self.say(
            "Each link is a ratio: how far one thing moves when the one before it moves."
            if l == self.net.L - 1
            else "The chain begins as before, and grows by a layer."
        )
        self.play(FadeOut(self.formula, shift=0.2 * UP), FadeIn(VGroup(*chain.left, *chain.upper(-1))), run_time=0.7)
        known, new = [], []
        for i, (before, after) in zip(links, pairs, strict=True):
            link = FadeIn(VGroup(*(chain.upper(i - 1) if i else ()), *chain.upper(i)))
            pair = before.quantity, after.quantity
            if pair in self.ratios:
                known.append(link)
                continue
            shown = self.gauges.ratio(before.quantity, after)
            old = [r for (_, end), r in self.ratios.items() if end == pair[1]]  # of the weight in this place before
            new.append(AnimationGroup(*map(FadeOut, old), FadeIn(shown, shift=0.1 * UP), link))
            self.ratios = {k: r for k, r in self.ratios.items() if k[1] != pair[1]} | {pair: shown}
        if known:
            self.play(LaggedStart(*known, lag_ratio=0.3), run_time=0.8)
        self.one_by_one(l, new)
        self.rest(0.5)
        self.formula = chain

    def one_by_one(self, l: int, steps: list[Animation]) -> None:
        """Each in its own time; quicker between the second weight and the first, where the story is the same again."""
        if 1 < l < self.net.L - 2:
            self.play(LaggedStart(*steps, lag_ratio=0.5), run_time=0.6 + 0.17 * len(steps))
            return
        for step in steps:
            self.play(step, run_time=0.9 if l == self.net.L - 1 else 0.65)

    def factors(self, l: int) -> None:
        """Every segment of the path drops its factor into the product."""
        chain, self.product = self.formula, self.product_of(l)
        product, number = self.product, self.numbering(self.product)
        columns = [i for i, part in enumerate(product.right) if not isinstance(part, str)]
        row = VGroup(product.upper(-1), *(product.upper(i) for i in range(len(product.right))))
        together = chain.height + row.height < PANEL.height - 0.35  # the chain can stand above the product
        self.down = (PANEL.bottom + 0.18 - row.get_bottom()[1]) * UP if together else 0 * UP
        product.shift(self.down)
        predicts = l == 1 and len(columns) > 2
        self.say("Now you: which factor does each link give?" if predicts else self.giving(l))
        aligned = product.upper(-1).get_center()[0] - chain.upper(-1).get_center()[0]  # the signs of equality
        x = min(max(aligned, PANEL.left + 0.3 - chain.get_left()[0]), PANEL.right - 0.3 - chain.get_right()[0])
        rise = [x, PANEL.top - 0.12 - chain.get_top()[1], 0]
        exit = chain.animate.shift(rise) if together else FadeOut(chain)
        self.play(exit, FadeIn(product.upper(-1)), run_time=0.8)
        boxes = [self.box(product.upper(i)) for i in columns]
        if predicts:
            signs = [product.upper(i) for i, part in enumerate(product.right) if i and isinstance(part, str)]
            self.play(FadeIn(VGroup(*boxes, *signs)), run_time=0.6)
            self.rest()
            self.wait(3.0)
            self.say(self.giving(l))
        drops = []
        for n, i in enumerate(columns):
            before = [FadeOut(boxes[n])] if predicts else [FadeIn(product.upper(i - 1))] if i else []
            dims = [link.animate.set_opacity(0.3) for link in self.links(i)] if together else []
            drops.append(AnimationGroup(*before, *dims, *self.drops(i)))
        self.one_by_one(l, drops)
        self.rest(0.3)
        up = [VGroup(*(g for part in row for g in part)).animate.shift(-self.down)] if together else []
        VGroup(product.left, product.numbers, product.result).shift(-self.down)
        end = [ReplacementTransform(chain.left, product.left)] if together else [FadeIn(product.left)]
        gone = VGroup(*(g for g in chain if g not in chain.left.submobjects)) if together else VGroup()
        self.play(*up, *end, FadeOut(gone), FadeIn(number), run_time=0.8)
        self.formula = VGroup(product, number)

    def product_of(self, l: int) -> Equation:
        step = self.step("partial", self.q("dtheta", l))
        return self.equation(step, numbers=True, width=11.0, height=PANEL.height - 0.2).move_to(self.card)

    def quantities(self, glyphs: VGroup) -> list[Quantity]:
        """What the symbols among these glyphs stand for."""
        return list(dict.fromkeys(k[1] for g in glyphs for k in g.keys if isinstance(k, tuple) and k[0] == "symbol"))

    def links(self, column: int) -> list[VGroup]:
        """The links of the chain that a factor stands for; the error for all that have no factor of their own."""
        chain, own = self.formula, set(self.quantities(self.product.upper(column)))
        every = set(self.quantities(self.product.symbols))
        found = [chain.upper(i) for i in range(0, len(chain.right), 2)]
        first = column <= 1
        return [k for k in found if (q := self.quantities(k)[0]) in own or (first and q not in every)]

    def home(self, q: Quantity, number: bool) -> VGroup | None:
        """Where a quantity's symbol or number lives; None for a slope that no ratio shows."""
        net, kind = self.diagram, "number" if number else "symbol"
        if q.kind == "theta":
            label = VGroup(*(g for part in net.weights[q.layer] for g in part.family_members_with_points()))
            return (
                net.weight_number(q.layer)
                if number
                else VGroup(*(g for g in label if (kind, q) in getattr(g, "keys", ())))
            )
        if q.kind == "slope":
            ratio = next((r for (_, end), r in self.ratios.items() if end == net.activation(q.layer)), None)
            return ratio[1] if number and ratio and len(ratio) > 1 else None
        if q.kind == "y":
            return net.goal.part((kind, q))
        l = next(l for l in net.units if net.activation(l) == q)
        return self.values[l] if number else net.names[l]

    def drops(self, column: int) -> list[Animation]:
        """A factor leaves its segment: a weight its edge, a slope its unit."""
        part = self.product.upper(column)
        flights, moved = [], set()
        for q in self.quantities(part):
            glyphs = VGroup(*(g for g in part if ("symbol", q) in g.keys))
            moved |= {id(g) for g in glyphs}
            flights.append(self.flight(q, glyphs, number=False))
        still = VGroup(*(g for g in part if id(g) not in moved))
        return [*flights, FadeIn(still)] if len(still) else flights

    def flight(self, q: Quantity, glyphs: VGroup, number: bool) -> Animation:
        start = self.home(q, number)
        if start is None:
            return FadeIn(glyphs, target_position=self.diagram.place(q.layer), scale=0.5)
        return TransformFromCopy(start, glyphs)

    def numbers(self, l: int) -> None:
        """The numbers come from where they live; the viewer predicts; the result goes to its weight."""
        product, subject = self.product, self.q("dtheta", l)
        flights = [self.flight(q, product.number(q), number=True) for q in product.atoms.values()]
        first = l == self.net.L - 1
        self.say("Now the numbers, each from its place. What is the product?" if first else "And their product?")
        self.play(LaggedStart(*flights, lag_ratio=0.35), FadeIn(product.signs), run_time=1.2 + 0.12 * len(flights))
        self.rest()
        self.wait(2.0)
        value = self.value(subject)
        answer = "does not move" if not value else "raises" if value > 0 else "lowers"
        self.say(f"{{=dtheta({l})}}: nudging {{theta({l})}} up {answer} the cost.")
        self.play(FadeIn(product.result), run_time=0.6)
        self.play(TransformFromCopy(product.result_number, self.table.cell("dtheta", l)), run_time=1.0)
        self.rest(0.8)

    def giving(self, l: int) -> str:
        last = f"{{a({l})}}" if l > 1 else "{x}"
        if l == self.net.L - 1:
            whole = len(self.links(0)) > 1
            start = "The first links together are {h} - {y}." if whole else "The error, then the slope of the output."
            return f"{start} The last is what came into the weight: {last}."
        if l == self.net.L - 2:
            return f"Going back, each edge gives its weight, each unit its slope. The last factor is {last}."
        return f"Weight and slope, weight and slope, and at the end {last}."

    def box(self, part: VGroup) -> RoundedRectangle:
        """An empty place for a factor."""
        return RoundedRectangle(
            corner_radius=0.08, width=max(part.width, 0.5) + 0.06, height=0.6, stroke_color=theme.muted, stroke_width=3
        ).move_to(part)

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
