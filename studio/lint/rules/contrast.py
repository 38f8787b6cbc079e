"""Contrast against what is really behind: 4.5 for text, 3 for large text and for graphics that carry meaning."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import ManimColor

from scenes.kit.setting.theme import theme
from studio.lint.views.finding import Eye, Fault
from studio.lint.views.picture import BEZIER, FAINT, TINT, Picture, pixels

TEXT, LARGE, GRAPHICS = 4.5, 3.0, 3.0
LARGE_FROM = 32.0  # px at 1080 lines that most glyphs are tall
PLACES = 5  # where an outline is looked at
DECORATION = np.array([ManimColor(c).to_rgb() for c in (theme.line, theme.panel, theme.background)])


class Contrast(Eye):
    """At rest. Rules and panels are decoration: all that has the theme's colour `line`, `panel` or `background`."""

    kind = "contrast"

    def look(self, picture: Picture) -> Iterator[Fault]:
        if not picture.moving:
            yield from self.texts(picture)
            yield from self.graphics(picture)

    def texts(self, picture: Picture) -> Iterator[Fault]:
        """Each colour of each text, in the middle of a glyph."""
        glyphs, needs, texts = [], [], []
        for text in picture.texts:
            boxes = picture.boxes[text.glyphs]
            need = LARGE if pixels(np.median(boxes[:, 3] - boxes[:, 1])) >= LARGE_FROM else TEXT
            firsts = {color.tobytes(): i for i, color in zip(text.glyphs, picture.fill[text.glyphs], strict=True)}
            glyphs += firsts.values()
            needs += [need] * len(firsts)
            texts += [text] * len(firsts)
        which = np.array(glyphs, int)
        colors = picture.fill[which]
        ratios = ratio(colors, picture.behind(which, picture.boxes[which].reshape(-1, 2, 2).mean(1)))
        for n in np.flatnonzero(ratios < needs):
            yield f"{texts[n].name} in {named(colors[n])}", f"{ratios[n]:.2f} of {needs[n]}"

    def graphics(self, picture: Picture) -> Iterator[Fault]:
        """Of each thing the better of its fill and its stroke, in the middle one of some places on its outline.

        Parts of one colour, such as the dashes of a line, are one thing.
        """
        filled, stroked = picture.fill[:, 3] >= TINT, picture.stroke[:, 3] > FAINT
        shade = np.where(stroked[:, None], picture.stroke, picture.fill)
        drawn = np.flatnonzero(~picture.is_glyph & ~picture.covered & (filled | stroked))
        drawn = drawn[~decorates(shade[drawn])]  # the edges of wide layers are many
        if not len(drawn):
            return
        grounds = picture.behind(drawn.repeat(PLACES), np.concatenate([places(picture.outline(i)) for i in drawn]))
        best = np.zeros((len(drawn), PLACES))
        for colors, there in ((picture.fill, filled), (picture.stroke, stroked)):
            ratios = ratio(colors[drawn].repeat(PLACES, 0), grounds).reshape(-1, PLACES)
            best = np.maximum(best, ratios * there[drawn, None])
        best = np.median(best, axis=1)
        color = shade[drawn]
        things: dict[tuple, list[int]] = {}
        for n in range(len(drawn)):
            whole = picture.parents[drawn[n]] or picture.things[drawn[n]]
            things.setdefault((id(whole), color[n].tobytes()), []).append(n)
        for parts in things.values():
            if (typical := np.median(best[parts])) < GRAPHICS:
                yield f"{picture.label(drawn[parts[0]])} in {named(color[parts[0]])}", f"{typical:.2f} of {GRAPHICS}"


def places(outline: np.ndarray) -> np.ndarray:
    """Some places on an outline (n, 2), evenly spread and without its ends."""
    at = np.linspace(0, len(outline) - 1, PLACES + 2)[1:-1]
    here = at.astype(int)
    share = np.where(here % len(BEZIER) < len(BEZIER) - 1, at - here, 0.0)  # a curve's last point leads nowhere
    return outline[here] + share[:, None] * (outline[np.minimum(here + 1, len(outline) - 1)] - outline[here])


def decorates(colors: np.ndarray) -> np.ndarray:
    return (np.abs(colors[:, None, :3] - DECORATION).max(2) < 0.01).any(1)


def ratio(colors: np.ndarray, grounds: np.ndarray) -> np.ndarray:
    """The contrast of colours (n, 4) with alpha on grounds (n, 3), as WCAG 2 defines it."""
    blended = colors[:, :3] * colors[:, 3:] + grounds * (1 - colors[:, 3:])
    both = np.sort([luminance(blended), luminance(grounds)], axis=0)
    return (both[1] + 0.05) / (both[0] + 0.05)


def luminance(rgb: np.ndarray) -> np.ndarray:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def named(color: np.ndarray) -> str:
    shade = "" if color[3] > 0.99 else f" at {color[3]:.0%}"
    return ManimColor(tuple(color[:3])).to_hex() + shade
