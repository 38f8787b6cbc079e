"""The base of every chapter: it holds a network and its trace, tells, and keeps the ledger of what is on the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from manim import CairoRenderer, Mobject, Scene, config
from manim.animation.animation import prepare_animation
from manim.utils.exceptions import EndSceneEarlyException

from bpmath.model.network import Network, NetworkError
from bpmath.model.notation import Quantity
from bpmath.symbolic.step import Step
from scenes.kit.encoder.renderer import Renderer, by_manim
from scenes.kit.formulas.elements import Elements
from scenes.kit.formulas.equation import written
from scenes.kit.formulas.readout import Readout
from scenes.kit.narration import captions
from scenes.kit.narration.sections import Sections
from scenes.kit.narrator import Narrator
from scenes.kit.options import Options
from scenes.kit.provenance.ledger import Ledger, sources
from scenes.kit.provenance.study import study
from scenes.kit.provenance.transforms import guard, landing
from scenes.kit.setting.errors import ChapterError
from scenes.kit.setting.theme import theme
from scenes.kit.setting.whole_file import replacing

MOST_LAYERS = 9   # that a picture has room for
LAST_STILL = 2.0  # seconds that a chapter's last picture stands, as a slide would


class Chapter(Options, Elements, Narrator):
    """One idea of the film on one network.

    A subclass has `chapter` (its number), `title`, and `construct`, a storyboard of beats; what it is about and how it
    is told is chosen for it, see Options. After rendering it writes its captions (.srt) and its ledger (.json) beside
    the clip.
    """

    chapter: int = 0
    title: str = ""
    burn: bool = False   # whether the captions are written into the picture
    only: str = ""   # the one section that is shown, by its number from 1 or its name; "" for all
    stills: dict[int, np.ndarray] | None = None   # where a picture of each section is kept, by its number
    papers: Mapping[str, str] = {}   # captions and ledger by the endings of their files, when all has been played

    @classmethod
    def suits(cls, network: Network) -> str:
        """ "" if the chapter can show this network, else a sentence why not."""
        if network.L > MOST_LAYERS:
            return f"draws 2 to {MOST_LAYERS} layers, and this network has {network.L}"
        return ""

    @classmethod
    def is_about(cls, network: Network) -> Network:
        """The network that all it shows is of: this one, or an example of the chapter's own instead."""
        return network

    # before and after

    def __init__(self, renderer: CairoRenderer | None = None, skip_animations: bool = False, **kwargs: Any) -> None:
        if renderer is None and not by_manim():
            renderer = Renderer(self.title, skip_animations=skip_animations)
        super().__init__(renderer, skip_animations=skip_animations, **kwargs)

    def setup(self) -> None:
        self.check_variables()
        net = self.find_network()
        if reason := self.suits(net):
            raise ChapterError(f"{net.source or net.name}: {type(self).__name__} {reason}")
        self.net, self.title = net, self.title_for(net)
        self.study = study(net, units=self.find_units())
        self.ledger = Ledger()
        self.cues: list[captions.Cue] = []
        self.tongue = self.find_language()
        self.script = written(self.tongue)
        writer, title = self.renderer.file_writer, self.tongue.say(self.title)
        writer.cues, writer.title, writer.language = self.cues, title, self.tongue.track
        self.spoken = writer.told = self.find_voice()
        self.told_until = 0.0
        self.camera.background_color = theme.background
        self.sections = Sections(self.only)
        self.begin_section(title)
        if self.burn:
            self.renderer.burn(self.cues)

    @classmethod
    def title_for(cls, network: Network) -> str:
        """The chapter's title where it shows this network."""
        return cls.title

    @classmethod
    def told_title(cls, network: Network | None = None) -> str:
        """The title for a network, or for the chapter's own, in the chapter's language."""
        return cls.find_language().say(cls.title_for(network or cls.own_network()))

    def render(self, preview: bool = False) -> bool | None:
        try:
            result = super().render(preview)
        except (NetworkError, ChapterError) as error:
            if config.input_file:   # run by plain manim, which would print a traceback at a lecturer
                print(error, file=sys.stderr)
                raise SystemExit(2) from None
            raise
        self.write_papers()
        return result

    def tear_down(self) -> None:
        if self.sections.begun is None:
            raise ChapterError(f"{type(self).__name__} has no section '{self.only}'; needed one of {self.sections}")
        with suppress(EndSceneEarlyException):  # manim was asked for some of the plays only
            self.rest()
            self.wait(LAST_STILL)
        self.keep_still()
        self.cues[:] = captions.between(self.sections.begun, self.time, self.cues)
        book = self.ledger.book(type(self).__name__, self.net.name, self.time - self.sections.begun, self.tongue.say)
        book |= {"number": self.chapter, "title": self.tongue.say(self.title), "language": self.tongue.code}
        book |= {"burnt": self.burn, "version": version("backprop-film")}
        self.papers = {".srt": captions.compose(self.cues), ".json": json.dumps(book, indent=1, ensure_ascii=False)}

    def write_papers(self) -> None:
        """Puts captions and ledger beside the clip that manim wrote."""
        clip = getattr(self.renderer.file_writer, "movie_file_path", None)
        if clip is None or not Path(clip).exists():
            return
        for suffix, text in self.papers.items():
            with replacing(Path(clip).with_suffix(suffix)) as file:
                file.write(text.encode())

    # the ledger sees everything

    def play(self, *args: Any, **kwargs: Any) -> None:
        if 0 < config.from_animation_number == self.renderer.num_plays:
            self.begin_clip()
        args = [prepare_animation(arg) for arg in args]
        for animation in args:
            guard(animation)
        start, landings = self.time, {m: list(m.submobjects) for animation in args for m in landing(animation)}
        super().play(*args, **kwargs)
        for m, parts in landings.items():
            m.submobjects = parts
        for top in self.mobjects:
            for m in top.get_family():
                if isinstance(m, Readout):
                    m.settle()
        self.ledger.look(self.mobjects, start, self.time)

    def begin_clip(self) -> None:
        """The clip begins with the play that comes now, since manim was asked for the plays from here on (-n)."""
        self.sections.begun = self.time
        self.begin_ledger()
        self.ledger.sections.append((self.sections.names[-1], 0.0))
        if self.spoken is not None:
            self.spoken.clear()

    def begin_animations(self) -> None:
        super().begin_animations()
        self.updated = [m for top in self.mobjects for m in top.get_family() if m.updaters]

    def update_to_time(self, t: float) -> None:
        """As manim does it for a frame; what updaters have changed within a play is looked at, too."""
        super().update_to_time(t)
        sources(m for m in self.updated if not m.updating_suspended)

    def add(self, *mobjects: Mobject) -> Scene:
        self.ledger.look(mobjects, self.time, self.time)
        return super().add(*mobjects)

    # what a chapter asks for

    def q(self, kind: str, layer: int | None = None, unit: int | None = None, source: int | None = None) -> Quantity:
        """A quantity of the chapter's network; of the units in focus, where none are named."""
        return self.study.q(kind, layer, unit, source)

    def value(self, q: Quantity) -> float:
        """A quantity's value, for lengths and places; what is displayed comes from `figure`, `label` and `equation`."""
        return self.study.value(q)

    def step(self, name: str, subject: Quantity | None = None) -> Step:
        """The last step of this name for this subject, proved and confirmed."""
        return self.study.step(name, subject)

    def steps(self, name: str, subject: Quantity | None = None) -> list[Step]:
        """All steps of a name in order, proved and confirmed; a name may end with *."""
        return self.study.steps(name, subject)
