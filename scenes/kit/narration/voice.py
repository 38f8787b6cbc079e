"""A voice that tells the sentences of a chapter. It is part of a package, and needs no network.

Each sentence begins at once and is as loud as any other, so that pictures and films cut from them match.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenes.kit.setting import environment_variables
from scenes.kit.setting.language import Language

if TYPE_CHECKING:
    from hibari import Hibari

SPEAKS = ("en",)
RATE = 24_000  # samples a second, as the voice has them
LOUD, PEAK = -19.0, -1.5  # LUFS of one channel, -16 from two loudspeakers (ITU-R BS.1770), and dB of full scale
AIR = 0.15  # seconds after a sentence
SHORTEST = 0.4  # seconds that loudness can be measured of
QUIET = 0.02  # of the largest sample; less is before or after the words

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Told:
    """A sentence as samples, and when it begins, in seconds."""

    start: float
    sound: Sound

    @property
    def end(self) -> float:
        return self.start + len(self.sound) / RATE


def wanted() -> bool:
    """Whether chapters are to be told aloud."""
    return bool(os.environ.get(environment_variables.VOICE))


def missing(language: Language) -> str:
    """ "" if sentences in a language can be spoken, else why not, in a line."""
    if language.code not in SPEAKS:
        return f"found no voice for '{language.code}', needed one of {', '.join(SPEAKS)}; captions tell it in text"
    if not (find_spec("hibari") and find_spec("pyloudnorm")):
        return "found no voice, needed the extra:  pip install 'backprop-film[voice]'"
    return ""


@cache
def reader() -> Hibari:
    """The voice, loaded once a process."""
    from hibari import Hibari

    return Hibari()


@cache
def read(text: str) -> Sound:
    """A sentence read aloud, without silence around it, and as loud as all others. The same text sounds the same."""
    from pyloudnorm import Meter

    sound = trimmed(np.asarray(reader()(text, seed=1), np.float32))
    measured = np.pad(sound, (0, max(0, round(SHORTEST * RATE) - len(sound))))
    loudness = Meter(RATE).integrated_loudness(measured)
    gain = 10 ** ((LOUD - loudness) / 20)
    most = 10 ** (PEAK / 20) / np.abs(sound).max()
    return sound * np.float32(min(gain, most))


def trimmed(sound: Sound) -> Sound:
    """What is between the first and the last moment that is heard."""
    heard = np.flatnonzero(np.abs(sound) > QUIET * np.abs(sound).max())
    return sound[heard[0] : heard[-1] + 1]
