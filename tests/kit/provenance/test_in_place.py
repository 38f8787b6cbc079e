"""A glyph shows what its source says: whatever gives it another outline stops the film, and what moves it does not."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from manim import (
    DOWN,
    RIGHT,
    UP,
    AnimationGroup,
    ApplyFunction,
    ApplyMethod,
    ChangeSpeed,
    Create,
    FadeIn,
    FadeOut,
    FadeTransform,
    GrowFromCenter,
    Indicate,
    LaggedStart,
    MoveToTarget,
    ReplacementTransform,
    Restore,
    Succession,
    Transform,
    TransformFromCopy,
    TransformMatchingShapes,
    UpdateFromAlphaFunc,
    UpdateFromFunc,
    ValueTracker,
    Wait,
    Wiggle,
    Write,
    linear,
    tempconfig,
    there_and_back,
)

from bpmath.files.network_file import DEFAULT
from bpmath.model.phrase import Phrase
from scenes.kit.chapter import Chapter
from scenes.kit.formulas.readout import Number, Readout
from scenes.kit.provenance.ledger import sources
from scenes.kit.setting.errors import ChapterError
from scenes.kit.text.glyphs import Glyph
from tests.watching import DRY

Change = Callable[[Chapter, Number, Number], None]


def play(change: Change) -> tuple[Chapter, Number]:
    """Shows one number, lets something happen to it by means of another, and waits; every frame is played."""
    shown: list[Number] = []

    class Played(Chapter):
        network, title = DEFAULT, "A chapter for tests"

        def construct(self) -> None:
            one, other = self.figure(self.q("delta", 4)), self.figure(self.q("delta", 2)).shift(DOWN)
            shown.extend((one, other))
            self.add(one)
            change(self, one, other)
            self.wait(0.2)

    with tempconfig(DRY):
        scene = Played(skip_animations=False)
        scene.render()
    return scene, shown[0]


def target(self: Chapter, one: Number, other: Number) -> None:
    one.generate_target()
    one.target.become(other)
    self.play(MoveToTarget(one))


def restored(self: Chapter, one: Number, other: Number) -> None:
    one.save_state()
    one.saved_state.become(other)
    self.play(Restore(one))


def updated(self: Chapter, one: Number, other: Number) -> None:
    one.add_updater(lambda m: m.become(other))
    self.play(FadeIn(other.copy()))


def within_one_play(self: Chapter, one: Number, other: Number) -> None:
    """An updater that shows another number for a moment only, and then the right one again."""
    at, own = ValueTracker(0.0), one.copy()
    one.add_updater(lambda m: m.become(other if 0.3 < at.get_value() < 0.6 else own))
    self.add(at)
    self.play(at.animate.set_value(1.0), run_time=2)


CHANGES: dict[str, Change] = {
    "animate.become": lambda self, one, other: self.play(one.animate.become(other)),
    "a chain of animate": lambda self, one, other: self.play(one.animate.shift(UP).become(other).shift(DOWN)),
    "animate with options": lambda self, one, other: self.play(one.animate(run_time=2, rate_func=linear).become(other)),
    "there and back": lambda self, one, other: self.play(one.animate(rate_func=there_and_back).become(other)),
    "become": lambda self, one, other: one.become(other),
    "become of a longer number": lambda self, one, other: one.become(self.figure(self.q("J"))),
    "become of one digit": lambda self, one, other: one[2].become(other[5]),
    "match_points": lambda self, one, other: one.match_points(other),
    "set_points": lambda self, one, other: one[2].set_points(other[5].points),
    "points": lambda self, one, other: setattr(one[2], "points", other[5].points.copy()),
    "points in place": lambda self, one, other: np.copyto(one[0].points, one[0].points[::-1].copy()),
    "Transform": lambda self, one, other: self.play(Transform(one, other)),
    "Transform there and back": lambda self, one, other: self.play(Transform(one, other, rate_func=there_and_back)),
    "Transform of a digit": lambda self, one, other: self.play(Transform(one[2], other[5])),
    "AnimationGroup": lambda self, one, other: self.play(AnimationGroup(Transform(one, other))),
    "LaggedStart": lambda self, one, other: self.play(LaggedStart(Transform(one[2], other[5]), FadeIn(other))),
    "Succession": lambda self, one, other: self.play(Succession(Wait(), Transform(one, other))),
    "nested groups": lambda self, one, other: self.play(
        AnimationGroup(LaggedStart(Succession(Wait(), one.animate.become(other))))),
    "ChangeSpeed": lambda self, one, other: self.play(ChangeSpeed(one.animate.become(other), {0.5: 2})),
    "ApplyMethod": lambda self, one, other: self.play(ApplyMethod(one.become, other)),
    "ApplyFunction": lambda self, one, other: self.play(ApplyFunction(lambda m: m.become(other), one)),
    "MoveToTarget": target,
    "Restore": restored,
    "UpdateFromFunc": lambda self, one, other: self.play(UpdateFromFunc(one, lambda m: m.become(other))),
    "UpdateFromAlphaFunc": lambda self, one, other: self.play(UpdateFromAlphaFunc(one, lambda m, a: m.become(other))),
    "add_updater": updated,
    "within one play": within_one_play,
    "TransformMatchingShapes": lambda self, one, other: self.play(TransformMatchingShapes(one, other)),
    "turned around": lambda self, one, other: one.rotate(np.pi),
    "mirrored": lambda self, one, other: one.flip(RIGHT),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_gives_a_glyph_another_outline_is_refused(name: str) -> None:
    with pytest.raises(ChapterError, match=r"delta\(4\)\[1\] has another outline|in place"):
        play(CHANGES[name])


MOVES: dict[str, Change] = {
    "animate": lambda self, one, other: self.play(one.animate.shift(UP).scale(0.3).set_opacity(0.4)),
    "FadeIn": lambda self, one, other: self.play(FadeOut(one, shift=UP), FadeIn(other, scale=0.2)),
    "Write": lambda self, one, other: self.play(Write(other), GrowFromCenter(one)),
    "Create": lambda self, one, other: self.play(Create(other), Indicate(one)),
    "Wiggle": lambda self, one, other: self.play(Wiggle(one)),
    "ReplacementTransform": lambda self, one, other: self.play(ReplacementTransform(one, other)),
    "TransformFromCopy": lambda self, one, other: self.play(TransformFromCopy(one, other)),
    "then moved": lambda self, one, other: self.play(
        Succession(TransformFromCopy(one, other), other.animate.shift(UP).scale(2))),
    "FadeTransform": lambda self, one, other: self.play(FadeTransform(one, other)),
}


@pytest.mark.parametrize("name", MOVES)
def test_what_moves_a_glyph_or_replaces_it_is_allowed(name: str) -> None:
    scene, _ = play(MOVES[name])
    assert sources(scene.mobjects)


def test_where_a_number_replaces_another_it_comes_with_its_own_source() -> None:
    scene, _ = play(MOVES["ReplacementTransform"])
    assert [source.key for source in sources(scene.mobjects)] == ["delta(2)[1]"]


def live(self: Chapter, again: Callable[[float], float]) -> Readout:
    at = ValueTracker(0.0)
    number = self.live(Phrase("a number"), at.get_value, again, "another method", lambda: np.zeros(3))
    self.add(at, number)
    self.play(at.animate.set_value(1.0), run_time=2)
    return number


def test_a_live_number_that_is_wrong_on_its_way_stops_the_film() -> None:
    """It is right where it rests, before and after the play."""
    with pytest.raises(ChapterError, match="a number: found"):
        play(lambda self, one, other: live(self, lambda v: v if v in (0.0, 1.0) else 0.0))


def test_a_live_number_that_is_right_goes_on() -> None:
    asked: list[float] = []
    play(lambda self, one, other: live(self, lambda v: asked.append(v) or v))
    assert len(asked) > 10


def test_a_glyph_that_was_cut_in_pieces_looks_the_same_and_is_still_itself() -> None:
    _, number = play(lambda self, one, other: None)
    one, other = (Glyph(number[i].points.copy(), "#FFFFFF", number[i].source) for i in (2, 1))
    before = len(one.points), len(other.points)
    one.align_points(other)
    assert (len(one.points), len(other.points)) != before
    assert one.is_itself and other.is_itself
    one.points = other.points
    assert not one.is_itself
