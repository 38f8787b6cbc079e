"""Nothing is left behind after a beat: no unseen things that pile up, no pieces of a formula that has gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator

import numpy as np

from scenes.kit.formulas.equation import Equation
from studio.lint.views.finding import Eye, Fault, Lasting
from studio.lint.views.picture import Picture, named
from studio.lint.views.play import Play

UNSEEN, PIECES = 3.0, 1.0  # seconds that these may last, since the next play may take them
BESIDE = 1.5  # frame units right of a sign in which its other side begins


class Unseen(Eye):
    """A mobject of which nothing can be seen, transparent or below another, and that does not follow anything."""

    kind = "left behind"

    def __init__(self) -> None:
        self.lasting = Lasting(UNSEEN)

    def after(self, play: Play) -> Iterator[Fault]:
        picture = play.pictures[-1]
        covered = set(map(id, picture.tops)) - {id(picture.tops[i]) for i in np.flatnonzero(~picture.covered)}
        below = {id(m): m for m in picture.tops if id(m) in covered}
        states = {(m, "cannot be seen") for m in picture.unseen} | {(m, "is covered") for m in below.values()}
        quiet = {(m, why) for m, why in states if not any(part.updaters for part in m.get_family())}
        for m, why in self.lasting.after(play, quiet):
            glyphs = [part.source for part in m.get_family() if getattr(part, "source", None) is not None]
            yield f"{named(glyphs) if glyphs else type(m).__name__} {why}", f"for {UNSEEN:g} s"


class Twice(Eye):
    """The same shape in the same place and colour, two times: one of them was forgotten."""

    kind = "left behind"

    def look(self, picture: Picture) -> Iterator[Fault]:
        if picture.moving:
            return
        known: set[bytes] = set()
        for i in np.flatnonzero(~picture.covered):
            points = picture.points[picture.starts[i] : picture.starts[i + 1]]
            looks = np.hstack([picture.fill[i], picture.stroke[i]])
            key = (points.round(3) + 0.0).tobytes() + (looks.round(2) + 0.0).tobytes()
            if key in known:
                yield f"{picture.label(i)} is there twice", "one on the other"
            known.add(key)


class Pieces(Eye):
    """When a part of a formula has gone, each column is whole or gone too, and each sign has something on its right."""

    kind = "left behind"

    def __init__(self) -> None:
        self.seen: dict[Equation, set[int]] = defaultdict(set)
        self.lasting = Lasting(PIECES)

    def after(self, play: Play) -> Iterator[Fault]:
        picture = play.pictures[-1]
        there: dict[Equation, dict[int, int]] = defaultdict(dict)
        for i in np.flatnonzero(picture.is_glyph):
            if part := getattr(picture.things[i], "part_of", None):
                there[part[0]][part[1]] = i
        states: set[Hashable] = set()
        for equation, glyphs in there.items():
            self.seen[equation] |= set(glyphs)
            if gone := self.seen[equation] - set(glyphs):
                states |= {(equation, what) for what in self.torn(equation, gone, glyphs)}
                states |= {(equation, what) for what in self.dangling(equation, glyphs, picture)}
        for equation, what in self.lasting.after(play, states):
            yield f"{what} of {named((equation.source,))}", "the rest is gone"

    def torn(self, equation: Equation, gone: set[int], glyphs: dict[int, int]) -> Iterator[str]:
        """Columns of which a part is gone."""
        lost = {equation[i].keys[0] for i in gone if equation[i].keys}
        for place in {equation[i].keys[0] for i in glyphs if equation[i].keys} & lost:
            yield f"a part of column {place[1]} of the {place[0]} row"

    def dangling(self, equation: Equation, glyphs: dict[int, int], picture: Picture) -> Iterator[str]:
        """Signs with nothing on their right."""
        boxes = picture.boxes[picture.is_glyph]
        for n, i in glyphs.items():
            if not equation[n].keys or not is_sign(equation, equation[n].keys[0]):
                continue
            left, bottom, right, top = picture.boxes[i]
            level = (boxes[:, 1] < top + 0.1) & (boxes[:, 3] > bottom - 0.1)
            if not (level & (boxes[:, 2] > right + 0.01) & (boxes[:, 0] < right + BESIDE) & (boxes[:, 0] > left)).any():
                yield "a sign"


def is_sign(equation: Equation, place: tuple[str, int]) -> bool:
    column = place[1]
    return column in (-1, -3) or (0 <= column < len(equation.right) and isinstance(equation.right[column], str))


