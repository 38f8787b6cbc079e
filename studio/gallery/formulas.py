"""Formulas for a page, set by Typst as in the film: a drawing to look at, and MathML to listen to."""
from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

import typst
from markupsafe import Markup

from bpmath.notation import KINDS

EM = 10.0    # points
ROLES = sorted({kind.role for kind in KINDS.values()})
TINTS = {f"#0000{n:02x}": role for n, role in enumerate(ROLES, 1)}    # colours that only carry a role's name
COLORS = ", ".join(f'"{role}": rgb("{tint}")' for tint, role in TINTS.items())
DRAWN = f"""#set page(width: auto, height: auto, margin: 1pt, fill: none)
#set text(size: {EM}pt)
#let colors = ({COLORS})
#let role(name, body) = text(fill: colors.at(name), body)
"""
SPOKEN = "#let role(name, body) = body\n"
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
TURNED = re.compile(r"matrix\(1 0 0 -1 (\S+) (\S+)\)")    # in a font y points up, on a page down
HREF = "{http://www.w3.org/1999/xlink}href"
USUAL = {"fill-rule": "nonzero", "stroke-linecap": "butt", "stroke-linejoin": "miter"}    # what holds unsaid


@dataclass(frozen=True)
class Formula:
    """A formula's drawing, to be put where it is seen, and its MathML, for who listens."""

    drawing: Markup
    mathml: Markup


@dataclass(frozen=True)
class Formulas:
    """Formulas by their Typst. `sprite` holds the shapes that all drawings share, once for a page."""

    sprite: Markup
    by_source: dict[str, Formula]


def typeset(sources: Iterable[str]) -> Formulas:
    """Sets formulas, each once. Quantities in ``#role("delta")[$ $]`` are drawn in the class of that name."""
    wanted = list(dict.fromkeys(sources))
    if not wanted:
        return Formulas(Markup(""), {})
    shapes = Shapes()
    drawings = [shapes.add(page) for page in drawn(wanted)]
    spoken = [Markup(m) for m in MATH.findall(exported(wanted))]
    pairs = zip(wanted, drawings, spoken, strict=True)
    return Formulas(shapes.sprite(), {source: Formula(*both) for source, *both in pairs})


def drawn(sources: list[str]) -> list[bytes]:
    """An SVG for each formula."""
    pages = typst.compile((DRAWN + "\n#pagebreak()\n".join(f"$ {s} $" for s in sources)).encode(), format="svg",
                          ignore_system_fonts=True)
    return pages if isinstance(pages, list) else [pages]


def exported(sources: list[str]) -> str:
    """An HTML document with each formula as MathML."""
    return typst.compile((SPOKEN + "\n\n".join(f"$ {s} $" for s in sources)).encode(), format="html").decode()


class Shapes:
    """Gathers the drawings of many formulas, and the outlines that they have in common."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}    # ours, by Typst's, which are long
        self.outlines: list[str] = []
        self.symbols: list[str] = []

    def add(self, svg: bytes) -> Markup:
        """Takes a page in; returns what shows it."""
        root = ET.fromstring(svg)
        box = root.get("viewBox")
        width, height = (float(side) / EM for side in box.split()[2:])
        for symbol in root.iter():
            if local(symbol.tag) == "symbol" and symbol.get("id") not in self.names:
                self.names[symbol.get("id")] = name = f"g{len(self.names)}"
                inside = "".join(map(self.shown, symbol))
                self.outlines.append(f'<g id="{name}" transform="scale(1 -1)">{inside}</g>')
        name = f"f{len(self.symbols)}"
        body = "".join(self.shown(e) for e in root if local(e.tag) != "defs")
        self.symbols.append(f'<symbol id="{name}" viewBox="{box}" overflow="visible">{body}</symbol>')
        return Markup(f'<svg class="formula" width="{width:.2f}em" height="{height:.2f}em" viewBox="{box}" '
                      f'aria-hidden="true" focusable="false"><use href="#{name}"/></svg>')

    def shown(self, e: ET.Element) -> str:
        """An element without what the page does not need; a colour that carries a role becomes its class."""
        tag, tints = local(e.tag), {e.get("fill"), e.get("stroke")} & TINTS.keys()
        at = TURNED.fullmatch(e.get("transform", ""))
        if tag == "g" and at and all(local(inner.tag) == "use" for inner in e):
            return "".join(self.glyph(inner, *map(float, at.groups())) for inner in e)
        if tag == "use":    # elsewhere than where Typst puts them: turned once more
            return f'<g transform="scale(1 -1)">{self.glyph(e, 0, 0)}</g>'
        attributes = {k: "currentColor" if k in ("fill", "stroke") and v != "none" else v for k, v in e.attrib.items()
                      if USUAL.get(k) != v}
        if tints:
            attributes["class"] = TINTS[tints.pop()]
        written = "".join(f' {k}="{v}"' for k, v in attributes.items())
        return f"<{tag}{written}>{''.join(map(self.shown, e))}</{tag}>"

    def glyph(self, use: ET.Element, x: float, y: float) -> str:
        """A glyph, from an origin whose y points down; its outline has been turned for that."""
        x, y = x + float(use.get("x", 0)), y - float(use.get("y", 0))
        tint = TINTS.get(use.get("fill"))
        named = f' class="{tint}"' if tint else ""
        return f'<use href="#{self.names[use.get(HREF)[1:]]}" x="{x:.2f}" y="{y:.2f}"{named}/>'

    def sprite(self) -> Markup:
        inside = "".join([*self.outlines, *self.symbols])
        return Markup(f'<svg class="sprite" aria-hidden="true" focusable="false"><defs>{inside}</defs></svg>')


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]
