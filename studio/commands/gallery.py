"""The command `gallery`: a page that shows a folder of clips."""
from __future__ import annotations

from pathlib import Path

import click

from studio.commands.options import FOLDER
from studio.system.terminal import console


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
def gallery(folder: Path) -> None:
    """Write a page that plays the clips of a folder beside their ledger.

    DIR is what `backprop film` or `backprop render` wrote. The page, index.html, needs no network and nothing but the
    files beside it: open it from there, or put the folder on a web server.
    """
    from studio.film.origin import demand_one_origin
    from studio.pages.gallery.folder import read_folder
    from studio.pages.gallery.page import page
    from studio.system.staging import publish, staging

    found = read_folder(folder)
    demand_one_origin(folder, found.made)
    text = page(found)
    with staging(folder) as aside:
        (aside / "index.html").write_text(text, encoding="utf-8")
        publish([aside / "index.html"], folder)
    out = console()
    if found.film is None and any(folder.glob("film.*")):
        out.print("film.mp4 is not of these clips and is left out; `backprop film` joins them.")
    count = len(found.chapters)
    out.print(f"{folder / 'index.html'}: {count} {'chapter' if count == 1 else 'chapters'}, "
              f"{len(text.encode()) / 1e6:.1f} MB", soft_wrap=True)
