"""How the command behaves as a whole: its commands in order, its errors in plain lines, Ctrl-C in one."""
from __future__ import annotations

import signal
from difflib import get_close_matches

import click

from studio.system.mistake import Mistake, in_words
from studio.system.signals import Terminated
from studio.system.staging import changed


class Workshop(click.Group):
    """The commands in the order of a lecturer's work; an error that is not the program's is told in plain lines."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.commands, n=1)
            raise Mistake(f"found no command called '{args[0][:40]}'; "
                          + (f"perhaps {near[0]}" if near else f"needed one of {', '.join(self.commands)}"))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            click.echo(f"Stopped. {what_is_there()}", err=True)
            # the exit status of a program that a signal ended
            ctx.exit(128 + (signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT))
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if mistake := in_words(error):
                raise mistake from None
            if isinstance(error, EOFError):    # which click takes for Ctrl-D
                raise RuntimeError("a file or pipe ended too soon") from error
            raise


def what_is_there() -> str:
    """What a command that was stopped has changed."""
    folders = [str(folder) for folder in changed()]
    if not folders:
        return "What was there before is unchanged."
    named = folders[:2] if len(folders) > 3 else folders
    more = f" and {len(folders) - 2} more" if len(folders) > 3 else ""
    return f"What was finished before that is whole and in place, in {', '.join(named)}{more}."
