"""The ledger: what was really on the screen, when, and how each of it was checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from manim import ImageMobject, Mobject, SVGMobject, VMobject

from bpmath.model.phrase import Phrase
from scenes.kit.provenance.source import FromNumber, FromStep, Source
from scenes.kit.setting.errors import ChapterError
from scenes.kit.text.glyphs import Glyph

PROVED = Phrase("proved with SymPy and confirmed on the numbers")
MOMENT = 1e-6  # seconds; what comes back so soon was not gone


@dataclass
class Ledger:
    """Collects the sources of everything visible. `look` is called whenever the picture has changed.

    `shown` says when: the seconds in and out, as often as a source comes back. `sections` are the names of the click
    points and the seconds at which they begin. Seconds count from the moment `zero` of the scene's time.
    """

    shown: dict[Source, list[tuple[float, float]]] = field(default_factory=dict)
    sections: list[tuple[str, float]] = field(default_factory=list)
    zero: float = 0.0

    def look(self, mobjects: Iterable[Mobject], start: float, end: float) -> None:
        """Notes every visible glyph as shown from `start` to `end`; ChapterError for one without provenance."""
        for source in sources(mobjects):
            spans, first, last = self.shown.setdefault(source, []), start - self.zero, end - self.zero
            while spans and first <= spans[-1][1] + MOMENT:
                before = spans.pop()
                first, last = min(first, before[0]), max(last, before[1])
            spans.append((first, last))

    def book(self, chapter: str, network: str, duration: float, say: Callable[[str], str] = str) -> dict:
        """The ledger as the contract has it; `say` puts its words into the film's language."""

        def clipped(times: Iterable[float]) -> list[float]:
            return [round(min(t, duration), 3) for t in times]

        def seconds(spans: list[tuple[float, float]]) -> dict:
            times = [clipped(span) for span in spans]
            return {"shown": [times[0][0], times[-1][1]], "spans": [t for t in times if t[1] > t[0]]}

        equations = [
            {
                "equation": s.step.equation,
                "rule": say(s.step.rule),
                **dict(zip(("lhs", "rhs"), s.step.sides, strict=True)),
                "typst": s.typst,
                "latex": s.latex,
                "roles": s.roles,
                **seconds(times),
                "check": {
                    "method": say(PROVED),
                    "residual": s.step.residual,
                    "ok": s.step.ok,
                },
            }
            for s, times in self.shown.items()
            if isinstance(s, FromStep)
        ]
        numbers = [
            {
                "key": s.key,
                "name": say(s.key),
                "value": s.value,
                "text": s.text,
                "symbol": s.symbol and dict(zip(("typst", "latex"), s.symbol, strict=True)),
                **seconds(times),
                "check": {"method": say(s.check.method), "residual": s.check.residual, "ok": s.check.ok},
            }
            for s, times in self.shown.items()
            if isinstance(s, FromNumber)
        ]
        ends = [start for _, start in self.sections[1:]] + [duration]
        sections = [
            {"title": title, "shown": clipped([start, end])}
            for (title, start), end in zip(self.sections, ends, strict=False)
            if start < end
        ]
        return {
            "chapter": chapter,
            "network": network,
            "duration": round(duration, 3),
            "sections": sections,
            "equations": equations,
            "numbers": numbers,
        }


def sources(mobjects: Iterable[Mobject]) -> dict[Source, None]:
    """The sources of all visible glyphs, in order. ChapterError where text has none, or one that failed its check."""
    found: dict[Source, None] = {}
    for top in mobjects:
        for m in top.get_family():
            if isinstance(m, ImageMobject | SVGMobject) or getattr(m, "text", None) or hasattr(m, "tex_string"):
                raise ChapterError(
                    f"{type(m).__name__} on the screen has no provenance; the kit's formulas, numbers and words have"
                )
            if not isinstance(m, Glyph) or not len(m.points) or not visible(m):
                continue
            if not isinstance(m.source, Source):
                raise ChapterError("a glyph on the screen has no provenance")
            if not m.is_itself:
                raise ChapterError(f"a glyph of {m.source.name} has another outline than its source gave it; "
                                   "use ReplacementTransform, which keeps each glyph with its own source")
            if m.source not in found:
                demand(m.source)
                found[m.source] = None
    return found


def visible(m: VMobject) -> bool:
    return m.get_fill_opacity() > 0.05


def demand(source: Source) -> None:
    """ChapterError where a source did not pass its check: such a thing must not be shown."""
    if isinstance(source, FromStep) and not source.step.ok:
        fault = "is not proved" if not source.step.proved else f"misses the numbers by {source.step.residual:.2g}"
        raise ChapterError(f"equation {' = '.join(source.step.sides)} {fault}")
    if isinstance(source, FromNumber) and not source.check.ok:
        raise ChapterError(
            f"{source.key}: found {source.value!r}, but {source.check.second!r} ({source.check.method}); "
            "the film stops, since it must not show a number that is not right"
        )
