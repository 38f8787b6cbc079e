"""A chapter to be rendered, and what comes of it: plain data, which can be sent to any process on any machine."""
from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from scenes.kit.narration.sections import WHOLE, Part, slug
from scenes.kit.setting import environment_variables
from studio.cache.key import Ingredients, digest, ingredients
from studio.movie.clip_format import USUAL, Form

if TYPE_CHECKING:
    from bpmath.model.network import Network
    from scenes.kit.chapter import Chapter

Options = tuple[tuple[str, str], ...]
# a job has its network with it; every machine has its own cache
AT_HOME = {environment_variables.NETWORK, environment_variables.CACHE}


@dataclass(frozen=True)
class Job:
    """All that makes a chapter's files.

    `network` is the network itself (`bpmath.files.canonical`), `shown` what of it the files depend on, and `source`
    what the lecturer calls it; `options` are the environment variables that change the picture; `made_of` is the code
    and the libraries that are meant. Of a `part`, the movie has only that, and the last has all that is told and
    proved.
    """

    module: str
    name: str
    title: str
    network: str
    shown: tuple[str, ...]
    source: str
    quality: str
    options: Options
    made_of: Ingredients
    form: Form = USUAL
    part: Part = WHOLE

    @property
    def stem(self) -> str:
        """What its files are called, without their endings."""
        return f"{self.name}-{slug(self.form.section)}" if self.form.section else self.name

    @property
    def effort(self) -> str:
        """What the work that it is depends on, beside its chapter."""
        return f"{self.quality} {self.form}".strip()

    @property
    def key(self) -> str:
        """The same for two jobs only if they make the same files."""
        return digest(self.module, self.name, self.title, self.shown, self.quality, self.options, self.made_of,
                      astuple(self.form), self.part)


@dataclass(frozen=True)
class Rendered:
    """The files of a chapter by their endings, its seconds of film, and where the wall seconds went.

    `import`; `build`: proofs, formulas and layout; `play`: drawing and encoding; `finish`: moving files. Empty if the
    files were kept from before.
    """

    name: str
    files: Mapping[str, bytes]
    duration: float
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class Failed:
    """Why a chapter could not be rendered, in plain words; with a traceback where it is a fault of the program."""

    name: str
    reason: str
    traceback: str = ""


def jobs_for(cast: Sequence[type[Chapter]], network: Network | None, quality: str, form: Form = USUAL) -> list[Job]:
    """A job for each chapter, on this network, or each on its own where it is None."""
    from bpmath.files.canonical import canonical

    networks = {c: network or c.own_network() for c in cast}
    texts = {net: canonical(net) for net in networks.values()}

    def shown(c: type[Chapter], net: Network) -> tuple[str, ...]:
        example = c.is_about(net)
        return (texts[net],) if example is net else (net.name, canonical(example))    # the ledger has the name

    return [Job(c.__module__, c.__name__, c.told_title(net), texts[net], shown(c, net), net.source, quality, options(),
                ingredients(c.__module__), form) for c, net in networks.items()]


def options(environment: Mapping[str, str] = os.environ) -> Options:
    """The environment variables that change the picture."""
    return tuple(sorted((name, value) for name, value in environment.items()
                        if name.startswith(environment_variables.PREFIX) and name not in AT_HOME and value))
