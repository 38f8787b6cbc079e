"""Chapter 11: where no signals meet in a network, it shows an example of its own, and is then the same on any."""

from __future__ import annotations

from dataclasses import replace

from manim import tempconfig

from bpmath.model.network import Network
from scenes.matrix_form import MatrixForm
from studio.cache.job import jobs_for
from tests.networks import classes, single_path, tanh_path
from tests.watching import DRY


def key(net: Network) -> str:
    (job,) = jobs_for([MatrixForm], net, "l")
    return job.key


def played(net: Network) -> tuple[list[bytes], dict]:
    """The shapes after each play, and the papers."""
    seen = []

    class Shown(MatrixForm):
        network = net

        def play(self, *args: object, **kwargs: object) -> None:
            super().play(*args, **kwargs)
            seen.append(b"".join(m.points.tobytes() for top in self.mobjects for m in top.get_family()))

    with tempconfig(DRY):
        scene = Shown(skip_animations=True)
        scene.render()
    return seen, scene.papers


def test_on_paths_it_is_the_same_and_made_once() -> None:
    one, other = single_path(), replace(tanh_path(), name=single_path().name)
    assert played(one) == played(other)
    assert key(one) == key(other)


def test_the_name_is_in_its_ledger_and_a_network_where_signals_meet_is_its_own_example() -> None:
    assert key(single_path()) != key(replace(single_path(), name="other"))
    meeting = classes()
    assert MatrixForm.is_about(meeting) is meeting
    assert key(meeting) != key(replace(meeting, learning_rate=0.7))
