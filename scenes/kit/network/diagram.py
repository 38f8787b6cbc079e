"""The network in columns: units with their values, edges with their weights, and the table under them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, RIGHT, UP, Animation, Circle, DashedLine, Line, Rectangle, VGroup, VMobject

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from scenes.kit.formulas.equation import Label
from scenes.kit.formulas.readout import Number
from scenes.kit.network.pulse import Pulse, Way, arriving
from scenes.kit.provenance.study import other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import LABEL, NUMBER, SANS, SMALL, theme
from scenes.kit.text.glyphs import escaped
from scenes.kit.text.number_shapes import HEIGHT

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements
    from scenes.kit.provenance.study import Study


ROOMY = 1.5  # the distance between layers from which on biases have room between the weights of a row
ON_EDGES = ("theta", "dtheta", "new_theta")  # what belongs to a weight, and not to a unit


class NetworkDiagram:
    """The chapter's network, or that of another study, `of`.

    `units`, `edges`, `names` (symbols above the units), `weights` (theta(l) = number on the edges), `biases` and `goal`
    are what a chapter shows; `value(l)` makes the activation's number inside a unit, when it has been computed.
    """

    def __init__(
        self, chapter: Elements, zone: layout.Zone = layout.PICTURE, numbers: bool = True, of: Study | None = None
    ) -> None:
        self.chapter, self.study, self.zone = chapter, of or chapter.study, zone
        self.net = net = self.study.network
        self.x = layout.columns(net.L)
        self.gap = self.x[1] - self.x[0]
        self.radius = min(0.64, 0.21 * self.gap)
        self.y = zone.center[1] - 0.1
        self.units = {l: self.circle(l) for l in range(1, net.L + 1)}
        self.edges = {l: self.edge(l) for l in range(1, net.L)}
        self.names = {l: self.unit_name(l) for l in range(1, net.L + 1)}
        self.weights = self.weight_labels(numbers)
        self.biases = {l: self.bias(l, numbers) for l in range(1, net.L) if net.bias(l) is not None}
        self.goal = self.target_label()

    def place(self, l: int) -> np.ndarray:
        """The middle of the unit of layer l."""
        return np.array([self.x[l - 1], self.y, 0.0])

    def between_x(self, l: int) -> float:
        """The x halfway between layers l and l + 1, where what belongs to their weights is written."""
        return (self.x[l - 1] + self.x[l]) / 2

    def circle(self, l: int) -> Circle:
        return (
            Circle(self.radius, stroke_color=theme.a, stroke_width=5, fill_color=theme.panel, fill_opacity=1)
            .move_to(self.place(l))
            .set_z_index(2)
        )

    def edge(self, l: int) -> Line:
        start, end = self.place(l) + self.radius * RIGHT, self.place(l + 1) - self.radius * RIGHT
        return Line(start + 0.07 * RIGHT, end - 0.07 * RIGHT, stroke_color=theme.line, stroke_width=5).set_z_index(1)

    def activation(self, l: int) -> Quantity:
        """What the unit of layer l holds: x, a(l) or h."""
        kind = {1: "x", self.net.L: "h"}.get(l, "a")
        return self.study.q(kind, l if kind == "a" else None)

    def unit_name(self, l: int) -> Label:
        label = self.chapter.label(self.activation(l), size=LABEL)
        return label.next_to(self.units[l], UP, buff=0.12)

    def weight_labels(self, numbers: bool) -> dict[int, VGroup]:
        """theta(l) = 0.8 above each edge; where an edge is too short for that, all numbers go below their edges."""
        q = {l: self.study.q("theta", l) for l in self.edges}
        whole = {l: self.chapter.label(q[l], number=numbers, of=self.study) for l in self.edges}
        room = self.gap - 2 * self.radius - 0.2
        factor = min(1.0, *(room / label.width for label in whole.values()), 1.0)
        if factor > 0.72 or not numbers:
            return {
                l: VGroup(label.scale(factor)).next_to(self.edges[l].get_center(), UP, buff=0.14)
                for l, label in whole.items()
            }
        pairs = {l: (self.chapter.label(q[l]), self.chapter.figure(q[l], of=self.study)) for l in self.edges}
        factor = min(1.0, *(room / part.width for pair in pairs.values() for part in pair))
        for l, (symbol, figure) in pairs.items():
            middle = self.edges[l].get_center()
            symbol.scale(factor).next_to(middle, UP, buff=0.12)
            figure.scale(factor).next_to(middle, DOWN, buff=0.14)
        return {l: VGroup(*pair) for l, pair in pairs.items()}

    def weight_number(self, l: int) -> VGroup:
        """The digits of theta(l) on its edge, from where they fly."""
        return VGroup(
            *(
                g
                for part in self.weights[l]
                for g in part.family_members_with_points()
                if isinstance(part, Number) or ("number", self.study.q("theta", l)) in g.keys
            )
        )

    def home(self, q: Quantity, number: bool) -> VGroup | None:
        """A quantity's symbol or number where it lives, to fly from; None for what is only in a table."""
        match q.kind:
            case "theta":
                glyphs = (g for part in self.weights[q.layer] for g in part.family_members_with_points())
                symbol = VGroup(*(g for g in glyphs if ("symbol", q) in g.keys))
                return self.weight_number(q.layer) if number else symbol
            case "b" | "y":
                label = self.goal if q.kind == "y" else self.biases[q.layer]
                return label.part(("number" if number else "symbol", q))
            case "x" | "a" | "h":
                l = next(l for l in self.units if self.activation(l) == q)
                return self.value(l) if number else self.names[l]
        return None

    def bias(self, l: int, numbers: bool) -> Label:
        """b(l) below the unit of layer l + 1 that it is added in."""
        label = self.chapter.label(self.study.q("b", l), number=numbers, size=SMALL, of=self.study)
        layout.fitted(label, self.gap - 0.15)
        return label.next_to(self.units[l + 1], DOWN, buff=0.1)

    def target_label(self) -> Label:
        """y = 1.0, right of the output's name."""
        label = self.chapter.label(self.study.q("y"), number=True, size=SMALL, of=self.study)
        h = self.names[self.net.L]
        label.scale(min(1.0, (layout.RIGHT - h.get_right()[0] - 0.2) / label.width))
        return label.sit(layout.RIGHT, h.baseline, RIGHT)

    def layer_names(self) -> VGroup:
        """The number of each layer, below its unit: layer 1, layer 2, ..."""
        names, lowest = VGroup(), min(m.get_bottom()[1] for m in (*self.units.values(), *self.biases.values()))
        for l, unit in self.units.items():
            number, _ = other_number(Phrase("number of the layer"), l, l, Phrase("counted from the input"))
            word = self.chapter.words("layer {l}", SMALL, color=theme.muted, l=number)
            names.add(word.move_to([unit.get_center()[0], lowest - 0.26, 0]))
        return names

    def value(self, l: int, color: str | None = None) -> Number:
        """The activation's number inside its unit, with fewer decimals where the unit is small."""
        q, room = self.activation(l), 1.6 * self.radius
        figure = self.chapter.narrow_figure(q, 1.3 * room, color=color or theme.text, of=self.study)
        return layout.fitted(figure, room).move_to(self.place(l)).set_z_index(3)

    def forward_arrow(self, l: int, color: str | None = None) -> Line:
        """The edge as a solid arrow to the right."""
        return (
            Line(self.edges[l].get_start(), self.edges[l].get_end(), stroke_color=color or theme.a, stroke_width=6)
            .add_tip(tip_length=0.2, tip_width=0.2)
            .set_z_index(1)
        )

    def backward_arrow(self, l: int) -> VGroup:
        """The edge as a dashed arrow to the left: the way of the error signal."""
        start, end = self.edges[l].get_end(), self.edges[l].get_start()
        line = DashedLine(start, end + 0.14 * RIGHT, stroke_color=theme.delta, stroke_width=6, dash_length=0.14)
        tip = Line(end + 0.3 * RIGHT, end, stroke_color=theme.delta, stroke_width=6).add_tip(
            tip_length=0.2, tip_width=0.2
        )
        return VGroup(line, tip.tip).set_z_index(1)

    @property
    def picture(self) -> VGroup:
        """Units, edges, and their names and given numbers."""
        parts = (self.units, self.names, self.edges, self.weights, self.biases)
        return VGroup(*(m for part in parts for m in part.values()), self.goal, *self.rest)

    # what several units have in common with a single one; a network with wide layers has more of each

    @property
    def rest(self) -> VGroup:
        """Units and edges that are not in focus: none on a path."""
        return VGroup()

    def downstream(self, l: int) -> VGroup:
        """The edges, out of focus, through which the weight from layer l in focus acts on what comes after."""
        return VGroup()

    def arriving(self, l: int) -> VGroup:
        """The edges into the unit of layer l, solid: what is added up there."""
        return VGroup(self.forward_arrow(l - 1))

    def returning(self, l: int) -> VGroup:
        """The edges by which signals come back to the unit of layer l, dashed."""
        return VGroup(self.backward_arrow(l))

    def flow_in(self, l: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """From where to where pulses travel into the unit of layer l."""
        return [(self.edges[l - 1].get_start(), self.edges[l - 1].get_end())]

    def flow_back(self, l: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """From where to where signals travel back to the unit of layer l."""
        return [(self.edges[l].get_end(), self.edges[l].get_start())]

    def pulse(self, at: np.ndarray, color: str) -> Pulse:
        """A travelling dot with a soft rim, small enough to stay clear of the label above the edge."""
        return Pulse(at, color, 0.1)

    def travel(self, ways: Sequence[Way], color: str) -> Animation:
        """Pulses on all these ways at once, gone where they arrive."""
        return arriving([self.pulse(start, color) for start, _ in ways], ways)


class Table:
    """Rows under the units: `rows` are kinds, z, slope, delta or a, from above; cells are empty until computed.

    `frame` is the names of the rows and the rules between them, `biases` those of the layers that have room for them;
    `cell(kind, l)` makes the number of a cell in its place, `bar(kind, l)` a bar below it.
    """

    def __init__(
        self, chapter: Elements, diagram: NetworkDiagram, rows: tuple[str, ...], zone: layout.Zone = layout.TABLE
    ) -> None:
        self.chapter, self.diagram = chapter, diagram
        self.y = dict(zip(rows, layout.rows(len(rows), zone), strict=True))
        self.pitch = zone.height if len(rows) == 1 else self.y[rows[0]] - self.y[rows[1]]
        self.size = min(NUMBER, 0.82 * self.pitch)  # clear of the rules
        self.scales: dict[str, float] = {}
        self.biases = diagram.biases if diagram.gap > ROOMY else {}
        self.heads = VGroup(*(self.head(kind) for kind in rows))
        middle = [(self.y[a] + self.y[b]) / 2 for a, b in itertools.pairwise(rows)]
        self.rules = VGroup(
            *(
                Line(
                    [layout.LEFT, y, 0],
                    [layout.RIGHT, y, 0],
                    stroke_color=theme.line,
                    stroke_width=1.5,
                    stroke_opacity=0.6,
                )
                for y in middle
            )
        )
        self.frame = VGroup(self.heads, self.rules)

    def head(self, kind: str) -> Label:
        """The row's name, without a layer: z, g'(z), delta."""
        g = self.letter()
        both = "theta, b" if self.biases else "theta"  # a bias stands in the row of the weights, under its unit
        said = (escaped(self.chapter.tongue.say(word)) for word in (Phrase("old"), Phrase("new")))
        old, new = (f'#text(font: "{SANS}", {word}) {both}' for word in said)
        texts = {"theta": old, "new_theta": new, "dtheta": "partial J slash partial theta"}
        text = f"{g}'(z)" if kind == "slope" else texts.get(kind)
        q = Quantity(kind, 2) if kind in ("z", "slope", "delta", "a") else Quantity(kind, 1)
        label = self.chapter.row_name(q, text, self.size)
        return label.sit(layout.LEFT, self.y[kind] - HEIGHT / 2 * self.size)  # on one line with the digits

    def letter(self) -> str:
        """The activation's letter where all layers have the same, else g."""
        net = self.chapter.net
        letters = {net.activation(l).typst for l in range(2, net.L + 1)}
        return letters.pop() if len(letters) == 1 else "g"

    def where(self, kind: str, l: int) -> np.ndarray:
        """The middle of a cell: under unit l, or under edge l for what belongs to a weight."""
        x = self.diagram.between_x(l) if kind in ON_EDGES else self.diagram.place(l)[0]
        return np.array([x, self.y[kind], 0.0])

    def cell(self, kind: str, l: int) -> Number:
        return self.figure(kind, l).scale(self.scale_of(kind)).move_to(self.where(kind, l))

    def figure(self, kind: str, l: int) -> Number:
        return self.chapter.figure(self.chapter.q(kind, l), self.size)

    def scale_of(self, kind: str) -> float:
        """How much smaller the numbers of a row are: all alike, so that the widest has room."""
        if kind not in self.scales:
            net = self.diagram.net
            layers = range(1, net.L) if kind in ON_EDGES else range(2, net.L + 1)
            known = (l for l in layers if kind != "slope" or net.activation(l).elementwise)
            self.scales[kind] = layout.alike([self.figure(kind, l) for l in known], self.diagram.gap - 0.15)
        return self.scales[kind]

    def bar(self, kind: str, l: int, largest: float) -> VMobject:
        """|value| as a bar below its cell, the largest as wide as a unit; a value that is exactly 0 has none."""
        share = abs(self.chapter.value(self.chapter.q(kind, l))) / largest if largest else 0.0
        if not share:
            return VMobject()
        full = 2.2 * self.diagram.radius
        bar = Rectangle(
            width=max(share * full, 0.02),
            height=0.08,
            stroke_width=0,
            fill_color=theme.role(Quantity(kind, l).role),
            fill_opacity=1,
        )
        return bar.move_to(self.where(kind, l) + 0.29 * DOWN)
