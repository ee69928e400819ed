"""A new plugin, as `tradewind plugin new` writes it, works and keeps to every rule."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ConfigError
from plugins.operations.scaffold import new_plugin


@pytest.mark.parametrize("name", ["", "A", "a b", "class", "core", "1st", "a-b", "x" * 40, "../up"])
def test_a_bad_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="letters"):
        new_plugin(tmp_path, name, "", name)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    new_plugin(tmp_path, "visits", "Visits", "visits")
    with pytest.raises(ConfigError, match="exists"):
        new_plugin(tmp_path, "visits", "Visits", "visits")


def test_a_new_plugin_migrates_and_passes_its_check(tmp_path: Path) -> None:
    """In a process of its own: its tables belong to no other test."""
    new_plugin(tmp_path / "own", "visits", "Trade fair visits", "visits")
    environ = {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "TRADEWIND_PLUGINS_DIR": str(tmp_path / "own"),
        "TRADEWIND_DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": str(tmp_path / "own"),
    }

    def tradewind(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "core.cli", *words],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).resolve().parents[3],
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "visits: visits_0001" in tradewind("migrate")
    assert "nothing changed" in tradewind("migrate", "--make", "visits")
    tradewind("company", "add", "acme", "Acme", "--plugin", "visits")
    assert "Trade fair visits; used by acme" in tradewind("plugin", "list")
    assert " passed" in tradewind("plugin", "check", "visits")
