"""Formats for pages in a real Chromium: they play, and through a clear film its page is seen."""
from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Browser

from scenes.kit.setting.theme import theme
from tests.kit.encoder.test_formats import tiny  # noqa: F401  the fixture

PAGE = "<body style='margin:0;background:#c00000'><video id=v muted src='{}'></video>"
AT_THE_END = """() => new Promise((done, failed) => {
    const v = document.getElementById('v');
    v.onerror = () => failed(v.error.message);
    const go = () => { v.onseeked = () => requestAnimationFrame(() => requestAnimationFrame(done));
                       v.currentTime = v.duration - 0.2; };
    v.readyState ? go() : v.onloadedmetadata = go;
})"""


def shown(browser: Browser, movie: Path) -> np.ndarray:
    """What Chromium shows near the end of a movie, on a red page."""
    page_file = movie.with_name("page.html")
    page_file.write_text(PAGE.format(movie.name))
    with browser.new_page(viewport={"width": 854, "height": 480}) as page:
        page.goto(page_file.as_uri())
        page.evaluate(AT_THE_END)
        return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)


@pytest.mark.parametrize(("form", "corner"), [
    ({"format": "mp4"}, theme.background), ({"format": "webm"}, theme.background),
    ({"format": "webm", "transparent": True}, "#c00000")], ids=["mp4", "webm", "clear webm"])
def test_a_page_shows_it(form: dict, corner: str, tiny: Callable, browser: Browser) -> None:    # noqa: F811
    seen = shown(browser, tiny(**form) / f"One.{form['format']}")
    assert np.abs(seen[10, 840] - ImageColor.getrgb(corner)).max() <= 6
    assert np.abs(seen[235, 100] - ImageColor.getrgb(theme.panel)).max() <= 6
