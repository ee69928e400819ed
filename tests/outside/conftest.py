"""The wheels of Tradewind and of the plugins outside it, built once for all workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = (
    ".git", ".venv", "node_modules", "var", "build", "*.egg-info", "__pycache__", ".*_cache", "*.mo"
)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time: making a folder is atomic everywhere."""
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            time.sleep(0.2)
    try:
        yield
    finally:
        lock.rmdir()


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheels of tradewind and of each package below outside/."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    target = shared / "wheels"
    with _alone(shared / "wheels.lock"):
        if not target.is_dir():
            _build(tmp_path_factory.mktemp("source") / "tradewind", target)
    return target


def _build(source: Path, target: Path) -> None:
    """Build from a clean copy, so that nothing of the checkout is used or changed."""
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*SKIPPED))
    modules = ROOT / "node_modules"
    if modules.is_dir():
        (source / "node_modules").symlink_to(modules)
    packages = sorted(str(path.parent) for path in source.glob("outside/*/setup.cfg"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--wheel-dir", str(target), str(source), *packages],
        check=True,
    )
