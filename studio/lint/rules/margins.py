"""Nothing stands outside 90 % of the frame, or in the lane of the captions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenes.kit.setting.layout import BOTTOM, LEFT, RIGHT, TOP
from studio.lint.views.finding import Eye, Fault
from studio.lint.views.picture import FAINT, FIRM, STROKE, Picture, pixels

SLACK = 0.03  # frame units, 4 px: the overhang of a letter
LEAVES = "is outside on the left", "stands in the captions", "is outside on the right", "is outside above"
FRAME = np.array([LEFT, BOTTOM, RIGHT, TOP])


class Margins(Eye):
    """Also in the middle of a movement, and for all that is drawn."""

    kind = "margin"

    def look(self, picture: Picture) -> Iterator[Fault]:
        limit = FIRM if picture.moving else FAINT
        seen = np.maximum(picture.fill[:, 3], picture.stroke[:, 3]) >= limit
        rim = picture.width * STROKE / 2 * (picture.stroke[:, 3] > FAINT)
        out = (picture.boxes - FRAME) * [-1, -1, 1, 1] + rim[:, None]
        for i in np.flatnonzero(seen & (out.max(1) > SLACK)):
            side = int(out[i].argmax())
            yield f"{picture.label(i)} {LEAVES[side]}", f"{pixels(out[i, side]):.0f} px"
