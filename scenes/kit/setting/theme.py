"""How the film looks: a colour for each role, sizes, fonts. Two palettes, both told apart by all kinds of sight.

The hues were searched for distance under normal, deutan, protan and tritan sight; each has 4.6:1 on its background.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scenes.kit.setting import environment_variables

FONTS = Path(__file__).parents[1] / "fonts"
SANS = "Lato"  # comes with the project
MATH = "New Computer Modern Math"  # comes with Typst

# Sizes are heights of one em in units of the frame, which is 8 high: 1 em = size * 135 px at 1080 lines.
TITLE, FORMULA, LABEL, NUMBER, WORDS, SMALL = 0.5, 0.54, 0.42, 0.41, 0.42, 0.34
RIM = 2  # the width of the dark rim by which dots on each other can be told apart
SMALLEST = 0.26  # digits of this size are 23 px tall at 1080 lines


@dataclass(frozen=True)
class Theme:
    """Colours by role: a value, theta weight, slope, delta error, J cost and target; and what is around them."""

    background: str
    panel: str
    text: str
    muted: str
    line: str
    a: str
    theta: str
    slope: str
    delta: str
    J: str

    @property
    def dark(self) -> bool:
        """Whether what is behind the text is darker than it."""
        return int(self.background[1:3], 16) < int(self.text[1:3], 16)

    def role(self, role: str) -> str:
        """The colour of a role; plain things and gradients, which belong to two roles, are as the text."""
        return self.text if role in ("plain", "gradient") else getattr(self, role)


THEMES = {
    "dark": Theme(
        "#0E1116", "#1A2029", "#F2F4F8", "#A3ADBA", "#566070", "#8096ED", "#FDD85E", "#55E19F", "#E46B4F", "#DC77B4"
    ),
    "light": Theme(
        "#FBFAF7", "#EFEDE6", "#1B1F24", "#5B6470", "#8A9099", "#1023CC", "#955707", "#007243", "#721306", "#742F94"
    ),
}
# another name is refused by who plays
theme = THEMES.get(os.environ.get(environment_variables.THEME, ""), THEMES["dark"])
