"""Options that every chapter looks up for itself, in any process: they are in the environment while a command runs."""
from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def set_while(name: str, value: str) -> Iterator[None]:
    """Sets an environment variable, and afterwards puts back what was there."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


def kept_in(name: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    """What an option does that is kept in an environment variable as long as its command runs."""
    def keep(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.with_resource(set_while(name, value))

    return keep
