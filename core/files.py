"""Uploaded and generated files: rows in the database, content under the data folder."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.context import Ctx
from core.errors import Invalid, NotFound, Refusal
from core.i18n import _
from core.kinds import Id, Moment
from core.records import CompanyRow

LARGEST = 50 * 2**20
QUOTA = 20 * 2**30
_SIGNATURES = {
    b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif", b"PK\x03\x04": "application/zip",
}
_OFFICE = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_REFUSED = {".html", ".htm", ".svg", ".xml", ".xhtml", ".js", ".exe", ".bat", ".cmd", ".sh", ".msi"}
INLINE = {"application/pdf", "image/png", "image/jpeg", "image/gif"}


class FileRow(CompanyRow):
    """A file of a company; `place` is a random name under the company's folder."""

    __tablename__ = "core_file"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))
    record_key: Mapped[str | None] = mapped_column(String(80))
    record_id: Mapped[int | None] = mapped_column(Id)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_core_file_record", "company_id", "record_key", "record_id"),)


def type_of(name: str, head: bytes) -> str:
    """The media type by content; the name decides only among office formats."""
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return _OFFICE.get(Path(name).suffix.lower(), kind) if kind.endswith("zip") else kind
    try:
        head.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def _folder(ctx: Ctx) -> Path:
    folder = Path(ctx.session.info["files"]) / str(ctx.company.id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep_file(
    ctx: Ctx, name: str, content: bytes, record: object = None, field: str | None = "file"
) -> FileRow:
    """Store content as a file of the company, at `record` if given.

    Raises Invalid for empty, too large (50 MB) or forbidden files. The file is on disk before
    the row commits; a file without a row is removed by the sweeper.
    """
    clean = os.path.basename(name.replace("\\", "/")).strip()[:200] or "file"
    if not content:
        raise Invalid(Refusal(_("The file is empty. Choose another one."), field))
    if len(content) > LARGEST:
        raise Invalid(Refusal(_("The file is larger than 50 MB. Make it smaller."), field))
    if Path(clean).suffix.lower() in _REFUSED:
        raise Invalid(Refusal(_("Files of this type are not accepted."), field))
    used = ctx.session.scalar(select(func.sum(FileRow.size))) or 0
    if used + len(content) > QUOTA:
        raise Invalid(Refusal(_("The company's file space is full."), field))
    place = secrets.token_hex(20)
    target = _folder(ctx) / place
    half = target.with_suffix(".part")
    with half.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    half.rename(target)
    row = FileRow(
        company_id=ctx.company.id, name=clean, place=place, type=type_of(clean, content[:512]),
        size=len(content), sha256=hashlib.sha256(content).hexdigest(),
        record_key=getattr(record, "key", None), record_id=getattr(record, "id", None),
        created_by_id=ctx.user_id, created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def read_file(ctx: Ctx, file_id: int) -> tuple[FileRow, Path]:
    """The row and the path of its content; NotFound if either is missing."""
    row = ctx.session.get(FileRow, file_id)
    path = _folder(ctx) / row.place if row else None
    if row is None or path is None or not path.is_file():
        raise NotFound(_("This file does not exist."))
    return row, path


def orphans(ctx: Ctx) -> Iterator[Path]:
    """Content without a row: left behind by a crash between disk and commit."""
    known = set(ctx.session.scalars(select(FileRow.place)))
    for path in _folder(ctx).iterdir():
        if path.name not in known:
            yield path
