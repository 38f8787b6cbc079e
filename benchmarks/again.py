"""A chapter that is as long as is wanted. It has a file of its own, which every process can find."""

from __future__ import annotations

from manim import FadeIn, FadeOut

from scenes.kit.chapter import Chapter


class Again(Chapter):
    """A formula comes with its numbers, stands and goes, `times` times."""

    chapter = 1
    title = "Again"
    times = 1

    def construct(self) -> None:
        self.open()
        for n in range(self.times):
            formula = self.equation(self.step("signal", self.q("delta", 2 + n % 2)), numbers=True)
            self.beat("{delta(2)} is {=delta(2)}.", FadeIn(formula))
            self.play(FadeOut(formula))
