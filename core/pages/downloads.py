"""Files and printed documents; each is checked against the record it belongs to."""

from __future__ import annotations

import io

from flask import request, send_file
from werkzeug.wrappers import Response

from core.context import Ctx
from core.documents import document_of, file_name, print_document
from core.errors import NotFound
from core.files import INLINE, FileRow, read_file
from core.i18n import LOCALES, _
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import pages
from core.query import find, may_read

SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _may_open(ctx: Ctx, row: FileRow) -> bool:
    """Whoever may read the record may read its files; loose files are their maker's."""
    if row.record_key and row.record_id:
        if not may_read(ctx, row.record_key):
            return False
        find(ctx, row.record_key, row.record_id)
        return True
    public = (ctx.company.profile or {}).get("logo") == row.id
    return public or row.created_by_id == ctx.user_id or ctx.can("core.admin")


@pages.get("/files/<int:file_id>", endpoint="file")
@for_members
def download(file_id: int) -> Response:
    """A file; pictures and PDFs may be shown inside the browser (`show=1`), nothing else."""
    ctx = current_ctx()
    row, path = read_file(ctx, file_id)
    if not _may_open(ctx, row):
        raise NotFound(_("This file does not exist."))
    inline = request.args.get("show") == "1" and row.type in INLINE
    answer = send_file(path, mimetype=row.type, as_attachment=not inline, download_name=row.name,
                       etag=False, conditional=False)
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/document/<key>/<int:ident>", endpoint="document")
@for_members
def document(key: str, ident: int) -> Response:
    """A printed document of a record: PDF, or Excel with `kind=xlsx`; `lang` is en or zh."""
    ctx = current_ctx()
    declared = ctx.registry.documents.get(key)
    if declared is None or not may_read(ctx, declared.record):
        raise NotFound(_("There is no such document."))
    record = find(ctx, declared.record, ident)
    declared = document_of(ctx, key, record)
    language = request.args.get("lang", declared.languages[0] if declared.languages else "en")
    kind = "xlsx" if request.args.get("kind") == "xlsx" else "pdf"
    content = print_document(ctx, key, record, language if language in LOCALES else "en", kind)
    return send_file(
        io.BytesIO(content), mimetype=XLSX if kind == "xlsx" else "application/pdf",
        as_attachment=kind == "xlsx" or request.args.get("download") == "1",
        download_name=file_name(declared, record, kind),
    )
