"""The command `tradewind`: what a person types and reads."""

from __future__ import annotations

import json
import os
import socket
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, text, update

from core import doctor
from core.accounts import Browser, demo_hash, password_fits, sign_in
from core.audit import Comment
from core.backup import backup, restore
from core.cli import main
from core.context import utc_now
from core.db import ALL
from core.errors import ConfigError
from core.guards import unguarded_tables
from core.outbox import OutboxRow, add_job
from core.people import Member, User
from core.platform import Platform, build_platform
from core.testing import World, make_settings
from core.testing.world import postgres_world

Run = Callable[..., Result]
LONG = "a long password"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command on an installation in an empty folder."""
    monkeypatch.setenv("TRADEWIND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def typed(*words: str, code: int = 0, **environ: str) -> Result:
        result = CliRunner().invoke(main, list(words), env=environ)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return typed


def _platform(folder: Path) -> Platform:
    return build_platform(make_settings(folder))


def test_a_company_and_its_first_user(run: Run, tmp_path: Path) -> None:
    run("company", "add", "acme", "Acme", "--plugin", "crm")
    run("user", "add", "ann", "--password", LONG, "--role", "adm", "--name", "Ann")
    platform = _platform(tmp_path)
    with platform.database.session(ALL, readonly=True) as session:
        ann = session.scalar(select(User).where(User.login == "ann"))
        member = session.scalar(select(Member).where(Member.user_id == ann.id))
        assert password_fits(ann, LONG)
        assert (ann.name, member.roles) == ("Ann", ["adm"])
    listed = run("plugin", "list").output
    assert "used by acme" in next(line for line in listed.splitlines() if line.startswith("crm"))
    assert "no company" in next(line for line in listed.splitlines() if line.startswith("quotes"))
    run("plugin", "enable", "quotes")
    assert "quotes" in run("plugin", "disable", "crm", code=1).output
    run("plugin", "disable", "quotes")
    run("user", "password", "ann", "--password", "another long one")
    with platform.database.session(ALL, readonly=True) as session:
        assert password_fits(session.scalar(select(User)), "another long one")
    platform.database.engine.dispose()


@pytest.mark.parametrize(("words", "says"), [
    (("user", "add", "ann", "--password", LONG, "--role", "king"), "no role 'king'"),
    (("user", "add", "ann", "--password", "short", "--role", "adm"), "at least"),
    (("user", "add", "ann", "--password", LONG, "--role", "adm", "--company", "x"), "no company"),
    (("user", "password", "nobody", "--password", LONG), "no user"),
    (("plugin", "enable", "nothing"), "`tradewind plugin list`"),
    (("plugin", "check", "nothing"), "`tradewind plugin list`"),
    (("company", "add", "b", "B", "--plugin", "nothing"), "`tradewind plugin list`"),
    (("company", "add", "acme", "Again"), "already"),
    (("plugin", "new", "Bad-Name"), "small letters"),
    (("migrate", "--make", "nothing"), "no plugin"),
])
def test_a_mistake_is_answered_with_a_sentence(run: Run, words: tuple[str, ...], says: str) -> None:
    run("company", "add", "acme", "Acme", "--plugin", "crm")
    output = run(*words, code=1).output
    assert output.startswith("Error: ")
    assert "Traceback" not in output
    assert says in output


def test_without_tables_it_says_what_to_do(run: Run) -> None:
    output = run("user", "password", "ann", "--password", LONG, code=1).output
    assert "tradewind check" in output
    assert "core" in run("migrate", "--check", code=1).output
    run("migrate")
    assert "as the code wants them" in run("migrate", "--check").output


def test_a_wrong_setting_is_a_sentence(run: Run) -> None:
    assert "port is 'x'" in run("migrate", code=1, TRADEWIND_PORT="x").output
    assert "port is 'x'" in run("check", code=1, TRADEWIND_PORT="x").output
    assert "1<=x<=65535" in run("serve", "--port", "99999", code=2).output


def test_the_doctor_names_the_cure(run: Run) -> None:
    before = run("check", code=1).output
    assert "Run: tradewind migrate" in before
    run("migrate")
    output = run("check", code=None or _code(), TRADEWIND_REDIS_URL="redis://127.0.0.1:1/0").output
    assert "at the newest version" in output
    assert "the workers look by themselves" in output


def _code() -> int:
    """Assets may not be built where only these tests run."""
    built = (doctor.STATIC / "dist" / "manifest.json").is_file()
    catalog = doctor.STATIC.parent / "translations/zh/LC_MESSAGES/messages.mo"
    return 0 if built and catalog.is_file() else 1


def test_production_refuses_demo_passwords(run: Run, tmp_path: Path) -> None:
    run("company", "add", "acme", "Acme", "--plugin", "crm")
    run("user", "add", "rep", "--password", LONG, "--role", "adm")
    platform = _platform(tmp_path)
    assert doctor.demo_passwords(platform) == []
    with platform.database.transaction(ALL) as session:
        session.scalar(select(User)).password_hash = demo_hash()
    # signing in hashes old passwords anew, but not this one: it must stay known
    sign_in(platform.database, ["k" * 48], "rep", "demo", "", Browser("127.0.0.1"), utc_now())
    assert doctor.demo_passwords(platform) == ["rep"]
    platform.database.engine.dispose()
    safe = {"TRADEWIND_MODE": "production", "TRADEWIND_SECRET_KEY": "k" * 48}
    assert "tradewind user password" in run("serve", code=1, **safe).output
    weak = {"TRADEWIND_MODE": "production"}
    assert "TRADEWIND_SECRET_KEY" in run("serve", code=1, **weak).output
    assert "production" in run("demo", code=1, **safe).output


def test_a_chinese_terminal_is_answered_in_chinese(run: Run) -> None:
    run("migrate")
    output = run("plugin", "enable", "x", "--company", "x", code=1, LC_ALL="zh_CN.UTF-8").output
    assert "没有" in output


# ---- backup and restore
def _company(run: Run, folder: Path) -> Path:
    run("company", "add", "acme", "Acme", "--plugin", "crm")
    run("user", "add", "ann", "--password", LONG, "--role", "adm")
    files = folder / "files" / "1"
    files.mkdir(parents=True)
    (files / "abc").write_bytes(b"content")
    (files / "half.part").write_bytes(b"half")
    archive = folder / "out.tar.gz"
    assert str(archive) in run("backup", str(archive)).output
    return archive


def test_what_was_backed_up_comes_back(run: Run, tmp_path: Path) -> None:
    archive = _company(run, tmp_path)
    with tarfile.open(archive) as opened:
        names = set(opened.getnames())
    assert {"manifest.json", "tradewind.db", "files/1/abc"} <= names
    assert "files/1/half.part" not in names
    run("user", "add", "bob", "--password", LONG, "--role", "adm")
    (tmp_path / "files" / "1" / "abc").unlink()
    assert "--replace" in run("restore", str(archive), code=1).output
    output = run("restore", str(archive), "--replace").output
    assert "kept what was there" in output
    assert "1 files" in output
    assert (tmp_path / "files" / "1" / "abc").read_bytes() == b"content"
    platform = _platform(tmp_path)
    with platform.database.session(ALL, readonly=True) as session:
        assert list(session.scalars(select(User.login))) == ["ann"]
    platform.database.engine.dispose()


def _repacked(archive: Path, change: Callable[[Path], Any]) -> Path:
    folder = archive.parent / "unpacked"
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    change(folder)
    target = archive.parent / "changed.tar.gz"
    with tarfile.open(target, "w:gz") as packed:
        for path in folder.iterdir():
            packed.add(path, path.name)
    return target


def test_a_damaged_or_foreign_archive_changes_nothing(run: Run, tmp_path: Path) -> None:
    archive = _company(run, tmp_path)
    before = (tmp_path / "tradewind.db").stat().st_mtime_ns

    def cut(folder: Path) -> None:
        content = (folder / "tradewind.db").read_bytes()
        (folder / "tradewind.db").write_bytes(content[:-100])

    def other_kind(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest | {"database": "postgresql"}))

    for change, says in ((cut, "damaged"), (other_kind, "fitting database_url")):
        changed = _repacked(archive, change)
        assert says in run("restore", str(changed), "--replace", code=1).output
    other = {"TRADEWIND_SECRET_KEY": "another key"}
    assert "old_secret_keys" in run("restore", str(archive), "--replace", code=1, **other).output
    torn = tmp_path / "torn.tar.gz"
    for content in (b"no archive", archive.read_bytes()[:-500]):
        torn.write_bytes(content)
        assert "tradewind backup" in run("restore", str(torn), "--replace", code=1).output
    assert (tmp_path / "tradewind.db").stat().st_mtime_ns == before


def test_a_shortened_audit_trail_is_noticed(run: Run, tmp_path: Path) -> None:
    archive = _company(run, tmp_path)
    platform = _platform(tmp_path)
    with platform.database.transaction(ALL) as session:
        session.execute(text("DROP TRIGGER core_audit_keep_all"))
        session.execute(text("DELETE FROM core_audit WHERE id = (SELECT max(id) FROM core_audit)"))
    second = backup(platform, tmp_path / "second.tar.gz")
    platform.database.engine.dispose()
    heads = json.loads((_unpacked(archive) / "manifest.json").read_text())["audit_heads"]

    def keep_heads(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest | {"audit_heads": heads}))

    forged = _repacked(second, keep_heads)
    with pytest.raises(ConfigError, match="shorter"):
        list(restore(_platform(tmp_path), forged, replace=True, other_key=True))


def _unpacked(archive: Path) -> Path:
    folder = archive.parent / "first"
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder


def test_postgres_is_backed_up_and_comes_back(tmp_path: Path) -> None:
    """As a role that row level security binds, which pg_dump would otherwise refuse."""
    if not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    with postgres_world(tmp_path, ("crm",)) as world:
        with world.act("adm") as ctx:
            ctx.session.add(Comment(
                company_id=ctx.company.id, record_key="x", record_id=1, at=ctx.now, body="kept",
            ))
        archive = backup(world.platform, tmp_path / "out.tar.gz")
        with world.platform.database.transaction(ALL) as session:
            session.execute(delete(Comment))
        lines = list(restore(world.platform, archive, replace=True))
        assert "the audit trail reaches as far as it did" in lines
        with world.act("adm") as ctx:
            assert list(ctx.session.scalars(select(Comment.body))) == ["kept"]
        with world.act("b-adm") as ctx:
            assert list(ctx.session.scalars(select(Comment.body))) == []
        with world.platform.database.engine.connect() as connection:
            assert unguarded_tables(connection) == []


@pytest.mark.plugins("products")
def test_readiness_says_why_not(world: World) -> None:
    client = world.client()
    assert client.get("/readyz").json == {"ok": True, "reasons": []}
    with world.act() as ctx:
        ctx.session.execute(delete(OutboxRow))
        add_job(ctx.session, ctx.company.id, "core.mail", {}, ctx.now - timedelta(days=328))
    assert client.get("/readyz").json["ok"], "what a demo dates back has waited since just now"
    with world.act() as ctx:
        ctx.session.execute(update(OutboxRow).values(created_at=ctx.now - timedelta(hours=1)))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["reasons"]) == (503, ["work"])
    with world.platform.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE core_outbox")
    assert client.get("/readyz").json["reasons"] == ["database"]


def test_a_port_in_use_is_said_before_anything_is_prepared(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        output = run("serve", "--prepare", "--port", str(port), code=1).output
    assert f"Port {port}" in output
    assert not (tmp_path / "tradewind.db").exists()
