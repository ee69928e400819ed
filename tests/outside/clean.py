"""A clean environment with wheels, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path


class Clean:
    """A virtual environment with the wheels of a folder, away from the checkout."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder, self.work = folder / "venv", folder
        venv.create(self.folder, with_pip=False, symlinks=os.name != "nt")
        bin_folder = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python, self.command = bin_folder / "python", bin_folder / "tradewind"
        site = Path(self.run(
            str(self.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"
        ).strip())
        # the libraries that Tradewind needs come from here; a path in a .pth file brings none of
        # the .pth files in it, so an editable Tradewind there stays out
        (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        self.install(*sorted(wheels.glob("*.whl")))

    def install(self, *wheels: Path) -> None:
        """Install wheels, or other versions of them."""
        self._pip("install", "--no-deps", "--no-index", "--force-reinstall", *map(str, wheels))

    def remove(self, *packages: str) -> None:
        """Uninstall packages."""
        self._pip("uninstall", "--yes", *packages)

    def _pip(self, *words: str) -> None:
        self.run(sys.executable, "-m", "pip", "--python", str(self.python), "--quiet",
                 "--disable-pip-version-check", *words)

    def run(self, *words: str, **more: str) -> str:
        """What a command prints; fails the test if the command fails."""
        environ = {k: v for k, v in os.environ.items()
                   if not k.startswith(("TRADEWIND_", "PYTHON", "PYTEST_", "COV_"))}
        done = subprocess.run(
            words, cwd=self.work, env={**environ, "LC_ALL": "C.UTF-8", **more}, capture_output=True,
            text=True, check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tradewind(self, *words: str) -> str:
        return self.run(str(self.command), *words)
