"""The command `lint`: chapters looked at as a viewer would."""
from __future__ import annotations

import gc
import json
from pathlib import Path

import click

from studio.commands.options import CHAPTERS, LANGUAGE, NETWORK, THEME, UNITS
from studio.film.chosen_chapters import able, called
from studio.system.terminal import console, elapsed


@click.command("lint")
@CHAPTERS
@NETWORK
@UNITS
@THEME
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def lint_chapters(names: tuple[str, ...], network: Path | None, as_json: bool) -> None:
    """Look at chapters as a viewer would, without drawing them.

    Finds what leaves the margins, stands on a text or crosses one, is too small, too pale or too short to read, was
    left behind, does not add up as printed, or moves with too much else. The exit code is 0 only if nothing is found.
    """
    from studio.display.findings import findings_list, findings_table, verdict
    from studio.film.networks import network_file, traced
    from studio.lint import lint

    gc.enable()
    out = console()
    cast = called(names)
    file = network_file(network)
    suited = able(cast, file, bool(names), (lambda line: None) if as_json else out.print)
    shown = traced(file).network if file else None
    found = [finding for chapter in suited for finding in lint(chapter, shown).findings]
    if as_json:
        click.echo(json.dumps(findings_list(found)))
    else:
        if found:
            out.print(findings_table(found))
        out.print(verdict(found, len(suited), elapsed()))
    if found:
        raise SystemExit(1)
