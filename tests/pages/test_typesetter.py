"""Typst sees no file and no package, wherever the command is called."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from scenes.kit.text.typesetter import typesetter

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("text", [
    '#read("secret.txt")', '#read("/secret.txt")', '#include "secret.typ"', '#image("secret.svg")',
    '#json("secret.json")', '#read("/etc/hostname")', '#read("../secret.txt")', '#import "@local/secret:0.1.0": x'])
@pytest.mark.parametrize("system_fonts", [False, True])
def test_no_file_is_read(text: str, system_fonts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "packages" / "local" / "secret" / "0.1.0"
    package.mkdir(parents=True)
    (package / "typst.toml").write_text('[package]\nname = "secret"\nversion = "0.1.0"\nentrypoint = "lib.typ"\n')
    (package / "lib.typ").write_text("#let x = 1")
    for name in ("secret.txt", "secret.typ", "secret.json"):
        (tmp_path / name).write_text("1")
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>")
    monkeypatch.setenv("TYPST_PACKAGE_PATH", str(tmp_path / "packages"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(typst.TypstError, match=r"not found|escape the project root"):
        typesetter(system_fonts).compile(text.encode(), format="pdf")
    assert typesetter(system_fonts).compile(b"$ x $", format="pdf").startswith(b"%PDF")


def test_nothing_else_calls_typst() -> None:
    """One place makes the compiler, with an empty root."""
    makers = [file for package in ("bpmath", "scenes", "studio") for file in (HOUSE / package).rglob("*.py")
              if "typst.Compiler(" in (text := file.read_text(encoding="utf-8")) or "typst.compile(" in text]
    assert [file.name for file in makers] == ["typesetter.py"]
