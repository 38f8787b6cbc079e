"""The slides as a page beside the clips of the chapters: opened from a folder, it plays them section by section."""
from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count, groupby
from pathlib import Path
from urllib.parse import quote

import av
from markupsafe import Markup

from bpmath.model.phrase import Phrase
from scenes.kit.setting.language import language
from scenes.kit.setting.theme import theme
from studio.pages.page_parts import inline, policy, render
from studio.pages.slides.section import Section

HERE = Path(__file__).parent
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
    numbers = count(1)
    contents = [{"heading": heading, "clip": f"{name}.mp4", "slides": [(next(numbers), s.title) for s in group]}
                for (name, heading), group in chapters]
    style, script = Markup(palette()) + inline(HERE, "page.css"), inline(HERE, "page.js")
    return render(HERE, {"language": tongue.code, "title": title, "word": words, "chapters": contents,
                         "deck": within(deck), "style": style, "script": script, "policy": policy(style, script)})()


def within(table: dict) -> Markup:
    """A table as JSON that ends no script."""
    return Markup(json.dumps(table, ensure_ascii=False).replace("<", "\\u003c"))


def palette() -> str:
    """The film's colours as variables."""
    colours = {"back": theme.background, "panel": theme.panel, "text": theme.text, "muted": theme.muted,
               "mark": theme.theta}
    return (f":root {{ color-scheme: {'dark' if theme.dark else 'light'}; "
            + "".join(f"--{name}: {colour}; " for name, colour in colours.items()) + "}\n")


def row(section: Section, first: bool) -> dict:
    """A slide for the script."""
    return {"clip": quote(f"{section.chapter}.mp4"), "chapter": section.number, "heading": section.heading,
            "title": section.title, "first": first, "start": section.start, "end": section.end,
            "words": section.words, "cues": [vars(cue) for cue in section.cues]}

