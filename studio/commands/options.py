"""Options that several commands have."""
from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click

from scenes.kit.encoder.formats import FORMATS
from scenes.kit.setting import environment_variables
from studio.movie.clip_format import PRESETS, Form
from studio.system.kept_environment import kept_in
from studio.system.told_language import tell

FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path)
DEFAULT_OUTPUT = Path("media/film")

CHAPTERS = click.argument("names", nargs=-1, metavar="[CHAPTER]...")
NETWORK = click.option("--network", type=FILE, metavar="FILE", help="A .toml or .json file.  [default: single path]")
UNITS = click.option("--units", metavar="L:U,...", expose_value=False, callback=kept_in(environment_variables.UNITS),
                     help="The units in focus: 2:3,3:1 is unit 3 of layer 2 and unit 1 of layer 3.  "
                          "[default: those with the largest |delta|]")
THEME = click.option("--theme", type=click.Choice(["dark", "light"]), expose_value=False,
                     callback=kept_in(environment_variables.THEME),
                     help="Light for a bright room or paper.  [default: dark]")
LANGUAGE = click.option("--language", metavar="CODE", expose_value=False, callback=tell,
                        help="What the film is told in: en or de.  [default: en]")
VOICE = click.option("--voice", is_flag=True, flag_value="1", default=None, expose_value=False,
                     callback=kept_in(environment_variables.VOICE),
                     help="Told aloud, too: a beat lasts as long as its sentence.")
QUALITY = click.option("--quality", type=click.Choice(list("lmhpk")), default="l", show_default=True,
                       help="480p15, 720p30, 1080p60, 1440p60, 2160p60 (4K).")
OUTPUT = click.option("--output", type=FOLDER, metavar="DIR", default=DEFAULT_OUTPUT, show_default=True,
                      help="Where the files go.")
JOBS = click.option("--jobs", type=click.IntRange(1), metavar="N",
                    help="Chapters rendered at once.  [default: one a core]")
FORCE = click.option("--force", is_flag=True, help="Render again what is kept from before.")

FORMAT = click.option("--format", type=click.Choice(FORMATS), default="mp4", show_default=True,
                      help="mp4 plays anywhere; webm is for pages, mov (ProRes) for editors, gif for where no film can "
                           "be; png gives stills, one of the end of each section, as slides have them.")
TRANSPARENT = click.option("--transparent", is_flag=True, help="Nothing behind the picture: of webm, mov and png.")
BURN = click.option("--burn", is_flag=True, help="Captions in the picture, in the lane below it.")
SECTION = click.option("--section", default="", metavar="N|NAME",
                       help="Only what is between two clicks: the N-th section, or the one of this name.")
PRESET = click.option("--preset", type=click.Choice(PRESETS), show_default="medium",
                      help="How much the encoder of an mp4 tries; veryfast takes less time, and a little of the "
                           "picture.")


def pictured(command: Callable) -> Callable:
    """Adds the options that every picture has: what is in focus, and how fine, in which colours and language it is."""
    return UNITS(QUALITY(THEME(LANGUAGE(command))))


def formed(command: Callable) -> Callable:
    """Adds the options of a Form to a command, which gets it as `form`. Mistake where they do not go together."""
    @FORMAT
    @TRANSPARENT
    @BURN
    @PRESET
    @wraps(command)
    def with_form(*, format: str, transparent: bool, burn: bool, preset: str | None, section: str = "",
                  **others: object) -> None:
        command(form=Form(format, transparent, burn, section, preset or "").check(), **others)

    return with_form
