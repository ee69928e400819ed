"""A wheel, installed away from the checkout, is the whole product."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what `pip install` puts into site-packages."""
    target = tmp_path_factory.mktemp("installed")
    wheel = next(wheels.glob("tradewind-*.whl"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--no-index", "--target", str(target), str(wheel)],
        check=True,
    )
    return target


def test_the_wheel_carries_everything(installed: Path) -> None:
    for name in (
        "core/defaults/default.toml", "core/defaults/gunicorn.py", "core/static/dist/manifest.json",
        "core/static/fonts/NotoSansSC-Regular.ttf", "core/templates/base.html",
        "core/translations/zh/LC_MESSAGES/messages.mo",
        "plugins/operations/templates/scaffold/hooks.py.txt",
        "core/migrations/core_0001_first_tables.py",
        "plugins/crm/migrations/crm_0001_first_tables.py",
        "plugins/crm/translations/zh/LC_MESSAGES/messages.mo",
    ):
        assert (installed / name).is_file(), name
    for pattern in ("templates/**/*.html", "migrations/*.py", "translations/**/*.mo", "data/*"):
        for path in (ROOT / "plugins").rglob(pattern):
            assert (installed / path.relative_to(ROOT)).is_file(), path
    assert not list(installed.rglob("tests")), "tests stay at home"


def test_it_prepares_and_checks_itself_elsewhere(installed: Path, tmp_path: Path) -> None:
    environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith("TRADEWIND_")},
        "PYTHONPATH": str(installed), "LC_ALL": "C.UTF-8",
    }

    def tradewind(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "core.cli", *words], cwd=tmp_path, env=environ,
            capture_output=True, text=True, check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    tradewind("migrate")
    assert (tmp_path / "var" / "tradewind.db").is_file()
    assert "✗" not in tradewind("check")
    place = "import core, plugins.crm; print(core.__file__, plugins.crm.__file__)"
    files = subprocess.run(
        [sys.executable, "-P", "-c", place], cwd=tmp_path, env=environ, capture_output=True,
        text=True, check=True,
    ).stdout.split()
    assert all(name.startswith(str(installed)) for name in files)
