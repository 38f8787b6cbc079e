"""Things that several tests share."""
from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from studio.cache.key import common, ingredients
from tests.chromium import launched

settings.register_profile("film", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", settings.get_profile("film"), derandomize=False, database=None, print_blob=True)
settings.load_profile("film")    # `make fuzz` asks for the other

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:   # run in a shell's background, where Ctrl-C is ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)

CHAPTER = '''
from scenes.kit.chapter import Chapter


class {name}(Chapter):
    chapter = {number}
    title = "The {name} <[b]chapter[/b]>"

    def construct(self):
        {body}
'''


# after the body of a tiny chapter: it can show nothing but a path
PATHS = """

    @classmethod
    def suits(cls, network):
        return "" if network.is_path else "draws single paths"
"""


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that is not the user's, one for all tests of a process."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("BACKPROP_CACHE", str(folder))
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of pages, one for all tests of a file."""
    with launched() as found:
        yield found


@pytest.fixture
def film_of(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory,
            monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Makes a film of tiny chapters, ``film_of(One="self.wait(1)")``, in this order; returns its package's name.

    Its cache is the test's own: chapters of these names in other tests took other times.
    """
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path_factory.mktemp("cache")))

    def write(**bodies: str) -> str:
        package = f"tiny_{tmp_path.name.replace('-', '_')}"
        folder = tmp_path / "films" / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        for number, (name, body) in enumerate(bodies.items(), 1):
            (folder / f"{name.lower()}_file.py").write_text(CHAPTER.format(name=name, number=number, body=body))
        monkeypatch.syspath_prepend(folder.parent)
        monkeypatch.setattr("studio.film.chapters.PACKAGE", package)
        monkeypatch.delenv("BACKPROP_NETWORK", raising=False)
        ingredients.cache_clear()
        common.cache_clear()
        return package

    yield write
    for module in [m for m in sys.modules if m.startswith("tiny_")]:
        del sys.modules[module]
