"""What of a chapter is shown: a section, from one click point to the next, or a part, from one play to another."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

Part = tuple[float, float]  # the plays that begin from one moment on and before another, in seconds of film
WHOLE: Part = (0.0, math.inf)


@dataclass
class Sections:
    """The names of the sections so far. `only` is the one that is wanted, by its number from 1 or its name; "" for all.

    The first is what comes before the first click point, called like the chapter. Times are in seconds.
    """

    only: str = ""
    names: list[str] = field(default_factory=list)
    begun: float | None = None  # when the first that is shown began
    over: bool = False  # whether the one that is wanted has been shown

    def begin(self, name: str, time: float) -> bool:
        """The next section; whether it is to be shown."""
        self.names.append(name)
        self.over = self.over or (bool(self.only) and self.begun is not None)
        shown = not self.over and (not self.only or slug(self.only) in (str(len(self.names)), slug(name)))
        if shown and self.begun is None:
            self.begun = time
        return shown

    @property
    def shown(self) -> bool:
        """Whether the one that is played now is shown."""
        return self.begun is not None and not self.over

    def __str__(self) -> str:
        return ", ".join(f"{n} {name}" for n, name in enumerate(self.names, 1))


def slug(name: str) -> str:
    """A name as part of a file's."""
    return re.sub(r"\W+", "-", name.casefold()).strip("-")
