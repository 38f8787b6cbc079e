"""The command `backprop`. Each command imports what it needs when it is called, so that `--help` is instant."""
from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import warnings

import click

from scenes.kit.setting import environment_variables
from studio.commands.batches import batch
from studio.commands.films import film, list_chapters, render
from studio.commands.gallery import gallery
from studio.commands.group import Workshop
from studio.commands.handouts import sheet
from studio.commands.lint import lint_chapters
from studio.commands.numbers import check, derive, new, trace
from studio.commands.slides import slides
from studio.system.manim_defaults import prepare_manim
from studio.system.mistake import Mistake
from studio.system.signals import terminate

# as in --help
COMMANDS = (new, check, trace, derive, list_chapters, render, film, batch, gallery, slides, sheet, lint_chapters)


@click.group(cls=Workshop, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="backprop-film", message="%(prog)s %(version)s")
def main() -> None:
    """Films that derive backpropagation on your own network: every number computed, every equation proved.

    \b
    A network is a small text file. To make a film of yours:
        backprop new mine.toml               write a file to edit
        backprop check mine.toml             is it right, and what are its numbers?
        backprop film --network mine.toml    the film, in media/film
    """
    if reason := environment_variables.mistaken():
        raise Mistake(reason)


for command in COMMANDS:
    main.add_command(command)


def run() -> None:
    """The console script."""
    prepare()
    main(prog_name="backprop")


def prepare() -> None:
    """Sets up the process of the console script, which is its own. Who imports `main` keeps what it has."""
    gc.disable()    # a short command makes much and throws little away; longer ones enable it
    atexit.register(gc.freeze)    # what is there in the end needs no looking through
    if not sys.warnoptions:    # what libraries warn their own developers of, here and in the workers
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"
    if os.path.expanduser("~") == "~":    # a user whom the system does not know; manim asks for the home
        os.environ["HOME"] = "/nonexistent"
    prepare_manim()
    signal.signal(signal.SIGTERM, terminate)    # a film that is told to end cleans up as after Ctrl-C
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")    # a terminal that knows no Greek shows a question mark


if __name__ == "__main__":
    run()
