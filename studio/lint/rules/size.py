"""Text is at least 14 px tall at 1080 lines."""

from __future__ import annotations

from collections.abc import Iterator

from scenes.kit.provenance.source import FromStep
from studio.lint.views.finding import Eye, Fault
from studio.lint.views.picture import Picture, Text, pixels

SMALLEST = 14.0


class Size(Eye):
    """At rest. The tallest glyph counts; signs are as tall as the formula that they belong to."""

    kind = "small"

    def look(self, picture: Picture) -> Iterator[Fault]:
        if picture.moving:
            return
        tallest: dict[object, tuple[float, Text]] = {}
        for text in picture.texts:
            boxes = picture.boxes[text.glyphs]
            height = pixels((boxes[:, 3] - boxes[:, 1]).max())
            key = next((s for s in text.sources if isinstance(s, FromStep)), text)
            if height > tallest.get(key, (0.0, text))[0]:
                tallest[key] = height, text
        for height, text in tallest.values():
            if height < SMALLEST:
                yield text.name, f"{height:.1f} px"
