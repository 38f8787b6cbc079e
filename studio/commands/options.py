"""Options that several commands have."""
from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path)
DEFAULT_OUTPUT = Path("media/film")

CHAPTERS = click.argument("names", nargs=-1, metavar="[CHAPTER]...")
NETWORK = click.option("--network", type=FILE, metavar="FILE", help="A .toml or .json file.  [default: single path]")
UNITS = click.option("--units", metavar="L:U,...", expose_value=False, callback=lambda ctx, _, text: choose(ctx, text),
                     help="The units in focus: 2:3,3:1 is unit 3 of layer 2 and unit 1 of layer 3.  "
                          "[default: those with the largest |delta|]")
QUALITY = click.option("--quality", type=click.Choice(list("lmhpk")), default="l", show_default=True,
                       help="480p15, 720p30, 1080p60, 1440p60, 2160p60.")
OUTPUT = click.option("--output", type=FOLDER, metavar="DIR", default=DEFAULT_OUTPUT, show_default=True,
                      help="Where the files go.")
JOBS = click.option("--jobs", type=click.IntRange(1), metavar="N",
                    help="Chapters rendered at once.  [default: one a core]")
FORCE = click.option("--force", is_flag=True, help="Render again what is kept from before.")


def choose(context: click.Context, text: str | None) -> None:
    """Puts the units that were named in focus, as long as the command runs."""
    from studio.networks import units_in_focus

    if text is not None:
        context.with_resource(units_in_focus(text))
