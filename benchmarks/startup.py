"""How soon the command answers, beside the imports that it needs:  .venv/bin/python benchmarks/startup.py"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import click
from pairs import command, in_turn, ratio, tell

BACKPROP = str(Path(sys.executable).parent / "backprop")


@click.command()
@click.option("--pairs", default=11, show_default=True, help="How often each is run.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path("media/startup.json"))
def main(pairs: int, target: Path) -> None:
    """Times short commands, whole processes, beside Python importing NumPy and SymPy."""
    imports = "import numpy, sympy"
    keeping = {"PYTHONDONTWRITEBYTECODE": ""}  # compiled code is kept, as it is unless Python is told otherwise
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "mine.toml")
        command([BACKPROP, "new", file])()
        seconds = in_turn({
            imports: command([sys.executable, "-c", imports], keeping),
            "backprop check": command([BACKPROP, "check", file], keeping),
            "backprop trace": command([BACKPROP, "trace", file], keeping),
            "backprop --help": command([BACKPROP, "--help"], keeping),
        }, pairs)
    rows = [{"process": name, "s": statistics.median(found), "to the imports": ratio(found, seconds[imports])}
            for name, found in seconds.items()]
    tell(f"Start-up, medians of {pairs}", rows, target, pairs=pairs)


if __name__ == "__main__":
    main()
