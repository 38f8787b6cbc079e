"""What is told aloud as a track of a movie."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np

from scenes.kit.narration.voice import RATE, Told

SOUND = {"mp4": "aac", "webm": "libopus", "mov": "pcm_s16le"}  # codecs by container
HEARD = 48_000  # samples a second of the track
BITS = 96_000  # a second


class Track:
    """The sentences one after another with silence between them, encoded as far as the picture goes."""

    def __init__(
        self, movie: av.container.OutputContainer, container: str, language: str, told: Sequence[Told]
    ) -> None:
        self.stream = movie.add_stream(SOUND[container], rate=HEARD, layout="mono")
        self.stream.bit_rate = BITS
        self.stream.metadata["language"] = language
        self.told, self.done = told, 0  # samples so far

    def until(self, seconds: float) -> list[av.Packet]:
        """The packets of what is heard up to a moment of the movie."""
        begin, self.done = self.done, round(seconds * RATE)
        heard = np.zeros((1, self.done - begin), np.float32)
        for told in tuple(self.told):
            first = round(told.start * RATE) - begin
            low, high = max(first, 0), min(first + len(told.sound), heard.shape[1])
            if low < high:
                heard[0, low:high] += told.sound[low - first : high - first]
        if not heard.size:
            return []
        frame = av.AudioFrame.from_ndarray(heard, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
        return self.stream.encode(frame)

    def end(self) -> list[av.Packet]:
        """The last packets."""
        return self.stream.encode(None)
