"""Companies: founding one, its members and roles, and switching plugins on and off for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from core.audit import write_audit
from core.context import Ctx
from core.db import ALL
from core.declare import Role, RoleGrant
from core.errors import Invalid, NotFound, Refusal, Refused
from core.i18n import _, in_locale
from core.people import Company, CompanyPlugin, Member, RoleRow, SettingRow, User

ADMIN = Role("adm", _("Administrator"), ("*",), sequence=5)


def create_company(
    session: Any, code: str, name: str, name_en: str, now: datetime, *, demo: bool = False
) -> Company:
    """A new company without members; `session` must be opened for ALL."""
    company = Company(code=code, name=name, name_en=name_en, created_at=now, demo=demo, profile={})
    session.add(company)
    session.flush()
    session.add(RoleRow(
        company_id=company.id, key=ADMIN.key, label=_labels(ADMIN.label), grants=["*"],
        scope="all", sequence=ADMIN.sequence, hidden_fields=[], locked_fields=[],
    ))
    session.flush()
    return company


def _labels(label: object) -> dict[str, str]:
    found = {}
    for locale in ("zh", "en"):
        with in_locale(locale):
            found[locale] = str(label)
    return found


def add_member(
    ctx: Ctx, user: User, roles: list[str], *, manager_id: int | None = None, department: str = ""
) -> Member:
    """Make a user a member of the company with these roles, or change her place."""
    member = ctx.session.scalar(select(Member).where(Member.user_id == user.id))
    if member is None:
        member = Member(company_id=ctx.company.id, user_id=user.id)
        ctx.session.add(member)
    member.roles, member.manager_id, member.active = list(roles), manager_id, True
    member.department = department
    write_audit(ctx, "core.member.changed", None, login=user.login, roles=roles)
    ctx.session.flush()
    ctx.forget()
    return member


def belongs_here(ctx: Ctx, user: User) -> bool:
    """Whether the account belongs to this company alone: only then may it be changed here."""
    elsewhere = select(Member.id).where(
        Member.user_id == user.id, Member.company_id != ctx.company.id
    ).limit(1)
    with ctx.database.session(ALL, readonly=True) as rows:
        return rows.scalar(elsewhere) is None


def dependents(ctx: Ctx, name: str) -> list[str]:
    """Enabled plugins that need the plugin."""
    return sorted(
        n for n in ctx.enabled if name in ctx.registry.plugins[n].manifest.needs
    )


def enable_plugin(ctx: Ctx, name: str) -> list[str]:
    """Switch a plugin on for the company, with all it needs; returns what was switched on."""
    if name not in ctx.registry.plugins:
        raise NotFound(_("There is no plugin “%(name)s”. `tradewind plugin list` names them.",
                         name=name))
    if name in ctx.enabled:
        return []
    done: list[str] = []
    for need in ctx.registry.plugins[name].manifest.needs:
        done += enable_plugin(ctx, need)
    ctx.session.add(CompanyPlugin(
        company_id=ctx.company.id, plugin=name, since=ctx.now, by_id=ctx.user_id
    ))
    ctx.session.flush()
    ctx.forget()
    for owner in ctx.registry.plugins:
        _roles(ctx, owner)
    keeper = ctx.session.info.get("gatekeeper")
    if keeper is not None:
        keeper.plugin_enabled(ctx)
    write_audit(ctx, "core.plugin.enabled", None, plugin=name)
    for plugin, call in ctx.hooks.each("company_enabled", ctx=ctx):
        if plugin == name:
            call()
    ctx.session.flush()
    return [*done, name]


def _roles(ctx: Ctx, plugin: str) -> None:
    """Write the roles of an enabled plugin and add its grants; what a company took away stays."""
    if plugin not in ctx.enabled:
        return
    known = {row.key: row for row in ctx.session.scalars(select(RoleRow))}
    done = set(ctx.session.scalars(
        select(SettingRow.key).where(SettingRow.key.like("core.granted.%"))
    ))
    marked: set[str] = set()
    for owner, item in ctx.registry.roles:
        if owner != plugin:
            continue
        key = item.key if isinstance(item, Role) else item.role
        if isinstance(item, Role) and key not in known:
            known[key] = RoleRow(
                company_id=ctx.company.id, key=key, label=_labels(item.label),
                grants=list(item.grants), scope=item.scope, sequence=item.sequence,
                hidden_fields=[], locked_fields=[],
            )
            ctx.session.add(known[key])
        mark = f"core.granted.{plugin}.{key}"
        if isinstance(item, RoleGrant) and key in known and mark not in done:
            row = known[key]
            row.grants = list(dict.fromkeys([*row.grants, *item.grants]))
            marked.add(mark)
    for mark in sorted(marked):
        ctx.session.add(SettingRow(company_id=ctx.company.id, key=mark, value=True, set_at=ctx.now))
    ctx.session.flush()
    ctx.forget()


def disable_plugin(ctx: Ctx, name: str) -> None:
    """Switch a plugin off for the company; its data stays. Refused while others need it."""
    if name in ctx.registry.essential:
        raise Refused(_("This app is always on: the system does not work without it."))
    needed = dependents(ctx, name)
    if needed:
        raise Refused(_("Switch off first: %(names)s.", names=", ".join(needed)))
    found: list[Refusal] = []
    for plugin, call in ctx.hooks.each("company_disabled", ctx=ctx):
        if plugin == name:
            found += call() or []
    if found:
        raise Refused(found)
    ctx.session.execute(delete(CompanyPlugin).where(CompanyPlugin.plugin == name))
    write_audit(ctx, "core.plugin.disabled", None, plugin=name)
    ctx.session.flush()
    ctx.forget()


def set_setting(ctx: Ctx, key: str, value: Any, valid_from: str = "") -> None:
    """Set a company's value of a declared setting, from a day on ("" = always)."""
    if key not in ctx.registry.settings:
        raise NotFound(_("There is no setting “%(name)s”.", name=key))
    declared = ctx.registry.settings[key]
    if declared.read is not None:
        try:
            declared.read(value)
        except (ValueError, ArithmeticError) as error:
            text = _("“%(value)s” cannot be read. Write it like %(example)s.",
                     value=str(value)[:60], example=declared.default)
            raise Invalid(Refusal(text, key)) from error
    row = ctx.session.scalar(select(SettingRow).where(
        SettingRow.key == key, SettingRow.valid_from == valid_from
    ))
    old = row.value if row else None
    if row is None:
        row = SettingRow(company_id=ctx.company.id, key=key, valid_from=valid_from, set_at=ctx.now)
        ctx.session.add(row)
    row.value, row.set_by_id, row.set_at = value, ctx.user_id, ctx.now
    write_audit(
        ctx, "core.setting.changed", None, key=key, value=[old, value], valid_from=valid_from
    )
    ctx.session.flush()
    ctx.forget()
