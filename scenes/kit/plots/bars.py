"""Named horizontal bars of one scale, for a few numbers that shall be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from manim import LEFT, RIGHT, Rectangle, VGroup

from bpmath.model.phrase import Phrase
from scenes.kit.formulas.readout import Number
from scenes.kit.setting.layout import Zone
from scenes.kit.setting.theme import NUMBER, theme
from scenes.kit.text.number_shapes import HEIGHT

if TYPE_CHECKING:
    from scenes.kit.formulas.elements import Elements

AIR = 0.35  # between the longest name and the bars


class Bars:
    """Rows of a name, a bar as long as a value, and its number; negative values go left from a common zero.

    `names` and `values` are all that will be shown, from above; `room` is kept for the number behind the longest bar.
    `add` makes the next row, whose name, bar and number the chapter shows.
    """

    def __init__(
        self, chapter: Elements, zone: Zone, names: Sequence[Phrase], values: Sequence[float], room: float = 1.9
    ) -> None:
        self.zone, self.names, self.values = zone, [chapter.words(name, size=NUMBER) for name in names], values
        self.left = zone.left + max(name.width for name in self.names) + AIR
        self.step = zone.height / len(values)
        low, high = min(0.0, *values), max(0.0, *values)
        self.scale = (zone.right - self.left - room) / ((high - low) or 1.0)
        self.zero = self.left - low * self.scale
        self.count = 0

    def add(self, number: Number, color: str = theme.J) -> VGroup:
        """(name, bar, number) of the next row."""
        y = self.zone.top - (self.count + 0.5) * self.step
        name, value = self.names[self.count], self.values[self.count]
        self.count += 1
        bar = Rectangle(width=max(abs(value) * self.scale, 0.02), height=0.28, stroke_width=0, fill_color=color)
        bar.set_fill(opacity=1).move_to([self.zero, y, 0], aligned_edge=LEFT if value >= 0 else RIGHT)
        name.sit(self.zone.left, y - HEIGHT / 2 * NUMBER)
        number.move_to([max(self.zero, bar.get_right()[0]) + 0.2, y, 0], aligned_edge=LEFT)
        return VGroup(name, bar, number)
