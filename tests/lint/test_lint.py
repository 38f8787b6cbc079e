"""The lint finds each kind of fault where it is planted, and nothing in the same picture without it."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from click.testing import CliRunner
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    Circle,
    Dot,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    MoveAlongPath,
    Rectangle,
    TransformFromCopy,
    ValueTracker,
    VGroup,
)
from manim import ArcBetweenPoints as Arc

from bpmath.files.network_file import DEFAULT, read_network
from bpmath.model.network import Network, network
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.equation import Equation
from scenes.kit.setting.theme import theme
from studio.commands.main import main
from studio.lint import EYES, Seen, lint

PATH = read_network(DEFAULT)
COARSE = network(
    [-2.5], [12.0], "squared_error", [([[-3.7]], "sigmoid"), ([[-8.25]], "sigmoid"), ([[-145.0]], "linear")]
)  # its products are not right as printed with an = sign

Construct = Callable[[Chapter], None]


class Blank(Chapter):
    """A chapter to plant faults in."""

    title = "A chapter for tests"


def seen(construct: Construct, net: Network = PATH, **how: bool) -> Seen:
    return lint(type("Planted", (Blank,), {"construct": construct, "__module__": __name__}), net, **how)


def clean(construct: Construct, net: Network = PATH) -> None:
    """Nothing at all is found."""
    assert seen(construct, net).findings == ()


def planted(kind: str, construct: Construct, net: Network = PATH) -> list[str]:
    """What is found, all of this one kind."""
    found = seen(construct, net).findings
    assert {f.kind for f in found} == {kind}
    return [f.what for f in found]


def bar(color: str, width: float = 4.0, height: float = 1.0, opacity: float = 1.0) -> Rectangle:
    return Rectangle(width=width, height=height, stroke_width=0, fill_color=color, fill_opacity=opacity)


def test_every_kind_of_finding_is_planted_here() -> None:
    kinds = {eye.kind for eye in EYES}
    assert kinds == {
        "margin", "overlap", "crossed", "small", "contrast", "too short", "left behind", "arithmetic", "movement",
    }  # fmt: skip


def test_times_are_exact_and_the_chapter_is_played_to_its_end() -> None:
    def construct(self: Chapter) -> None:
        self.play(FadeIn(self.words("far out").move_to([9, 0, 0])), run_time=0.7)
        self.wait(1.3)

    result = seen(construct)
    assert result.chapter.time == pytest.approx(4.0)
    assert [f.time for f in result.findings] == [pytest.approx(0.53, abs=0.2)]


# margins


@pytest.mark.parametrize(
    ("x", "y", "where"),
    [(-6.2, 0, "left"), (6.2, 0, "right"), (0, 3.55, "above"), (0, -3.1, "captions")],
)
def test_what_leaves_the_margins(x: float, y: float, where: str) -> None:
    assert where in planted("margin", lambda self: self.add(self.words("a word or two").move_to([x, y, 0])))[0]
    clean(lambda self: self.add(self.words("a word or two").move_to([0.8 * x, 0.8 * y, 0])))


def test_what_leaves_the_margins_only_on_its_way() -> None:
    def travel(angle: float) -> Construct:
        def construct(self: Chapter) -> None:
            dot = Dot([-3, 0, 0], color=theme.a)
            self.play(MoveAlongPath(dot, Arc([-3, 0, 0], [3, 0, 0], angle=angle)))

        return construct

    assert planted("margin", travel(-1.2 * PI)) == ["Dot is outside above"]
    clean(travel(-0.5 * PI))
    assert not seen(travel(-1.2 * PI), between=False).findings


# overlap


def test_text_on_text() -> None:
    def construct(apart: float) -> Construct:
        return lambda self: self.add(self.words("one text"), self.words("another").move_to([0, apart, 0]))

    (what,) = planted("overlap", construct(0.2))
    assert what == "“one text” on “another”"
    clean(construct(0.6))


def test_a_live_number_that_passes_over_a_text() -> None:
    def construct(height: float) -> Construct:
        def play(self: Chapter) -> None:
            at = ValueTracker(-3)
            live = self.live("x", at.get_value, lambda v: v, "itself", lambda: np.array([at.get_value(), 0, 0]))
            self.add(self.words("in the way").move_to([0, height, 0]), live)
            self.play(at.animate.set_value(3), run_time=2)

        return play

    (what,) = planted("overlap", construct(0))
    assert "in the way" in what
    clean(construct(1))


def test_a_number_that_flies_may_pass_over_a_text() -> None:
    def construct(self: Chapter) -> None:
        start, end = (self.figure(self.q("z", 2)).move_to([x, 0, 0]) for x in (-4, 4))
        self.add(start, self.words("below its way"))
        self.play(TransformFromCopy(start, end))

    clean(construct)


# crossed


def test_a_line_through_a_text() -> None:
    line = {"stroke_color": theme.a, "stroke_width": 4}

    def construct(height: float) -> Construct:
        return lambda self: self.add(self.words("a text"), Line(3 * LEFT, 3 * RIGHT, **line).shift([0, height, 0]))

    assert planted("crossed", construct(0)) == ["“a text” by Line"]
    clean(construct(0.4))


def test_a_circle_through_a_number_and_one_around_it() -> None:
    def construct(radius: float) -> Construct:
        ring = Circle(radius, stroke_color=theme.a, fill_color=theme.panel, fill_opacity=1)
        return lambda self: self.add(ring, self.figure(self.q("z", 2)))

    assert planted("crossed", construct(0.3)) == ["z(2)[1] by Circle"]
    clean(construct(0.8))


def test_a_line_below_a_plate_or_one_that_strikes_out() -> None:
    def construct(self: Chapter) -> None:
        line = Line(3 * LEFT, 3 * RIGHT, stroke_color=theme.a)
        strike = Line(0.3 * DOWN + LEFT, 0.3 * UP + RIGHT, stroke_color=theme.a).shift(2 * UP)
        struck = self.words("struck out").shift(2 * UP).set(width=1.9)
        self.add(line, bar(theme.background, 2.5, 0.8), self.words("on a plate"), struck, strike)

    clean(construct)


def test_a_line_shines_through_a_pale_plate_but_not_while_it_fades_in_with_its_text() -> None:
    def construct(opacity: float) -> Construct:
        def play(self: Chapter) -> None:
            text = self.words("on a plate")
            plate = bar(theme.background, text.width + 0.2, 0.8, opacity)
            self.play(FadeIn(Line(3 * LEFT, 3 * RIGHT, stroke_color=theme.a), plate, text))

        return play

    assert planted("crossed", construct(0.5)) == ["“on a plate” by Line"]
    clean(construct(1.0))


def test_a_dot_that_travels_through_a_text() -> None:
    def construct(height: float) -> Construct:
        def play(self: Chapter) -> None:
            self.add(self.words("in the way").move_to([0, height, 0]))
            self.play(Dot(3 * LEFT, color=theme.a).animate.move_to(3 * RIGHT))

        return play

    assert planted("crossed", construct(0)) == ["“in the way” by Dot"]
    clean(construct(0.5))


# size


def test_small_text() -> None:
    assert planted("small", lambda self: self.add(self.words("tiny letters", size=0.1))) == ["“tiny letters”"]
    clean(lambda self: self.add(self.words("small letters", size=0.2)))


# contrast


@pytest.mark.parametrize(
    ("ground", "color", "opacity", "fine"),
    [
        (theme.background, theme.text, 1.0, True),
        (theme.background, theme.muted, 1.0, True),
        (theme.background, theme.line, 1.0, False),
        (theme.text, theme.text, 1.0, False),
        (theme.text, theme.background, 1.0, True),
        (theme.background, theme.text, 0.3, False),
        (theme.background, theme.text, 0.8, True),
    ],
)
def test_text_on_what_is_behind_it(ground: str, color: str, opacity: float, fine: bool) -> None:
    def construct(self: Chapter) -> None:
        self.add(bar(ground), self.words("a text", color=color).set_fill(opacity=opacity))

    if fine:
        clean(construct)
    else:
        assert planted("contrast", construct)[0].startswith("“a text” in #")


def test_a_half_transparent_sheet_behind_a_text_is_blended() -> None:
    def construct(opacity: float) -> Construct:
        return lambda self: self.add(bar(theme.text, opacity=opacity), self.words("a text"))

    assert planted("contrast", construct(0.45))
    clean(construct(0.1))


def test_graphics_that_mean_something_and_rules_that_decorate() -> None:
    def construct(color: str) -> Construct:
        return lambda self: self.add(Line(LEFT, RIGHT, stroke_color=color), bar(color).shift(2 * UP))

    assert planted("contrast", construct("#333A44")) == ["Line in #333A44", "Rectangle in #333A44"]
    clean(construct(theme.line))
    clean(construct(theme.a))


def test_a_line_is_looked_at_in_places_that_are_spread_evenly_along_it() -> None:
    def construct(width: float) -> Construct:
        def play(self: Chapter) -> None:
            line = Line(3 * LEFT, 3 * RIGHT, stroke_color=theme.muted)
            self.add(Dot(3 * LEFT, 0.3, color=theme.a), bar(theme.muted, width), line)

        return play

    clean(construct(0.4))
    assert planted("contrast", construct(4.5)) == [f"Line in {theme.muted}"]


# reading


def test_words_that_go_before_they_are_read() -> None:
    def construct(seconds: float) -> Construct:
        def play(self: Chapter) -> None:
            words = self.words("ten short words take four seconds to read at ease")
            self.play(FadeIn(words))
            self.wait(seconds)
            self.play(FadeOut(words))

        return play

    (finding,) = seen(construct(3.5)).findings
    assert (finding.kind, finding.much) == ("too short", "3.5 of 4.0 s")
    clean(construct(4.0))


# leftovers


def test_things_that_cannot_be_seen() -> None:
    def construct(opacity: float) -> Construct:
        def play(self: Chapter) -> None:
            self.add(bar(theme.a, opacity=opacity))
            self.wait(4)

        return play

    assert planted("left behind", construct(0.0)) == ["Rectangle cannot be seen"]
    clean(construct(1.0))


def test_things_below_others() -> None:
    def construct(width: float) -> Construct:
        def play(self: Chapter) -> None:
            self.add(self.words("forgotten").move_to(3 * LEFT), bar(theme.panel, width))
            self.wait(4)

        return play

    assert planted("left behind", construct(10.0)) == ["“forgotten” is covered"]
    clean(construct(2.0))


def test_things_that_are_there_twice() -> None:
    def construct(apart: float) -> Construct:
        return lambda self: self.add(*(Circle(0.5, stroke_color=theme.J).move_to([x, 0, 0]) for x in (0, apart)))

    assert planted("left behind", construct(0)) == ["Circle is there twice"]
    clean(construct(1))


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (lambda e: e.symbols, None),
        (lambda e: e, None),
        (lambda e: VGroup(*e.symbols[:-2]), "a part of column 4 of the upper row"),
        (lambda e: VGroup(*e.upper(4), *e.lower(4)), "a sign"),
    ],
)
def test_pieces_of_a_formula_that_has_gone(gone: Callable[[Equation], VGroup], left: str | None) -> None:
    def construct(self: Chapter) -> None:
        equation = self.equation(self.step("signal", self.q("delta", 2)), numbers=True)
        self.play(FadeIn(equation))
        self.play(FadeOut(gone(equation)))
        self.wait(2)

    if left is None:
        clean(construct)
    else:
        assert any(what.startswith(left) for what in planted("left behind", construct))


# arithmetic


def test_a_printed_line_that_is_wrong_as_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def construct(self: Chapter) -> None:
        equations = [self.equation(step, numbers=True) for step in self.steps("signal")]
        for i, equation in enumerate(equations):
            self.add(equation.move_to([0, 2 - 2 * i, 0]))
        self.wait(1)

    clean(construct)
    clean(construct, COARSE)
    monkeypatch.setattr(Equation, "last_sign", "=")
    clean(construct)
    assert all("it says = " in what for what in planted("arithmetic", construct, COARSE))


def test_digits_are_read_from_their_outlines(monkeypatch: pytest.MonkeyPatch) -> None:
    def construct(self: Chapter) -> None:
        equation = self.equation(self.step("signal", self.q("delta", 3)), numbers=True)
        last, other = equation.result_number[-1], equation.result_number[-2]  # 0.1897 becomes 0.1899
        last.show(other.points + (last.get_center() - other.get_center()), last.source)
        self.add(equation)

    (finding,) = seen(construct).findings
    assert finding.kind == "arithmetic"
    assert finding.what.endswith("it says = 0.1899")
    assert finding.much.endswith("give 0.189696")


# movement


@pytest.mark.parametrize(("count", "fine"), [(3, True), (4, False)])
def test_more_than_three_things_that_move(count: int, fine: bool) -> None:
    def construct(self: Chapter) -> None:
        dots = [Dot([i, 0, 0], color=theme.a) for i in range(count)]
        self.play(*(dot.animate.shift(UP) for dot in dots))

    if fine:
        clean(construct)
    else:
        (finding,) = seen(construct).findings
        assert (finding.kind, finding.much) == ("movement", "4 of 3")


def test_a_group_counts_once_and_fades_do_not_move() -> None:
    def construct(self: Chapter) -> None:
        dots = [Dot([i, 0, 0], color=theme.a) for i in range(6)]
        self.play(*map(FadeIn, dots))
        self.play(LaggedStart(*(dot.animate.shift(UP) for dot in dots)))
        self.play(*(dot.animate.set_color(theme.J) for dot in dots))

    clean(construct)


# the command


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["lint", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_the_command_finds_or_finds_nothing(film_of: object) -> None:
    film_of(Good="self.wait()", Bad="self.add(self.words('far out').move_to([9, 0, 0])); self.wait(3)")
    code, text = call()
    assert code == 1
    assert "“far out” is outside on the right" in text
    assert "1 finding in 2 chapters" in text
    assert call("Good")[0] == 0
    code, text = call("--json", "Bad")
    assert code == 1
    ((finding,),) = (json.loads(text),)
    assert set(finding) == {"chapter", "time", "kind", "what", "much"}
    assert (finding["chapter"], finding["kind"]) == ("Bad", "margin")
    assert json.loads(call("--json", "Good")[1]) == []
