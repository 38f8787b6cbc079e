"""What an animation may do to things that have sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from manim import AnimationGroup, ChangeSpeed, Mobject, Transform
from manim.animation.transform import FadeTransform, ReplacementTransform, TransformFromCopy, _MethodAnimation

from scenes.kit.provenance.ledger import sources
from scenes.kit.setting.errors import ChapterError


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
    A target of `.animate` is a copy of the thing itself, which `sources` refuses if its outlines are another's.
    """
    if isinstance(animation, AnimationGroup):
        for inner in animation.animations:
            guard(inner)
    if isinstance(animation, ChangeSpeed):
        guard(animation.anim)
    plain = isinstance(animation, Transform) and not isinstance(
        animation, ReplacementTransform | TransformFromCopy | FadeTransform
    )
    if plain and not animation.replace_mobject_with_target_in_scene:
        becomes = set(sources([animation.target_mobject]))  # empty for fades, which make their own target
        own = isinstance(animation, _MethodAnimation)
        if becomes and not own and becomes != set(sources([animation.mobject])):
            raise ChapterError(
                f"{type(animation).__name__} changes a formula or number in place; use ReplacementTransform"
            )
