"""The gallery's page: one HTML file that needs nothing but the clips beside it."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from markupsafe import Markup

from scenes.kit.setting.theme import FONTS, THEMES, Theme
from studio.pages.gallery.entries import Entry, Symbols, equations, numbers, scales, scientific, symbols_in
from studio.pages.gallery.folder import Chapter, Folder
from studio.pages.gallery.formulas import FormulaError, typeset
from studio.pages.gallery.words import WORDS, Word, speaker, spoken_in
from studio.pages.page_parts import data_url, inline, letters, policy, render, still
from studio.system.mistake import Mistake

HERE = Path(__file__).parent
THUMBNAIL, POSTER = 480, 1280    # pixels
LARGE = 1e5    # bytes
FACES = {400: "Lato-Regular.ttf", 700: "Lato-Bold.ttf"}


@dataclass(frozen=True)
class Shown:
    """A chapter on the page: its last picture, its captions as a data: URL, and its ledger's lines."""

    chapter: Chapter
    still: str
    captions: str
    equations: list[Entry]
    numbers: list[Entry]
    scales: list[Entry]    # marks on axes

    @property
    def entries(self) -> list[Entry]:
        return [*self.equations, *self.numbers, *self.scales]


@dataclass(frozen=True)
class Method:
    """How many things were checked in one way, and how far apart the two results were at most, in words."""

    words: str
    count: int
    apart: str


def page(folder: Folder) -> str:
    """The whole page. What comes from a network file is escaped: it is text, whatever it looks like."""
    symbols = symbols_in(c.ledger for c in folder.chapters)
    word = speaker(tongue := spoken_in(folder.language))
    shown = [show(chapter, symbols, word) for chapter in folder.chapters]
    script = inline(HERE, "page.js")
    try:
        formulas = typeset(e.shown for s in shown for e in s.entries)
    except FormulaError as error:
        (at, *_) = [s.chapter.clip for s in shown if any(e.shown == error.source for e in s.entries)]
        raise Mistake(f"{at.with_suffix('.json')}: found what is no formula: {error}") from None
    things = {
        "word": word, "tongue": tongue, "folder": folder, "shown": shown, "script": script,
        "captions": captions_url(folder.captions),
        "formulas": formulas, "size": size, "kind": lambda file: kind(file, word),
        "poster": still(folder.chapters[0].clip, POSTER), "sound": all(e.ok for s in shown for e in s.entries),
        "proofs": methods(e for s in shown for e in s.equations),
        "checks": methods(e for s in shown for e in (*s.numbers, *s.scales)),
    }
    written = render(HERE, things)
    style = Markup(palettes() + faces(written(style="", policy=""))) + inline(HERE, "page.css")
    return written(style=style, policy=policy(style, script))


def show(chapter: Chapter, symbols: Symbols, word: Word) -> Shown:
    """A chapter and what the page says of it."""
    return Shown(chapter, still(chapter.clip, THUMBNAIL), captions_url(chapter.captions),
                 equations(chapter.ledger, word), numbers(chapter.ledger, symbols, word),
                 scales(chapter.ledger, symbols, word))


def methods(entries: Iterable[Entry]) -> list[Method]:
    """The ways in which entries were checked, the most frequent first."""
    apart: dict[str, list[float]] = defaultdict(list)
    for e in entries:
        apart[e.method].append(e.residual or 0.0)
    found = [Method(words, len(r), scientific(max(r)) if max(r) else "0") for words, r in apart.items()]
    return sorted(found, key=lambda m: -m.count)


def captions_url(vtt: str) -> str:
    """Captions inside the page: those in a file beside it may not be read by a page opened from disk."""
    return data_url("text/vtt", vtt.encode()) if vtt else ""


# what a page is dressed in

def palettes() -> str:
    """The film's colours as variables, dark or light as the viewer's system is."""
    def variables(theme: Theme) -> str:
        return "".join(f"--{role}:{color};" for role, color in asdict(theme).items())

    return (f":root{{{variables(THEMES['light'])}}}\n"
            f"@media (prefers-color-scheme:dark){{:root{{{variables(THEMES['dark'])}}}}}\n")


def faces(text: str) -> str:
    """The film's font, with the letters of a text."""
    used = "".join(sorted(set(text)))
    return "".join(f'@font-face{{font-family:"Film Sans";font-weight:{weight};'
                   f'src:url({letters(FONTS / file, used)}) format("woff")}}\n' for weight, file in FACES.items())


# words

def size(file: Path) -> str:
    """How large a file is, for people; "" where that need not be said."""
    count = file.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= LARGE else ""


def kind(file: Path, word: Word) -> str:
    """What a file is called beside others of its name: in words, or by its ending."""
    return word(file.suffix) if file.suffix in WORDS else file.suffix.removeprefix(".").upper()
