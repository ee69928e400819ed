"""Administration of the company: profile, logo and settings that count from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, request, url_for
from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Choice,
    Company,
    Ctx,
    Field,
    Invalid,
    NotFound,
    Refusal,
    Setting,
    _,
    administration,
    current_ctx,
    drawing,
    keep_file,
    needs,
    plain,
    set_setting,
    write_audit,
)
from plugins.admin.routes import ADMIN, ZONES, admin, draw

PROFILE = {
    "address": _("Address (Chinese)"),
    "address_en": _("Address (English)"),
    "tax_no": _("Tax number (USCC)"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "website": _("Website"),
    "bank": _("Bank"),
    "bank_account": _("Account"),
    "swift": _("SWIFT code"),
    "bank_address": _("Bank's address"),
}


@admin.get("/admin/company", endpoint="company")
@needs(ADMIN)
def show() -> Response:
    """Profile and settings."""
    return _draw(current_ctx(), {})


def _draw(ctx: Ctx, faults: dict[str, list[str]], status: int = 200) -> Response:
    company = ctx.session.get(Company, ctx.company.id)
    return draw(
        "company.html",
        status,
        home=company,
        profile=PROFILE,
        faults=faults,
        locales=administration.LOCALES,
        zones=ZONES,
        currencies=drawing.CURRENCIES,
        groups=_groups(ctx, faults),
    )


def _field(setting: Setting) -> Field:
    options = tuple(Choice(value, label) for value, label in setting.choices)
    return Field(
        setting.kind, setting.label, setting.key, choices=options, help=setting.help, length=2000
    )


def _groups(ctx: Ctx, faults: dict[str, list[str]]) -> list[tuple[object, list[dict[str, Any]]]]:
    """The settings of enabled plugins by group, each with its input and its history."""
    history: dict[str, list[administration.SettingRow]] = {}
    for row in ctx.session.scalars(
        select(administration.SettingRow).order_by(administration.SettingRow.valid_from.desc())
    ):
        history.setdefault(row.key, []).append(row)
    found: dict[str, tuple[object, list[dict[str, Any]]]] = {}
    names = drawing.Names(ctx)
    for key, setting in ctx.registry.settings.items():
        owner = ctx.registry.owner(key)
        if owner != "core" and owner not in ctx.enabled:
            continue
        title = setting.group or (
            ctx.registry.plugins[owner].manifest.title if owner != "core" else _("General")
        )
        rows = found.setdefault(str(title), (title, []))[1]
        declared = _field(setting)
        value = drawing.revive(declared, ctx.setting(key))
        made: drawing.Control = drawing.control(
            ctx, drawing.Slot(key, declared), value, names, name="value", errors=faults.get(key, ())
        )
        rows.append({"setting": setting, "control": made, "history": history.get(key, [])})
    return list(found.values())


@admin.post("/admin/company", endpoint="company_save")
@needs(ADMIN)
def change() -> Response:
    """Save the profile; the base currency cannot change once there are documents in it."""
    ctx = current_ctx()
    company = ctx.session.get(Company, ctx.company.id)
    if company is None:
        raise NotFound(_("This company does not exist."))
    form = request.form
    faults: dict[str, list[str]] = {}
    name = form.get("name", "").strip()[:200]
    if not name:
        faults["name"] = [str(_("This is needed."))]
    if form.get("timezone") not in ZONES:
        faults["timezone"] = [str(_("Choose one of the list."))]
    if faults:
        return _draw(ctx, faults, 422)
    company.name, company.name_en = name, form.get("name_en", "").strip()[:200]
    company.timezone = form["timezone"]
    if form.get("locale") in administration.LOCALES:
        company.locale = form["locale"]
    profile = dict(company.profile or {})
    profile.update({key: form.get(f"p.{key}", "").strip()[:300] for key in PROFILE})
    upload = request.files.get("logo")
    if upload is not None and upload.filename:
        content = upload.read()
        if not content.startswith((b"\x89PNG", b"\xff\xd8\xff")) or len(content) > 2**20:
            text = _("Take a PNG or JPEG picture of at most 1 MB.")
            return _draw(ctx, {"logo": [str(text)]}, 422)
        profile["logo"] = keep_file(ctx, upload.filename, content, field="logo").id
    company.profile = profile
    write_audit(ctx, "core.company.changed", None, name=company.name, profile=profile)
    flash(str(_("Saved.")), "ok")
    return drawing.go(url_for("admin.company"))


@admin.post("/admin/settings/<key>", endpoint="setting")
@needs(ADMIN)
def setting(key: str) -> Response:
    """Set one setting, from a day on if it is dated."""
    ctx = current_ctx()
    declared = ctx.registry.settings.get(key)
    if declared is None:
        raise NotFound(_("There is no setting “%(name)s”.", name=key))
    try:
        value = _read(ctx, declared)
        since = request.form.get("valid_from", "").strip() if declared.dated else ""
        if since:
            since = date.fromisoformat(since).isoformat()
    except ValidationError as error:
        return _draw(ctx, {key: [str(text) for text in error.messages]}, 422)
    except Invalid as error:
        return _draw(ctx, {key: [str(reason) for reason in error.reasons]}, 422)
    except ValueError:
        return _draw(ctx, {key: [str(_("Write the day like 2026-11-20."))]}, 422)
    set_setting(ctx, key, plain(value), since)
    flash(str(_("Saved.")), "ok")
    return drawing.go(url_for("admin.company") + f"#{key}")


def _read(ctx: Ctx, declared: Setting) -> Any:
    field = _field(declared)
    text = request.form.get("value", "")
    if field.kind == "boolean":
        return bool(text)
    if not text.strip():
        if declared.default not in (None, ""):
            raise Invalid(Refusal(_("This is needed."), declared.key))
        return None
    if field.kind == "json":
        raise Invalid(Refusal(_("This setting is changed on its own page."), declared.key))
    return administration.PARSERS[field.kind](drawing.form_value(ctx, field, text), field)
