"""From Typst source to shapes: one compiler, one outline for each distinct glyph, and a mark on each part.

A part is marked by setting it in a fill colour of its own (#000001, #000002, ...); the SVG that Typst returns then says
of every glyph which part it belongs to. The theme's colours are put on afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import numpy as np
import svgelements
import typst
from manim import LEFT, ManimColor, VGroup, VMobject, interpolate

from scenes.kit.theme import FONTS, SANS, theme

POINTS = 10.0  # everything is set at 10 pt and scaled
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PREAMBLE = f"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(size: {POINTS}pt, font: "{SANS}")
"""


class TypesettingError(RuntimeError):
    """Typst refused a source, or did not find a font: a fault of this program, never of the network file."""


@dataclass(frozen=True)
class Shape:
    """One glyph or rule on the page: its part, its cubic outline (n, 3) in ems with y upward, and its baseline."""

    part: int
    outline: np.ndarray
    baseline: float | None


@lru_cache(maxsize=1)
def compiler() -> typst.Compiler:
    if not any(FONTS.glob("Lato-*.ttf")):
        raise TypesettingError(f"the font {SANS} is missing from {FONTS}")
    return typst.Compiler(font_paths=[str(FONTS)], ignore_system_fonts=True)


@lru_cache(maxsize=4096)
def shapes(source: str) -> tuple[Shape, ...]:
    """The shapes of one page of Typst source, the page's middle at the origin."""
    try:
        svg, warnings = compiler().compile_with_warnings((PREAMBLE + source).encode(), format="svg")
    except (typst.TypstError, RuntimeError) as error:
        raise TypesettingError(f"Typst cannot set {source!r}: {error}") from error
    if warnings:
        raise TypesettingError(f"Typst warns of {source!r}: {warnings[0]}")
    return tuple(read_svg(svg if isinstance(svg, bytes) else svg[0]))


def read_svg(svg: bytes) -> list[Shape]:
    root = ElementTree.fromstring(svg)
    width, height = float(root.get("width")[:-2]), float(root.get("height")[:-2])
    outlines = {
        s.get("id"): outline(s.find(f"{SVG}path").get("d"))
        for s in root.iter(f"{SVG}symbol")
        if s.find(f"{SVG}path") is not None
    }
    found: list[Shape] = []

    def place(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        page = points[:, :2] @ matrix[:2, :2].T + matrix[:2, 2]
        return np.column_stack(
            [(page[:, 0] - width / 2) / POINTS, (height / 2 - page[:, 1]) / POINTS, np.zeros(len(page))]
        )

    def walk(node: ElementTree.Element, matrix: np.ndarray) -> None:
        matrix = matrix @ transform(node.get("transform", ""))
        if node.tag == f"{SVG}use":
            glyph = outlines.get(node.get(HREF)[1:])
            if glyph is not None and len(glyph):
                at = matrix @ np.array([[1, 0, float(node.get("x", 0))], [0, 1, float(node.get("y", 0))], [0, 0, 1]])
                found.append(Shape(number_of(node.get("fill")), place(glyph, at), (height / 2 - at[1, 2]) / POINTS))
        elif node.tag == f"{SVG}path" and node.get("stroke", "none") != "none":
            line = outline(node.get("d"))
            found.append(
                Shape(number_of(node.get("stroke")), place(thick(line, float(node.get("stroke-width"))), matrix), None)
            )
        elif node.tag != f"{SVG}defs":
            for child in node:
                walk(child, matrix)

    walk(root, np.eye(3))
    return found


def number_of(color: str) -> int:
    return int(color[1:7], 16)


def transform(text: str) -> np.ndarray:
    """The matrix of an SVG transform, of the two kinds that Typst writes."""
    numbers = [float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", text)]
    if text.startswith("matrix"):
        a, b, c, d, e, f = numbers
        return np.array([[a, c, e], [b, d, f], [0, 0, 1]])
    if text.startswith("translate"):
        return np.array([[1, 0, numbers[0]], [0, 1, numbers[1] if len(numbers) > 1 else 0.0], [0, 0, 1]])
    if text.startswith("scale"):
        return np.diag([numbers[0], numbers[-1], 1.0])
    return np.eye(3)


@lru_cache(maxsize=2048)
def outline(path: str) -> np.ndarray:
    """An SVG path as manim's cubic points (n, 3), four for each curve."""
    curves: list[list[complex]] = []
    for segment in svgelements.Path(path):
        match segment:
            case svgelements.Move():
                continue
            case svgelements.CubicBezier():
                p = [segment.start, segment.control1, segment.control2, segment.end]
            case svgelements.QuadraticBezier():
                s, c, e = segment.start, segment.control, segment.end
                p = [s, s + (c - s) * (2 / 3), e + (c - e) * (2 / 3), e]
            case _:
                s, e = segment.start, segment.end
                if s is None or e is None or s == e:
                    continue
                p = [s, s + (e - s) * (1 / 3), s + (e - s) * (2 / 3), e]
        curves.append([complex(q.x, q.y) for q in map(svgelements.Point, p)])
    flat = np.array(curves).ravel()
    return np.column_stack([flat.real, flat.imag, np.zeros(len(flat))]) if len(flat) else np.zeros((0, 3))


def thick(line: np.ndarray, width: float) -> np.ndarray:
    """A straight stroke as a filled rectangle, which scales with the formula."""
    (x0, y0), (x1, y1) = line[0, :2], line[-1, :2]
    along = np.array([x1 - x0, y1 - y0]) / max(np.hypot(x1 - x0, y1 - y0), 1e-9)
    across = np.array([-along[1], along[0]]) * width / 2
    corners = [
        np.array([x0, y0]) + across,
        np.array([x1, y1]) + across,
        np.array([x1, y1]) - across,
        np.array([x0, y0]) - across,
    ]
    points = [
        c + (d - c) * t for c, d in zip(corners, corners[1:] + corners[:1], strict=True) for t in (0, 1 / 3, 2 / 3, 1)
    ]
    return np.column_stack([np.array(points), np.zeros(len(points))])


# marks


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
        self.points = outline
        self.source, self.keys = source, keys

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
        found = shapes(source)
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
    return f"#block(width: {width}em)[#set align({align}); #set par(leading: 0.55em); {text}]"


def plain_mark(source: object, color: str | None = None) -> Mark:
    return Mark((), color or theme.text, source)
