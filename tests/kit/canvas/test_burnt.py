"""Captions in the picture: in their lane, large enough, in our own font, and readable over anything."""

from __future__ import annotations

import cairo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.canvas.burnt_captions import SIZE, VEIL, Burnt, lettering
from scenes.kit.canvas.canvas import Canvas
from scenes.kit.narration.captions import LINE, LINES, Cue
from scenes.kit.setting.layout import BOTTOM, LEFT, RIGHT
from scenes.kit.setting.theme import SMALLEST, THEMES, theme
from scenes.kit.text.glyphs import Glyph
from tests.kit.setting.test_theme import LEGIBLE, contrast

WIDEST = "\n".join(["m" * LINE] * LINES)
SIGNS = "δ(2) is ∂J/∂z(2): 0.0506 ≈ 1.5 · 10⁻²\nÄpfel, Öl, größer: θ′ − α"
EDGE = 0.02 * 8  # of the frame's height, free below
CUES = [Cue(1.0, 2.0, "one"), Cue(2.05, 3.0, "two\nlines")]


@pytest.mark.parametrize("text", [WIDEST, SIGNS, "One line"])
@pytest.mark.parametrize("clear", [False, True])
def test_the_largest_caption_is_in_its_lane(text: str, clear: bool) -> None:
    words = lettering(text, clear)
    assert words.get_top()[1] < BOTTOM
    assert words.get_bottom()[1] > -4 + (EDGE if not clear else 0)
    assert words.get_left()[0] > LEFT and words.get_right()[0] < RIGHT
    assert np.isclose(words.get_center()[0], 0, atol=1e-6)


def test_it_is_no_smaller_than_other_words() -> None:
    assert SIZE >= SMALLEST


def test_every_sign_is_there() -> None:
    """A sign that a font has not would be an empty box, or nothing."""
    for sign in "δθσ∂αΣ≈·−′⁻²äöüß0J":
        (glyph,) = [m for m in lettering(sign).get_family() if isinstance(m, Glyph)]
        assert 0.01 < glyph.height < SIZE
        assert len(glyph.points) != len(next(m for m in lettering("\ue000").get_family() if len(m.points)).points)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("behind", ["#000000", "#FFFFFF"])
def test_it_is_legible_over_anything(name: str, behind: str) -> None:
    """A clear film has a plate behind its captions, through which little is seen."""
    veil, ground = (np.array([int(c[n : n + 2], 16) for n in (1, 3, 5)]) for c in (THEMES[name].background, behind))
    mixed = (VEIL * veil + (1 - VEIL) * ground).round().astype(int)
    assert contrast(THEMES[name].text, "#" + "".join(f"{c:02x}" for c in mixed)) >= LEGIBLE


@given(st.floats(0, 4), st.integers(1, 40))
def test_a_held_frame_has_the_caption_of_each_moment(start: float, times: int) -> None:
    canvas = Canvas(pixel_width=128, pixel_height=72, frame_rate=10)
    frame = canvas.pixel_array.copy()
    burnt = Burnt(canvas, CUES)
    runs = list(burnt.runs(frame, cairo.RectangleInt(), start, times))
    assert sum(count for _, _, count in runs) == times
    shown = [bool((made[burnt.top :] != frame[burnt.top :]).any()) for made, _, count in runs for _ in range(count)]
    assert shown == [burnt.at(start + n / 10) is not None for n in range(times)]
    for made, area, _ in runs:
        assert (made[: burnt.top] == frame[: burnt.top]).all()
        assert area in (cairo.RectangleInt(), burnt.place)


def test_what_is_new_is_told_to_the_encoder() -> None:
    canvas = Canvas(pixel_width=128, pixel_height=72, frame_rate=10)
    burnt, frame = Burnt(canvas, CUES), canvas.pixel_array.copy()
    small = cairo.RectangleInt(30, 10, 20, 10)
    assert [area for _, area, _ in burnt.runs(frame, None, 0.5, 10)] == [None, burnt.place]
    assert [area for _, area, _ in burnt.runs(frame, small, 1.5, 1)] == [small]
    assert [area for _, area, _ in burnt.runs(frame, small, 3.5, 1)] == [cairo.RectangleInt(0, 10, 128, 62)]
    assert theme.text != theme.background
