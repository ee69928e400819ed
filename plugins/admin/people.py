"""Administration of users: who is a member, with which roles, under whom."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Invalid,
    Member,
    NotFound,
    Refusal,
    Refused,
    RoleRow,
    TradewindError,
    User,
    _,
    administration,
    current_ctx,
    drawing,
    needs,
    write_audit,
)
from plugins.admin.routes import ADMIN, admin, draw


def role_label(role: RoleRow, locale: str) -> str:
    """A role's name in a language."""
    return role.label.get(locale) or next(iter(role.label.values()), role.key)


def all_roles(ctx: Ctx) -> list[RoleRow]:
    """The company's roles in order."""
    return list(ctx.session.scalars(select(RoleRow).order_by(RoleRow.sequence, RoleRow.id)))


def keep_an_admin(ctx: Ctx) -> None:
    """Refuse a change after which nobody could administer the company any more."""
    ctx.session.flush()
    powers = {
        role.key for role in all_roles(ctx) if administration.matches(frozenset(role.grants), ADMIN)
    }
    rows = ctx.session.execute(
        select(Member.roles).join(User, User.id == Member.user_id).where(Member.active, User.active)
    )
    if not any(powers & set(roles) for (roles,) in rows):
        raise Refused(
            _(
                "Somebody must be able to administer the company. Give another active "
                "member the administrator's role first."
            )
        )


def _require_within(ctx: Ctx, roles: list[str], known: dict[str, RoleRow]) -> None:
    """Nobody gives away more than she holds (QUALITY T9)."""
    for key in roles:
        beyond = [grant for grant in known[key].grants if not ctx.can(grant)]
        if beyond:
            raise Refused(
                _("You do not hold %(right)s yourself, so you cannot give it.", right=beyond[0])
            )


@admin.get("/admin/people", endpoint="people")
@needs(ADMIN)
def people() -> Response:
    """All members of the company."""
    ctx = current_ctx()
    rows = ctx.session.execute(
        select(Member, User)
        .join(User, User.id == Member.user_id)
        .order_by(Member.active.desc(), User.name)
    ).all()
    labels = {role.key: role_label(role, ctx.locale) for role in all_roles(ctx)}
    names = {user.id: user.name for _member, user in rows}
    return draw("people.html", rows=rows, labels=labels, names=names)


@admin.get("/admin/people/new", endpoint="person_new")
@needs(ADMIN)
def blank() -> Response:
    """Invite somebody."""
    return _draw(current_ctx(), None, None, {})


@admin.get("/admin/people/<int:ident>", endpoint="person")
@needs(ADMIN)
def person(ident: int) -> Response:
    """One member."""
    ctx = current_ctx()
    member, user = _found(ctx, ident)
    return _draw(ctx, member, user, {})


def _found(ctx: Ctx, ident: int) -> tuple[Member, User]:
    member = ctx.session.get(Member, ident)
    user = ctx.session.get(User, member.user_id) if member is not None else None
    if member is None or user is None:
        raise NotFound(_("There is no such member."))
    return member, user


def _draw(
    ctx: Ctx,
    member: Member | None,
    user: User | None,
    faults: dict[str, list[str]],
    status: int = 200,
    link: str = "",
) -> Response:
    bosses = ctx.session.execute(
        select(User.id, User.name)
        .join(Member, Member.user_id == User.id)
        .where(Member.active)
        .order_by(User.name)
    ).all()
    return draw(
        "person.html",
        status,
        member=member,
        person=user,
        faults=faults,
        bosses=bosses,
        roles=[(role.key, role_label(role, ctx.locale)) for role in all_roles(ctx)],
        link=link,
        chosen=request.form.getlist("roles") or (member.roles if member else []),
        own=user is None or administration.belongs_here(ctx, user),
    )


@admin.post("/admin/people/new", endpoint="person_create")
@needs(ADMIN)
def invite() -> Response:
    """Add a member: a new account, or an existing one by its login."""
    ctx = current_ctx()
    try:
        with ctx.session.begin_nested():
            user = _account(ctx)
            member = _place(ctx, user)
    except Invalid as error:
        return _draw(ctx, None, None, error.by_field(), 422)
    except TradewindError as error:
        return _draw(ctx, None, None, {"": drawing.reasons_of(error)}, error.status)
    here = administration.belongs_here(ctx, user)
    return _draw(ctx, member, user, {}, link=_link(ctx, user) if here else "")


def _account(ctx: Ctx) -> User:
    """The account of the posted login that is no member yet; a new one if there is none."""
    login = request.form.get("login", "").strip().lower()[:120]
    if not login or any(c.isspace() for c in login):
        raise Invalid(Refusal(_("Give a login without spaces."), "login"))
    user: User | None = ctx.session.scalar(select(User).where(User.login == login))
    if user is None:
        user = User(
            login=login,
            name=request.form.get("name", "").strip()[:120] or login,
            email=request.form.get("email", "").strip()[:200] or None,
            created_at=ctx.now,
            # a mark that no password fits, so that the link for the first one works once
            password_hash=f"!{secrets.token_hex(16)}",
            preferences={},
            failed=0,
        )
        ctx.session.add(user)
        ctx.session.flush()
    elif ctx.session.scalar(select(Member.id).where(Member.user_id == user.id)):
        raise Invalid(Refusal(_("This login is a member already."), "login"))
    return user


def _place(ctx: Ctx, user: User) -> Member:
    known = {role.key: role for role in all_roles(ctx)}
    roles = [key for key in request.form.getlist("roles") if key in known]
    if not roles:
        raise Invalid(Refusal(_("Choose at least one role."), "roles"))
    _require_within(ctx, roles, known)
    boss = request.form.get("manager", type=int)
    inside = select(Member.id).where(Member.user_id == boss)
    if boss is not None and ctx.session.scalar(inside) is None:
        boss = None
    if boss == user.id:
        raise Invalid(Refusal(_("Nobody reports to herself."), "manager"))
    return administration.add_member(
        ctx,
        user,
        roles,
        manager_id=boss,
        department=request.form.get("department", "").strip()[:80],
    )


@admin.post("/admin/people/<int:ident>", endpoint="person_save")
@needs(ADMIN)
def change(ident: int) -> Response:
    """Change a member: roles, manager, department, whether she may come in."""
    ctx = current_ctx()
    member, user = _found(ctx, ident)
    try:
        with ctx.session.begin_nested():
            if administration.belongs_here(ctx, user):
                user.name = request.form.get("name", "").strip()[:120] or user.name
                user.email = request.form.get("email", "").strip()[:200] or None
            _place(ctx, user)
            member.active = bool(request.form.get("active"))
            keep_an_admin(ctx)
            if not member.active:
                ctx.session.flush()
                administration.person_left(ctx, user.id)
                administration.end_signins(ctx.session, user.id, ctx.now)
    except Invalid as error:
        return _draw(ctx, *_found(ctx, ident), error.by_field(), 422)
    except TradewindError as error:
        return _draw(ctx, *_found(ctx, ident), {"": drawing.reasons_of(error)}, error.status)
    flash(str(_("Saved.")), "ok")
    return drawing.go(url_for("admin.people"))


@admin.post("/admin/people/<int:ident>/link", endpoint="person_link")
@needs(ADMIN)
def link(ident: int) -> Response:
    """Make a link that sets the member's password, and forget wrong guesses."""
    ctx = current_ctx()
    member, user = _found(ctx, ident)
    administration.unlock(ctx.session, user.login)
    write_audit(ctx, "core.user.reset_link", None, login=user.login)
    address = _link(ctx, user)
    administration.mail_user(
        ctx,
        user.id,
        _("Set a new password"),
        _("With this link you set your password within the hour:\n\n%(link)s", link=address),
    )
    shown = address if administration.belongs_here(ctx, user) else ""
    if not shown:
        flash(str(_("The link was sent to the member's own address.")), "ok")
    return _draw(ctx, member, user, {}, link=shown)


def _link(ctx: Ctx, user: User) -> str:
    settings: Any = ctx.session.info["platform"].settings
    token = administration.reset_token(settings.secret_key, user)
    return drawing.outside(url_for("pages.reset", token=token))
