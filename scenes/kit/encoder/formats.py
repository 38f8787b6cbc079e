"""The formats that a clip can come in, and what each asks of its encoder."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from manim._config.video_encoder import VideoEncoderSpec

Options = dict[str, str]


@dataclass(frozen=True)
class Format:
    """An encoder, the pixels that it takes, and those with alpha if it knows any; how many frames a second at most."""

    codec: str
    pixels: str
    options: Options = field(default_factory=dict)
    clear_pixels: str = ""
    clear_options: Options = field(default_factory=dict)
    most: int = 60

    def spec(self, container: str, clear: bool, width: int, height: int, rate: int) -> VideoEncoderSpec:
        """The same as manim says it, for frames of a size."""
        from manim._config.video_encoder import VideoEncoderSpec

        pixels, options = (self.clear_pixels, self.clear_options) if clear else (self.pixels, self.options)
        return VideoEncoderSpec(container, self.codec, pixels, width, height, Fraction(rate), tuple(options.items()))


# eight times as fast as libvpx's "good", and as large and as good a picture
VP9 = {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1", "tune-content": "screen"}
PRORES = {"vendor": "apl0"}

MOVIES = {
    "mp4": Format("libx264", "yuv420p", {"crf": "23"}),
    "webm": Format("libvpx-vp9", "yuv420p", VP9, "yuva420p", VP9),
    "mov": Format(
        "prores_ks", "yuv422p10le", PRORES | {"profile": "standard"},
        "yuva444p10le", PRORES | {"profile": "4444", "alpha_bits": "8"},
    ),
    "gif": Format("gif", "pal8", most=25),  # browsers slow down what is shown for less than 1/50 second
}  # fmt: skip
STILLS = "png"
FORMATS = (*MOVIES, STILLS)
CLEAR = (*(name for name, made in MOVIES.items() if made.clear_pixels), STILLS)  # those that can be transparent
