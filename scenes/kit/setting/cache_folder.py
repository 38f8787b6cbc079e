"""Where this project keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path

from scenes.kit.setting import environment_variables


def cache_folder() -> Path:
    """BACKPROP_CACHE, or the system's place for such things."""
    chosen = os.environ.get(environment_variables.CACHE)
    return Path(chosen) if chosen else user_cache_path("backprop-film", appauthor=False)
