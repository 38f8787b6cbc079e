"""Formulas for a page, set by Typst as in the film: a drawing to look at, and MathML to listen to."""
from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import typst
from markupsafe import Markup, escape

from bpmath.model.network import shown
from bpmath.model.notation import KINDS
from scenes.kit.text.typesetter import typesetter

EM = 10.0    # points
ROLES = sorted({kind.role for kind in KINDS.values()})
TINTS = {f"#0000{n:02x}": role for n, role in enumerate(ROLES, 1)}    # colours that only carry a role's name
COLORS = ", ".join(f'"{role}": rgb("{tint}")' for tint, role in TINTS.items())
NO_CODE = "#let std = none\n"    # which formulas know, and by which they could call anything
DRAWN = f"""#set page(width: auto, height: auto, margin: 1pt, fill: none)
#set text(size: {EM}pt)
#let colors = ({COLORS})
#let role(name, body) = text(fill: colors.at(name), body)
{NO_CODE}"""
SPOKEN = f"#let role(name, body) = body\n{NO_CODE}"
IN_ROLE = re.compile(rf'#role\("(?:{"|".join(ROLES)})"\)\[\$([^#$]*)\$\]')
CODE = re.compile(r"[#$]|//|/\*|\bstd\b")    # where a formula would end, or call what is no formula
LONGEST = 20_000    # characters of a formula
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
MATHML = {    # elements, and below their attributes, that Typst writes for formulas
    "math", "mi", "mn", "mo", "mtext", "mrow", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder",
    "mover", "munderover", "mmultiscripts", "mprescripts", "mpadded", "mphantom", "mtable", "mtr", "mtd", "mstyle"}
SPOKEN_AS = {
    "display", "mathvariant", "width", "form", "stretchy", "fence", "separator", "lspace", "rspace", "minsize",
    "maxsize", "symmetric", "largeop", "movablelimits", "accent", "accentunder", "linethickness", "displaystyle",
    "scriptlevel"}
SVG = {"g", "path", "use"}    # the same of their drawings
DRAWN_AS = {"d", "fill", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin",
            "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "transform"}
TURNED = re.compile(r"matrix\(1 0 0 -1 (\S+) (\S+)\)")    # in a font y points up, on a page down
HREF = "{http://www.w3.org/1999/xlink}href"
USUAL = {"fill-rule": "nonzero", "stroke-linecap": "butt", "stroke-linejoin": "miter"}    # what holds unsaid


class FormulaError(ValueError):
    """A text that is no formula: `source`, and why, in a few words."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(f"{shown(source)}: {shown(why, 90)}")
        self.source = source


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
    """Sets formulas, each once. Quantities in ``#role("delta")[$ $]`` are drawn in the class of that name.

    FormulaError where a text is anything but a formula: it can run nothing, and nothing but a formula comes of it.
    """
    wanted = list(dict.fromkeys(sources))
    if not wanted:
        return Formulas(Markup(""), {})
    for source in wanted:
        check(source)
    shapes = Shapes()
    pairs = [(shapes.add(page), mathml(spoken))
             for page, spoken in zip(each(wanted, drawn), each(wanted, exported), strict=True)]
    return Formulas(shapes.sprite(), {source: Formula(*both) for source, both in zip(wanted, pairs, strict=True)})


def check(source: str) -> None:
    """FormulaError where a text has more than the symbols of a formula in it."""
    if len(source) > LONGEST or not source.isprintable() or not source.strip():
        raise FormulaError(source, f"found no printable text of at most {LONGEST} characters")
    if code := CODE.search(IN_ROLE.sub(r" \1 ", source)):
        raise FormulaError(source, f"found '{code[0]}', which no formula has")


def each(sources: list[str], make: Callable[[list[str]], list]) -> list:
    """What is made of each source, of all at once; where that fails, of one by one, which says at whose fault."""
    try:
        made = make(sources)
    except (typst.TypstError, RuntimeError) as error:
        made, why = [], getattr(error, "message", str(error))
    else:
        why = "found no formula, or more than one"
    if len(made) == len(sources):
        return made
    if len(sources) == 1:
        raise FormulaError(sources[0], why)
    return [one for source in sources for one in each([source], make)]


def drawn(sources: list[str]) -> list[bytes]:
    """An SVG for each formula."""
    text = DRAWN + "\n#pagebreak()\n".join(f"$ {s} $" for s in sources)
    pages = typesetter().compile(text.encode(), format="svg")
    return pages if isinstance(pages, list) else [pages]


def exported(sources: list[str]) -> list[str]:
    """The MathML of each formula, as Typst has it in an HTML document."""
    text = SPOKEN + "\n\n".join(f"$ {s} $" for s in sources)
    return MATH.findall(typesetter().compile(text.encode(), format="html").decode())


def mathml(text: str) -> Markup:
    """A formula's MathML with the elements and attributes of MathML alone."""
    def copy(e: ET.Element) -> ET.Element:
        if e.tag not in MATHML:
            raise FormulaError(text, f"found <{e.tag}>, which is not of MathML")
        made = ET.Element(e.tag, {name: value for name, value in e.attrib.items() if name in SPOKEN_AS})
        made.text, made.tail = e.text, e.tail
        made.extend([copy(inside) for inside in e])
        return made

    return Markup(ET.tostring(copy(ET.fromstring(text)), encoding="unicode"))


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
        if tag not in SVG:
            raise FormulaError(tag, "found a drawing of more than glyphs and lines")
        attributes = {k: "currentColor" if k in ("fill", "stroke") and v != "none" else v for k, v in e.attrib.items()
                      if k in DRAWN_AS and USUAL.get(k) != v}
        if tints:
            attributes["class"] = TINTS[tints.pop()]
        written = "".join(f' {k}="{escape(v)}"' for k, v in attributes.items())
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
