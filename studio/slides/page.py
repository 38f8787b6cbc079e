"""The slides as a page beside the clips of the chapters: opened from a folder, it plays them section by section."""
from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from urllib.parse import quote

import av

from scenes.kit.theme import theme
from studio.slides.section import Section

PARTS = Path(__file__).parent


def page(sections: Sequence[Section], clips: Path, title: str) -> str:
    """The page, whole in itself but for the clips, which are to be in its folder as they are in `clips`."""
    chapters = [(heading, list(group)) for heading, group in groupby(sections, key=lambda s: (s.chapter, s.heading))]
    with av.open(str(clips / f"{sections[0].chapter}.mp4")) as movie:
        rate = float(movie.streams.video[0].average_rate)
    slides = [row(section, n, len(chapters), section is group[0])
              for n, (_, group) in enumerate(chapters, 1) for section in group]
    deck = json.dumps({"rate": rate, "slides": slides}, ensure_ascii=False).replace("<", "\\u003c")
    return Template(part("page.html")).substitute(
        language="en", title=escape(title), style=style(), contents=contents(chapters), clips=plain(chapters),
        deck=deck, script=part("page.js"))


def part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8").strip()


def style() -> str:
    return Template(part("page.css")).substitute(
        scheme="dark" if theme.dark else "light", background=theme.background, panel=theme.panel, text=theme.text,
        muted=theme.muted, mark=theme.theta)


def row(section: Section, number: int, count: int, first: bool) -> dict:
    """A slide for the script."""
    return {"clip": quote(f"{section.chapter}.mp4"), "chapter": f"{number} / {count}", "heading": section.heading,
            "title": section.title, "first": first, "start": section.start, "end": section.end,
            "words": section.words, "cues": [vars(cue) for cue in section.cues]}


def contents(chapters: Sequence[tuple[tuple[str, str], list[Section]]]) -> str:
    """The list of slides, by chapters."""
    lines, number = [], 0
    for (_, heading), group in chapters:
        lines.append(f"  <h3>{escape(heading)}</h3>\n  <ol>")
        for section in group:
            number += 1
            lines.append(f'    <li><a href="#{number}">{escape(section.title)}</a></li>')
        lines.append("  </ol>")
    return "\n".join(lines)


def plain(chapters: Sequence[tuple[tuple[str, str], list[Section]]]) -> str:
    """The clips by themselves."""
    return "\n".join(f'<h2>{escape(heading)}</h2><video controls preload="none" src="{quote(f"{name}.mp4")}"></video>'
                     for (name, heading), _ in chapters)
