"""Which language the film of a command is told in. What the command itself says stays English."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from scenes.kit.setting import environment_variables
from studio.system.kept_environment import set_while
from studio.system.mistake import Mistake

if TYPE_CHECKING:
    from scenes.kit.setting.language import Language


def chosen() -> Language:
    """The language that is chosen for all that a command makes; English if none is. Mistake where there is no such."""
    return known(os.environ.get(environment_variables.LANGUAGE, ""))


def tell(context: click.Context, _: click.Parameter, code: str | None) -> None:
    """Has the film told in a language as long as a command runs. English is kept as no choice, which makes the same."""
    from scenes.kit.setting.language import ORIGINAL

    if code is not None:
        known(code, "--language: ")
        context.with_resource(set_while(environment_variables.LANGUAGE, "" if code == ORIGINAL else code))


def known(code: str, place: str = "") -> Language:
    from scenes.kit.setting.language import ORIGINAL, LanguageError, language

    try:
        return language(code or ORIGINAL)
    except LanguageError as error:
        raise Mistake(f"{place}{error}") from None
