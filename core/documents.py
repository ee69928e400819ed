"""Printing: Jinja templates with plain data, through xhtml2pdf, with Chinese that can be copied."""

from __future__ import annotations

import logging
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from PIL import Image, ImageDraw, ImageFont

from core.context import Ctx
from core.declare import Document
from core.errors import NotFound, Refused
from core.i18n import _, in_locale, show_date, show_number, translate
from core.press import Press, PressFailed

CORE = Path(__file__).parent
FONTS = CORE / "static" / "fonts"
_press = Press()
_log = logging.getLogger(__name__)
_PLAIN = (str, int, bool, Decimal, date, datetime, type(None))


def _plain_only(value: Any, where: str = "data") -> Any:
    """Refuse anything but plain data in a template (QUALITY §0.5)."""
    if isinstance(value, dict):
        return {str(k): _plain_only(v, f"{where}.{k}") for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_only(v, where) for v in value]
    if isinstance(value, _PLAIN):
        return value
    if hasattr(value, "text") and hasattr(value, "values"):
        return str(value)
    raise TypeError(f"{where}: a document template gets plain data, not {type(value).__name__}")


def _environment(ctx: Ctx) -> ImmutableSandboxedEnvironment:
    folders = [p.folder / "templates" for p in ctx.registry.plugins.values()]
    env = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(f) for f in (CORE / "templates", *folders)]),
        autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translate, lambda s, p, n: translate(s if n == 1 else p), newstyle=True
    )
    env.filters.update(number=show_number, day=show_date)
    return env


def document_html(ctx: Ctx, document: Document, record: Any, language: str = "en") -> str:
    """The page of a document before it becomes a PDF."""
    with in_locale(language):
        data = _plain_only(document.context(ctx, record))
    draft = bool(document.draft and document.draft(record))
    with in_locale(language):
        return (
            _environment(ctx)
            .get_template(document.template)
            .render(
                **data,
                letterhead=_letterhead(ctx),
                draft=draft,
                watermark=str(_watermark()) if draft else "",
                fonts=FONTS.as_posix(),
                language=language,
                landscape=document.landscape,
            )
        )


def _letterhead(ctx: Ctx) -> dict[str, str]:
    """What stands at the top of every paper; the company's profile holds the parts."""
    profile = {k: str(v) for k, v in (ctx.company.profile or {}).items() if isinstance(v, str)}
    parts = ("address", "address_en", "tax_no", "phone", "email", "website")
    return {
        "name": ctx.company.name, "name_en": ctx.company.name_en or ctx.company.name,
        **{part: profile.get(part, "") for part in parts},
    }


def _watermark() -> Path:
    """A transparent picture that says DRAFT across the page."""
    path = FONTS.parent / "dist" / "draft.png"
    if not path.is_file():
        picture = Image.new("RGBA", (1240, 1754), (255, 255, 255, 0))
        font = ImageFont.truetype(str(next(FONTS.glob("*Bold*.ttf"))), 220)
        layer = Image.new("RGBA", (1400, 320), (255, 255, 255, 0))
        ImageDraw.Draw(layer).text((40, 20), "DRAFT 草稿", font=font, fill=(180, 35, 24, 60))
        turned = layer.rotate(52, expand=True)
        place = ((1240 - turned.width) // 2, (1754 - turned.height) // 2)
        picture.alpha_composite(turned, place)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path)
    return path


def pdf_of(html: str, complaints: list[str] | None = None) -> bytes:
    """Turn a page into a PDF; only our own fonts and pictures may be read, nothing remote.

    `complaints` collects what the renderer warned of (tests treat that as faults). Raises `Refused`
    if the document cannot be drawn within the limits of `core.press`.
    """
    try:
        content, warnings = _press.draw(html)
    except PressFailed as problem:
        _log.warning("document not drawn: %s", problem)
        raise Refused(_(
            "The document could not be drawn: %(why)s. Shorten it, or take the Excel form.",
            why=str(problem)[:300],
        )) from problem
    if complaints is not None:
        complaints += warnings
    return content


def document_of(ctx: Ctx, key: str, record: Any) -> Document:
    """The declared document of a record that the user may print."""
    document = ctx.registry.documents.get(key)
    if (
        document is None
        or document.record != record.key
        or ctx.registry.owner(key) not in ctx.enabled
    ):
        raise NotFound(_("There is no such document."))
    ctx.require(document.permission or f"{record.key}.read")
    return document


def documents_for(ctx: Ctx, record: Any) -> list[Document]:
    """The documents that can be printed of a record."""
    return [
        d for d in ctx.registry.documents.values()
        if d.record == record.key and ctx.registry.owner(d.key) in ctx.enabled
        and ctx.can(d.permission or f"{record.key}.read")
    ]


def file_name(document: Document, record: Any, suffix: str) -> str:
    """`PI260118.pdf`: what the printed file is called."""
    stem = document.filename(record) if document.filename else f"{record.number or record.id}"
    draft = document.draft is not None and document.draft(record)
    return f"{stem}{'-DRAFT' if draft else ''}.{suffix}"


def print_document(
    ctx: Ctx, key: str, record: Any, language: str = "en", kind: str = "pdf"
) -> bytes:
    """The bytes of a document: kind "pdf", or "xlsx" where the document has a sheet."""
    document = document_of(ctx, key, record)
    if kind == "xlsx":
        if document.sheet is None:
            raise NotFound(_("This document has no Excel form."))
        return document.sheet(ctx, record)
    return pdf_of(document_html(ctx, document, record, language))
