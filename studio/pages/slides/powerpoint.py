"""The slides for PowerPoint, Keynote and Impress: each with its clip, which plays when the slide comes."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.shapes.picture import Movie
from pptx.slide import Slide
from pptx.util import Inches, Pt

from scenes.kit.setting.theme import theme
from studio.movie.clip import Clip, cut
from studio.pages.page_parts import last_picture
from studio.pages.slides.section import Section

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
STRIP = Inches(0.75)    # for the title, above the film
FILM = Inches(12), Inches(6.75)
SIDE = (WIDTH - FILM[0]) // 2
TITLE_ONLY = "Title Only"
P14, GROUPS = "http://schemas.microsoft.com/office/powerpoint/2010/main", "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
AT_ONCE = "0"           # milliseconds after the slide has come


def write(sections: Sequence[Section], clips: Path, target: Path, title: str, work: Path) -> None:
    """Writes a deck of the sections, whose chapters' clips are in a folder. `work` is for files in between."""
    deck = empty(title)
    (layout,) = deck.slide_layouts
    for number, section in enumerate(sections, 1):
        part = work / f"{number}.mp4"
        cut(Clip(clips / f"{section.chapter}.mp4", section.title), section.start, section.end, part, section.cues)
        slide = deck.slides.add_slide(layout)
        slide.shapes.title.text = section.title
        slide.notes_slide.notes_text_frame.text = section.words
        show(slide, part, section)
        part.unlink()
    group(deck, sections)
    deck.save(str(target))


def group(deck: Presentation, sections: Sequence[Section]) -> None:
    """Puts the slides of each chapter under its title in PowerPoint's overview; others pass over that."""
    groups = Element("p14:sectionLst", {"xmlns:p14": P14})
    slides = zip(deck.slides, sections, strict=True)
    for (chapter, heading), found in groupby(slides, key=lambda pair: (pair[1].chapter, pair[1].heading)):
        named = {"name": heading, "id": f"{{{uuid5(NAMESPACE_OID, chapter)}}}".upper()}
        held = SubElement(SubElement(groups, "p14:section", named), "p14:sldIdLst")
        for slide, _ in found:
            SubElement(held, "p14:sldId", {"id": str(slide.slide_id)})
    kept = parse_xml(f'<p:extLst {nsdecls("p")}><p:ext uri="{GROUPS}">{tostring(groups, "unicode")}</p:ext></p:extLst>')
    deck.part.presentation.element.append(kept)


def empty(title: str) -> Presentation:
    """A deck of wide slides with one layout, in the film's colours; what a lecturer adds to it has them, too."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    del deck.part.presentation.element.sldSz.attrib["type"]    # it says 4:3
    about, now = deck.core_properties, datetime.now(UTC).replace(tzinfo=None)
    about.title, about.author, about.last_modified_by, about.comments = title, "", "", ""
    about.created = about.modified = now
    package = deck.part.package
    package.drop_rel(next(r.rId for r in package.iter_rels() if r.reltype == RT.THUMBNAIL))    # of another deck
    for layout in list(deck.slide_layouts):
        if layout.name != TITLE_ONLY:
            deck.slide_layouts.remove(layout)
    master, (layout,) = deck.slide_master, deck.slide_layouts
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = colour(theme.background)
    if theme.dark:
        (roles,) = master.element.xpath("./p:clrMap")
        for role, plain in {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"}.items():
            roles.set(role, plain)
    (style,) = master.element.xpath("./p:txStyles/p:titleStyle/a:lvl1pPr")
    style.set("algn", "l")
    for part in (master, layout):
        for holder in list(part.placeholders):
            if holder.placeholder_format.type != PP_PLACEHOLDER.TITLE:
                holder.element.getparent().remove(holder.element)    # placed for slides of another width
                continue
            holder.left, holder.top, holder.width, holder.height = SIDE, 0, FILM[0], STRIP
            holder.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            holder.text_frame.margin_left = 0
    style.find(qn("a:defRPr")).set("sz", str(Pt(26).centipoints))
    return deck


def show(slide: Slide, clip: Path, section: Section) -> None:
    """Puts a clip on a slide below its title, with its last picture until it plays."""
    poster = BytesIO()
    last_picture(clip).save(poster, "PNG")
    poster.seek(0)
    movie = slide.shapes.add_movie(str(clip), SIDE, STRIP, *FILM, poster_frame_image=poster, mime_type="video/mp4")
    movie.name = f"{section.chapter}: {section.title}"
    movie.element.nvPicPr.cNvPr.set("descr", section.words)
    begin_at_once(slide, movie)


def begin_at_once(slide: Slide, movie: Movie) -> None:
    """Has a movie begin when its slide comes, and not only when it is clicked."""
    (wait,) = slide.element.xpath(f'.//p:cMediaNode[p:tgtEl/p:spTgt/@spid="{movie.shape_id}"]//p:cond')
    wait.set("delay", AT_ONCE)


def colour(text: str) -> RGBColor:
    return RGBColor.from_string(text.lstrip("#"))
