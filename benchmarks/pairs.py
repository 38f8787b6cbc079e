"""Timing side by side: the same commands in turn, several times, as whole processes; what counts is the ratio."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

Run = Callable[[], None]


def command(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """A process to be timed. RuntimeError with what it said if it fails."""

    def run() -> None:
        done = subprocess.run(arguments, env={**os.environ, **(environment or {})}, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}\n{done.stdout}{done.stderr}")

    return run


def in_turn(runs: Mapping[str, Run], times: int) -> dict[str, list[float]]:
    """The wall seconds of each, run one after another in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            begun = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begun)
    return seconds


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The median of the ratios of runs that were made side by side."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def machine() -> dict[str, object]:
    return {"cores": len(os.sched_getaffinity(0)), "processor": platform.machine(), "python": platform.python_version()}


def tell(title: str, rows: Sequence[Mapping[str, object]], file: Path, **more: object) -> None:
    """Prints the rows as a table and keeps them as JSON, with what is known of the machine."""
    table = Table(title=f"{title}; {machine()['cores']} cores")
    for name in rows[0]:
        table.add_column(name, justify="left" if isinstance(rows[0][name], str) else "right")
    for row in rows:
        table.add_row(*(f"{v:.2f}" if isinstance(v, float) else str(v) for v in row.values()))
    Console().print(table)
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {"title": title, "machine": machine(), **more, "rows": rows}
    file.write_text(json.dumps(kept, indent=1), encoding="utf-8")
