"""Plugins that are broken before anybody uses them: boot names plugin, fault and cure (DESIGN §3).

With `--skip-broken` everything else works.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from core.cli import main
from core.discovery import discover
from core.errors import MigrationError, PluginError
from core.migrate import pending, upgrade
from core.platform import Platform, build_platform
from core.plugins import build_registry
from core.testing import World, make_settings
from core.testing.world import build_world

HEAD = """
from core.api import (
    ListView, Permission, Plugin, Record, Section, Step, ViewPatch, hookimpl, text,
)
plugin = Plugin("{name}", "Broken", summary="Broken on purpose", {manifest})
"""
# what is wrong: (manifest, code, what the message says, the cure that it names)
BROKEN = {
    "missing dependency": ('needs=("nothere",)', "", "needs plugin 'nothere'", "install 'nothere'"),
    "wrong core range": ('core=">=99"', "", "needs core >=99", "install a fitting version"),
    "no range at all": ('core="soon"', "", "'soon' is not a version range", ""),
    "cannot be imported": ("", "import nobody_has_this", "nobody_has_this", "--skip-broken"),
    "raising hook": (
        "", "@hookimpl\ndef register_settings():\n    raise ValueError('x')",
        "hook register_settings raised ValueError: x", "mend the hook"),
    "unknown hook": (
        "", "@hookimpl\ndef after_sav(ctx, record):\n    pass", "after_sav", ""),
    "foreign record": (
        "", "@hookimpl\ndef register_permissions():\n    return [Permission('crm.x', 'X')]",
        "'crm.x' is not its own", "start it with"),
    "step of others": (
        'needs=("crm",)',
        "@hookimpl\ndef register_steps():\n"
        "    return [Step('convert', 'crm.lead', 'Convert', (), None)]",
        "step 'crm.lead.convert' is there already", "rename one"),
    "list of others": (
        'needs=("crm",)',
        "@hookimpl\ndef register_views():\n    return [ListView('crm.lead', ('name',))]",
        "list of 'crm.lead' is not its own", "start it with"),
    "unknown anchor": (
        'needs=("crm",)',
        "@hookimpl\ndef register_views():\n"
        "    return [ViewPatch('crm.customer', 'nowhere', Section('a', 'A', ('name',)))]",
        "anchor 'nowhere'", "use one of"),
    "declared twice": (
        "", "@hookimpl\ndef register_permissions():\n"
        "    return [Permission('NAME.x', 'X'), Permission('NAME.x', 'Y')]",
        "declared twice", "rename one"),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Path]:
    """A folder for plugins of one file, forgotten afterwards."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    yield folder
    for path in folder.glob("*.py"):
        sys.modules.pop(path.stem, None)
    if str(folder) in sys.path:
        sys.path.remove(str(folder))


def _write(shelf: Path, name: str, manifest: str = "", code: str = "") -> None:
    text = HEAD.format(name=name, manifest=manifest) + code.replace("NAME", name)
    (shelf / f"{name}.py").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("what", BROKEN)
def test_boot_stops_and_names_plugin_fault_and_cure(shelf: Path, what: str) -> None:
    manifest, code, says, cure = BROKEN[what]
    name = f"broken{list(BROKEN).index(what)}"
    _write(shelf, name, manifest, code)
    modules = discover(Path("plugins"), shelf, ("crm", name))
    with pytest.raises(PluginError) as caught:
        build_registry(modules)
    assert caught.value.plugin == name
    for part in (name, says, cure):
        assert part in str(caught.value)
    registry = build_registry(discover(Path("plugins"), shelf, ("crm", name)), skip_broken=True)
    assert set(registry.broken) == {name}
    assert says in registry.broken[name]
    assert "crm" in registry.plugins


def test_two_plugins_of_one_name_hide_neither(shelf: Path) -> None:
    _write(shelf, "quotes")
    with pytest.raises(PluginError, match="two plugins have this name: plugins.quotes and quotes"):
        build_registry(discover(Path("plugins"), shelf, ("quotes",)))


def test_a_broken_plugin_is_listed_and_the_rest_works(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(shelf, "brokenlisted", 'core=">=99"')
    monkeypatch.setenv("TRADEWIND_PLUGINS_DIR", str(shelf))
    monkeypatch.setenv("TRADEWIND_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    listed = CliRunner().invoke(main, ["plugin", "list"])
    assert re.search(r"brokenlisted +broken: .*needs core >=99", listed.output)
    stopped = CliRunner().invoke(main, ["migrate"])
    assert stopped.exit_code == 1
    assert "brokenlisted" in stopped.output
    assert "Traceback" not in stopped.output
    platform = build_platform(
        make_settings(tmp_path), skip_broken=True,
        modules=discover(Path("plugins"), shelf, ("crm", "brokenlisted")))
    upgrade(platform)
    build_world(platform, ["crm"])
    client = World(platform).client("adm")
    for path in ("/", "/r/crm.customer", "/r/crm.customer/new"):
        assert client.get(path).status_code == 200
    assert "brokenlisted" in client.get("/admin/apps").text
    platform.database.engine.dispose()


# ---- a migration that fails
SCRIPT = """
import sqlalchemy as sa
from alembic import op

revision = "brokenpots_0001"
down_revision = None


def upgrade():
    op.create_table("brokenpots_half", sa.Column("id", sa.Integer))
    {fault}


def downgrade():
    pass
"""


def _pots(shelf: Path, tmp_path: Path, fault: str) -> Platform:
    _write(shelf, "brokenpots")
    folder = shelf / "brokenpots_migrations"
    folder.mkdir(exist_ok=True)
    (folder / "brokenpots_0001_first.py").write_text(SCRIPT.format(fault=fault))
    modules = discover(Path("plugins"), shelf, ("crm", "brokenpots"))
    return build_platform(make_settings(tmp_path), modules=modules)


@pytest.mark.parametrize("fault", ["raise ValueError('no')", "op.execute('SELECT 1 FROM nowhere')"])
def test_a_failing_migration_names_the_plugin_and_keeps_nothing(
    shelf: Path, tmp_path: Path, fault: str
) -> None:
    platform = _pots(shelf, tmp_path, fault)
    with pytest.raises(MigrationError) as caught:
        upgrade(platform)
    for part in ("brokenpots", "taken back", "tradewind migrate"):
        assert part in str(caught.value)
    names = set(inspect(platform.database.engine).get_table_names())
    assert "brokenpots_half" not in names
    assert "crm_customer" in names, "the others were brought up to date"
    assert [area.name for area in pending(platform)] == ["brokenpots"]
    platform.database.engine.dispose()
    mended = _pots(shelf, tmp_path, "pass")
    assert upgrade(mended) == ["brokenpots: brokenpots_0001"]
    mended.database.engine.dispose()
