"""Two plugins in packages of their own, installed beside Tradewind, unknown to it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.contract.source import ROOT, text_files
from tests.outside.clean import Clean

pytestmark = pytest.mark.timeout(1800)  # their own suites run inside one test
NAMES = ("plm", "srm")


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
