"""The gallery in a real Chromium, opened from disk with networking off."""
from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from studio.commands.main import main
from studio.pages.gallery.folder import read_folder
from tests.chromium import PATIENCE, WIDTHS, opened, until
from tests.exhibition import NAME, TITLES, exhibition

expect.set_options(timeout=PATIENCE)
NOW = ".page:not([hidden]) .entry.now"
EQUATION = r"\delta^{(3)} = \delta^{(4)} \cdot \theta^{(3)} \cdot \sigma'(z^{(3)})"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with its page."""
    made = exhibition(tmp_path_factory.mktemp("gallery") / "clips")
    assert CliRunner().invoke(main, ["gallery", str(made)]).exit_code == 0
    return made


@pytest.fixture(scope="module")
def starts(folder: Path) -> list[float]:
    """Where the chapters begin in the film."""
    return [c.start for c in read_folder(folder).chapters]


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page, wide or narrow, dark or light. Anything that the browser complains of fails the test."""
    complaints, contexts = [], []

    def open_page(width: str = "desktop", scheme: str = "dark", place: Path = folder) -> Page:
        context, page = opened(browser, width, complaints, color_scheme=scheme)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page.goto((place / "index.html").as_uri())
        until(page, "document.querySelector('video').readyState >= 1")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def seek(page: Page, seconds: float) -> None:
    page.evaluate("""seconds => new Promise(done => {
        const video = document.querySelector('video');
        video.addEventListener('seeked', () => setTimeout(done, 50), { once: true });
        video.currentTime = seconds;
    })""", seconds)


def time(page: Page) -> float:
    return page.evaluate("document.querySelector('video').currentTime")


def pasted(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_wrong_and_nothing_is_cut_off(visit: Callable[..., Page], width: str, scheme: str) -> None:
    page = visit(width, scheme)
    seek(page, 3)
    for details in page.locator("summary:visible").all():
        details.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[width][0]
    assert page.evaluate("document.fonts.check('16px \"Film Sans\"')")


@pytest.mark.parametrize("width", WIDTHS)
def test_captions_are_shown(visit: Callable[..., Page], width: str) -> None:
    page = visit(width)
    seek(page, 1.5)
    track = page.evaluate("(({ mode, kind, activeCues }) => [mode, kind, activeCues[0].text])"
                          "(document.querySelector('video').textTracks[0])")
    assert track == ["showing", "captions", "Here is an equation."]
    page.keyboard.press("c")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "hidden"


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_on_the_screen_is_marked_while_the_film_plays(visit: Callable[..., Page], width: str) -> None:
    page = visit(width)
    copy = page.get_by_role("button", name="Copy equation 15")
    equation = page.locator(".page:not([hidden]) .entry").filter(has=copy)
    for seconds, shown in ((0.5, False), (3.0, True), (4.8, False)):    # it goes, and comes back
        seek(page, seconds)
        assert (equation.get_attribute("aria-current") == "true") == shown
        assert (page.locator(NOW).count() > 0) == shown
    page.locator("video").evaluate("video => video.play()")
    expect(equation).to_have_attribute("aria-current", "true")
    expect(page.locator(".section:visible[aria-current]")).to_have_text("The signal again")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_click_on_a_line_jumps_to_where_it_is_shown(visit: Callable[..., Page], width: str, starts: list) -> None:
    page = visit(width)
    seek(page, starts[1] + 1)
    expect(page.locator("#now")).to_contain_text(TITLES[1])
    line = page.locator(".page:not([hidden]) .entry").nth(1)
    line.scroll_into_view_if_needed()
    box = line.locator(".words").bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
    expect(line).to_have_attribute("aria-current", "true")
    (span,) = line.get_attribute("data-spans").split()
    begin, end = (starts[1] + float(t) for t in span.split("-"))
    assert begin <= time(page) <= end


@pytest.mark.parametrize("width", WIDTHS)
def test_a_line_is_copied_as_latex_and_as_typst(visit: Callable[..., Page], width: str) -> None:
    page = visit(width)
    button = page.get_by_role("button", name="Copy equation 15")
    button.click()
    expect(page.get_by_role("status")).to_have_text("Copied as LaTeX")
    assert pasted(page) == EQUATION
    page.get_by_role("radio", name="Typst").check()
    button.click()
    expect(page.get_by_role("status")).to_have_text("Copied as Typst")
    assert pasted(page) == "delta^((3)) = delta^((4)) dot theta^((3)) dot sigma'(z^((3)))"
    expect(page.get_by_role("status")).to_have_text("")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error()); }")    # as without encryption
    page.get_by_role("button", name="Copy weight theta(3)[1,1] = 2.0").click()
    expect(page.get_by_role("status")).to_have_text("Copied as Typst")
    assert pasted(page) == "theta^((3)) = 2.0"


def test_the_keyboard_is_enough(visit: Callable[..., Page], starts: list) -> None:
    page = visit()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the ledger")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "go":
            break
    page.keyboard.press("Enter")
    assert time(page) > 0
    for key, seconds in (("2", starts[1]), ("ArrowLeft", starts[1] - 5), ("Shift+ArrowRight", starts[1]), ("1", 0)):
        page.keyboard.press(key)
        until(page, "!document.querySelector('video').seeking")
        assert time(page) == pytest.approx(seconds, abs=0.05)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    until(page, "!document.querySelector('video').paused")
    page.keyboard.press("Space")
    until(page, "document.querySelector('video').paused")
    page.get_by_text("Keys", exact=True).click()
    page.get_by_role("checkbox", name="listen to these keys").uncheck()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("2")
    assert time(page) < starts[1]


def test_a_name_that_looks_like_markup_is_text(visit: Callable[..., Page]) -> None:
    page = visit()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    assert NAME in page.title()
    page.get_by_role("button", name=TITLES[1]).first.click()
    expect(page.locator("#now")).to_contain_text(TITLES[1])
    assert page.locator("#now i, #now b").count() == 0


def test_a_screen_reader_hears_the_formulas(visit: Callable[..., Page]) -> None:
    page = visit()
    formula = page.locator(".page:not([hidden]) math").first
    assert formula.text_content().startswith("𝛿(3)=𝛿(4)")
    assert page.locator("svg.formula:not([aria-hidden])").count() == 0
    expect(page.get_by_role("button", name="show it").first).to_be_visible()


def test_without_the_film_the_clips_follow_each_other(visit: Callable[..., Page], folder: Path, tmp_path: Path) -> None:
    clips = shutil.copytree(folder, tmp_path / "clips", ignore=shutil.ignore_patterns("film.*", "index.html"))
    assert CliRunner().invoke(main, ["gallery", str(clips)]).exit_code == 0
    page = visit(place=clips)
    assert page.locator("video").get_attribute("src") == "One.mp4"
    page.locator("video").evaluate("video => { video.currentTime = video.duration - 0.3; return video.play(); }")
    expect(page.locator("#now")).to_contain_text(TITLES[1])
    until(page, "document.querySelector('video').textTracks[0].cues?.length === 1")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"
    expect(page.locator(NOW).first).to_be_visible()
    page.locator(".chapter").first.click()
    expect(page.locator("#now")).to_contain_text(TITLES[0])
    assert page.evaluate("document.querySelectorAll('track').length") == 1
