"""What `backprop derive` prints for three networks is what stands in golden/derive.txt.

Where a change of the derivation is meant, the file is written anew, and its difference says what has changed:

    .venv/bin/python -m tests.bpmath.symbolic.test_derive
"""
from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from bpmath.files.network_file import NETWORKS
from studio.commands.main import main

GOLDEN = Path(__file__).parents[2] / "golden" / "derive.txt"
NAMES = ("single_path", "mazur", "three_classes")


def derived() -> str:
    """The derivations of the three networks, one after another."""
    parts = []
    for name in NAMES:
        found = CliRunner().invoke(main, ["derive", str(NETWORKS / f"{name}.toml")], catch_exceptions=False)
        assert found.exit_code == 0
        parts += [f"{name}.toml", *(line.rstrip() for line in found.stdout.splitlines()), ""]
    return "\n".join(parts)


def test_the_derivations_are_the_golden_ones() -> None:
    assert derived() == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.write_text(derived(), encoding="utf-8")
