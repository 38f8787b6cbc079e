"""How a change of one weight reaches the cost where paths meet: wave by wave, and along how many paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import LEFT, Animation, AnimationGroup, FadeIn, Line, Mobject, VGroup

from bpmath.model.notation import Quantity
from bpmath.model.phrase import Phrase
from bpmath.symbolic.shared_factors import paths, walked
from scenes.kit.formulas.equation import Equation, meant
from scenes.kit.formulas.readout import Number
from scenes.kit.network.number_flights import flight
from scenes.kit.provenance.source import FromNumber
from scenes.kit.provenance.study import other_number
from scenes.kit.setting import layout
from scenes.kit.setting.theme import SMALL, theme
from scenes.kit.text.rounding import Numeral

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements
    from scenes.kit.network.wide import WideDiagram


def waves(diagram: WideDiagram, l: int) -> list[VGroup]:
    """What lights up, in order, when the weight from layer l in focus moves: its edge, then the edges of each layer."""
    unit = diagram.study.focus[l + 1]
    own = Line(*diagram.between(l, unit, diagram.study.focus[l]), stroke_color=theme.theta, stroke_width=6)
    found = [VGroup(own)]
    if l + 1 < diagram.net.L:
        mixed = not diagram.net.activation(l + 1).elementwise
        onward = [diagram.between(l + 1, k, unit) for k in diagram.drawn(l + 2) if k]
        found.append(
            diagram.whole(l + 1)
            if mixed
            else VGroup(*(Line(*ends, stroke_color=theme.theta, stroke_width=3) for ends in onward))
        )
    found += [diagram.whole(m) for m in range(l + 2, diagram.net.L)]
    return [wave.set_z_index(1) for wave in found]


class PathCounts:
    """A row below the network: along how many paths each weight in focus acts on the output layer."""

    def __init__(self, chapter: Elements, diagram: WideDiagram, y: float) -> None:
        self.chapter, self.diagram, self.y = chapter, diagram, y
        words = chapter.words("paths onward", SMALL, color=theme.muted)
        self.head = words.move_to([layout.LEFT, y, 0], aligned_edge=LEFT)

    def count(self, l: int) -> tuple[FromNumber, Numeral]:
        net = self.chapter.net
        key = Phrase("paths from a weight of layer {l} to the output layer", l=str(l))
        return other_number(key, paths(net, l), walked(net, l), Phrase("every edge followed"))

    def number(self, l: int) -> Number:
        figure = self.chapter.other_figure(self.count(l))
        layout.fitted(figure, self.diagram.gap - 0.2)
        return figure.move_to([self.diagram.between_x(l), self.y, 0])


def arrivals(diagram: WideDiagram, equation: Equation) -> Animation:
    """The numbers of a formula come: those of the units in focus from where they live, the others with them."""
    study = diagram.study
    homes: dict[Quantity, Mobject | None] = {}
    for q in meant(equation.numbers, "number"):
        if study.q(q.kind, q.layer) == q and (q.kind in ("theta", "y") or q in map(diagram.activation, diagram.units)):
            homes[q] = diagram.home(q, True)
    moving = [flight(diagram, q, equation.number(q), home) for q, home in homes.items()]
    flown = {id(g) for q in homes for g in equation.number(q)}
    others = VGroup(*(g for g in equation.numbers if id(g) not in flown))
    return AnimationGroup(*moving, *([FadeIn(others)] if len(others) else []))
