"""Two plugins in packages of their own, installed beside Tradewind, unknown to it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.contract.source import ROOT, text_files

NAMES = ("plm", "srm")


class Clean:
    """A virtual environment with the three wheels, away from the checkout."""

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
        self.run(
            sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet",
            "--disable-pip-version-check", "--no-deps", "--no-index", "--ignore-installed",
            *map(str, sorted(wheels.glob("*.whl"))),
        )

    def run(self, *words: str) -> str:
        """What a command prints; fails the test if the command fails."""
        environ = {k: v for k, v in os.environ.items()
                   if not k.startswith(("TRADEWIND_", "PYTHON", "PYTEST_", "COV_"))}
        done = subprocess.run(
            words, cwd=self.work, env={**environ, "LC_ALL": "C.UTF-8"}, capture_output=True,
            text=True, check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tradewind(self, *words: str) -> str:
        return self.run(str(self.command), *words)


@pytest.fixture(scope="module")
def clean(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Clean:
    return Clean(tmp_path_factory.mktemp("clean"), wheels)


def test_they_are_found_beside_tradewind(clean: Clean) -> None:
    places = clean.run(
        str(clean.python), "-P", "-c",
        "import core, tradewind_plm, tradewind_srm as s; "
        "print(core.__file__, tradewind_plm.__file__, s.__file__)",
    ).split()
    assert all(place.startswith(str(clean.folder)) for place in places), places
    listed = {line.split()[0] for line in clean.tradewind("plugin", "list").splitlines() if line}
    assert {*NAMES, "crm", "orders"} <= listed


def test_a_company_can_switch_them_on(clean: Clean) -> None:
    clean.tradewind("migrate")
    clean.tradewind("migrate", "--check")
    said = clean.tradewind("company", "add", "acme", "Acme", "--plugin", "plm", "--plugin", "srm")
    assert {"plm", "srm", "orders"} <= set(re.findall(r"\w+", said))


def test_they_keep_to_the_rules_and_their_own_promises(clean: Clean, tmp_path: Path) -> None:
    for name in NAMES:
        shutil.copytree(ROOT / "outside" / name / "tests", tmp_path / name,
                        ignore=shutil.ignore_patterns("__pycache__"))
    said = clean.run(
        str(clean.python), "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "--import-mode=importlib", "--rootdir", str(tmp_path), str(tmp_path),
    )
    passed = re.search(r"(\d+) passed", said)
    assert passed and int(passed.group(1)) >= 60, said[-500:]
    assert "skipped" not in said


def test_tradewind_knows_neither() -> None:
    word = re.compile(r"(?<![a-z])(?:plm|srm)(?![a-z])", re.I)
    found = [
        f"{name}: {match.group()}" for name, text in text_files()
        if name.startswith(("core/", "plugins/")) for match in word.finditer(text)
    ]
    assert not found
    assert word.search("import tradewind_plm") and word.search("SRM"), "the search can find"
