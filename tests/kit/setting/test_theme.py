"""The palettes: legible on what is behind them, and told apart by every kind of sight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest

from bpmath.files.network_file import NETWORKS
from scenes.kit.setting.theme import THEMES, Theme

ROLES = ("a", "theta", "slope", "delta", "J")
# Machado, Oliveira and Fernandes 2009, for linear RGB, severity 1
SIGHTS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
LEGIBLE = 4.5  # WCAG 2.2, 1.4.3
APART = 0.05  # in Oklab, where 0.02 is just seen between colours that touch


def linear(color: str) -> np.ndarray:
    """Linear RGB of a hex colour (IEC 61966-2-1)."""
    srgb = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson 2020."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    ) @ np.clip(rgb, 0, 1)
    return np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    ) @ np.cbrt(cones)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("role", [*ROLES, "text", "muted"])
def test_every_colour_is_legible(theme: Theme, role: str) -> None:
    for behind in (theme.background, theme.panel):
        assert contrast(getattr(theme, role), behind) >= LEGIBLE


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_two_roles_are_told_apart(theme: Theme, sight: str) -> None:
    seen = {role: oklab(SIGHTS[sight] @ linear(getattr(theme, role))) for role in ROLES}
    near = {pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in combinations(ROLES, 2)}
    assert min(near.values()) >= APART, min(near, key=near.get)


@pytest.mark.parametrize("network", ["single_path", "three_classes"])
def test_nothing_is_found_in_the_light_film(network: str) -> None:
    file = NETWORKS / f"{network}.toml"
    words = ["lint", "--theme", "light", "--network", str(file), "--json"]
    command = [sys.executable, "-m", "studio.commands.main", *words]
    run = subprocess.run(command, capture_output=True, text=True)    # a theme is chosen for a whole process
    assert json.loads(run.stdout) == [], run.stderr
    assert run.returncode == 0


def test_the_theme_that_is_chosen_is_on_the_screen() -> None:
    say = ("from scenes.summary import Summary; from studio.lint.views.play import play; "
           "print(play(Summary, None, lambda done: None).camera.background_color)")
    for name, theme in THEMES.items():
        run = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True,
                             env=os.environ | {"BACKPROP_THEME": name})
        assert run.stdout.strip() == theme.background, run.stderr


def test_the_measures_are_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert oklab(linear("#FFFFFF")) == pytest.approx([1, 0, 0], abs=1e-4)
    assert oklab(linear("#FF0000")) == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)
