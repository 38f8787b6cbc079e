"""Captions as a track of an mp4 file, which a viewer switches on and off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import av

from scenes.kit.narration.captions import Cue

MILLISECOND = Fraction(1, 1000)
# the encoder asks for the style of its source; players set timed text in their own
STYLE = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16

[Events]
Format: Layer, Start, End, Style, Text
"""


def add_track(movie: av.container.OutputContainer, language: str) -> av.subtitles.stream.SubtitleStream:
    """A track of timed text, in a language of ISO 639-2."""
    track = movie.add_stream("mov_text")
    track.codec_context.subtitle_header = STYLE
    track.time_base = MILLISECOND
    track.metadata["language"] = language
    return track


def packets(cues: Sequence[Cue], track: av.subtitles.stream.SubtitleStream) -> Iterator[av.Packet]:
    """The captions for a track, with nothing shown between them (3GPP TS 26.245: a length and UTF-8)."""
    until = 0
    for cue in cues:
        start, end = round(1000 * cue.start), round(1000 * cue.end)
        if start > until:
            yield packet("", until, start, track)
        yield packet(cue.text, start, end, track)
        until = end


def packet(text: str, start: int, end: int, track: av.subtitles.stream.SubtitleStream) -> av.Packet:
    data = text.encode("utf-8")
    made = av.Packet(len(data).to_bytes(2, "big") + data)
    made.pts = made.dts = start
    made.duration, made.time_base, made.stream = end - start, MILLISECOND, track
    return made
