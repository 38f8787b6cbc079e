"""Typst for all that is set: with the film's fonts, and without any file or package that a text could ask for."""

from __future__ import annotations

from tempfile import TemporaryDirectory

import typst

from scenes.kit.setting.theme import FONTS


def typesetter(system_fonts: bool = False) -> typst.Compiler:
    """A compiler whose root and packages are an empty folder, which is gone when it works.

    With `system_fonts` letters that the film's fonts lack are set in others that this machine has.
    """
    with TemporaryDirectory() as empty:
        return typst.Compiler(root=empty, font_paths=[str(FONTS)], ignore_system_fonts=not system_fonts,
                              package_path=empty, package_cache_path=empty)
