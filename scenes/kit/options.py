"""What a chapter is about and how it is told: as the environment says, or else the class itself."""

from __future__ import annotations

import inspect
import os
from functools import lru_cache
from pathlib import Path

from bpmath.files.network_file import DEFAULT, files_of, read_network
from bpmath.model.network import Network
from scenes.kit.narration import voice
from scenes.kit.setting import environment_variables
from scenes.kit.setting.errors import ChapterError
from scenes.kit.setting.language import ORIGINAL, Language, LanguageError, language


class Options:
    """The network, the units in focus, the language and the voice of a chapter.

    Each is the first that is set of: BACKPROP_NETWORK, a file; the class attribute `network`, which is a path beside
    that class's own file, or a Network; the default single path. So with BACKPROP_UNITS, `units`, those with the
    largest error signals; and BACKPROP_LANGUAGE, `language`, English. BACKPROP_VOICE has it told aloud.
    """

    network: str | Path | Network | None = None
    units: str = ""  # those in focus, "2:3, 3:1" for unit 3 of layer 2 and unit 1 of layer 3
    language: str = ""  # what it is told in, "de"

    @staticmethod
    def check_variables() -> None:
        """ChapterError where a variable has a value that there is not."""
        if reason := environment_variables.mistaken():
            raise ChapterError(reason)

    def find_network(self) -> Network:
        """The network that this chapter shows."""
        if chosen := os.environ.get(environment_variables.NETWORK):
            return read_network_once(Path(chosen).absolute(), chosen)
        return self.network if isinstance(self.network, Network) else self.own_network()

    @classmethod
    def own_network(cls) -> Network:
        """The network of the class where none is chosen for it: its attribute, or the default."""
        if isinstance(cls.network, Network):
            return cls.network
        if cls.network is None:
            return read_network_once(DEFAULT.absolute(), str(DEFAULT))
        owner = next(c for c in cls.__mro__ if "network" in vars(c))
        path = Path(inspect.getfile(owner)).parent / cls.network
        return read_network_once(path.absolute(), str(path))

    def find_units(self) -> str:
        """The units that are to be in focus and drawn, as "2:3, 3:1"; "" for those with the largest error signals."""
        return os.environ.get(environment_variables.UNITS) or self.units

    @classmethod
    def find_language(cls) -> Language:
        """The language that this chapter is told in."""
        try:
            return language(os.environ.get(environment_variables.LANGUAGE) or cls.language or ORIGINAL)
        except LanguageError as error:
            raise ChapterError(f"language: {error}") from None

    def find_voice(self) -> list[voice.Told] | None:
        """Where what is told aloud is kept; None if nothing is to be."""
        if not voice.wanted():
            return None
        if reason := voice.missing(self.tongue):
            raise ChapterError(f"voice: {reason}")
        return []


@lru_cache(maxsize=8)
def _read(path: Path, named: str, changed: tuple[int, ...]) -> Network:
    return read_network(named)


def read_network_once(path: Path, named: str) -> Network:
    """Reads a network file; the same unchanged files give the same Network, so that its study is shared by chapters."""
    return _read(path, named, tuple(p.stat().st_mtime_ns if p.is_file() else 0 for p in files_of(path)))
