"""In a notebook: the example is executed, a chapter plays inline, a trace is a table, and names are text."""
from __future__ import annotations

import base64
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import av
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Browser

from bpmath.files.network_file import DEFAULT, read_network
from bpmath.model.network import network
from bpmath.numeric.backprop import trace
from studio.notebook import Played, play
from studio.pages.trace_table import html
from studio.system.mistake import Mistake
from tests.chromium import until
from tests.conftest import PATHS
from tests.pages.test_slides import made  # noqa: F401

HOUSE = Path(__file__).parents[2]
EXAMPLE = HOUSE / "studio" / "notebook.ipynb"
NAME = '<script>alert()</script> "x" & y'


def test_a_browser_shows_the_clip_with_its_captions(browser: Browser, made: Path) -> None:  # noqa: F811
    shown = Played("First", (made / "First.mp4").read_bytes(), (made / "First.vtt").read_text(), ("en", "English"))
    page = browser.new_page(offline=True)
    page.set_content(shown._repr_html_())
    page.evaluate("document.querySelector('video').textTracks[0].mode = 'showing'")
    until(page, "document.querySelector('video').readyState >= 1 && document.querySelector('track').readyState === 2")
    assert page.evaluate("[...document.querySelector('video').textTracks[0].cues].map(cue => cue.text)") == [
        "One &lt; two &amp; three.", "It is told. And more."]
    page.close()


def test_the_example_is_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HOUSE))
    book = nbformat.read(EXAMPLE, as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells)
    NotebookClient(book, timeout=600, resources={"metadata": {"path": str(EXAMPLE.parent)}}).execute()
    shown = [output.data for cell in book.cells for output in cell.get("outputs", []) if "data" in output]
    film, table, delta = shown
    assert film["text/html"].startswith("<video controls")
    assert "<strong>Mazur</strong>, J = 0.298371" in table["text/html"]
    assert "0.00877135" in table["text/html"]
    assert delta["text/plain"] == "array([0.00877135, 0.00995425])"


def test_a_chapter_plays_inline(film_of: Callable[..., str]) -> None:
    film_of(One='self.say("It tells.")')
    shown = play("One", read_network(DEFAULT))
    assert (shown.clip, shown.captions) == (play(1).clip, play(1).captions)
    text = shown._repr_html_()
    assert 'srclang="en" label="English"' in text
    assert 'aria-label="The One &lt;[b]chapter[/b]&gt;"' in text
    film, captions = re.findall(r'src="data:([^;]+);base64,([^"]+)"', text)
    assert (film[0], captions[0]) == ("video/mp4", "text/vtt")
    with av.open(BytesIO(base64.b64decode(film[1]))) as movie:
        assert movie.streams.video[0].codec_context.name == "h264"
    assert "It tells." in base64.b64decode(captions[1]).decode()


def test_a_chapter_plays_in_german(film_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    film_of(One='self.section("Forward")')
    monkeypatch.setenv("BACKPROP_LANGUAGE", "de")
    assert 'srclang="de" label="Deutsch"' in play("One")._repr_html_()


def test_what_cannot_be_played_is_said(film_of: Callable[..., str]) -> None:
    film_of(One="pass" + PATHS)
    with pytest.raises(Mistake, match="Two"):
        play("Two")
    wide = network([1.0], [1.0], "squared_error", [([[0.5], [0.5]], "sigmoid"), ([[1.0, 1.0]], "linear")], name="wide")
    with pytest.raises(Mistake, match="wide: One cannot be played: it draws single paths"):
        play("One", wide)


def rows(text: str) -> list[list[str]]:
    """The cells of all tables."""
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", text)]


def test_a_trace_is_a_table() -> None:
    text = html(trace(read_network(DEFAULT)))    # x = 1.5; 0.8, 1.5, 2.0
    cells = rows(text)
    assert ["1", "1", "", "1.5", "", ""] in cells
    assert ["3", "1", "1.15279", "0.76002", "0.18239", "0.1897"] in cells
    assert ["θ<sup>(2)</sup><sub>1,1</sub>", "1.5", "0.145789", "1.48542"] in cells
    assert "δ = ∂J/∂z" in text


def test_a_large_layer_is_cut_and_a_softmax_has_no_slope() -> None:
    net = network([0.1] * 40, [1.0, 0.0], "cross_entropy", [([[0.1] * 40, [-0.1] * 40], "softmax")], name=NAME)
    text = html(trace(net))
    assert "… 28 more" in text and "… 68 more" in text
    assert ["1", "1", "", "0.1", "", ""] in rows(text)
    assert ["2", "2", "−0.4", f"{1 / (1 + np.exp(0.8)):.6g}", "", f"{1 / (1 + np.exp(0.8)):.6g}"] in rows(text)
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_a_title_is_text() -> None:
    text = Played(NAME, b"", "", ("de", "Deutsch"))._repr_html_()
    assert "<script>" not in text and "&quot;x&quot; &amp; y" in text
