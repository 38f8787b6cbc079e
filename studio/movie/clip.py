"""Movie files: the index moved to the front, clips joined to one film, and cut. Nothing is encoded again."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av

from scenes.kit.encoder.cover import add_cover, is_cover
from scenes.kit.encoder.subtitles import add_track, packets
from scenes.kit.narration.captions import Cue
from studio.movie.gif import join_gifs

# a player in a browser can begin before it has the whole file
INDEX_IN_FRONT = {".mp4": {"movflags": "faststart"}, ".mov": {"movflags": "faststart"}, ".webm": {"cues_to_front": "1"}}
MILLISECOND = Fraction(1, 1000)


@dataclass(frozen=True)
class Clip:
    """A finished movie file and what it is called in the film."""

    path: Path
    title: str

    @property
    def duration(self) -> float:
        """Seconds. FFmpegError or ValueError where it is no movie."""
        return length(str(self.path))


def length(movie: str | BinaryIO) -> float:
    """How long a movie file's picture is, in seconds. FFmpegError or ValueError where it is no movie."""
    with av.open(movie) as opened:
        if not opened.streams.video:
            raise ValueError("found no picture in it")
        return float(seconds(opened))


def seconds(movie: av.container.InputContainer) -> Fraction:
    """How long a movie's picture is."""
    stream = movie.streams.video[0]
    return stream.duration * stream.time_base if stream.duration else Fraction(movie.duration, av.time_base)


def join(clips: Sequence[Clip], target: Path, title: str = "", marks: bool = True, cues: Sequence[Cue] = ()) -> None:
    """Writes the clips one after another as one movie, with a chapter mark at the beginning of each.

    Its cover is that of the last, its captions are those of all, or `cues`. A GIF has no marks.
    """
    if target.suffix == ".gif":
        join_gifs([clip.path for clip in clips], target)
        return
    starts = [Fraction(0)]
    with av.open(str(target), "w", options=INDEX_IN_FRONT[target.suffix]) as film:
        if title:
            film.metadata["title"] = title
        if marks:
            film.set_chapters(chapter_marks(clips))
        tracks: dict[str, av.stream.Stream] = {}    # of the film, by kind, as the first clip has them
        for clip in clips:
            with av.open(str(clip.path)) as movie:
                found = (*movie.streams.video, *movie.streams.audio, *movie.streams.subtitles)
                streams, lasts = {kind(stream): stream for stream in found}, seconds(movie)
                for name, stream in streams.items() if not tracks else ():
                    if name == "cover":
                        tracks[name] = add_cover(film, stream.width, stream.height)
                        continue
                    if name == "subtitle" and cues:
                        tracks[name] = add_track(film, stream.metadata["language"])
                        continue
                    tracks[name] = film.add_stream_from_template(stream)
                    tracks[name].time_base = stream.time_base
                    tracks[name].metadata.update(stream.metadata)
                for packet in movie.demux(*streams.values()):
                    name = kind(packet.stream)
                    if not packet.size or (name == "cover" and clip is not clips[-1]):   # the last, empty one
                        continue
                    if (name == "audio" and not within(packet, lasts)) or (name == "subtitle" and cues):
                        continue
                    if name == "cover":    # which has no time
                        packet.pts = packet.dts = 0
                    else:
                        shift = round(starts[-1] / packet.time_base)
                        packet.pts += shift
                        packet.dts += shift
                    packet.stream = tracks[name]
                    film.mux(packet)
                starts.append(starts[-1] + lasts)
        if cues and "subtitle" in tracks:
            film.mux(packets(cues, tracks["subtitle"]))


def cut(clip: Clip, start: float, end: float, target: Path, cues: Sequence[Cue] = ()) -> None:
    """Writes what a clip shows between two moments, in seconds, as a movie of its own with these captions.

    Its sound comes along. ValueError if the picture at `start` cannot be understood without those before.
    """
    with av.open(str(clip.path)) as movie, av.open(str(target), "w", options=INDEX_IN_FRONT[target.suffix]) as part:
        part.metadata["title"] = clip.title
        picture = movie.streams.video[0]
        rate = picture.average_rate
        first, last = (round(moment * rate) / rate for moment in (start, end))    # as frames begin
        tracks, ticks = {}, {}    # of the part; and the two moments as each stream counts them
        for stream in (picture, *movie.streams.audio):
            tracks[stream] = part.add_stream_from_template(stream)
            tracks[stream].time_base = stream.time_base
            ticks[stream] = [round(moment / stream.time_base) for moment in (first, last)]
        languages = [track.metadata["language"] for track in movie.streams.subtitles] or ["eng"]
        captions = add_track(part, languages[0]) if cues else None
        begun = False
        for packet in movie.demux(*tracks):
            begins, ends = ticks[packet.stream]
            if packet.dts is None or not begins <= packet.pts < ends:
                continue
            if packet.stream is picture and not begun:
                begun = packet.is_keyframe
                if not begun:
                    raise ValueError(f"{clip.path.name} cannot be cut at {start} s")
            packet.pts -= begins
            packet.dts -= begins
            packet.stream = tracks[packet.stream]
            part.mux(packet)
        if captions is not None:
            part.mux(packets(cues, captions))


def within(packet: av.Packet, lasts: Fraction) -> bool:
    """Whether sound is heard while there is a picture; encoders begin before it and end after it."""
    return packet.pts >= 0 and (packet.pts + packet.duration) * packet.time_base <= lasts


def kind(stream: av.stream.Stream) -> str:
    """What a track is for."""
    return "cover" if is_cover(stream) else stream.type


def chapter_marks(clips: Sequence[Clip]) -> list[dict]:
    """Where each clip begins and ends in the film, in milliseconds."""
    marks, start = [], 0
    for number, clip in enumerate(clips, 1):
        end = start + round(clip.duration / MILLISECOND)
        marks.append({"id": number, "start": start, "end": end, "time_base": MILLISECOND,
                      "metadata": {"title": clip.title}})
        start = end
    return marks
