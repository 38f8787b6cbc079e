"""From Typst source to shapes: one compiler, and one outline for each distinct glyph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import svgelements
import typst

from scenes.kit.setting.theme import FONTS, SANS
from scenes.kit.text.typesetter import typesetter

POINTS = 10.0  # everything is set at 10 pt and scaled
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PREAMBLE = f"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(size: {POINTS}pt, font: "{SANS}")
"""
NEXT_PAGE = "\n#pagebreak()\n"


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
    return typesetter()


def compiled(sources: Sequence[str]) -> list[tuple[Shape, ...]]:
    """The shapes of pages of Typst source, set in one call; the middle of each page is at its origin.

    TypesettingError where Typst refuses one.
    """
    text = PREAMBLE + NEXT_PAGE.join(f"#[{source}]" for source in sources)  # what one sets holds for itself alone
    try:
        svg, faults = compiler().compile_with_warnings(text.encode(), format="svg")
    except (typst.TypstError, RuntimeError) as error:
        svg, faults = [], [error]
    if faults and len(sources) > 1:
        return [page for source in sources for page in compiled([source])]  # which tells of the one that is at fault
    if faults:
        raise TypesettingError(f"Typst says of {sources[0]!r}: {faults[0]}")
    return [tuple(read_svg(page)) for page in ([svg] if isinstance(svg, bytes) else svg)]


@lru_cache(maxsize=1024)   # a film has about 350
def page(source: str) -> tuple[Shape, ...]:
    """The shapes of one page of Typst source, kept in memory. TypesettingError where Typst refuses it."""
    return compiled([source])[0]


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
