"""How a chapter tells: sentences, beats and sections, each in its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manim import DOWN, LEFT, UP, FadeIn, FadeOut, Mobject, Scene
from manim.utils.exceptions import EndSceneEarlyException

from scenes.kit.canvas.picture import fuller
from scenes.kit.narration import captions, sentence_text, voice
from scenes.kit.narration.speech import Speech
from scenes.kit.provenance import claims
from scenes.kit.provenance.ledger import Ledger
from scenes.kit.setting import layout
from scenes.kit.setting.theme import TITLE


class Narrator(Scene):
    """Says one sentence after another, while plays go on under it, and keeps what was said with its times."""

    def section(self, name: str, **slots: object) -> None:
        """A click point, named like a slide."""
        self.rest()
        self.begin_section(self.in_words(name, slots))

    def begin_section(self, name: str) -> None:
        """Begins a section. Where only one is wanted, the film begins and ends with it."""
        self.keep_still()
        shown = self.sections.begin(name, self.time)
        if self.sections.over:
            raise EndSceneEarlyException
        self.next_section(name, skip_animations=not shown)
        if self.only and shown:
            self.begin_ledger()
        self.ledger.sections.append((name, self.time - self.ledger.zero))

    def begin_ledger(self) -> None:
        """The clip begins here: what was on the screen before is not in the ledger, but what is there now."""
        self.ledger = Ledger(zero=self.time)
        self.ledger.look(self.mobjects, self.time, self.time)

    def keep_still(self) -> None:
        """Keeps a still of the section that ends, where stills are wanted: its end, or what was held before it left."""
        if self.stills is not None and self.sections.shown:
            self.stills[len(self.sections.names)] = fuller(self.renderer.picture(self), self.held)
        self.held = None

    def say(self, sentence: str, **slots: object) -> None:
        """Begins to tell a sentence, when the one before is over. Plays go on under it; see `words` for its slots.

        A sentence that compares numbers has its comparison beside it, as the slot `claim`: a Claim, or several.
        """
        self.rest()
        text, start = self.in_words(sentence, slots), self.time
        if self.spoken is not None:
            for written, read in captions.side_by_side(text, self.aloud(sentence, **slots)):
                start = self.speak(written, read, start)
        elif made := captions.cues(text, start):
            self.cues += made
            start = made[-1].end + captions.GAP
        self.told_until = start

    def speak(self, written: str, read: str, start: float) -> float:
        """Tells a sentence aloud, with its captions beside it; when it is over."""
        told = voice.Told(start - self.ledger.zero, voice.read(read))
        if self.sections.shown:
            self.spoken.append(told)
        lasts = told.end - told.start
        self.cues += captions.along(written, start, lasts)
        return max(self.cues[-1].end + captions.GAP, start + lasts + voice.AIR)

    def in_words(self, sentence: str, slots: Mapping[str, object]) -> str:
        """A sentence as plain text in the chapter's language. ChapterError where a claim of it does not hold."""
        claims.hold(sentence, slots, lambda q: self.study.number(q)[0])
        numbers, pattern = lambda q: self.study.number(q)[0], self.tongue.pattern
        return sentence_text.as_text(sentence, numbers, slots, pattern, self.study.found)

    def aloud(self, sentence: str, **slots: object) -> str:
        """A sentence as a voice reads it, in the chapter's language."""
        speech = Speech(self.tongue, lambda q: self.net.activation(q.layer))
        return speech.sentence(sentence, lambda q: self.study.number(q)[0], slots, self.study.found)

    def rest(self, pause: float = 0.0) -> None:
        """Holds the picture until the sentence has been told, and a pause longer."""
        until = max(self.told_until, self.time) + pause
        if until - self.time > 1 / 60:
            self.wait(until - self.time)
            if self.stills is not None:
                self.held = self.renderer.picture(self)

    def beat(self, sentence: str, *animations: Any, run_time: float = 1.0, pause: float = 0.4, **slots: object) -> None:
        """One idea: a sentence, the movement that shows it, and a rest."""
        self.say(sentence, **slots)
        if animations:
            self.play(*animations, run_time=run_time)
        self.rest(pause)

    def swap(self, old: Mobject, new: Mobject, run_time: float = 1.0) -> None:
        """One thing gives its place to another, and is gone before that comes, so that they never overlap."""
        self.play(FadeOut(old, shift=0.15 * UP), run_time=0.4 * run_time)
        self.play(FadeIn(new, shift=0.15 * UP), run_time=0.6 * run_time)

    def open(self) -> None:
        """The title, which stays."""
        self.heading = self.words(self.title, size=TITLE, weight="bold")
        self.heading.move_to([layout.LEFT, layout.TITLE.center[1], 0], aligned_edge=LEFT)
        self.play(FadeIn(self.heading, shift=0.2 * DOWN), run_time=0.8)
