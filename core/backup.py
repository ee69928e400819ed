"""Backup and restore: database and files in one archive, with proof that it is whole.

The archive (tar.gz) holds `manifest.json`, the database (`tradewind.db` by SQLite's online backup,
or `database.dump` by pg_dump) and `files/`. The manifest has hashes, versions, the head of each
company's audit chain and a proof of the secret key: without the key the sealed trail and stored
passwords of other systems could not be read again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from core import __version__
from core.audit import AuditRow
from core.db import ALL
from core.errors import ConfigError
from core.people import Company
from core.platform import Platform

FORMAT = 1
NAMES = {True: "tradewind.db", False: "database.dump"}


def backup(platform: Platform, target: str | Path | None = None) -> Path:
    """Write an archive while the server runs; returns its path.

    `target` is a file, or a folder to write a dated file in. The archive gets its name only when
    it is complete. Raises ConfigError naming what is missing.
    """
    path = _target(platform, target)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise ConfigError(f"{path} exists. Choose another name.")
    half = path.with_name(path.name + ".part")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        # heads, then database, then files: what comes later may only have more than it needs
        heads = _heads(platform)
        copy = Path(folder) / NAMES[platform.database.sqlite]
        (_copy_sqlite if platform.database.sqlite else _dump_postgres)(platform, copy)
        manifest = Path(folder) / "manifest.json"
        text = json.dumps(_manifest(platform, copy, heads), indent=1)
        manifest.write_text(text, encoding="utf-8")
        with tarfile.open(half, "w:gz") as archive:
            archive.add(manifest, manifest.name)
            archive.add(copy, copy.name)
            files = platform.settings.data_dir / "files"
            if files.is_dir():
                archive.add(files, "files", filter=_no_halves)
    with half.open("rb") as stream:
        os.fsync(stream.fileno())
    half.rename(path)
    return path


def restore(
    platform: Platform, source: str | Path, *, replace: bool = False, other_key: bool = False
) -> Iterator[str]:
    """Bring back what `backup` wrote; yields what was done, line by line.

    Raises ConfigError, before anything is changed, if the archive is not whole, was made with
    another secret key or database, or if there is data and not `replace`.
    """
    with tempfile.TemporaryDirectory(dir=_parent(platform)) as folder:
        place = Path(folder)
        try:
            with tarfile.open(source) as archive:
                archive.extractall(place, filter="data")
        except (tarfile.TarError, EOFError, zlib.error) as error:
            cure = "Name a whole file that `tradewind backup` wrote."
            raise ConfigError(f"{source} is no archive, or is cut off: {error}. {cure}") from error
        manifest = _read(place)
        _compare(platform, manifest, place, other_key)
        if _used(platform):
            if not replace:
                raise ConfigError("The database is not empty. Add --replace to replace it.")
            yield f"kept what was there: {backup(platform)}"
        platform.database.engine.dispose()
        copy = place / NAMES[platform.database.sqlite]
        (_place_sqlite if platform.database.sqlite else _load_postgres)(platform, copy)
        yield f"database of {manifest['made_at']}, version {manifest['version']}"
        yield _place_files(platform, place / "files")
    short = _missing(platform, manifest["audit_heads"])
    if short:
        raise ConfigError(f"The restored audit trail of {', '.join(short)} is shorter than it was.")
    yield "the audit trail reaches as far as it did"
    yield "Now run: tradewind migrate"


def _parent(platform: Platform) -> Path:
    platform.settings.data_dir.mkdir(parents=True, exist_ok=True)
    return platform.settings.data_dir


def _target(platform: Platform, target: str | Path | None) -> Path:
    name = f"tradewind-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"
    path = Path(target) if target else platform.settings.data_dir / "backups"
    return path / name if path.is_dir() or not path.name.endswith((".gz", ".tgz")) else path


def _no_halves(item: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if item.name.endswith(".part") else item


def _proof(key: str) -> str:
    return hmac.new(key.encode(), b"tradewind backup", hashlib.sha256).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _manifest(platform: Platform, copy: Path, heads: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        "format": FORMAT, "version": __version__,
        "made_at": datetime.now(UTC).isoformat(" ", "seconds"),
        "database": "sqlite" if platform.database.sqlite else "postgresql",
        "sha256": _sha256(copy), "key": _proof(platform.settings.secret_key),
        "plugins": sorted(platform.registry.plugins), "audit_heads": heads,
    }


def _heads(platform: Platform) -> dict[str, list[Any]]:
    """Per company [id of its last audit entry, id and seal of the last sealed one]."""
    found: dict[str, list[Any]] = {}
    with platform.database.session(ALL, readonly=True) as session:
        for company in session.scalars(select(Company).order_by(Company.id)):
            mine = select(AuditRow).where(AuditRow.company_id == company.id)
            mine = mine.order_by(AuditRow.id.desc()).limit(1)
            last = session.scalar(mine)
            sealed = session.scalar(mine.where(AuditRow.seal.is_not(None)))
            found[company.code] = [
                last.id if last else 0, sealed.id if sealed else 0, sealed.seal if sealed else ""
            ]
    return found


def _read(place: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigError("This archive was not written by `tradewind backup`.") from None
    if manifest.get("format") != FORMAT:
        raise ConfigError("The archive has a format that this version does not know.")
    return dict(manifest)


def _compare(platform: Platform, manifest: dict[str, Any], place: Path, other_key: bool) -> None:
    here = "sqlite" if platform.database.sqlite else "postgresql"
    if manifest["database"] != here:
        raise ConfigError(
            f"The archive holds a {manifest['database']} database, the settings name {here}. "
            "Restore it with a fitting database_url."
        )
    copy = place / NAMES[platform.database.sqlite]
    if not copy.is_file() or _sha256(copy) != manifest["sha256"]:
        raise ConfigError("The archive is damaged: the database does not fit its hash.")
    proofs = {_proof(key) for key in platform.settings.secret_keys}
    if manifest["key"] not in proofs and not other_key:
        raise ConfigError(
            "The archive was made with another secret key. Put that key into old_secret_keys, or "
            "add --other-key and lose stored passwords of other systems."
        )


def _used(platform: Platform) -> bool:
    place = platform.database.url.database
    if platform.database.sqlite and not Path(place or "").is_file():
        return False
    with platform.database.engine.connect() as connection:
        return inspect(connection).has_table("core_company")


def _copy_sqlite(platform: Platform, copy: Path) -> None:
    """SQLite's online backup: copying the file would miss what is still in its log."""
    source = sqlite3.connect(platform.database.url.database or "")
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
        answer = target.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        target.close()
        source.close()
    if answer != "ok":
        raise ConfigError(f"The copy of the database is damaged: {answer}")


def _place_sqlite(platform: Platform, copy: Path) -> None:
    target = Path(platform.database.url.database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    for name in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)
    shutil.move(copy, target)


def _dump_postgres(platform: Platform, copy: Path) -> None:
    _postgres(platform, "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
              "--enable-row-security", f"--file={copy}")


def _load_postgres(platform: Platform, copy: Path) -> None:
    _postgres(platform, "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges",
              "--single-transaction", "--exit-on-error", str(copy))


def _postgres(platform: Platform, tool: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL as the role of the settings, seeing the rows of all companies."""
    if shutil.which(tool) is None:
        cure = "Debian, Ubuntu: apt-get install postgresql-client"
        raise ConfigError(f"{tool} is not installed. {cure}")
    url = platform.database.url.set(drivername="postgresql", password=None)
    environment = {**os.environ, "PGOPTIONS": "-c app.all=on"}
    if platform.database.url.password:
        environment["PGPASSWORD"] = str(platform.database.url.password)
    done = subprocess.run(
        [tool, f"--dbname={url.render_as_string(hide_password=False)}", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise ConfigError(f"{tool} failed: {done.stderr.strip()[-800:]}")


def _place_files(platform: Platform, source: Path) -> str:
    """Add the files of the archive; those of today stay, a row decides what is used."""
    target = platform.settings.data_dir / "files"
    count = 0
    for path in source.rglob("*") if source.is_dir() else ():
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)
            count += 1
    return f"{count} files"


def _missing(platform: Platform, heads: dict[str, list[Any]]) -> list[str]:
    """Companies whose audit trail does not reach what the manifest says."""
    found = []
    with platform.database.session(ALL, readonly=True) as session:
        for code, (last, sealed, seal) in heads.items():
            home = select(Company.id).where(Company.code == code).scalar_subquery()
            ids = select(AuditRow.id, AuditRow.seal).where(AuditRow.company_id == home)
            there = session.execute(ids.where(AuditRow.id == last)).first()
            head = session.execute(ids.where(AuditRow.id == sealed)).first()
            if (last and there is None) or (sealed and (head is None or head.seal != seal)):
                found.append(code)
    return found
