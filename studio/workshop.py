"""How the command behaves as a whole: its commands in order, its errors in plain lines, Ctrl-C in one."""
from __future__ import annotations

from difflib import get_close_matches

import click

from studio.mistake import Mistake, in_words

STOPPED = 130     # the exit code of a program that Ctrl-C stopped


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
        except KeyboardInterrupt:
            click.echo("Stopped. What was there before is unchanged.", err=True)
            ctx.exit(STOPPED)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if mistake := in_words(error):
                raise mistake from None
            raise
