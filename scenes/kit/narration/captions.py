"""Captions in the published limits: two lines of 42 characters, 5/6 to 7 seconds, 17 characters a second at most."""

from __future__ import annotations

import datetime
import textwrap
from dataclasses import dataclass

import srt

LINE, LINES = 42, 2
PACE = 15.0  # characters a second; the limit is 17
SHORTEST, LONGEST = 1.2, 6.8
GAP = 0.05


@dataclass(frozen=True)
class Cue:
    """One caption, from start to end in seconds."""

    start: float
    end: float
    text: str


def split(text: str) -> list[str]:
    """A text as blocks of at most two lines, broken between sentences first, then evenly between words."""
    return [block for sentence in sentences(text) for block in parted(sentence)]


def parted(sentence: str, least: int = 1) -> list[str]:
    """A sentence as blocks of at most two lines, about so many at least, broken evenly between words."""
    lines = textwrap.wrap(sentence, LINE, break_long_words=True, break_on_hyphens=False)
    count = max(-(-len(lines) // LINES), least)
    if count == 1:
        return [balanced(sentence)]
    share = -(-len(sentence) // count) + 4
    return [balanced(p) for p in textwrap.wrap(sentence, min(share, LINE * LINES - 6), break_on_hyphens=False)]


def single(text: str) -> list[str]:
    """The sentences of a text, one by one."""
    return [p.strip() for p in text.replace("? ", "?\n").replace(". ", ".\n").split("\n") if p.strip()]


def sentences(text: str) -> list[str]:
    """The sentences of a text, short neighbours together where they fit one caption."""
    joined: list[str] = []
    for part in single(text):
        if joined and len(joined[-1]) + 1 + len(part) <= LINE:
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined


def balanced(text: str) -> str:
    """One line, or two of about the same length."""
    if len(text) <= LINE:
        return text
    breaks = [i for i, c in enumerate(text) if c == " " and i <= LINE and len(text) - i - 1 <= LINE]
    if not breaks:
        return "\n".join(textwrap.wrap(text, LINE, break_on_hyphens=False)[:LINES])
    middle = min(breaks, key=lambda i: abs(i - len(text) / 2))
    return text[:middle] + "\n" + text[middle + 1 :]


def seconds(block: str) -> float:
    """How long a block has to stand to be read."""
    return min(max(len(block) / PACE, SHORTEST), LONGEST)


def cues(text: str, start: float) -> list[Cue]:
    """The blocks of a text one after another."""
    made: list[Cue] = []
    for block in split(text):
        made.append(Cue(start, start + seconds(block), block))
        start = made[-1].end + GAP
    return made


def side_by_side(text: str, aloud: str) -> list[tuple[str, str]]:
    """A text sentence by sentence, as it is written and as it is read; all at once if they have not as many."""
    read = single(aloud)
    if len(read) != len(single(text)):
        return [(text, aloud)]
    pairs = []
    for written in sentences(text):
        count = len(single(written))
        pairs.append((written, " ".join(read[:count])))
        read = read[count:]
    return pairs


def along(text: str, start: float, lasts: float) -> list[Cue]:
    """The blocks of a text spread over the seconds that it is read in, or over more if the eye needs them."""
    blocks = split(text)
    if lasts > LONGEST * len(blocks):
        blocks = parted(text, -int(-lasts // LONGEST))
    slower = max(1.0, lasts / sum(seconds(block) + GAP for block in blocks))
    made: list[Cue] = []
    for block in blocks:
        until = start + slower * (seconds(block) + GAP)
        made.append(Cue(start, min(until - GAP, start + LONGEST), block))
        start = until
    return made


def between(begun: float, over: float, captions: list[Cue]) -> list[Cue]:
    """The captions of a clip from one moment to another, in its own time."""
    return [Cue(max(c.start, begun) - begun, min(c.end, over) - begun, c.text)
            for c in captions if c.end > begun and c.start < over]


def compose(captions: list[Cue]) -> str:
    """The captions as an .srt file."""

    def time(t: float) -> datetime.timedelta:
        return datetime.timedelta(milliseconds=round(t * 1000))

    return srt.compose([srt.Subtitle(i, time(c.start), time(c.end), c.text) for i, c in enumerate(captions, 1)])
