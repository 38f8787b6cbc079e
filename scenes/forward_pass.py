"""Chapter 3: the forward pass, equation (6)."""

from __future__ import annotations

from collections.abc import Iterable

from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    Mobject,
    ReplacementTransform,
    VGroup,
)
from manim import TransformFromCopy as Fly

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.symbolic.step import Step
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.network.diagram import Table
from scenes.kit.network.wide import WideDiagram, network_diagram
from scenes.kit.setting import layout
from scenes.kit.setting.theme import theme

TABLE = layout.Zone(layout.LEFT, layout.RIGHT, -0.7, 0.62)
PANEL = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -0.75)
TALL = layout.Zone(
    layout.LEFT, layout.RIGHT, layout.BOTTOM, 0.0
)  # the panel where formulas are long: one above the other
SIZE, GAP, WIDE = (
    0.6,
    0.6,
    20.0,
)  # of the two formulas of a layer, between them, and how wide one may be before it is fit
ROOM = PANEL.width - 1.45  # without margins and the article's number


class ForwardPass(Chapter):
    """From the input to the output: times a weight into z, through the activation into a, layer by layer."""

    chapter = 3
    title = "Forward, from the input to the output"

    def construct(self) -> None:
        self.open()
        self.show_network()
        for l in range(2, self.net.L + 1):
            self.weigh(l)
            if l == self.net.L:
                self.name_the_last_activation()
            self.activate(l)
        self.one_line()

    def show_network(self) -> None:
        self.diagram = net = network_diagram(self)
        self.small = isinstance(net, WideDiagram)  # values stand in a row of their own, and formulas are long
        self.table = Table(self, net, ("z",) if self.small else ("z", "a"), TABLE)
        self.zone, self.formula = TALL if self.small else PANEL, VGroup()
        self.card, given = self.panel(self.zone), net.value(1)
        self.cells = {("a", 1): given if self.small else self.table.cell("a", 1)}
        if self.small:
            net.layer(1).set_fill(theme.a)
        self.beat(
            "A network, and one example: the input x and the target y.",
            LaggedStart(*(FadeIn(VGroup(net.units[l], net.names[l])) for l in net.units), lag_ratio=0.15),
            LaggedStart(*(Create(edge) for edge in net.edges.values()), lag_ratio=0.15),
            FadeIn(VGroup(net.rest, given, net.goal)),
            run_time=1.4,
        )
        self.beat(
            "The weights are given too. All the rest is empty until it is computed."
            if self.net.is_path
            else "One unit of each layer is in focus. The weights are given too. "
            "All the rest is empty until it is computed.",
            FadeIn(VGroup(*net.weights.values(), *net.biases.values())),
            FadeIn(VGroup(self.table.frame, *([] if self.small else [self.cells["a", 1]]))),
            FadeIn(self.card),
        )

    def pair(self, l: int) -> tuple[Equation, Equation]:
        """The formulas of z(l) and of a(l) side by side, of one size; long ones one above the other."""
        named = (("weighted input", self.q("z", l)), ("activation", self.diagram.activation(l)))
        if self.small:
            return self.stack(*(self.step(name, q) for name, q in named))
        pair = [self.equation(self.step(name, q), numbers=True, size=SIZE, width=WIDE) for name, q in named]
        taken = sum(equation.width for equation in pair)
        factor = min(1.0, (ROOM - GAP) / taken)
        x = PANEL.left + 0.3 + (ROOM - GAP - factor * taken) / 3
        for equation in pair:
            equation.scale(factor).move_to([x, PANEL.center[1], 0], aligned_edge=LEFT)
            equation.shift([0, pair[0].upper(-1).get_y() - equation.upper(-1).get_y(), 0])
            x = equation.get_right()[0] + GAP + (ROOM - GAP - factor * taken) / 3
        return tuple(pair)

    def stack(self, z: Step, a: Step) -> tuple[Equation, Equation]:
        """Formulas one above the other in the tall panel, at its left; one with fractions has all of it."""
        alone = not self.net.activation(z.subject.layer).elementwise
        top, height, stacked = self.zone.top - 0.1, self.zone.height - 0.2, []
        for step, start, part in ((z, 0.0, 0.46), (a, 0.0, 1.0) if alone else (a, 0.46, 0.54)):
            size = stacked[0].size if stacked and not alone else SIZE
            most = min(height * part, 2.6) - 0.22
            equation = self.equation(step, numbers=True, size=size, width=ROOM, height=most)
            y = top - height * (start + part / 2)
            stacked.append(equation.move_to([self.zone.left + 0.35, y, 0], aligned_edge=LEFT))
        return tuple(stacked)

    def weigh(self, l: int) -> None:
        """z(l): the value of the layer before comes along the edge and is multiplied by its weight."""
        self.section("Into layer {l}", l=l)
        net, before, biased = self.diagram, self.diagram.activation(l - 1), self.net.bias(l - 1) is not None
        (equation, self.activated), self.pace = self.pair(l), {2: 1.0, 3: 0.8}.get(l, 0.6)
        number = self.numbering(equation)
        self.say(self.told(l, biased))
        self.play(
            FadeOut(self.formula, shift=0.2 * UP),
            FadeIn(VGroup(equation.symbols, number), shift=0.2 * UP),
            run_time=self.pace,
        )
        travel = net.travel(net.flow_in(l), theme.a)
        edge, arrows = net.edges[l - 1], net.arriving(l)
        drawn = [FadeOut(edge), FadeIn(arrows)] if self.small else [ReplacementTransform(edge, arrows[0])]
        self.play(travel, *drawn, run_time=self.pace)
        homes = {before: self.cells["a", l - 1], self.q("theta", l - 1): net.weight_number(l - 1)}
        if biased and not self.small:
            homes[self.q("b", l - 1)] = net.biases[l - 1].part(("number", self.q("b", l - 1)))
        self.play(
            LaggedStart(*(Fly(home, equation.number(q)) for q, home in homes.items()), lag_ratio=0.15),
            FadeIn(remaining(equation, homes)),
            run_time=0.3 + self.pace,
        )
        self.rest(2.0 if l == 2 else self.pace - 0.4)  # time to predict
        self.cells["z", l] = self.table.cell("z", l)
        self.settle(equation, self.cells["z", l])
        self.formula = VGroup(equation, number)

    def told(self, l: int, biased: bool) -> Phrase:
        """What is said of z(l): with one unit before it a product, with several a sum."""
        if self.net.units(l - 1) > 1:
            return self.told_sum(l, biased)
        if l == 2:
            return (
                Phrase("What goes into a unit is called z: here the weight times the input, plus the bias.")
                if biased
                else Phrase("What goes into a unit is called z: here the weight times the input.")
            )
        z = self.q("z", l)
        if l > 3:
            return Phrase("On to {z}.", z=z)
        return (
            Phrase("Again weight times value, plus the bias: that is {z}.", z=z)
            if biased
            else Phrase("Again weight times value: that is {z}.", z=z)
        )

    def told_sum(self, l: int, biased: bool) -> Phrase:
        if l == 2:
            return (
                Phrase("What goes into a unit is called z: every input times its weight, added up, plus the bias.")
                if biased
                else Phrase("What goes into a unit is called z: every input times its weight, added up.")
            )
        z = self.q("z", l)
        return (
            Phrase("{z} adds up all values of the layer before, each times its weight, plus the bias.", z=z)
            if biased
            else Phrase("{z} adds up all values of the layer before, each times its weight.", z=z)
        )

    def activate(self, l: int) -> None:
        """a(l), or h: the activation in the unit makes it of z(l)."""
        net, function, equation = self.diagram, self.net.activation(l), self.activated
        letter = VGroup()
        if not self.small:
            letter = self.row_name(self.diagram.activation(l), function.typst)
            letter.scale(min(1.0, 1.65 * net.radius / letter.width)).move_to(net.place(l)).set_z_index(3)
        if not function.elementwise:
            share = Phrase("Here {g} looks at every z of the layer: {a} is a share of the whole.", g=function.words)
            self.say(share, a=self.diagram.activation(l))
        elif l == self.net.L:
            self.say(
                "So the output {h} is z itself." if function.name == "linear" else "It turns z into the output {h}."
            )
        else:
            a = self.diagram.activation(l)
            self.say("In the unit, {g} turns it into {a}." if l < 4 else "Then {a}.", g=function.words, a=a)
        z, start = self.q("z", l), self.formula[0].result_number
        if not function.elementwise:
            start, gone = self.cells["z", l], self.formula
            self.formula = VGroup(self.numbering(equation))
            self.play(FadeOut(gone, shift=0.2 * UP), FadeIn(self.formula), run_time=0.5)
        self.play(FadeIn(letter), FadeIn(equation.symbols, shift=0.2 * RIGHT), run_time=max(0.6, 0.8 * self.pace))
        flight = Fly(start, equation.number(z))
        self.play(LaggedStart(flight, FadeIn(remaining(equation, [z])), lag_ratio=0.8), run_time=0.4 + self.pace)
        self.rest(1.2 * self.pace - 0.4)
        self.formula.add(equation)
        if not self.small:
            self.cells["a", l] = self.table.cell("a", l)
            self.settle(equation, self.cells["a", l], FadeOut(letter), Fly(equation.result_number, net.value(l)))
            return
        self.cells["a", l] = net.value(l)
        if self.net.units(l) > 1 and l == 2:
            self.say("The other units of the layer do the same, each with its own weights.")
        self.settle(equation, self.cells["a", l], net.layer(l).animate.set_fill(theme.a))

    def settle(self, equation: Equation, cell: Mobject, *more: object) -> None:
        """The result appears, and flies to where it lives."""
        self.play(FadeIn(equation.result), run_time=0.6)
        self.play(Fly(equation.result_number, cell), *more, run_time=max(0.6, 0.9 * self.pace))
        self.rest(1.0 * self.pace - 0.4)

    def name_the_last_activation(self) -> None:
        """What g is at the output."""
        g = self.net.activation(self.net.L)
        if not g.elementwise:
            return  # its formula is the definition
        names = [f"{g.name} definition"] + ([f"{g.name} line 1"] if g.name == "linear" else [])
        left = self.activated.get_left()[0]
        size, width = min(0.54, self.formula[0].size), ROOM + PANEL.left + 0.3 - left
        lines = VGroup(*(self.equation(self.step(name), size=size, width=width, height=1.9) for name in names))
        lines.arrange(
            RIGHT if self.small else DOWN, buff=0.9 if self.small else 0.35, aligned_edge=DOWN if self.small else LEFT
        )
        lines.move_to([left, self.activated.get_y() if self.small else PANEL.center[1], 0], aligned_edge=LEFT)
        self.beat(
            "The last activation is {g}. It leaves z as it is; its slope is one."
            if g.name == "linear"
            else "The last activation is {g}.",
            FadeIn(lines, shift=0.2 * RIGHT),
            pause=0.6,
            g=g.words,
        )
        self.play(FadeOut(lines), run_time=0.5)

    def one_line(self) -> None:
        """The recursion: the same line for each layer that has one."""
        net = self.diagram
        found = {l: net.activation(l) for l in net.units if self.study.has("recursion forward", net.activation(l))}
        if found:
            self.section("One line, layer after layer")
            self.recursion(found)
        elif self.small:
            self.section("The output")
        if self.net.units(self.net.L) == 1:
            self.beat("The network says {=h}, the target is {=y}. How wrong is that?", pause=0.5)
        else:
            self.beat("The output in focus says {=h}, its target is {=y}. How wrong are they all together?", pause=0.5)

    def recursion(self, found: dict[int, Quantity]) -> None:
        """The lines come while pulses run through their layers."""
        net, layers = self.diagram, range(2, self.net.L + 1)
        lines = {l: self.equation(self.step("recursion forward", q), width=ROOM) for l, q in found.items()}
        block = self.block(list(lines.values()))
        number = self.numbering(next(iter(lines.values()))).set_y(block.get_y())
        self.say(
            "Both steps fit into one line. Every layer repeats it."
            if len(lines) == len(layers) > 1
            else "Both steps fit into one line."
        )
        head = VGroup()
        if len(block) == 1 and len(lines) > 1 and not self.small:
            head = self.words("the same line,\nlayer after layer", color=theme.muted, width=3.0)
            head.move_to([PANEL.left + 0.3, block.get_y(), 0], aligned_edge=LEFT)
        self.play(FadeOut(self.formula, shift=0.2 * UP), FadeIn(VGroup(number, *head)), run_time=0.7)
        for l in layers:
            travel = net.travel(net.flow_in(l), theme.a)
            self.play(travel, *([FadeIn(lines[l])] if l in lines else []), run_time=0.9)
        self.rest(1.5)

    def block(self, lines: list[Equation]) -> VGroup:
        """Lines below each other, in two columns if there are many, with their signs of equality in line."""
        tall = 7 if self.small and not self.net.is_path else 3
        half = len(lines) if len(lines) <= tall else -(-len(lines) // 2)
        columns = [VGroup(*lines[:half]), VGroup(*lines[half:])]
        for column in columns:
            column.arrange(DOWN, buff=0.16)
            for line in column[1:]:
                line.align_to_equation(column[0])
        block = VGroup(*filter(len, columns)).arrange(RIGHT, buff=0.9, aligned_edge=UP)
        self.zone.part(0, 0.93).fit(block, margin=0.16)
        return block


def remaining(equation: Equation, flown: Iterable[Quantity]) -> VGroup:
    """What of an equation's lower row does not come flying: signs, and the numbers of other units."""
    flying = {id(g) for q in flown for g in equation.number(q)}
    return VGroup(*(g for g in equation.numbers if id(g) not in flying))
