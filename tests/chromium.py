"""The Chromium that is on the machine, and what tests of pages ask of it."""
from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 20_000    # milliseconds; other tests keep the machine busy
WIDTHS = {"desktop": (1440, 900), "phone": (390, 844)}


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, where there is one; else the test is left out."""
    if (program := next(filter(None, map(shutil.which, NAMES)), None)) is None:
        pytest.skip(f"found no {' or '.join(NAMES)}")
    with sync_playwright() as play, play.chromium.launch(executable_path=program) as browser:
        yield browser


def opened(browser: Browser, width: str, complaints: list[str], **how: object) -> tuple[BrowserContext, Page]:
    """A page as wide as a desktop or a phone, with networking off, that tells whatever the browser complains of."""
    size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
    context = browser.new_context(viewport=size, offline=True, **how)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url)
            if not request.url.startswith(("file:", "data:")) else None)
    return context, page


def until(page: Page, holds: str) -> None:
    """Waits for an expression to be true; Playwright's own way needs what the page's policy forbids."""
    for _ in range(PATIENCE // 50):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never held: {holds}")
