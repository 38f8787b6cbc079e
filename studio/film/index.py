"""What came of many networks, in `index.json`, and what their files are called."""
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from scenes.kit.setting.whole_file import replacing

INDEX = "index.json"


def write_index(rows: Sequence[dict], output: Path) -> None:
    """Writes `index.json`, whole or not at all. Bytes in a name that are no text are in it as JSON's own escapes."""
    text = json.dumps(rows, indent=1, ensure_ascii=False)
    output.mkdir(parents=True, exist_ok=True)
    with replacing(output / INDEX) as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def visible(file: Path) -> str:
    """The name for what is made of a network file: its own, but neither hidden nor . nor .. ."""
    return file.stem.lstrip(".") or "network"
