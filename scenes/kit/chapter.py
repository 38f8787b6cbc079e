"""The base of every chapter: it holds a network and its trace, tells, and keeps the ledger of what is on the screen."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from manim import (
    DOWN,
    LEFT,
    UP,
    AnimationGroup,
    CairoRenderer,
    FadeIn,
    FadeOut,
    Mobject,
    RoundedRectangle,
    Scene,
    Transform,
    config,
)
from manim.animation.transform import FadeTransform, ReplacementTransform, TransformFromCopy, _MethodAnimation
from manim.utils.exceptions import EndSceneEarlyException

from bpmath.check import Check
from bpmath.derivation import Step
from bpmath.files import DEFAULT, files_of, read_network
from bpmath.network import Network, NetworkError
from bpmath.notation import Quantity
from bpmath.typeset import TYPST, symbol
from scenes.kit import captions, layout, voice, words
from scenes.kit.drawing.picture import fuller
from scenes.kit.drawing.renderer import Renderer, by_manim
from scenes.kit.equation import READABLE, Equation, Label, Numbering, written
from scenes.kit.glyphs import Mark, Marks, Typeset, escaped, plain_mark, words_source
from scenes.kit.language import ORIGINAL, Language, LanguageError, language
from scenes.kit.ledger import ChapterError, Ledger, sources
from scenes.kit.numerals import DECIMALS, Numeral, numeral
from scenes.kit.provenance import FromName, FromNumber, FromWords
from scenes.kit.readout import Number, Readout
from scenes.kit.sections import Sections
from scenes.kit.speech import Speech
from scenes.kit.study import Study, study
from scenes.kit.theme import FORMULA, LABEL, NUMBER, TITLE, WORDS, theme

LAST_STILL = 2.0  # seconds that a chapter's last picture stands, as a slide would


class Chapter(Scene):
    """One idea of the film on one network.

    A subclass has `chapter` (its number), `title`, and `construct`, a storyboard of beats. Its network is the first
    that is set of: the environment variable BACKPROP_NETWORK; the class attribute `network` (a path beside that
    class's own file, or a Network); the default single path. So are the units in focus: of BACKPROP_UNITS, the
    attribute `units`, those with the largest error signals; and its language: of BACKPROP_LANGUAGE, the attribute
    `language`, English. After rendering it writes its captions (.srt) and its ledger (.json) beside the clip.
    """

    chapter: int = 0
    title: str = ""
    network: str | Path | Network | None = None
    units: str = ""   # those in focus, "2:3, 3:1" for unit 3 of layer 2 and unit 1 of layer 3
    language: str = ""   # what it is told in, "de"
    burn: bool = False   # whether the captions are written into the picture
    only: str = ""   # the one section that is shown, by its number from 1 or its name; "" for all
    stills: dict[int, np.ndarray] | None = None   # where a picture of each section is kept, by its number
    paths_only: bool = True   # whether the chapter can show nothing but a path of single units

    @classmethod
    def suits(cls, network: Network) -> str:
        """ "" if the chapter can show this network, else a sentence why not."""
        if cls.paths_only and not network.is_path:
            return f"draws single paths, and this network has layers of {', '.join(map(str, network.sizes))} units"
        most = 6 if cls.paths_only else 9
        if most < network.L:
            return f"draws 2 to {most} layers, and this network has {network.L}"
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
        net = self.find_network()
        if reason := self.suits(net):
            raise ChapterError(f"{net.source or net.name}: {type(self).__name__} {reason}")
        self.net = net
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

    def find_network(self) -> Network:
        """The network that this chapter shows."""
        if chosen := os.environ.get("BACKPROP_NETWORK"):
            return read_network_once(Path(chosen).absolute(), chosen)
        return self.network if isinstance(self.network, Network) else self.own_network()

    @classmethod
    def own_network(cls) -> Network:
        """The network of the class where none is chosen for it: its attribute, or the default."""
        if isinstance(cls.network, Network):
            return cls.network
        if cls.network is None:
            return read_network_once(DEFAULT.absolute(), str(DEFAULT))
        owner = next(c for c in cls.__mro__ if "network" in vars(c))
        path = Path(inspect.getfile(owner)).parent / cls.network
        return read_network_once(path.absolute(), str(path))

    def find_units(self) -> str:
        """The units that are to be in focus and drawn, as "2:3, 3:1"; "" for those with the largest error signals."""
        return os.environ.get("BACKPROP_UNITS") or self.units

    @classmethod
    def find_language(cls) -> Language:
        """The language that this chapter is told in."""
        try:
            return language(os.environ.get("BACKPROP_LANGUAGE") or cls.language or ORIGINAL)
        except LanguageError as error:
            raise ChapterError(str(error)) from None

    def find_voice(self) -> list[voice.Told] | None:
        """Where what is told aloud is kept; None if nothing is to be."""
        if not voice.wanted():
            return None
        if reason := voice.missing(self.tongue):
            raise ChapterError(f"voice: {reason}")
        return []

    @classmethod
    def told_title(cls) -> str:
        """The chapter's title in its language."""
        return cls.find_language().say(cls.title)

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
        self.cues[:] = captions.since(self.sections.begun, self.cues)

    def papers(self) -> dict[str, str]:
        """The captions and the ledger by the endings of their files, when all has been played."""
        duration = self.time - self.sections.begun
        book = self.ledger.book(type(self).__name__, self.net.name, duration, self.tongue.say)
        book |= {"number": self.chapter, "title": self.tongue.say(self.title), "language": self.tongue.code}
        return {".srt": captions.compose(self.cues), ".json": json.dumps(book, indent=1, ensure_ascii=False)}

    def write_papers(self) -> None:
        """The same, beside the clip that manim wrote."""
        clip = getattr(self.renderer.file_writer, "movie_file_path", None)
        if clip is None or not Path(clip).exists():
            return
        for suffix, text in self.papers().items():
            part = Path(clip).with_suffix(suffix + ".part")
            part.write_text(text, encoding="utf-8")
            os.replace(part, Path(clip).with_suffix(suffix))

    # telling

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
            self.ledger = Ledger(zero=self.time)
            self.ledger.look(self.mobjects, self.time, self.time)
        self.ledger.sections.append((name, self.time - self.ledger.zero))

    def keep_still(self) -> None:
        """Keeps a still of the section that ends, where stills are wanted: its end, or what was held before it left."""
        if self.stills is not None and self.sections.shown:
            self.stills[len(self.sections.names)] = fuller(self.renderer.picture(self), self.held)
        self.held = None

    def say(self, sentence: str, **slots: object) -> None:
        """Begins to tell a sentence, when the one before is over. Plays go on under it; see `words` for its slots."""
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
        """A sentence as plain text in the chapter's language."""
        return words.as_text(sentence, lambda q: self.study.number(q)[0], slots, self.tongue.pattern, self.study.found)

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

    # the ledger sees everything

    def play(self, *args: Any, **kwargs: Any) -> None:
        for animation in args:
            guard(animation)
        start, landings = self.time, {m: list(m.submobjects) for animation in args for m in landing(animation)}
        super().play(*args, **kwargs)
        for m, parts in landings.items():
            m.submobjects = parts
        self.ledger.look(self.mobjects, start, self.time)

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

    # drawing words

    def equation(
        self,
        step: Step,
        numbers: bool = False,
        left: bool = True,
        size: float = FORMULA,
        width: float = 12.2,
        height: float = 8.0,
        lines: int = 3,
        of: Study | None = None,
        tints: Mapping[sp.Expr, str] | None = None,
        readable: float = READABLE,
    ) -> Equation:
        """A proved step as a formula, with its numbers below if wanted, in at most so many `lines`: more than one where
        it would be smaller than `readable`.

        `of` is another network's study, here and below; `tints` are colours of expressions that are no quantities.
        """
        return Equation(of or self.study, step, numbers, left, size, width, height, tints, lines, readable, self.script)

    def numbering(self, equation: Equation, size: float = LABEL, right: float = layout.RIGHT - 0.25) -> Numbering:
        """The article's number of an equation, at the right margin of the panel on the height of the symbols."""
        label = Numbering(equation.source, size)
        return label.move_to([right, equation.symbols.get_center()[1], 0], aligned_edge=[1, 0, 0])

    def numbered(self, equation: Equation, zone: layout.Zone) -> Numbering:
        """Puts a formula in the middle of a panel, or so far left of it that its number has room; gives that number."""
        equation.move_to(zone.center)
        number = self.numbering(equation, right=zone.right - 0.25)
        equation.shift([min(0.0, number.get_left()[0] - 0.25 - equation.get_right()[0]), 0, 0])
        return number

    def label(
        self, q: Quantity, number: bool = False, size: float = LABEL, color: str | None = None, of: Study | None = None
    ) -> Label:
        """The symbol of a quantity, with its number if wanted."""
        known = of or self.study
        return Label(q, self.symbol(q, of), known.number(q) if number else None, FromName(q.key), size, color)

    def symbol(self, q: Quantity, of: Study | None = None) -> str:
        """The Typst of a quantity's symbol; a slope has its activation's letter."""
        return (of or self.study).symbol(q)

    def row_name(self, q: Quantity, text: str | None = None, size: float = LABEL) -> Label:
        """The name of a row of the table: a kind of quantity, whatever its layer."""
        return Label(q, text or symbol(Quantity(q.kind), TYPST), None, FromName(q.kind), size)

    def figure(
        self,
        q: Quantity,
        size: float = NUMBER,
        color: str | None = None,
        of: Study | None = None,
        decimals: int = DECIMALS,
    ) -> Number:
        """The number of a quantity, alone."""
        return Number(*(of or self.study).number(q, decimals), size, color or theme.role(q.role))

    def narrow_figure(
        self, q: Quantity, room: float, size: float = NUMBER, color: str | None = None, of: Study | None = None
    ) -> Number:
        """The number of a quantity with as many decimals as fit in `room`; the narrowest where none does."""
        tries: list[Number] = []
        for decimals in range(DECIMALS, 1, -1):
            tries.append(self.figure(q, size, color, of, decimals))
            if tries[-1].width <= room:
                return tries[-1]
        return min(tries, key=lambda figure: figure.width)

    def other_figure(
        self, number: tuple[FromNumber, Numeral], size: float = NUMBER, color: str | None = None
    ) -> Number:
        """A number from `study.other_number`: no quantity of a trace, but checked all the same."""
        return Number(*number, size, color or theme.text)

    def live(
        self,
        key: str,
        value: Callable[[], float],
        again: Callable[[float], float],
        method: str,
        anchor: Callable[[], np.ndarray],
        size: float = NUMBER,
        color: str | None = None,
        written: Callable[[float], Numeral] = numeral,
    ) -> Readout:
        """A number that follows `value()`; `again` computes it by a second method when a new text is shown.

        `written` says how: `steady(...)` of the numerals gives all values of a range the same number of decimals.
        """

        def source(v: float, shown: Numeral) -> FromNumber:
            return FromNumber(key, v, shown.text, Check(v, again(v), method))

        return Readout(value, written, source, size, color or theme.text, anchor)

    def words(
        self,
        sentence: str,
        size: float = WORDS,
        weight: str = "regular",
        color: str | None = None,
        width: float | None = None,
        align: str = "left",
        **slots: object,
    ) -> Typeset:
        """Words on the screen; symbols and numbers in them are slots. `width` in frame units makes a block of lines."""
        source = FromWords(self.tongue.pattern(sentence))
        marks = Marks(plain_mark(source, color))
        written = []
        for kind, part in words.pieces(sentence, slots, self.tongue.pattern):
            if kind == "symbol":
                part = self.study.found(part)
                mark = Mark((("symbol", part),), color or theme.role(part.role), FromName(part.key))
                written.append(f"${marks.math(self.symbol(part), mark)}$")
            elif kind == "number":
                if isinstance(part, Quantity):
                    provenance, shown = self.study.number(part)
                else:
                    ways = [numeral(part.value, given=given) for given in (True, False)]
                    provenance, shown = part, next((n for n in ways if n.text == part.text), ways[0])
                tint = color or (theme.role(part.role) if isinstance(part, Quantity) else theme.text)
                written.append(f"${marks.math(shown.typst, Mark((('number', part),), tint, provenance))}$")
            else:
                written.append(f"#{escaped(str(part))}")
        return Typeset(words_source(written, weight, None if width is None else width / size, align), marks.marks, size)

    def panel(self, zone: layout.Zone = layout.PANEL) -> RoundedRectangle:
        """The quiet rectangle behind formulas."""
        return RoundedRectangle(
            corner_radius=0.14,
            width=zone.width,
            height=zone.height,
            fill_color=theme.panel,
            fill_opacity=1,
            stroke_width=0,
        ).move_to(zone.center)


@lru_cache(maxsize=8)
def _read(path: Path, named: str, changed: tuple[int, ...]) -> Network:
    return read_network(named)


def read_network_once(path: Path, named: str) -> Network:
    """Reads a network file; the same unchanged files give the same Network, so that its study is shared by chapters."""
    return _read(path, named, tuple(p.stat().st_mtime_ns if p.is_file() else 0 for p in files_of(path)))


def landing(animation: Any) -> Iterator[Mobject]:
    """What copies fly to, with all its parts. Manim leaves clear copies of glyphs there if more set out than land."""
    if isinstance(animation, AnimationGroup):
        for inner in animation.animations:
            yield from landing(inner)
    elif isinstance(animation, TransformFromCopy):
        yield from animation.mobject.get_family()


def guard(animation: Any) -> None:
    """Refuses to turn one sourced thing into another in place: its glyphs would keep the source they had.

    ReplacementTransform, FadeTransform and TransformFromCopy are fine: the target takes over with its own sources.
    """
    if isinstance(animation, AnimationGroup):
        for inner in animation.animations:
            guard(inner)
    plain = isinstance(animation, Transform) and not isinstance(
        animation, ReplacementTransform | TransformFromCopy | FadeTransform | _MethodAnimation
    )
    if plain and not animation.replace_mobject_with_target_in_scene:
        becomes = set(sources([animation.target_mobject]))  # empty for fades, which make their own target
        if becomes and becomes != set(sources([animation.mobject])):
            raise ChapterError(
                f"{type(animation).__name__} changes a formula or number in place; use ReplacementTransform"
            )
