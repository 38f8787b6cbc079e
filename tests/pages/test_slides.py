"""Slides: one for each click point, with its clip and its words, for PowerPoint and as a page."""
from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import av
import pytest
from click.testing import CliRunner
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.slide import Slide

from scenes.kit.narration.captions import Cue
from studio.commands.main import main
from studio.pages.slides.page import page
from studio.pages.slides.section import Section

FIRST = """self.say("One < two & three.")
        self.wait(1)
        self.section("Then <i>")
        self.say("It is told. And more.")
        self.wait(1)"""
SECOND = """self.say("</script><script>alert()</script>")
        self.wait(0.5)"""


def call(*words: object) -> str:
    run = CliRunner().invoke(main, ["slides", *map(str, words)])
    assert run.exit_code == 0, run.output
    return run.output


@pytest.fixture
def made(film_of: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the slides of two tiny chapters, made once."""
    folder = tmp_path_factory.getbasetemp() / "slides"
    if not folder.exists():
        film_of(First=FIRST, Second=SECOND)
        assert "3 slides" in call("--output", folder, "--jobs", 1)
        assert "First: 5 s of film, kept from before" in call("1", "--output", folder / "less")
    return folder


def movie_of(slide: Slide) -> bytes:
    (source,) = slide.element.xpath(".//a:videoFile/@r:link")
    return slide.part.related_part(source).blob


def test_a_deck_has_a_slide_for_each_click_point(made: Path) -> None:
    deck = Presentation(str(made / "slides.pptx"))
    assert [slide.shapes.title.text for slide in deck.slides] == [
        "The First <[b]chapter[/b]>", "Then <i>", "The Second <[b]chapter[/b]>"]
    assert [slide.notes_slide.notes_text_frame.text for slide in deck.slides] == [
        "One < two & three.", "It is told.\nAnd more.", "</script><script>alert()</script>"]
    assert deck.core_properties.title == "Backpropagation: single path"
    for slide in deck.slides:
        title, movie = slide.shapes
        assert title.placeholder_format.type == PP_PLACEHOLDER.TITLE
        assert movie.shape_type == MSO_SHAPE_TYPE.MEDIA
        assert movie.top >= title.top + title.height
        assert movie.left + movie.width <= deck.slide_width and movie.top + movie.height <= deck.slide_height
        assert Image.open(BytesIO(movie.poster_frame.blob)).size == (854, 480)


def test_slides_are_grouped_by_chapters(made: Path) -> None:
    deck = Presentation(str(made / "slides.pptx"))
    *_, kept = deck.part.presentation.element
    groups = kept.findall(".//{*}section")
    assert [group.get("name") for group in groups] == ["The First <[b]chapter[/b]>", "The Second <[b]chapter[/b]>"]
    ids = [[int(held.get("id")) for held in group.iter("{*}sldId")] for group in groups]
    assert ids == [[slide.slide_id for slide in deck.slides][:2], [slide.slide_id for slide in deck.slides][2:]]


def test_the_movie_of_a_slide_is_its_section_and_begins_with_it(made: Path) -> None:
    book = json.loads((made / "First.json").read_text())
    slides = list(Presentation(str(made / "slides.pptx")).slides)
    for slide, section in zip(slides, book["sections"], strict=False):
        start, end = section["shown"]
        with av.open(BytesIO(movie_of(slide))) as movie:
            picture = movie.streams.video[0]
            assert float(picture.duration * picture.time_base) == pytest.approx(end - start, abs=0.001)
            assert picture.codec_context.name == "h264"
            assert len(movie.streams.subtitles) == 1
        (delay,) = slide.element.xpath(".//p:timing//p:video//p:cond/@delay")
        assert delay == "0"


def test_slides_are_made_of_what_was_kept(made: Path) -> None:
    assert len(Presentation(str(made / "less" / "slides.pptx")).slides) == 2
    assert (made / "less" / "First.mp4").read_bytes() == (made / "First.mp4").read_bytes()


def test_the_page_is_whole_and_what_is_told_on_it_is_text(made: Path) -> None:
    text = (made / "slides.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|//[a-z]|@import|<link|src=\"(?!First.mp4|Second.mp4)", text)
    assert "alert()</script>" not in text
    assert "Then &lt;i&gt;" in text and "Then <i>" not in re.sub(r"<script type=.*?</script>", "", text, flags=re.S)
    (deck,) = re.findall(r'<script type="application/json" id="deck">(.*?)</script>', text, re.S)
    slides = json.loads(deck)["slides"]
    assert [slide["clip"] for slide in slides] == ["First.mp4", "First.mp4", "Second.mp4"]
    assert slides[0]["end"] == slides[1]["start"]
    assert slides[2]["words"] == "</script><script>alert()</script>"


def test_a_browser_may_run_the_script_of_the_page_alone(made: Path) -> None:
    text = (made / "slides.html").read_text(encoding="utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert not re.search("unsafe|https?:", policy)
    for tag in ("style", "script"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.S)
        digest = b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy


def test_a_name_is_no_part_of_the_page(made: Path) -> None:
    odd = Section("$x", "en", "First", 1, "<b>", 'a "b" $title', 0, 1, (Cue(0, 1, "</script>"),))
    text = page([odd], made, "</title><script>alert()</script> ${script}")
    assert "alert()</script>" not in text
    assert "${script}" in text and "$title" in text
