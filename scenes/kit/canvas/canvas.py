"""The picture of a frame, in which only what changed is drawn again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite

import cairo
import numpy as np
from manim import Camera, Mobject, PMobject, VMobject
from manim.mobject.types.image_mobject import AbstractImageMobject
from numpy.typing import NDArray

from scenes.kit.canvas.outline import SHORT, Outline, fine, path

TILE = 16  # pixels: what changed is rounded to squares of this size, so that few rectangles hold it
MITRE = 5  # how far a mitre may stick out, in line widths: half of cairo's limit
WHOLE = 0.6  # if more of the picture changed, all of it is drawn


@dataclass(slots=True, frozen=True)
class Drawn:
    """A shape as it was drawn: its points and style, its outline and where that stands, the box that it touches."""

    shape: VMobject  # held, so that no other shape gets its id
    points: bytes
    style: tuple
    outline: Outline
    place: cairo.Matrix | None
    box: cairo.RectangleInt


class Canvas(Camera):
    """A camera for shapes without images or gradients that stays where it is.

    It draws as manim's own does, shape by shape in the same order with the same calls to cairo, but only inside the
    rectangles where something changed since the last frame, and it keeps the paths of what did not move.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.known: dict[int, Drawn] = {}
        self.order: list[int] | None = []  # None if it does not know what is on the picture
        self.again: NDArray[np.uint8] | None = None
        self.area: cairo.RectangleInt | None = None  # that differs from the frame shown before; None for all of it
        super().__init__(*args, **kwargs)

    def init_background(self) -> None:
        super().init_background()
        self.set_pixel_array(self.background)  # what is to be seen before anything is drawn
        self.known, self.order, self.again = {}, [], None
        self.sheet, self.fine = self.background.copy(), fine()

    def show(self, still: Sequence[Mobject], moving: Sequence[Mobject], first: bool) -> NDArray[np.uint8]:
        """The frame, height x width x 4, with the moving over the still. It is the camera's own until the next call.

        Between `first` frames the still are not looked at.
        """
        if first or not self.order:
            self.below = [self.look(m) for m in leaves(still)]
        above = [self.look(m) for m in leaves(moving)]
        shown = self.below + above
        order = [id(d.shape) for d in shown]
        self.area = None if self.again is not None else cairo.RectangleInt()
        if order != self.order or any(self.known[i] is not d for i, d in zip(order, shown, strict=True)):
            self.draw(shown, order)
        return self.pixel_array

    def show_twice(self, shown: Iterable[Mobject]) -> NDArray[np.uint8]:
        """The picture with all shapes drawn over themselves: so manim draws a frame that is held."""
        if self.again is None:
            self.again = self.pixel_array.copy()
            context = self.get_cairo_context(self.again)
            self.paint(context, [self.look(m) for m in leaves(shown)])
            self.pixel_array_to_cairo_context.pop(id(self.again))
        self.area = None
        return self.again

    def look(self, shape: VMobject) -> Drawn:
        """A shape as it is now: as it was drawn, if nothing about it changed."""
        points, style = shape.points.tobytes(), style_of(shape)
        known = self.known.get(id(shape))
        if known and known.style == style and known.points == points:
            return known
        flat = shape.points[:, :2]
        low, high = np.minimum.reduce(flat), np.maximum.reduce(flat)
        outline, place = (known.outline, known.place) if known else (None, None)
        if known and known.points != points:
            place = outline.moved_to(flat, low, high)
            outline = outline if place else None
        if outline is None:
            sheet = self.get_cairo_context(self.pixel_array) if len(flat) <= SHORT else self.fine
            outline = Outline(flat.copy(), low, high, path(sheet, shape))
        return Drawn(shape, points, style, outline, place, self.box(shape, low, high))

    def box(self, shape: VMobject, low: NDArray[np.float64], high: NDArray[np.float64]) -> cairo.RectangleInt:
        """The pixels that a shape may touch, in whole tiles."""
        (left, bottom), (right, top) = low.tolist(), high.tolist()
        if not isfinite(left + bottom + right + top):
            return cairo.RectangleInt(0, 0, 0, 0)
        scale, (x, y) = self.pixel_width / self.frame_width, self.frame_center[:2]
        edge = (
            MITRE * max(shape.stroke_width, shape.background_stroke_width) * self.cairo_line_width_multiple + 2 / scale
        )
        left, right = (
            (left - x - edge) * scale + self.pixel_width / 2,
            (right - x + edge) * scale + self.pixel_width / 2,
        )
        top, bottom = (
            (y - top - edge) * scale + self.pixel_height / 2,
            (y - bottom + edge) * scale + self.pixel_height / 2,
        )
        left, top = max(0, int(left) // TILE * TILE), max(0, int(top) // TILE * TILE)
        right, bottom = (
            min(self.pixel_width, int(right) // TILE * TILE + TILE),
            min(self.pixel_height, int(bottom) // TILE * TILE + TILE),
        )
        return cairo.RectangleInt(left, top, max(0, right - left), max(0, bottom - top))

    def draw(self, shown: list[Drawn], order: list[int]) -> None:
        """Draws what changed, and remembers what is on the picture now."""
        changed = self.changed(shown, order)
        if changed is None or self.again is not None:
            self.area = None
        else:
            self.area = changed.get_extents()
        self.again = None
        self.known, self.order = {id(d.shape): d for d in shown}, order
        picture = self.get_cairo_context(self.pixel_array)
        if changed is None:
            self.clear(picture)
            self.paint(picture, shown)
            return
        # Cairo rounds what it clips. So shapes are painted whole, on another sheet, and what changed is cut out of it.
        sheet = self.get_cairo_context(self.sheet)
        with inside(sheet, changed):
            self.clear(sheet)
        self.paint(sheet, [d for d in shown if changed.contains_rectangle(d.box) != cairo.RegionOverlap.OUT])
        with inside(picture, changed):
            picture.set_operator(cairo.Operator.SOURCE)
            picture.set_source_surface(sheet.get_target())
            picture.paint()

    def clear(self, context: cairo.Context) -> None:
        context.save()
        context.set_operator(cairo.Operator.SOURCE)
        context.set_source_rgba(*(self.background[0, 0, [2, 1, 0, 3]] / 255))  # for cairo, blue comes first
        context.paint()
        context.restore()

    def changed(self, shown: list[Drawn], order: list[int]) -> cairo.Region | None:
        """Where the picture is another one than before; None for everywhere."""
        if not self.order:
            return None
        boxes = []
        for drawn in shown:
            before = self.known.get(id(drawn.shape))
            if before is not drawn:
                boxes.append(drawn.box)
                if before is not None:
                    boxes.append(before.box)
        here = set(order)
        boxes += [self.known[i].box for i in self.order if i not in here]
        boxes += [
            self.known[i].box
            for i in displaced([i for i in self.order if i in here], [i for i in order if i in self.known])
        ]
        region = cairo.Region()
        for box in boxes:
            region.union(box)
        area = sum(r.width * r.height for r in map(region.get_rectangle, range(region.num_rectangles())))
        return None if area > WHOLE * self.pixel_width * self.pixel_height else region

    def paint(self, context: cairo.Context, shown: Iterable[Drawn]) -> None:
        """Shapes one over the other, each as manim paints it: the stroke behind it, the fill, the stroke."""
        for drawn in shown:
            shape = drawn.shape
            context.new_path()
            context.save()
            if drawn.place:
                context.transform(drawn.place)
            context.append_path(drawn.outline.path)
            context.restore()
            if shape.background_stroke_width:
                self.apply_stroke(context, shape, background=True)
            if len(shape.fill_rgbas) == 1:
                red, green, blue, opacity = shape.fill_rgbas[0].tolist()
                if opacity:
                    context.set_source_rgba(blue, green, red, opacity)  # for cairo, blue comes first
                    context.fill_preserve()
            elif shape.fill_rgbas[:, 3].any():
                self.apply_fill(context, shape)
            if shape.stroke_width:
                self.apply_stroke(context, shape)


@contextmanager
def inside(context: cairo.Context, region: cairo.Region) -> Iterator[None]:
    """Confines what is painted to whole pixels, in their coordinates."""
    context.save()
    context.identity_matrix()
    context.new_path()
    for n in range(region.num_rectangles()):
        r = region.get_rectangle(n)
        context.rectangle(r.x, r.y, r.width, r.height)
    context.clip()
    yield
    context.restore()


def style_of(shape: VMobject) -> tuple:
    """All but the points that the look of a shape depends on."""
    return (
        shape.fill_rgbas.tobytes(),
        shape.stroke_width,
        shape.stroke_rgbas.tobytes() if shape.stroke_width else b"",
        shape.background_stroke_width,
        shape.background_stroke_rgbas.tobytes() if shape.background_stroke_width else b"",
        shape.joint_type,
        shape.cap_style,
    )


def leaves(mobjects: Sequence[Mobject]) -> list[VMobject]:
    """The shapes of mobjects and all that they hold, in the order in which manim draws them.

    TypeError for images and clouds of points.
    """
    found: list[VMobject] = []
    seen: set[int] = set()

    def collect(mobject: Mobject) -> None:
        if id(mobject) in seen:
            return
        for inner in reversed(mobject.submobjects):
            collect(inner)
        seen.add(id(mobject))
        if not len(mobject.points):
            return
        if isinstance(mobject, VMobject):
            found.append(mobject)
        elif isinstance(mobject, PMobject | AbstractImageMobject):
            raise TypeError(f"the canvas cannot draw {type(mobject).__name__}; BACKPROP_DRAWING=manim can")

    for mobject in reversed(mobjects):
        collect(mobject)
    found.reverse()
    return sorted(found, key=lambda m: m.z_index)


def displaced(before: list[int], now: list[int]) -> set[int]:
    """Things that two orders of the same have to leave out to be the same; not always the fewest."""
    moved: set[int] = set()
    rest = iter(now)
    following = next(rest, None)
    for i in before:
        if i == following:
            following = next(rest, None)
            while following in moved:
                following = next(rest, None)
        else:
            moved.add(i)
    return moved
