"""The page of slides in a real Chromium, opened from disk with networking off."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.chromium import WIDTHS, opened, until
from tests.pages.test_slides import FIRST, call, made  # noqa: F401

ENDED = "film.paused && film.currentTime >= slide().end - 1.01 * frame"


@pytest.fixture
def visit(browser: Browser, made: Path) -> Iterator[Callable[..., Page]]:  # noqa: F811
    """Opens the page, wide or narrow, with motion or less of it. What the browser complains of fails the test."""
    complaints, contexts = [], []

    def open_page(width: str = "desktop", motion: str = "no-preference", place: str = "", **how: object) -> Page:
        context, page = opened(browser, width, complaints, reduced_motion=motion, **how)
        contexts.append(context)
        page.goto((made / "slides.html").as_uri() + place)
        until(page, "film.readyState >= 2")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def words(page: Page) -> str:
    return page.locator("#words").inner_text()


def test_a_slide_plays_and_waits_at_its_end(visit: Callable[..., Page]) -> None:
    page = visit()
    assert page.locator("#cover").inner_text() == "The First <[b]chapter[/b]>"
    page.keyboard.press("ArrowRight")
    until(page, "!film.paused && film.currentTime > 0.5")
    assert not page.locator("#cover").is_visible()
    assert words(page) == "One < two & three."
    until(page, ENDED)
    page.wait_for_timeout(400)
    assert page.evaluate(f"at === 0 && {ENDED} && film.currentTime < slide().end")


def test_keys_go_on_to_the_end_and_to_the_next_slide_and_back(visit: Callable[..., Page]) -> None:
    page = visit()
    for key in ("PageDown", " ", "Enter"):
        page.keyboard.press(key)
    until(page, "at === 1 && !film.paused")    # played, went to its end, on to the next
    page.keyboard.press("ArrowRight")
    until(page, ENDED)
    assert page.locator("#name").inner_text().startswith("Then <i>")
    page.keyboard.press("ArrowRight")
    until(page, "at === 2 && film.src.endsWith('Second.mp4') && !film.paused")
    page.keyboard.press("PageUp")
    until(page, "film.paused && film.currentTime < 2 * frame")
    page.keyboard.press("ArrowLeft")
    until(page, f"at === 1 && {ENDED}")
    assert page.url.endswith("#2")


def test_captions_are_switched_and_what_is_told_is_text(visit: Callable[..., Page]) -> None:
    page = visit(place="#3")
    page.keyboard.press(" ")
    until(page, "byId('words').textContent !== ''")
    assert words(page) == "</script><script>alert()</script>"
    page.keyboard.press("c")
    until(page, "byId('words').textContent === ''")
    assert page.locator("#captions").get_attribute("aria-pressed") == "false"
    page.locator("#captions").click()
    until(page, "byId('words').textContent !== ''")


def test_where_less_motion_is_wanted_slides_stand_still_with_all_words(visit: Callable[..., Page]) -> None:
    page = visit(motion="reduce", place="#2")
    page.keyboard.press("ArrowRight")
    until(page, f"at === 1 && {ENDED}")
    until(page, "byId('words').textContent === slide().words")
    assert words(page) == "It is told. And more."
    page.keyboard.press("ArrowRight")
    until(page, f"at === 2 && {ENDED}")
    page.keyboard.press("p")
    until(page, "!film.paused")


def test_the_overview_goes_to_a_slide(visit: Callable[..., Page]) -> None:
    page = visit()
    page.keyboard.press("l")
    page.get_by_role("link", name="Then <i>").click()
    until(page, "at === 1 && !film.seeking")
    assert not page.locator("dialog").is_visible()
    assert page.locator("#count").inner_text() == "2 / 3"


def test_a_swipe_goes_on_and_back(visit: Callable[..., Page]) -> None:
    page = visit("phone", has_touch=True)
    swipe = """way => ["touchstart", "touchend"].forEach((kind, n) => {
        const touch = new Touch({identifier: 1, target: stage, clientX: 200 + n * way, clientY: 90});
        stage.dispatchEvent(new TouchEvent(kind, {changedTouches: [touch], bubbles: true, cancelable: true}));
    })"""
    page.evaluate(swipe, -90)
    until(page, "!film.paused && at === 0")
    page.evaluate(swipe, -90)
    until(page, ENDED)
    page.evaluate(swipe, 90)
    until(page, "film.currentTime < 2 * frame")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_everything_is_reached_and_nothing_is_cut(width: str, motion: str, visit: Callable[..., Page]) -> None:
    page = visit(width, motion, place="#2")
    page.keyboard.press("End")
    until(page, ENDED)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in page.locator("nav button").all():
        box = button.bounding_box()
        assert box["height"] >= 44 and box["x"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("l")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
