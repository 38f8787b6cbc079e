"""Names of any script on paper: which letters have no font, and where a long word may end its line."""
from __future__ import annotations

import re

import typst

from scenes.kit.setting.theme import SANS
from scenes.kit.text.glyphs import escaped

NOBODYS = "\uffff"    # which no font has, so that it is set as a box
GLYPHS = re.compile(rb'<symbol id="([^"]+)"')
LONG = re.compile(r"\S{17,}")    # a word; of the title's own the longest has 16 signs
PLACE = re.compile(r"(\S{8})(?=[\w!-/:-@\[-`{-~])")    # before a letter or a sign that stands for itself
HYPHEN = "\u00ad"    # seen only where a line ends with it


def lacking(text: str, compiler: typst.Compiler) -> str:
    """The letters of a text that a compiler's fonts do not have, each once."""
    if not (letters := list(dict.fromkeys(text))):
        return ""
    pages = "\n#pagebreak()\n".join(f"#{escaped(c)}" for c in [NOBODYS, *letters])
    source = f'#set page(width: auto, height: auto)\n#set text(font: "{SANS}")\n{pages}'
    box, *drawn = (GLYPHS.findall(page) for page in compiler.compile(source.encode(), format="svg"))
    return "".join(c for c, glyphs in zip(letters, drawn, strict=True) if glyphs == box)


def breakable(text: str) -> str:
    """A text whose long words may be broken where there is no room for them."""
    return LONG.sub(lambda word: PLACE.sub(rf"\1{HYPHEN}", word[0]), text)
