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

from bpmath.phrase import Phrase
from scenes.kit.language import language
from scenes.kit.theme import theme
from studio.slides.section import Section

PARTS = Path(__file__).parent
WORDS = {
    "slides": Phrase("Slides"),
    "far": Phrase("How much of this slide has played"),
    "back": Phrase("Back"),
    "on": Phrase("Next"),
    "play": Phrase("Play"),
    "pause": Phrase("Pause"),
    "captions": Phrase("Captions"),
    "list": Phrase("Overview"),
    "full": Phrase("Full screen"),
    "close": Phrase("Close"),
    "alone": Phrase("These slides need JavaScript. Without it, each chapter plays on its own:"),
}


def page(sections: Sequence[Section], clips: Path, title: str) -> str:
    """The page, whole in itself but for the clips, which are to be in its folder as they are in `clips`."""
    chapters = [(heading, list(group)) for heading, group in groupby(sections, key=lambda s: (s.chapter, s.heading))]
    with av.open(str(clips / f"{sections[0].chapter}.mp4")) as movie:
        rate = float(movie.streams.video[0].average_rate)
    slides = [row(section, section is group[0]) for _, group in chapters for section in group]
    tongue = language(sections[0].language)
    words = {name: tongue.say(phrase) for name, phrase in WORDS.items()}
    deck = {"rate": rate, "slides": slides, "play": words["play"], "pause": words["pause"]}
    return Template(part("page.html")).substitute(
        {name: escape(word) for name, word in words.items()}, language=tongue.code, title=escape(title), style=style(),
        contents=contents(chapters), clips=plain(chapters), deck=within(deck), script=part("page.js"))


def within(table: dict) -> str:
    """A table as JSON that ends no script."""
    return json.dumps(table, ensure_ascii=False).replace("<", "\\u003c")


def part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8").strip()


def style() -> str:
    return Template(part("page.css")).substitute(
        scheme="dark" if theme.dark else "light", background=theme.background, panel=theme.panel, text=theme.text,
        muted=theme.muted, mark=theme.theta)


def row(section: Section, first: bool) -> dict:
    """A slide for the script."""
    return {"clip": quote(f"{section.chapter}.mp4"), "chapter": section.number, "heading": section.heading,
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
