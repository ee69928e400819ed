"""Administration of roles: rights, row scope, hidden and locked fields."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    NotFound,
    Refused,
    RoleRow,
    TradewindError,
    _,
    administration,
    all_fields,
    current_ctx,
    drawing,
    needs,
    record_class,
    steps_of,
    write_audit,
)
from plugins.admin.people import all_roles, keep_an_admin, role_label
from plugins.admin.routes import ADMIN, admin, draw

SCOPE_WORDS = {
    "own": _("Own records"),
    "team": _("Own and those of direct reports"),
    "subtree": _("Own and those of all below"),
    "all": _("All records"),
}
VERBS = {
    "read": _("Read"),
    "create": _("Create"),
    "write": _("Change"),
    "archive": _("Archive"),
}


def rights_of(ctx: Ctx) -> list[dict[str, Any]]:
    """All rights by plugin: wildcard, records with their verbs and steps, and declared ones."""
    found: list[dict[str, Any]] = []
    for name in [*ctx.registry.plugins, "core"]:
        if name != "core" and name not in ctx.enabled:
            continue
        records = []
        for key, cls in ctx.registry.records.items():
            if ctx.registry.owner(key) == name:
                rights: list[tuple[str, object]] = [
                    (f"{key}.{verb}", words) for verb, words in VERBS.items()
                ]
                rights += [(step.needs, step.label) for step in steps_of(ctx, key)]
                records.append({"label": cls.label, "rights": list(dict(rights).items())})
        other: list[tuple[str, object]] = [
            (p.key, p.label)
            for p in ctx.registry.permissions.values()
            if ctx.registry.owner(p.key) == name
        ]
        if name == "core":
            other.append((ADMIN, _("Administer the company")))
            title: object = _("Administration")
        else:
            title = ctx.registry.plugins[name].manifest.title
        found.append(
            {"name": name, "title": title, "all": f"{name}.*", "records": records, "other": other}
        )
    return found


def known_grants(ctx: Ctx) -> set[str]:
    """Every right that a role may hold."""
    found = {"*"}
    for plugin in rights_of(ctx):
        found |= {plugin["all"], *(key for key, _label in plugin["other"])}
        found |= {key for record in plugin["records"] for key, _label in record["rights"]}
    return found


@admin.get("/admin/roles", endpoint="roles")
@needs(ADMIN)
def roles() -> Response:
    """All roles of the company."""
    ctx = current_ctx()
    return draw(
        "roles.html",
        scopes=SCOPE_WORDS,
        rows=[(role, role_label(role, ctx.locale)) for role in all_roles(ctx)],
    )


def _draw(ctx: Ctx, role: RoleRow, reasons: list[str], status: int = 200) -> Response:
    records = [
        {
            "key": key,
            "label": record_class(key).label,
            "fields": [
                (f"{key}.{name}", field.label)
                for name, field in all_fields(ctx, record_class(key)).items()
                if field.kind != "json"
            ],
        }
        for key in ctx.registry.records
        if ctx.registry.owner(key) in ctx.enabled
    ]
    return draw(
        "role.html",
        status,
        role=role,
        label=role_label(role, ctx.locale),
        rights=rights_of(ctx),
        records=records,
        scopes=SCOPE_WORDS,
        reasons=reasons,
        extra=[g for g in role.grants if g not in known_grants(ctx)],
    )


def _found(ctx: Ctx, ident: int) -> RoleRow:
    row: RoleRow | None = ctx.session.get(RoleRow, ident)
    if row is None:
        raise NotFound(_("There is no such role."))
    return row


@admin.get("/admin/roles/<int:ident>", endpoint="role")
@needs(ADMIN)
def role(ident: int) -> Response:
    """One role."""
    ctx = current_ctx()
    return _draw(ctx, _found(ctx, ident), [])


@admin.post("/admin/roles/new", endpoint="role_create")
@needs(ADMIN)
def create() -> Response:
    """A new role without rights."""
    ctx = current_ctx()
    label = request.form.get("label", "").strip()[:80]
    base = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "role"
    taken = {row.key for row in all_roles(ctx)}
    key = next(k for n in range(1, 1000) if (k := base if n == 1 else f"{base}{n}") not in taken)
    row = RoleRow(
        company_id=ctx.company.id,
        key=key,
        label={ctx.locale: label or key},
        grants=[],
        scope="own",
        hidden_fields=[],
        locked_fields=[],
        sequence=90,
    )
    ctx.session.add(row)
    ctx.session.flush()
    write_audit(ctx, "core.role.created", None, role=key)
    return drawing.go(url_for("admin.role", ident=row.id))


@admin.post("/admin/roles/<int:ident>", endpoint="role_save")
@needs(ADMIN)
def change(ident: int) -> Response:
    """Change a role; it counts on everybody's next request."""
    ctx = current_ctx()
    row = _found(ctx, ident)
    try:
        with ctx.session.begin_nested():
            _take(ctx, row)
    except TradewindError as error:
        return _draw(ctx, _found(ctx, ident), drawing.reasons_of(error), error.status)
    flash(str(_("Saved.")), "ok")
    return drawing.go(url_for("admin.roles"))


def _take(ctx: Ctx, row: RoleRow) -> None:
    """Take over the posted form: nobody gives away more than she holds (QUALITY T9)."""
    before = {
        "grants": list(row.grants),
        "scope": row.scope,
        "hidden": list(row.hidden_fields),
        "locked": list(row.locked_fields),
    }
    allowed = known_grants(ctx) | set(row.grants)
    grants = [g for g in request.form.getlist("grants") if g in allowed]
    beyond = [g for g in grants if g not in row.grants and not ctx.can(g)]
    if beyond:
        raise Refused(
            _("You do not hold %(right)s yourself, so you cannot give it.", right=beyond[0])
        )
    fields = {
        f"{key}.{name}"
        for key in ctx.registry.records
        for name in all_fields(ctx, record_class(key))
    }
    row.grants = list(dict.fromkeys(grants))
    row.hidden_fields = [f for f in request.form.getlist("hidden") if f in fields]
    row.locked_fields = [f for f in request.form.getlist("locked") if f in fields]
    scope = request.form.get("scope", row.scope)
    row.scope = scope if scope in administration.SCOPES else row.scope
    label = request.form.get("label", "").strip()[:80]
    if label:
        row.label = {**row.label, ctx.locale: label}
    keep_an_admin(ctx)
    write_audit(
        ctx,
        "core.role.changed",
        None,
        role=row.key,
        before=before,
        after={
            "grants": row.grants,
            "scope": row.scope,
            "hidden": row.hidden_fields,
            "locked": row.locked_fields,
        },
    )
