"""What is said of a network file that is refused."""
from __future__ import annotations

from pathlib import Path

import pytest

from bpmath.files.network_file import read_network
from bpmath.model.network import NetworkError


def refused(path: Path) -> str:
    """The words: one to three lines that begin with the network file's name."""
    with pytest.raises(NetworkError) as caught:
        read_network(path)
    said = str(caught.value)
    assert said.startswith(str(path))
    assert 1 <= len(said.splitlines()) <= 3
    return said
