"""Chapter 1: which weight should change, and by how much? The names of a network's parts."""

from __future__ import annotations

from manim import DOWN, LEFT, UP, AnimationGroup, Create, FadeIn, FadeOut, LaggedStart, VGroup
from manim import ReplacementTransform as Become

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.numeric.weight_sweep import without_hidden
from scenes.kit.chapter import Chapter
from scenes.kit.network.knobs import METER, Board
from scenes.kit.network.magnified_unit import Glass
from scenes.kit.network.wide import network_diagram
from scenes.kit.provenance.claims import Claim
from scenes.kit.provenance.study import study
from scenes.kit.setting import layout
from scenes.kit.setting.theme import SMALL, theme

LARGE = layout.Zone(layout.LEFT, layout.RIGHT, -2.5, 2.7)  # of a wide network, while there is nothing else
REGRESSIONS = {  # what a model without a hidden layer is, by its activation and cost: with one weight, with several
    "linear squared_error": (
        Phrase("Linear regression: one weight, from input to output."),
        Phrase("Linear regression: weights, from the input to the output."),
    ),
    "sigmoid binary_cross_entropy": (
        Phrase("Logistic regression: one weight, from input to output."),
        Phrase("Logistic regression: weights, from the input to the output."),
    ),
}
PLAIN = (
    Phrase("A model without a hidden layer: one weight, from input to output."),
    Phrase("A model without a hidden layer: weights, from the input to the output."),
)


class TheQuestion(Chapter):
    """One weight is easily blamed; then hidden units slide in, and every weight is turned."""

    chapter = 1
    title = "Which weight should change, and by how much?"

    def construct(self) -> None:
        self.open()
        self.board = Board(self, self.study)
        self.show_a_model_without_hidden_layer()
        self.look_into_a_unit()
        self.name_the_layers()
        self.ask()
        for l in range(1, self.net.L):
            self.turn(l)
        self.compare()

    def show_a_model_without_hidden_layer(self) -> None:
        """One arrow from the weight to the cost; then the hidden units slide in, where there are any."""
        self.known = self.board.diagram.value(1)
        plain = self.net
        if self.net.L > 2:
            plain = without_hidden(self.net) if self.net.is_path else None
        if plain is None:
            large = network_diagram(self, zone=LARGE, numbers=False)
            whole = VGroup(large.picture, large.value(1))
            self.beat("The input, hidden units, the output, and a weight on every edge.", FadeIn(whole))
            self.play(Become(whole, VGroup(self.board.picture, self.known)), run_time=1.2)
            return
        self.section("A model without a hidden layer")
        board = self.board if plain is self.net else Board(self, study(plain, plain.name))
        value = board.diagram.value(1)
        pairing = f"{self.net.activation(self.net.L).name} {self.net.cost.name}"
        one, several = REGRESSIONS.get(pairing, PLAIN)
        self.beat(one if self.net.is_path else several, FadeIn(VGroup(board.picture, value)))
        live = VGroup(board.controls, board.values[2], board.meter)
        self.beat("The cost J tells how far the output is from the target.", FadeIn(live))
        arrow = board.shortcut
        self.say(
            "Turn the weight: one arrow leads to the cost, and nothing has to be sent backward."
            if self.net.is_path
            else "Turn one weight: one arrow leads to the cost, and nothing has to be sent backward."
        )
        self.play(Create(arrow), run_time=0.8)
        self.play(board.turn(1), run_time=3.4)
        self.rest(0.4)
        if board is self.board:
            self.known = value
            self.play(FadeOut(VGroup(live, arrow)), run_time=0.6)
        else:
            self.slide_in(board, value, VGroup(live, arrow))

    def slide_in(self, plain: Board, value: VGroup, gone: VGroup) -> None:
        """The first and the last unit stay where they are; the others come between them."""
        self.section("Hidden units slide in")
        before, net, L = plain.diagram, self.board.diagram, self.net.L
        hidden = [VGroup(net.units[l], net.names[l]) for l in range(2, L)]
        self.say(
            "Now hidden units slide in, and every edge has a weight of its own."
            if L > 3
            else "Now a hidden unit slides in, and every edge has a weight of its own."
        )
        self.play(FadeOut(VGroup(gone, before.edges[1], *before.weights.values())), run_time=0.6)
        ends = [(before.units, net.units), (before.names, net.names)]
        self.play(
            AnimationGroup(
                *(Become(old[a], new[b]) for old, new in ends for a, b in ((1, 1), (2, L))),
                *(Become(before.goal, net.goal), Become(value, self.known)),
            ),
            LaggedStart(*(FadeIn(unit, shift=1.3 * UP) for unit in hidden), lag_ratio=0.3),
            run_time=1.4,
        )
        self.play(
            LaggedStart(*(Create(edge) for edge in net.edges.values()), lag_ratio=0.3),
            FadeIn(VGroup(*net.weights.values(), *net.biases.values())),
            run_time=1.0,
        )
        self.rest(0.3)

    def look_into_a_unit(self) -> None:
        """z goes in, a comes out, theta is on the edge."""
        self.section("The names")
        self.glass = glass = Glass(self, self.board.diagram, 2)
        self.play(FadeIn(glass.circle), Create(glass.zoom), run_time=0.9)
        told = (
            Phrase("Look into a unit: z goes in, and h, the output, comes out.")
            if self.net.L == 2
            else Phrase("Look into a unit: z goes in, and a comes out.")
        )
        self.beat(told, FadeIn(glass.into), run_time=0.8, pause=-1.6)
        self.play(FadeIn(glass.out), run_time=0.8)
        self.beat("Theta, on every edge, is a weight.", FadeIn(glass.edges), pause=0.3)

    def name_the_layers(self) -> None:
        """The number in brackets, and that all of these are plain numbers."""
        layers = self.board.diagram.layer_names()
        note = self.words("in brackets: a layer, not a power").move_to([0, layout.BOTTOM + 0.22, 0])
        rings = self.glass.brackets
        self.beat(
            "The number in brackets is the layer's. It is not a power.",
            FadeOut(self.glass.zoom),
            FadeIn(layers),
            FadeIn(VGroup(rings, note)),
            pause=0.6,
        )
        if not self.net.is_path:
            self.beat(
                "The numbers below it count units. A weight names the unit it leads to, then the one it comes from."
            )
        self.beat("Here all of these are plain numbers. Matrices come later.", pause=0.2)
        self.section("Which weight moves the cost most?")    # the names are the slide before
        self.play(FadeOut(VGroup(self.glass.whole, rings, note, layers)), run_time=0.7)

    def ask(self) -> None:
        board, rest = self.board, VGroup(*self.board.values.values(), self.board.meter)
        self.head = self.words("how far {J} moves", SMALL, width=1.7)
        self.head.move_to([layout.LEFT, METER.bottom + 0.5, 0], aligned_edge=LEFT)
        if self.net.L == 2:
            self.beat("So how far does the cost move?", FadeIn(VGroup(rest, board.controls)), pause=1.0)
            return
        self.beat(
            "Each weight gets a knob, and all are turned by the same amount."
            if self.net.is_path
            else "Each weight between the units in focus gets a knob, and all are turned by the same amount.",
            FadeIn(board.controls),
        )
        self.beat("Which one moves the cost most? Make a guess.", FadeIn(rest), pause=2.2)

    def turn(self, l: int) -> None:
        """One knob is turned, what comes after it follows, and the cost's answer is kept as a column."""
        board, edges = self.board, self.board.diagram.edges
        if self.net.L > 2 and l == 1:
            self.say("Turn the first weight, up and down. All that comes after it answers.")
        elif self.net.L > 2:
            self.say("Now {theta}.", theta=self.q("theta", l))
        after, kept = VGroup(*(edge for m, edge in edges.items() if m >= l)), edges[l].get_stroke_color()
        ring = board.knobs[l].ring
        beyond = board.diagram.downstream(l)
        self.play(
            VGroup(after, beyond).animate.set_stroke(theme.a), ring.animate.set_fill(theme.theta, 0.35), run_time=0.5
        )
        self.play(board.turn(l), run_time=3.0 if l == 1 else 2.2)
        column = board.column(l)
        self.play(
            *([FadeIn(VGroup(self.head, board.ground))] if l == 1 else []),
            Become(column[0].copy().stretch(0.01, 1, about_edge=DOWN), column[0]),
            FadeIn(column[1]),
            after.animate.set_stroke(color=kept),
            *([beyond.animate.set_stroke(theme.line)] if len(beyond) else []),
            ring.animate.set_fill(theme.panel, 1),
            run_time=0.8,
        )
        self.rest(0.2)

    def compare(self) -> None:
        """Which weight answered least and which most, as computed; and what the film is about."""
        self.section("Which weight should change, and by how much?")
        sizes = {l: a.size for l, a in self.board.answers.items()}
        marks, ranked = VGroup(), sorted(sizes, key=sizes.get)
        if len(ranked) > 1:
            (least, second), (last, most) = (tuple(map(sizes.get, pair)) for pair in (ranked[:2], ranked[-2:]))
            words = [(Phrase("most", claim=Claim(most, ">", last)), ranked[-1])] if most > last else []
            if second > least and second:
                words.append((Phrase("least", claim=Claim(least, "<", second)), ranked[0]))
            for word, l in words:
                below = [self.board.knobs[l].get_center()[0], METER.bottom, 0]
                marks.add(self.words(word, SMALL).next_to(below, DOWN, 0.12))
        self.beat(verdict(sizes, self.net.is_path), *([FadeIn(marks)] if len(marks) else []), pause=0.4)
        if self.net.L > 2:
            self.beat("So how much should each one change? The answer comes backward, from the cost.", pause=0.5)


def verdict(sizes: dict[int, float], every: bool = True) -> Phrase:
    """What is to be said of how far J moves by each weight, `every` one there is or some."""
    still = [l for l in sizes if not sizes[l]]
    most, least = (Quantity("theta", by(sizes, key=sizes.get)) for by in (max, min))
    if len(still) == len(sizes):
        if not every:
            return Phrase("None of these weights moves the cost: nothing of them gets through to it.")
        return Phrase("Here no weight moves the cost at all: nothing gets through to it.")
    if len(sizes) == 1 and not every:
        return Phrase("With nothing hidden, every weight leads straight to the cost. Nothing has to be sent backward.")
    if len(sizes) == 1:
        return Phrase("With nothing hidden, one weight takes all the blame. Nothing has to be sent backward.")
    top, low = sizes[most.layer], sizes[least.layer]
    if top == low:
        equal = Claim(tuple(sizes.values()), "==", top)
        if not every:
            return Phrase("Here all these weights move the cost by the same amount.", claim=equal)
        return Phrase("Here all weights move the cost by the same amount.", claim=equal)
    others, moved = (tuple(v for l, v in sizes.items() if l != q.layer) for q in (most, least))
    both, leads = {"most": most, "least": least}, Claim(top, ">", others)
    if top in others or (low and low in moved):
        bounds = [Claim(top, ">=", others), Claim(low, "<=", moved)]
        return Phrase("No weight moves the cost more than {most}, and none less than {least}.", claim=bounds, **both)
    if len(still) > 1:
        return Phrase("{most} moves the cost most, and some weights do not move it at all.", claim=leads, most=most)
    ends = [leads, Claim(low, "<", moved)]
    if still:
        return Phrase("{most} moves the cost most, and {least} does not move it at all.", claim=ends, **both)
    return Phrase("{most} moves the cost most, and {least} moves it least.", claim=ends, **both)
