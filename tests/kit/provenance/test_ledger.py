"""What is shown without provenance, or in spite of a failed check, stops the chapter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manim import DOWN, ORIGIN, Circle, FadeIn, Text, Transform, ValueTracker, tempconfig

from bpmath.files.network_file import DEFAULT, read_network
from bpmath.numeric.second_method import Check
from scenes.kit.chapter import Chapter, ChapterError
from scenes.kit.narration.sentence_text import WordingError
from scenes.kit.provenance.study import Study, other_number, study
from scenes.kit.text.glyphs import Glyph
from tests.watching import DRY


class Empty(Chapter):
    network = DEFAULT
    title = "A chapter for tests"


def play(construct, **attributes) -> Chapter:
    cls = type("Played", (Empty,), {"construct": construct, "__module__": __name__, **attributes})
    with tempconfig(DRY):
        scene = cls(skip_animations=True)
        scene.render()
    return scene


def test_what_is_shown_is_in_the_ledger_with_its_times() -> None:
    def construct(self: Chapter) -> None:
        self.open()
        self.play(FadeIn(self.equation(self.step("signal", self.q("delta", 3)), numbers=True)), run_time=2)

    book = (scene := play(construct)).ledger.book("Played", "n", scene.time)
    assert [e["equation"] for e in book["equations"]] == ["15"]
    assert {n["key"]: n["text"] for n in book["numbers"]} == {
        "delta(4)[1]": "0.5200",
        "theta(3)[1,1]": "2.0",
        "slope(3)[1]": "0.1824",
        "delta(3)[1]": "0.1897",
    }
    assert book["equations"][0]["shown"] == [0.8, pytest.approx(4.8)]


def test_the_click_points_are_in_the_ledger_with_their_times() -> None:
    def construct(self: Chapter) -> None:
        self.section("At once")
        self.wait(1)
        self.say("A sentence that takes its time.")
        self.section("Then")
        self.wait(0.5)

    book = (scene := play(construct)).ledger.book("Played", "n", scene.time)
    first, second = book["sections"]
    assert (first["title"], second["title"]) == ("At once", "Then")
    assert first["shown"][0] == 0 < 1 < first["shown"][1] == second["shown"][0]
    assert second["shown"][1] == book["duration"]


def test_a_number_that_left_is_not_shown_until_the_end() -> None:
    def construct(self: Chapter) -> None:
        figure = self.figure(self.q("J"))
        self.play(FadeIn(figure), run_time=1)
        self.remove(figure)
        self.wait(3)

    scene = play(construct)
    (entry,) = scene.ledger.book("Played", "n", scene.time)["numbers"]
    assert entry["shown"] == [0, pytest.approx(1)]


def test_a_live_number_rests_with_the_value_at_which_it_came_to_rest() -> None:
    def construct(self: Chapter) -> None:
        at = ValueTracker(0.25)
        self.add(at, self.live("x", at.get_value, lambda v: v, "itself", lambda: ORIGIN))
        self.wait(1)
        self.play(at.animate.set_value(0.2500001), run_time=1)  # the text stays
        self.wait(1)

    book = (scene := play(construct)).ledger.book("Played", "n", scene.time)
    assert [(n["value"], n["text"], n["spans"]) for n in book["numbers"]] == [
        (0.25, "0.2500", [[0, 1]]),
        (0.2500001, "0.2500", [[1, scene.time]]),
    ]


def test_what_comes_back_is_not_shown_between() -> None:
    def construct(self: Chapter) -> None:
        figure = self.figure(self.q("J"))
        for _ in range(2):
            self.add(figure)
            self.wait(1)
            self.remove(figure)
            self.wait(3)

    scene = play(construct)
    (entry,) = scene.ledger.book("Played", "n", scene.time)["numbers"]
    assert entry["shown"] == [0, pytest.approx(5)]
    assert entry["spans"] == [[0, pytest.approx(1)], [pytest.approx(4), pytest.approx(5)]]


def test_what_is_shown_can_be_copied_and_says_what_colours_it() -> None:
    def construct(self: Chapter) -> None:
        equation = self.equation(self.step("signal", self.q("delta", 3)), numbers=True)
        self.play(FadeIn(equation, self.other_figure(other_number("a count", 3, 3, "counted")).shift(DOWN)))

    book = (scene := play(construct)).ledger.book("Played", "n", scene.time)
    (equation,) = book["equations"]
    assert equation["typst"] == "delta^((3)) = delta^((4)) dot theta^((3)) dot sigma'(z^((3)))"
    assert equation["latex"] == r"\delta^{(3)} = \delta^{(4)} \cdot \theta^{(3)} \cdot \sigma'(z^{(3)})"
    assert equation["roles"].startswith('#role("delta")[$delta^((3))$] = ')
    assert '#role("slope")' in equation["roles"]
    symbols = {n["key"]: n["symbol"] for n in book["numbers"]}
    assert symbols["slope(3)[1]"] == {"typst": "sigma'(z^((3)))", "latex": r"\sigma'(z^{(3)})"}
    assert symbols["a count"] is None


@pytest.mark.parametrize("thing", [lambda: Text("0.52"), lambda: Glyph(Circle().points, "#FFFFFF", None)])
def test_text_without_provenance_stops_the_chapter(thing) -> None:
    with pytest.raises(ChapterError, match="no provenance"):
        play(lambda self: self.play(FadeIn(thing())))


def test_a_formula_cannot_turn_into_another_in_place() -> None:
    def construct(self: Chapter) -> None:
        one, two = (self.equation(self.step("signal", self.q("delta", l))) for l in (3, 2))
        self.add(one)
        self.play(Transform(one, two))

    with pytest.raises(ChapterError, match="in place"):
        play(construct)


def test_a_step_that_is_not_proved_stops_the_chapter() -> None:
    def construct(self: Chapter) -> None:
        self.add(self.equation(replace(self.step("signal", self.q("delta", 3)), proved=False)))

    with pytest.raises(ChapterError, match="not proved"):
        play(construct)


def test_a_number_that_fails_its_check_stops_the_chapter() -> None:
    with pytest.raises(ChapterError, match="J after"):
        play(lambda self: self.add(self.other_figure(other_number("J after", 0.25, 0.26, "by hand"))))


def test_a_trace_that_fails_its_check_stops_the_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    right = study(read_network(DEFAULT))
    q = right.q("delta", 2)
    wrong = replace(right.report, checks={**right.report.checks, q: Check(0.06, 0.0506, "differences")})
    found = Study(right.network, right.trace, wrong, right.derivation)
    monkeypatch.setattr("scenes.kit.chapter.study", lambda net, **more: found)
    with pytest.raises(ChapterError, match=r"delta\(2\)\[1\]: found 0.06"):
        play(lambda self: self.add(self.figure(q)))


@pytest.mark.parametrize("sentence", ["The answer is 0.52.", "J = half the square", "Layer 3 comes first."])
def test_words_may_not_say_numbers_by_themselves(sentence: str) -> None:
    with pytest.raises(WordingError):
        play(lambda self: self.say(sentence))


def test_words_name_quantities_by_their_keys() -> None:
    scene = play(lambda self: self.say("{delta(3)} is {=delta(3)}."))
    assert [c.text for c in scene.cues] == ["δ(3) is 0.1897."]
