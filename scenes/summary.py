"""Chapter 14: the whole algorithm in four lines."""

from __future__ import annotations

from manim import DOWN, LEFT, RIGHT, Animation, AnimationGroup, FadeIn, FadeOut, LaggedStart, VGroup

from bpmath.model.phrase import Phrase
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.network.wide import network_diagram
from scenes.kit.setting import layout
from scenes.kit.setting.theme import FORMULA, WORDS, theme

LINES = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, 0.62)
NAMES = 2.9  # width of the words at the left
MARGIN, GAP, AIR = 0.4, 0.9, 0.16  # at the sides, between two formulas, between lines
LARGEST = 1.25  # so many times a formula's size elsewhere


class Summary(Chapter):
    """Forward, the signal at the output, the signal back, the updates; the last still is a poster."""

    chapter = 14
    title = "The whole algorithm"

    def construct(self) -> None:
        self.open()
        self.make_lines()
        self.show_network()
        self.forward()
        self.at_the_output()
        self.backward()
        self.update()
        self.poster()

    # the four lines

    def make_lines(self) -> None:
        """All formulas in one size, as large as the panel allows, with their signs of equality under one another."""
        net, L = self.net, self.net.L
        self.back = next((l for l in range(2, L) if net.activation(l).elementwise), None)
        above = self.q("delta", L)
        output = "output signal" if self.study.has("output signal", above) else "definition"
        way = [self.formula(self.either("signal"), "delta", self.back)] if self.back else []
        self.lines = []
        made = [
            (Phrase("forward"), self.forward_formulas()),
            (Phrase("the signal"), [self.formula(output, "delta", L)]),
            (Phrase("its way back"), way),
            (Phrase("the update"), self.update_formulas()),
        ]

        def before(e: Equation) -> float:
            return e.upper(-1).get_center()[0] - e.get_left()[0]

        def reach(formulas: list[Equation]) -> tuple[float, float]:
            """How far a line extends above its signs of equality and below them; a long formula has a second row."""
            signs = [e.upper(-1).get_center()[1] for e in formulas]
            up = max((e.get_top()[1] - y for e, y in zip(formulas, signs, strict=True)), default=WORDS / 2)
            return up, max((y - e.get_bottom()[1] for e, y in zip(formulas, signs, strict=True)), default=WORDS / 2)

        lines = [formulas for _, formulas in made if formulas]
        farthest = max(before(first) for first, *_ in lines)
        tall = sum(sum(reach(formulas)) for _, formulas in made)
        rooms = (LINES.width - NAMES - 2 * MARGIN - GAP * (len(line) - 1) for line in lines)
        wide = (sum(e.width for e in line) + farthest - before(line[0]) for line in lines)
        factor = min(
            LARGEST,
            (LINES.height - AIR * (len(made) + 1)) / tall,
            *(room / width for room, width in zip(rooms, wide, strict=True)),
        )
        for line in lines:
            VGroup(*line).scale(factor)
        left, farthest = LINES.left + NAMES + MARGIN, factor * farthest
        reaches = [reach(formulas) for _, formulas in made]
        places = layout.stacked([up + down for up, down in reaches], LINES)
        for (word, formulas), (up, down), middle in zip(made, reaches, places, strict=True):
            y = middle + (down - up) / 2
            name = self.words(word, WORDS, color=theme.muted).move_to([LINES.left + MARGIN, y, 0], aligned_edge=LEFT)
            line = VGroup(name)
            for e in formulas:
                e.shift([left + farthest, y, 0] - e.upper(-1).get_center())
                if len(line) > 1:
                    e.shift((line[-1].get_right()[0] + GAP - e.get_left()[0]) * RIGHT)
                line.add(e)
            if not formulas:
                none = self.words("no hidden layer, so there is none", WORDS)
                line.add(none.move_to([left, y, 0], aligned_edge=LEFT))
            self.lines.append(line)
        block = VGroup(*self.lines)
        block.shift((LINES.center[0] - block.get_center()[0]) * RIGHT)

    def either(self, name: str) -> str:
        """A step of single units on a path, else that of blocks."""
        return name if self.net.is_path else f"block {name}"

    def forward_formulas(self) -> list[Equation]:
        """From layer to layer: as one line on a path; else the whole layer's input, and the unit in focus."""
        output = "h" if self.net.L == 2 else "a"
        if self.net.is_path:
            return [self.formula("recursion forward", output, 2)]
        known = self.net.activation(2).elementwise
        return [self.formula("block input", "z", 2)] + [self.formula("activation", output, 2)] * known

    def update_formulas(self) -> list[Equation]:
        if self.net.is_path:
            return [self.formula("update with delta", "new_theta", 1)]
        return [self.formula("block update", "new_theta", 1), self.formula("block gradient", "dtheta", 1)]

    def formula(self, name: str, kind: str, l: int) -> Equation:
        q = self.q(kind, None if kind == "h" else l)
        if name.startswith("block"):
            step = next(s for s in self.steps(name) if (s.subject.kind, s.subject.layer) == (kind, l))
        else:
            step = self.step(name, q)
        return self.equation(step, size=FORMULA, width=LINES.width - NAMES - 2 * MARGIN)

    def bring(self, n: int, sentence: Phrase, *moves: Animation, pace: float = 1.4) -> None:
        """A line is told, appears, and happens in the picture."""
        self.say(sentence)
        self.play(FadeIn(self.lines[n], shift=0.15 * DOWN), run_time=0.8)
        if moves:
            self.play(*moves, run_time=pace)
        self.rest(1.2)

    # what they do in the picture

    def show_network(self) -> None:
        self.diagram = net = network_diagram(self)
        self.say("Everything that this film has shown fits into {n} lines.", n=str(len(self.lines)))
        shown = VGroup(net.rest, *net.edges.values(), *net.units.values(), *net.names.values(), *net.weights.values())
        self.play(FadeIn(VGroup(shown, *net.biases.values(), net.goal)), run_time=1.0)
        self.play(FadeIn(self.panel(LINES)), run_time=0.6)
        self.rest()

    def forward(self) -> None:
        """Values to the right, layer by layer."""
        net = self.diagram
        self.section("Forward")
        self.arrows = {l: net.arriving(l) for l in range(2, self.net.L + 1)}
        self.values = {l: net.value(l) for l in net.units}
        self.bring(
            0, Phrase("Forward: from layer to layer, every value times its weight, and then the activation.")
        )
        self.play(FadeIn(self.values[1]), run_time=0.4)
        pace = max(0.4, 2.4 / len(self.arrows))
        for l, arrow in self.arrows.items():
            self.play(FadeOut(net.edges[l - 1]), FadeIn(arrow), FadeIn(self.values[l]), run_time=pace)
        self.rest(0.4)

    def at_the_output(self) -> None:
        self.section("The signal at the output")
        net, L = self.diagram, self.net.L
        self.bring(
            1,
            Phrase("At the output, the cost says how wrong it was. There the signal begins."),
            net.units[L].animate.set_stroke(theme.delta, 7),
            pace=0.8,
        )

    def backward(self) -> None:
        """Signals to the left, layer by layer."""
        net = self.diagram
        self.section("The signal goes back")
        if self.back is None:
            self.bring(2, Phrase("Here no layer is hidden, so it need not go back."))
            self.dashed = {}
            return
        self.bring(2, Phrase("Backward: through the same weights, turned round, and times the slope."))
        self.dashed = {l: net.returning(l) for l in range(self.net.L - 1, 1, -1)}
        pace = max(0.4, 2.4 / len(self.dashed))
        for l, arrow in self.dashed.items():
            lit = net.units[l].animate.set_stroke(theme.delta, 7)
            self.play(FadeOut(self.arrows[l + 1]), FadeIn(arrow), lit, run_time=pace)
        self.rest(0.4)

    def update(self) -> None:
        """Every edge has a value at its left end and a signal at its right: all weights step at once."""
        net = self.diagram
        self.section("The update")
        self.bring(3, Phrase("Then every weight takes its step: against signal times value, all at once."))
        gone = VGroup(*self.dashed.values(), *(a for l, a in self.arrows.items() if l - 1 not in self.dashed))
        edges = VGroup(*net.edges.values()).set_stroke(theme.theta, 6)
        self.play(FadeOut(gone), LaggedStart(*map(FadeIn, edges), lag_ratio=0.1), run_time=1.2)
        self.rest(0.4)

    def poster(self) -> None:
        self.section("All lines together")
        net = self.diagram
        calm = (unit.animate.set_stroke(theme.a, 5) for l, unit in net.units.items() if l > 1)
        edges = (edge.animate.set_stroke(theme.muted, 5) for edge in net.edges.values())
        self.beat(
            "A forward pass and a backward pass: that is backpropagation.",
            AnimationGroup(*calm, *edges),
            pause=1.5,
        )
