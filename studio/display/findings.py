"""What the lint found, on the terminal and for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich import box
from rich.table import Table
from rich.text import Text

from studio.lint.views.finding import Finding


def findings_list(found: Sequence[Finding]) -> list[dict]:
    """The findings as plain tables: chapter, time, kind, what, much."""
    return [asdict(f) for f in found]


def findings_table(found: Sequence[Finding]) -> Table:
    """One line a finding, the chapter's name where it begins."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("chapter", "second", "kind", "what", "how much"):
        made.add_column(column, justify="right" if column == "second" else "left", no_wrap=column != "what")
    before = ""
    for f in found:
        if before and f.chapter != before:
            made.add_section()
        made.add_row("" if f.chapter == before else f.chapter, f"{f.time:.1f}", f.kind, Text(f.what), Text(f.much))
        before = f.chapter
    return made


def verdict(found: Sequence[Finding], chapters: int, seconds: float) -> Text:
    """The last line."""
    looked = f"in {chapters} {'chapter' if chapters == 1 else 'chapters'}, looked at in {seconds:.0f} s"
    if not found:
        return Text(f"✓ Nothing found {looked}.", "green")
    return Text(f"✗ {len(found)} {'finding' if len(found) == 1 else 'findings'} {looked}.", "bold red")
