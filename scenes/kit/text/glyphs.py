"""Text and formulas as shapes that know what they are: a mark on each part of what Typst sets.

A part is marked by setting it in a fill colour of its own (#000001, #000002, ...); the SVG that Typst returns then says
of every glyph which part it belongs to. The theme's colours are put on afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from manim import LEFT, ManimColor, VGroup, VMobject, interpolate

from scenes.kit.setting.theme import theme
from scenes.kit.text.outline_digest import Form
from scenes.kit.text.shapes import Shape, page


@dataclass(frozen=True)
class Mark:
    """What a part of a formula is: the keys it can be found by, its colour, and where it comes from."""

    keys: tuple[Hashable, ...]
    color: str
    source: object


class Marks:
    """Numbers the parts of one source as they are written into it."""

    def __init__(self, plain: Mark) -> None:
        self.marks = {0: plain}

    def math(self, text: str, mark: Mark) -> str:
        """Typst mathematics for a part, to be put inside other mathematics."""
        number = len(self.marks)
        self.marks[number] = mark
        return f'#text(fill: rgb("#{number:06x}"))[${text}$]'


@lru_cache(maxsize=1)
def blank() -> dict[str, Any]:
    """What a filled shape without stroke has; to copy it is ten times as fast as manim's own way to it."""
    return VMobject(stroke_width=0, fill_opacity=1).__dict__


@lru_cache(maxsize=64)
def rgbas(color: str) -> np.ndarray:
    return np.array([ManimColor(color).to_rgba()])


def copied(values: dict[str, Any]) -> dict[str, Any]:
    """The same with arrays and lists of its own."""
    return {name: v.copy() if isinstance(v, np.ndarray | list | dict) else v for name, v in values.items()}


class Glyph(VMobject):
    """One filled shape of text or of a formula, which knows its source."""

    def __init__(self, outline: np.ndarray, color: str, source: object, keys: tuple[Hashable, ...] = ()) -> None:
        self.__dict__ = copied(blank())
        self.name = type(self).__name__
        self.fill_rgbas = rgbas(color).copy()
        self.keys = keys
        self.show(outline, source)

    def show(self, outline: np.ndarray, source: object) -> None:
        """Takes an outline (n, 3) in frame units together with the source that it comes from."""
        self.points, self.source, self.form, self.seen = outline, source, Form(outline), b""

    @property
    def is_itself(self) -> bool:
        """Whether it still has the outline that it was given with its source, moved and scaled at most.

        `seen` is the last outline for which this was found true: most glyphs rest from one look to the next.
        """
        now = self.points.tobytes()
        if now != self.seen and self.form.fits(self.points):
            self.seen = now
        return now == self.seen

    def align_points(self, vmobject: VMobject) -> Glyph:
        """As manim does it before a transformation: curves are cut in pieces, which looks the same."""
        same = [g for g in (self, vmobject) if isinstance(g, Glyph) and len(g.points) and g.is_itself]
        super().align_points(vmobject)
        for glyph in same:
            glyph.form = Form(glyph.points)
        return self

    def interpolate(self, mobject1: VMobject, mobject2: VMobject, alpha: float, path_func: Any = interpolate) -> Glyph:
        """As manim does it; but what is the same at both ends stays what it is, to the last bit, and costs nothing."""
        start, end = mobject1.points, mobject2.points
        self.points = start.copy() if np.array_equal(start, end) else path_func(start, end, alpha)
        if mobject1.stroke_width or mobject2.stroke_width:
            return self.interpolate_color(mobject1, mobject2, alpha)
        start, end = mobject1.fill_rgbas, mobject2.fill_rgbas
        self.fill_rgbas = end.copy() if np.array_equal(start, end) else interpolate(start, end, alpha)
        return self

    def __deepcopy__(self, memo: dict) -> Glyph:
        """Copies the arrays and shares the rest: every animation copies its glyphs, and they are leaves."""
        made = memo[id(self)] = Glyph.__new__(Glyph)
        made.__dict__ = copied(self.__dict__)
        return made


class Typeset(VGroup):
    """Shapes set by Typst. `part(key)` finds those with a mark; `size` is the height of one em.

    `shared` names the attributes that a copy has in common with its original: what it is, not how it looks.
    """

    shared: tuple[str, ...] = ()

    def __init__(self, source: str, marks: dict[int, Mark], size: float) -> None:
        super().__init__()
        self.size = size
        found = page(source)
        for s in found:
            mark = marks[s.part]
            self.add(Glyph(s.outline * size, mark.color, mark.source, mark.keys))
        line = self.line(found) * size
        self._line = (line - self.get_center()[1]) / max(self.height, 1e-6)  # of the height, from the middle

    @staticmethod
    def line(found: Sequence[Shape]) -> float:
        """The baseline of the most of these shapes."""
        baselines = Counter(round(s.baseline, 3) for s in found if s.baseline is not None)
        return baselines.most_common(1)[0][0] if baselines else 0.0

    @property
    def baseline(self) -> float:
        """The y of the line on which it stands."""
        return self.get_center()[1] + self._line * self.height

    def sit(self, x: float, y: float, edge: np.ndarray = LEFT) -> Typeset:
        """Puts its left end (or what `edge` says: the middle, the right end) at x and its baseline on y."""
        return self.move_to([x, y - self._line * self.height, 0], aligned_edge=edge)

    def __deepcopy__(self, memo: dict) -> Typeset:
        memo.update((id(value), value) for name in self.shared if (value := self.__dict__.get(name)) is not None)
        return super().__deepcopy__(memo)

    def part(self, key: Hashable) -> VGroup:
        """The glyphs with this key, in reading order; an error if there is none, since an animation would miss it."""
        return self.where(lambda keys: key in keys, key)

    def where(self, test: Callable[[tuple], bool], what: object) -> VGroup:
        found = [g for g in self.submobjects if test(g.keys)]
        if not found:
            raise KeyError(f"no part {what} here, only {sorted({str(k) for g in self.submobjects for k in g.keys})}")
        return VGroup(*found)

    def has(self, key: Hashable) -> bool:
        return any(key in g.keys for g in self.submobjects)


def escaped(text: str) -> str:
    """A text as a Typst string literal: it can be nothing but text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words_source(pieces: Sequence[str], weight: str, width: float | None, align: str) -> str:
    """Typst for a line or block of words; pieces are Typst already."""
    body = "".join(pieces)
    text = f'#text(weight: "{weight}")[{body}]'
    if width is None:
        return text
    return f"#block(width: {width:.4f}em)[#set align({align}); #set par(leading: 0.55em); {text}]"


def plain_mark(source: object, color: str | None = None) -> Mark:
    return Mark((), color or theme.text, source)
