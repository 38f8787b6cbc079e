"""Chapter 3: the forward pass, equation (6)."""

from __future__ import annotations

from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, LaggedStart, Mobject, ReplacementTransform, VGroup
from manim import TransformFromCopy as Fly

from scenes.kit import layout
from scenes.kit.chapter import Chapter
from scenes.kit.diagram import NetworkDiagram, Table
from scenes.kit.equation import Equation
from scenes.kit.theme import theme

TABLE = layout.Zone(layout.LEFT, layout.RIGHT, -0.7, 0.62)
PANEL = layout.Zone(layout.LEFT, layout.RIGHT, layout.BOTTOM, -0.75)
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
        self.diagram = net = NetworkDiagram(self)
        self.table = Table(self, net, ("z", "a"), TABLE)
        self.card, self.formula = self.panel(PANEL), VGroup()
        self.cells = {("a", 1): self.table.cell("a", 1)}
        self.beat(
            "A network, and one example: the input x and the target y.",
            LaggedStart(*(FadeIn(VGroup(net.units[l], net.names[l])) for l in net.units), lag_ratio=0.15),
            LaggedStart(*(Create(edge) for edge in net.edges.values()), lag_ratio=0.15),
            FadeIn(VGroup(net.value(1), net.goal)),
            run_time=1.4,
        )
        self.beat(
            "The weights are given too. All the rest is empty until it is computed.",
            FadeIn(VGroup(*net.weights.values(), *net.biases.values())),
            FadeIn(VGroup(self.table.frame, self.cells["a", 1])),
            FadeIn(self.card),
        )

    def pair(self, l: int) -> tuple[Equation, Equation]:
        """The formulas of z(l) and of a(l) side by side, of one size."""
        named = (("weighted input", self.q("z", l)), ("activation", self.diagram.activation(l)))
        pair = [self.equation(self.step(name, q), numbers=True, size=SIZE, width=WIDE) for name, q in named]
        taken = sum(equation.width for equation in pair)
        factor = min(1.0, (ROOM - GAP) / taken)
        x = PANEL.left + 0.3 + (ROOM - GAP - factor * taken) / 3
        for equation in pair:
            equation.scale(factor).move_to([x, PANEL.center[1], 0], aligned_edge=LEFT)
            equation.shift([0, pair[0].upper(-1).get_y() - equation.upper(-1).get_y(), 0])
            x = equation.get_right()[0] + GAP + (ROOM - GAP - factor * taken) / 3
        return tuple(pair)

    def weigh(self, l: int) -> None:
        """z(l): the value of the layer before comes along the edge and is multiplied by its weight."""
        self.section(f"Into layer {l}")
        net, before, biased = self.diagram, self.diagram.activation(l - 1), self.net.bias(l - 1) is not None
        (equation, self.activated), self.pace = self.pair(l), {2: 1.0, 3: 0.8}.get(l, 0.6)
        number = self.numbering(equation)
        bias = ", plus the bias" if biased else ""
        if l == 2:
            self.say(f"What goes into a unit is called z: here the weight times the input{bias}.")
        else:
            self.say(f"Again weight times value{bias}: that is {{z({l})}}." if l == 3 else f"On to {{z({l})}}.")
        self.play(
            FadeOut(self.formula, shift=0.2 * UP),
            FadeIn(VGroup(equation.symbols, number), shift=0.2 * UP),
            run_time=self.pace,
        )
        pulse, arrow = net.pulse(net.edges[l - 1].get_start(), theme.a), net.forward_arrow(l - 1)
        travel = pulse.animate.move_to(net.edges[l - 1].get_end())
        self.play(travel, ReplacementTransform(net.edges[l - 1], arrow), run_time=self.pace)
        homes = {before: self.cells["a", l - 1], self.q("theta", l - 1): net.weight_number(l - 1)}
        if biased:
            homes[self.q("b", l - 1)] = net.biases[l - 1].part(("number", self.q("b", l - 1)))
        self.play(
            LaggedStart(*(Fly(home, equation.number(q)) for q, home in homes.items()), lag_ratio=0.15),
            FadeIn(equation.signs),
            FadeOut(pulse),
            run_time=0.3 + self.pace,
        )
        self.rest(2.0 if l == 2 else self.pace - 0.4)  # time to predict
        self.cells["z", l] = self.table.cell("z", l)
        self.settle(equation, self.cells["z", l])
        self.formula = VGroup(equation, number)

    def activate(self, l: int) -> None:
        """a(l), or h: the activation in the unit makes it of z(l)."""
        net, function, equation = self.diagram, self.net.activation(l), self.activated
        letter = self.row_name(self.diagram.activation(l), function.typst)
        letter.scale(min(1.0, 1.65 * net.radius / letter.width)).move_to(net.place(l)).set_z_index(3)
        if l == self.net.L:
            self.say(
                "So the output {h} is z itself." if function.name == "linear" else "It turns z into the output {h}."
            )
        else:
            self.say(f"In the unit, {function.words} turns it into {{a({l})}}." if l < 4 else f"Then {{a({l})}}.")
        self.play(FadeIn(letter), FadeIn(equation.symbols, shift=0.2 * RIGHT), run_time=max(0.6, 0.8 * self.pace))
        flight = Fly(self.formula[0].result_number, equation.number(self.q("z", l)))
        self.play(LaggedStart(flight, FadeIn(equation.signs), lag_ratio=0.8), run_time=0.4 + self.pace)
        self.rest(1.2 * self.pace - 0.4)
        self.cells["a", l] = self.table.cell("a", l)
        self.settle(equation, self.cells["a", l], FadeOut(letter), Fly(equation.result_number, net.value(l)))
        self.formula.add(equation)

    def settle(self, equation: Equation, cell: Mobject, *more: object) -> None:
        """The result appears, and flies to where it lives."""
        self.play(FadeIn(equation.result), run_time=0.6)
        self.play(Fly(equation.result_number, cell), *more, run_time=max(0.6, 0.9 * self.pace))
        self.rest(1.0 * self.pace - 0.4)

    def name_the_last_activation(self) -> None:
        """What g is at the output."""
        g = self.net.activation(self.net.L)
        names = [f"{g.name} definition"] + ([f"{g.name} line 1"] if g.name == "linear" else [])
        left = self.activated.get_left()[0]
        size, width = min(0.54, self.formula[0].size), ROOM + PANEL.left + 0.3 - left
        lines = VGroup(*(self.equation(self.step(name), size=size, width=width, height=1.9) for name in names))
        lines.arrange(DOWN, buff=0.35, aligned_edge=LEFT).move_to([left, PANEL.center[1], 0], aligned_edge=LEFT)
        self.beat(
            f"The last activation is {g.words}."
            + (" It leaves z as it is; its slope is one." if g.name == "linear" else ""),
            FadeIn(lines, shift=0.2 * RIGHT),
            pause=0.6,
        )
        self.play(FadeOut(lines), run_time=0.5)

    def one_line(self) -> None:
        """The recursion: the same line for each layer."""
        self.section("One line, layer after layer")
        net, layers = self.diagram, range(2, self.net.L + 1)
        lines = [self.equation(self.step("recursion forward", net.activation(l))) for l in layers]
        half = len(lines) if len(lines) <= 3 else -(-len(lines) // 2)
        columns = [VGroup(*lines[:half]), VGroup(*lines[half:])]
        for column in columns:
            column.arrange(DOWN, buff=0.16)
            for line in column[1:]:
                line.align_to_equation(column[0])
        block = VGroup(*filter(len, columns)).arrange(RIGHT, buff=0.9, aligned_edge=UP)
        PANEL.part(0, 0.93).fit(block, margin=0.16)
        number = self.numbering(lines[0]).set_y(block.get_y())
        self.say(
            "Both halves fit into one line."
            if len(lines) == 1
            else "Both halves fit into one line. Every layer repeats it."
        )
        head = VGroup()
        if half == len(lines) > 1:
            head = self.words("the same line,\nlayer after layer", color=theme.muted, width=3.0)
            head.move_to([PANEL.left + 0.3, block.get_y(), 0], aligned_edge=LEFT)
        self.play(FadeOut(self.formula, shift=0.2 * UP), FadeIn(VGroup(number, *head)), run_time=0.7)
        for l, line in zip(layers, lines, strict=True):
            pulse = net.pulse(net.edges[l - 1].get_start(), theme.a)
            self.play(pulse.animate.move_to(net.edges[l - 1].get_end()), FadeIn(line), run_time=0.8)
            self.play(FadeOut(pulse), run_time=0.3)
        self.rest(1.5)
        self.beat("The network says {=h}, the target is {=y}. How wrong is that?", pause=0.5)
