"""A chapter is rendered again when anything changed that it is made of, and only then."""
from __future__ import annotations

import importlib.metadata
import pickle
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bpmath.files.network_file import DEFAULT, read_network
from studio.cache import key
from studio.cache.job import Job, Rendered, jobs_for
from studio.cache.store import Store
from studio.film.chapters import chapters, find
from studio.film.folder import Order
from studio.film.make import Tell, make_all
from studio.movie.clip_format import Form
from tests.tiny import whole_files


def files_of(job: Job) -> dict[str, bytes]:
    """Whole files of a chapter in the form that is asked for."""
    files = whole_files(job.name)
    if not job.form.is_movie:
        return {"-1.png": files[".png"], ".json": files[".json"]}
    return {f".{job.form.format}" if kind == ".mp4" else kind: data for kind, data in files.items()}


class Counting:
    """An engine that renders nothing and counts what it was asked for."""

    room = 1

    def __init__(self) -> None:
        self.asked: list[Job] = []

    def submit(self, number: int, job: Job) -> None:
        self.asked.append(job)
        self.last = number

    def next(self, seconds: float) -> tuple[int, Rendered]:
        job = self.asked[-1]
        return self.last, Rendered(job.name, files_of(job), 1.0, {"play": 1.0})


@pytest.fixture
def rendered_again(film_of: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Whether a chapter is rendered if it is asked for now, and not when it is then asked for once more."""
    package = film_of(One="self.wait(0.1)")
    monkeypatch.chdir(tmp_path)
    code = tmp_path / "code"
    for name in ("bpmath", "scenes", "studio"):
        shutil.copytree(Path(key.__file__).parents[2] / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
    find = key.file_of

    def file_of(module: str) -> Path:
        if module.startswith(package):
            return find(module)
        place = code.joinpath(*module.split("."))
        return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")

    monkeypatch.setattr(key, "file_of", file_of)
    store = Store(tmp_path / "store")
    network = tmp_path / "mine.toml"
    network.write_text(DEFAULT.read_text())

    def asked(quality: str, force: bool = False, **form: object) -> int:
        key.ingredients.cache_clear()
        key.common.cache_clear()
        engine = Counting()
        jobs = tuple(jobs_for(chapters(), read_network(network), quality, Form(**form)))
        (made,) = make_all([Order("", tmp_path / "out", jobs)], engine, store, Tell(), force)
        assert not made.failed
        return len(engine.asked)

    def again(quality: str = "l", force: bool = False, **form: object) -> bool:
        first = asked(quality, force, **form)
        assert asked(quality, **form) == 0
        return first == 1

    assert again()
    assert not again()
    return again


def edit(path: Path, old: str = "", new: str = "# a remark\n") -> None:
    path.write_text(path.read_text().replace(old, new, 1))


# what a worker loads that cannot change a file, and why
HARMLESS = {
    "beautifulsoup4": "manim's, for listings of code", "soupsieve": "for that", "pygments": "for that",
    "click": "the command line", "cloup": "manim's command line", "ipython": "manim's, in notebooks",
    "traitlets": "for that", "isosurfaces": "manim's, for implicit curves", "lxml": "for manim's code listings",
    "mapbox-earcut": "manim's, for OpenGL", "moderngl": "manim's, for OpenGL", "networkx": "manim's, for graphs",
    "platformdirs": "the cache's place", "pydub": "manim's, for sounds in a scene", "rich": "what is told meanwhile",
    "safetensors": "a job has its numbers with it", "setuptools": "pkg_resources of other libraries",
    "tqdm": "progress", "typing-extensions": "types", "watchdog": "manim's, for previews",
    "attrs": "for others", "pyyaml": "for others",
    **dict.fromkeys(("studio", "studio.cache", "studio.film", "studio.movie", "studio.render", "studio.system"),
                    "without code"),
    "studio.film.chapters": "finds them", "studio.cache.job": "is the key", "studio.cache.key": "is the key",
    "studio.system.mistake": "what is told", "studio.system.signals": "Ctrl-C",
    "studio.system.staging": "where files are",
    "studio.system.workplace": "where files are", "studio.render.worker": "takes jobs and gives answers",
}
RENDERS = """
import pickle, sys
from importlib.metadata import packages_distributions
from studio.render import worker    # as in a worker, of which this is the job
from studio.cache.job import Rendered
answers = []
assert isinstance(worker.outcome(pickle.load(sys.stdin.buffer), answers.append), Rendered)
own = {name for name in sys.modules if name.partition(".")[0] in ("bpmath", "scenes", "studio")}
tops = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
print(*own, *(library for top in tops for library in packages_distributions().get(top, ())), sep="\\n")
"""


def test_all_that_a_worker_loads_is_in_the_key_or_harmless() -> None:
    (job,) = jobs_for([find("Summary")], None, "l", Form(section="1"))
    run = subprocess.run([sys.executable, "-c", RENDERS], input=pickle.dumps(job), capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
    loaded = {name.lower().replace("_", "-") if "." not in name else name for name in run.stdout.decode().split()}
    covered = {"backprop-film", job.module.lower(), *HARMLESS, *key.RENDERING, *key.LIBRARIES}
    assert {"av", "manim", "srt", "studio.render.chapter_files", "scenes.kit.chapter"} <= loaded
    assert not {name for name in loaded - covered if not name.startswith(key.PACKAGES) and name != "scenes"}


@pytest.mark.parametrize("file", [
    "bpmath/numeric/backprop.py", "bpmath/__init__.py", "scenes/kit/setting/theme.py", "scenes/kit/canvas/canvas.py",
    *(f"{module.replace('.', '/')}.py" for module in key.RENDERING)])
def test_code(file: str, rendered_again: Callable, tmp_path: Path) -> None:
    edit(tmp_path / "code" / file)
    assert rendered_again()


def test_a_new_file_a_font_a_catalogue_and_the_chapter_itself(rendered_again: Callable, tmp_path: Path) -> None:
    (tmp_path / "code" / "scenes" / "kit" / "extra.py").touch()
    assert rendered_again()
    font = next((tmp_path / "code" / "scenes" / "kit" / "fonts").glob("*.ttf"))
    font.write_bytes(font.read_bytes() + b"\0")
    assert rendered_again()
    edit(tmp_path / "code" / "scenes" / "kit" / "languages" / "en.po")
    assert rendered_again()
    (chapter,) = (tmp_path / "films").glob("*/one_file.py")
    edit(chapter)
    assert rendered_again()


def test_other_chapters_and_the_command_do_not_matter(rendered_again: Callable, tmp_path: Path) -> None:
    for file in ("scenes/summary.py", "studio/commands/main.py", "studio/render/pool.py"):
        edit(tmp_path / "code" / file)
    edit(tmp_path / "code" / "bpmath" / "networks" / "mazur.toml", "0.15", "0.16")
    assert not rendered_again()


@pytest.mark.parametrize(("old", "new"), [("0.8", "0.8000000000000002"), ("single path", "other"), ("0.1", "0.2")])
def test_the_network(old: str, new: str, rendered_again: Callable, tmp_path: Path) -> None:
    edit(tmp_path / "mine.toml", old, new)
    assert rendered_again()


def test_how_the_file_is_written_and_where_it_is_does_not_matter(rendered_again: Callable, tmp_path: Path) -> None:
    edit(tmp_path / "mine.toml", "0.8", "0.80")
    assert not rendered_again()


def test_the_quality_and_force(rendered_again: Callable) -> None:
    assert rendered_again("h")
    assert rendered_again("l", force=True)


@pytest.mark.parametrize("form", [
    {"format": "webm"}, {"format": "png"}, {"transparent": True}, {"burn": True}, {"section": "1"},
    {"preset": "veryfast"}], ids=str)
def test_the_form(form: dict, rendered_again: Callable) -> None:
    assert rendered_again(**form)
    assert not rendered_again()


@pytest.mark.parametrize(("option", "value"), [("THEME", "light"), ("UNITS", "2:1"), ("LANGUAGE", "de"),
                                               ("DRAWING", "manim")])
def test_options(option: str, value: str, rendered_again: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"BACKPROP_{option}", value)
    assert rendered_again()


@pytest.mark.parametrize("name", key.LIBRARIES)
def test_versions(name: str, rendered_again: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda n: "0.0" if n == name else version(n))
    assert rendered_again()


def test_python_the_machine_and_cairo(rendered_again: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "99", "0"))
    assert rendered_again()
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    assert rendered_again()
    monkeypatch.setattr(key, "cairo", lambda: "0.1")
    assert rendered_again()


def test_a_process_with_other_code_refuses_a_job(film_of: Callable) -> None:
    from dataclasses import replace

    from studio.render.chapter_files import render
    from studio.system.mistake import Mistake

    film_of(One="self.wait(0.1)")
    (job,) = jobs_for(chapters(), None, "l")
    old = tuple((name, "0.21.0" if name == "manim" else value) for name, value in job.made_of)
    with pytest.raises(Mistake, match=r"One: .* has another version of manim than where the film was begun"):
        render(replace(job, made_of=old))
