"""How chapters come out: the format of their files, and what is in the picture."""
from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import astuple, dataclass

from scenes.kit.encoder.formats import CLEAR, MOVIES, STILLS
from scenes.kit.setting import environment_variables
from studio.system.mistake import Mistake

LEDGER = ".json"
POSTER = ".png"
CAPTIONS = (".srt", ".vtt", ".txt")
PRESETS = ("veryfast", "faster", "fast", "medium", "slow", "slower")    # of x264, from quick to small


@dataclass(frozen=True)
class Form:
    """A format; whether nothing is behind the picture; whether captions are in it; the one section that is shown.

    `preset` is how much an mp4's encoder tries, one of PRESETS; "" for manim's settings, which are medium at first.
    """

    format: str = "mp4"
    transparent: bool = False
    burn: bool = False
    section: str = ""
    preset: str = ""

    def __str__(self) -> str:
        """The parts that are not as usual, in short."""
        parts = zip(astuple(self), astuple(USUAL), ("", "transparent", "burn", "", ""), strict=True)
        return " ".join(word or str(found) for found, usual, word in parts if found != usual)

    @property
    def is_movie(self) -> bool:
        return self.format in MOVIES

    @property
    def kinds(self) -> tuple[str, ...]:
        """The endings of the files that a movie of this form consists of; stills have their numbers in theirs."""
        return (f".{self.format}", POSTER, LEDGER, *CAPTIONS)

    def holds(self, kinds: Collection[str]) -> bool:
        """Whether these are the endings of what a renderer makes of a chapter: all that is needed and nothing else."""
        if self.is_movie:
            return set(kinds) == {f".{self.format}", POSTER, LEDGER, CAPTIONS[0]}
        stills = set(kinds) - {LEDGER}
        numbered = all(re.fullmatch(rf"-\d+{POSTER}", kind, re.ASCII) for kind in stills)
        return len(stills) == len(kinds) - 1 > 0 and (stills == {POSTER} if self.section else numbered)

    def check(self) -> Form:
        """Itself. Mistake where a format cannot do what is wanted."""
        if self.transparent and self.format not in CLEAR:
            raise Mistake(f"--transparent: found --format {self.format}, which cannot be; needed webm for a page, "
                          "mov for an editor, or png for stills")
        if self.burn and not self.is_movie:
            raise Mistake(f"--burn: found --format {STILLS}, and stills have no captions; "
                          f"needed one of {', '.join(MOVIES)}")
        if self.preset and self.format != "mp4":
            raise Mistake(f"--preset: found --format {self.format}, needed mp4, whose encoder has presets")
        if os.environ.get(environment_variables.DRAWING) == "manim" and (self.format != "mp4" or self.burn):
            raise Mistake("BACKPROP_DRAWING: found manim, which draws plain mp4 only; needed none for this")
        self.check_voice()
        return self

    def check_voice(self) -> None:
        """Mistake where the film is to be told aloud and cannot be."""
        if not os.environ.get(environment_variables.VOICE):
            return
        from scenes.kit.encoder.sound import SOUND
        from scenes.kit.narration.voice import missing
        from studio.system.told_language import chosen

        if self.format not in SOUND or os.environ.get(environment_variables.DRAWING) == "manim":
            raise Mistake(f"--voice: found {self.format} without sound; needed one of {', '.join(SOUND)}, "
                          "not drawn by manim itself")
        if reason := missing(chosen()):
            raise Mistake(f"--voice: {reason}")


USUAL = Form()
