"""A folder of clips as the gallery shows it: its chapters in order, with ledgers and captions, and the joined film."""
from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import av
import srt

from bpmath.files.ordinary_file import read_bytes
from bpmath.model.network import NetworkError, shown
from studio.movie.clip import Clip
from studio.movie.film_captions import web
from studio.pages.gallery.schema import Missing, fault
from studio.system.mistake import Mistake

PLAYABLE = (".mp4", ".webm")    # what browsers play, the first that is there
OTHERS = (".pptx", ".pdf")
LARGEST = 20_000_000    # bytes of a ledger or of captions
SLACK = 0.1    # seconds by which a mark in the film may miss a clip's end


@dataclass(frozen=True)
class Chapter:
    """A clip with what belongs to it. `start` is where it begins in the film; times are seconds.

    `captions` is WebVTT, or "". `files` are all files of this name, the clip first.
    """

    clip: Path
    ledger: dict
    captions: str
    files: tuple[Path, ...]
    duration: float
    start: float = 0.0

    @property
    def title(self) -> str:
        return self.ledger["title"]


@dataclass(frozen=True)
class Folder:
    """What a folder holds. `film` is the joined film, or None where it is not there or not of these clips.

    `captions` and `files` are the film's; `others` are slides and handouts.
    """

    path: Path
    chapters: tuple[Chapter, ...]
    others: tuple[Path, ...] = ()
    film: Path | None = None
    captions: str = ""
    files: tuple[Path, ...] = ()

    @property
    def made(self) -> tuple[Path, ...]:
        """Clips, ledgers and the film."""
        return tuple(p for c in self.chapters for p in (c.clip, c.files[-1])) + ((self.film,) if self.film else ())

    @property
    def language(self) -> str:
        """What the clips are told in, as HTML calls it."""
        return self.chapters[0].ledger["language"]

    @property
    def burnt(self) -> bool:
        """Whether captions are in the picture already, and are shown once more only to who asks."""
        return any(c.ledger["burnt"] for c in self.chapters)

    @property
    def duration(self) -> float:
        """Seconds of all chapters."""
        return sum(c.duration for c in self.chapters)

    @property
    def network(self) -> str:
        """The name of the network, if the chapters are about one."""
        names = {c.ledger["network"] for c in self.chapters}
        return names.pop() if len(names) == 1 else ""


def read_folder(path: Path) -> Folder:
    """Reads what `backprop film` or `backprop render` wrote. Mistake where there is no chapter or one is not whole."""
    if not path.is_dir():
        raise Mistake(f"{path}: found no such folder; needed one with clips, as `backprop film --output {path}` makes")
    found = [chapter for file in sorted(path.glob("*.json")) if (chapter := read_chapter(file))]
    if not found:
        raise Mistake(f"{path}: found no clip with its ledger; needed those that `backprop film --output {path}` makes")
    found.sort(key=lambda c: (c.ledger["number"], c.clip.name))
    starts = accumulate((c.duration for c in found), initial=0.0)
    chapters = tuple(replace(c, start=start) for c, start in zip(found, starts, strict=False))
    whole = Folder(path, chapters, tuple(sorted(p for kind in OTHERS for p in path.glob(f"*{kind}"))))
    film = playable(path / "film")
    if film is None or not joins(film, chapters):
        return whole
    return replace(whole, film=film, captions=captions(film), files=companions(film))


def read_chapter(file: Path) -> Chapter | None:
    """The chapter whose ledger a file is; None where it is another .json."""
    if (ledger := read_ledger(file)) is None:
        return None
    clip = playable(file.with_suffix(""))
    if clip is None:
        raise Mistake(f"{file}: found no clip beside it, needed {' or '.join(file.stem + kind for kind in PLAYABLE)}")
    try:
        duration = Clip(clip, "").duration
    except (av.FFmpegError, OSError, IndexError, TypeError, EOFError):
        raise Mistake(f"{clip}: found no movie in it, needed a clip that can be played") from None
    return Chapter(clip, ledger, captions(clip), companions(clip), duration)


def read_ledger(file: Path) -> dict | None:
    """The ledger in a file, whole and of the right types; None for another .json. Mistake where it is broken."""
    try:
        ledger = json.loads(text_of(file))
    except (ValueError, RecursionError) as error:
        raise Mistake(f"{file}: found no JSON ({shown(str(error), 90)}), needed a clip's ledger") from None
    if not isinstance(ledger, dict) or not {"chapter", "equations", "numbers"} <= ledger.keys():
        return None
    try:
        wrong = fault(ledger)
    except Missing:
        raise Mistake(f"{file}: found a ledger of an earlier version; needed the clip rendered again, by this one"
                      ) from None
    if wrong:
        raise Mistake(f"{file}: found no ledger of a clip: {wrong}")
    return ledger


def playable(stem: Path) -> Path | None:
    """The file of this name that a browser plays."""
    return next((p for kind in PLAYABLE if (p := stem.with_name(stem.name + kind)).is_file()), None)


def companions(clip: Path) -> tuple[Path, ...]:
    """All files of a clip's name, itself first and its ledger last."""
    others = (p for p in clip.parent.glob(f"{clip.stem}.*") if p != clip and p.is_file())
    return (clip, *sorted(others, key=lambda p: (p.suffix == ".json", p.name)))


def captions(clip: Path) -> str:
    """The captions beside a clip as WebVTT, or ""."""
    if (file := clip.with_suffix(".vtt")).is_file():
        return text_of(file)
    if (file := clip.with_suffix(".srt")).is_file():
        try:
            return web(srt.parse(text_of(file)))
        except (srt.SRTParseError, ValueError, OverflowError) as error:
            raise Mistake(f"{file}: found no captions ({shown(str(error), 60)}), needed SubRip") from None
    return ""


def text_of(file: Path) -> str:
    """The text in a file. Mistake where it is no ordinary file of text."""
    try:
        return read_bytes(file, LARGEST).decode("utf-8")
    except UnicodeDecodeError:
        raise Mistake(f"{file}: found bytes that are not UTF-8 text, needed a text file") from None
    except NetworkError as error:
        raise Mistake(f"{file}: {error}") from None


def joins(film: Path, chapters: Iterable[Chapter]) -> bool:
    """Whether a film's marks say that it is made of these clips."""
    try:
        with av.open(str(film)) as movie:
            marks = [float(mark["end"] * mark["time_base"]) for mark in movie.chapters()]
    except av.FFmpegError:
        return False
    ends = [c.start + c.duration for c in chapters]
    return len(marks) == len(ends) and all(abs(m - e) < SLACK for m, e in zip(marks, ends, strict=True))
