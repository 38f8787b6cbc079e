"""What stops a chapter."""

from __future__ import annotations


class ChapterError(RuntimeError):
    """The film found itself wrong, or cannot show this network: it stops with this message."""
