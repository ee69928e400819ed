"""Commands of a plugin work like those of the core: before the first table, beside broken ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from core.api import operations, record_class
from core.cli import main
from core.migrate import create_everything
from core.platform import build_platform
from core.testing import make_settings
from plugins.operations.demo import Play, load_demo

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command on an installation in an empty folder that knows a broken plugin."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "tornpages.py").write_text("raise RuntimeError('torn')\n")
    monkeypatch.setenv("TRADEWIND_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def typed(*words: str, broken: bool = False, code: int = 0, **environ: str) -> Result:
        if broken:
            environ["TRADEWIND_PLUGINS_DIR"] = str(shelf)
        result = CliRunner().invoke(main, list(words), env=environ)
        assert result.exit_code == code, result.output
        return result

    return typed


def test_plugins_are_listed_before_there_are_tables(run: Run) -> None:
    assert "operations   0.1    Operations; used by every company" in run("plugin", "list").output


def test_a_broken_plugin_is_named_and_can_be_left_out(run: Run) -> None:
    assert "tornpages    broken" in run("plugin", "list", broken=True).output
    refused = run("company", "add", "acme", "Acme", "--plugin", "crm", broken=True, code=1)
    assert "plugin 'tornpages'" in refused.output
    done = run("company", "add", "acme", "Acme", "--plugin", "crm", "--skip-broken", broken=True)
    assert "acme: plugins admin, crm, inbox, operations, products" in done.output


def test_a_wrong_setting_is_a_sentence_and_help_stands(run: Run) -> None:
    answer = run("user", "add", "ann", "--password", "x", code=1, TRADEWIND_PORT="x").output
    assert "port is 'x'" in answer
    assert "migrate" in run("--help", TRADEWIND_PORT="x").output


def test_each_part_of_the_demo_is_named_as_it_begins(tmp_path: Path) -> None:
    platform = build_platform(make_settings(tmp_path), only=["crm"])
    create_everything(platform)
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        with platform.database.session(operations.ALL, readonly=True) as session:
            rows = session.scalar(select(func.count()).select_from(record_class("crm.inquiry")))
        if "xilan stories crm" in line:
            assert not rows, "said before, not after"
        if "100%" in line and "xilan" in line:
            assert rows

    load_demo(platform, tell, Play(scale=0.02))
    platform.database.engine.dispose()
    assert sum("xilan stories crm" in line for line in told) == 1
    assert sum("100%" in line for line in told) == 2
