"""Words stay as long as it takes to read them."""

from __future__ import annotations

from collections.abc import Iterator

from scenes.kit.provenance.source import FromWords
from scenes.kit.text.glyphs import Glyph
from studio.lint.views.finding import Eye, Fault
from studio.lint.views.picture import Picture, shortened
from studio.lint.views.play import Play

SHORTEST, PACE = 2.0, 2.5  # seconds, and words a second
WHOLE = 0.9  # as opaque as this a text is all there
SLACK = 0.02  # seconds


class Reading(Eye):
    """From the end of the play that brings the words to the beginning of the one that takes any of them away."""

    kind = "too short"

    def __init__(self) -> None:
        self.since: dict[Glyph, tuple[float, FromWords]] = {}

    def after(self, play: Play) -> Iterator[Fault]:
        now = dict(self.whole(play.pictures[-1]))
        for first in [g for g in self.since if g not in now]:
            yield from self.judge(*self.since.pop(first), play.start)
        held = frozenset().union(*play.hands)
        for first, source in now.items():
            begun = play.pictures[-1].time if id(first) in held else play.start  # what is only added is there at once
            self.since.setdefault(first, (begun, source))

    def end(self, last: Picture) -> Iterator[Fault]:
        for begun, source in self.since.values():
            yield from self.judge(begun, source, last.time)

    def whole(self, picture: Picture) -> Iterator[tuple[Glyph, FromWords]]:
        """The words that are all there, by their first glyph."""
        for text in picture.texts:
            source = next((s for s in text.sources if isinstance(s, FromWords)), None)
            if source is not None and picture.fill[text.glyphs, 3].min() >= WHOLE:
                yield picture.things[text.glyphs[0]], source

    def judge(self, begun: float, source: FromWords, gone: float) -> Iterator[Fault]:
        need = max(SHORTEST, len(source.text.split()) / PACE)
        if gone - begun < need - SLACK:
            yield f"“{shortened(source.text)}”", f"{gone - begun:.1f} of {need:.1f} s"
