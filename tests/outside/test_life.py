"""Plugins come, grow, rest, leave and come back, on both databases; what people made stays."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.source import ROOT
from tests.core.test_migrate import empty_postgres
from tests.outside.clean import Clean

LIFE = Path(__file__).with_name("life.py")
GROWN = '    origin: Mapped[str | None] = text(_("Remarks"), length=40)\n'
SCRIPT = '''"""Where things come from."""

import sqlalchemy as sa
from alembic import op

revision = "{name}_0002"
down_revision = "{name}_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("{table}") as batch:
        batch.add_column(sa.Column("origin", sa.String(length=40), nullable=True))
    op.execute("UPDATE {table} SET origin = 'workshop'")


def downgrade() -> None:
    with op.batch_alter_table("{table}") as batch:
        batch.drop_column("origin")
'''


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheels of version 0.2 of both: a field more, and the migration that fills it."""
    folder = tmp_path_factory.mktemp("grown")
    for name, table, before in (("plm", "plm_part", "    remarks: Mapped"),
                                ("srm", "srm_supplier", "    contact: Mapped")):
        source = folder / name
        shutil.copytree(ROOT / "outside" / name, source, ignore=shutil.ignore_patterns(
            "build", "*.egg-info", "__pycache__"))
        _edit(source / "setup.cfg", "version = 0.1", "version = 0.2")
        _edit(source / f"tradewind_{name}" / "records.py", before, GROWN + before)
        script = source / f"tradewind_{name}" / "migrations" / f"{name}_0002_origin.py"
        script.write_text(SCRIPT.format(name=name, table=table), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--wheel-dir", str(folder / "wheels"), str(folder / "plm"),
         str(folder / "srm")], check=True)
    return folder / "wheels"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name}: {old}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[list[str]]:
    """An empty SQLite file and, if there is a server, an empty PostgreSQL database."""
    first = f"sqlite:///{tmp_path / 'life.db'}"
    if os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        with empty_postgres() as second:
            yield [first, second]
    else:
        yield [first]


@pytest.mark.timeout(1800)  # a dozen processes, one after the other
def test_what_people_made_survives_whatever_happens_to_a_plugin(
    wheels: Path, grown: Path, urls: list[str], tmp_path: Path
) -> None:
    clean = Clean(tmp_path, wheels)
    packages = ("tradewind-plm", "tradewind-srm")

    def stage(name: str) -> None:
        said = clean.run(str(clean.python), "-P", str(LIFE), name, *urls)
        assert len(re.findall(rf"{name} \d done", said)) == len(urls), said

    stage("begin")
    clean.install(*sorted(grown.glob("*.whl")))
    stage("upgraded")
    clean.remove(*packages)
    stage("away")
    clean.install(*sorted(grown.glob("*.whl")))
    stage("back")
    clean.remove(*packages)
    stage("away")
    clean.install(*sorted(grown.glob("*.whl")))
    stage("again")
