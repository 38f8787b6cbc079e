"""Chapters in a notebook: `play("ErrorSignal", network)` in a cell shows the clip below it."""
from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from bpmath.model.network import Network
from bpmath.numeric.backprop import Trace
from studio.cache.job import jobs_for
from studio.cache.store import Store
from studio.film.chapters import find
from studio.film.folder import Order
from studio.film.make import Tell, make_all
from studio.film.networks import left_out
from studio.pages.page_parts import data_url
from studio.pages.trace_table import html
from studio.render.pool import Local
from studio.system.mistake import Mistake
from studio.system.told_language import chosen

with suppress(ImportError):   # outside a notebook there is nobody to show a table to
    from IPython import get_ipython

    if (shell := get_ipython()) is not None:
        shell.display_formatter.formatters["text/html"].for_type(Trace, html)


@dataclass(frozen=True)
class Played:
    """A chapter's clip (MP4) and its captions (WebVTT), which a notebook shows inline and keeps in its file.

    `language` is what the captions are in: its code and its own name.
    """

    title: str
    clip: bytes
    captions: str
    language: tuple[str, str]

    def _repr_html_(self) -> str:
        code, name = self.language
        return (f'<video controls style="width: 100%; max-width: 60rem" aria-label="{escape(self.title)}" '
                f'src="{data_url("video/mp4", self.clip)}"><track kind="captions" srclang="{code}" label="{name}" '
                f'src="{data_url("text/vtt", self.captions.encode())}"></video>')


def play(chapter: str | int, network: Network | None = None, quality: str = "l") -> Played:
    """A chapter, called by its class, file, title or number, on a network, or on its own.

    It is rendered in a process of its own, or taken from the cache, with BACKPROP_LANGUAGE and BACKPROP_THEME as they
    are set. Qualities are l, m, h, p, k, from 480p15 to 2160p60. Mistake where there is no such chapter, or it cannot
    show the network.
    """
    cast = find(str(chapter))
    if network is not None and (reason := left_out(cast, network, chosen=True)):
        raise Mistake(f"{network.source or network.name}: {cast.__name__} cannot be played: it {reason}")
    (job,) = jobs_for([cast], network, quality)
    with TemporaryDirectory() as folder, closing(Local(1)) as engine:
        (made,) = make_all([Order(job.source, Path(folder), (job,))], engine, Store(), Tell())
        if made.failed:
            raise Mistake(made.failed[0].reason)
        clip = Path(folder) / f"{job.stem}.mp4"
        captions, tongue = clip.with_suffix(".vtt").read_text(encoding="utf-8"), chosen()
        return Played(job.title, clip.read_bytes(), captions, (tongue.code, tongue.name))
