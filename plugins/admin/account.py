"""One's own account: name, language, time zone, password, second factor, sessions."""

from __future__ import annotations

import base64
import io

import segno
from flask import flash, request, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Forbidden,
    Invalid,
    Refusal,
    TradewindError,
    User,
    _,
    administration,
    current_ctx,
    drawing,
    for_members,
    show_ago,
    write_audit,
)
from plugins.admin.routes import ZONES, admin, draw

PENDING = "totp_offer"


def _me(ctx: Ctx) -> User:
    user: User | None = ctx.session.get(User, ctx.user_id)
    if user is None:
        raise Forbidden(_("Please sign in again."))
    return user


@admin.get("/account", endpoint="account")
@for_members
def show() -> Response:
    """The account page."""
    return _draw(current_ctx(), {})


def _draw(ctx: Ctx, faults: dict[str, list[str]], status: int = 200) -> Response:
    user = _me(ctx)
    rows = ctx.session.scalars(
        select(administration.SignIn)
        .where(administration.SignIn.user_id == user.id, administration.SignIn.ended_at.is_(None))
        .order_by(administration.SignIn.seen_at.desc())
        .limit(50)
    )
    sessions = [
        {
            "id": row.id,
            "agent": row.agent,
            "address": row.address,
            "ago": show_ago(row.created_at, ctx.now),
            "now": row.id == drawing.the_visitor().signin.id,
        }
        for row in rows
    ]
    return draw(
        "account.html",
        status,
        me=user,
        sessions=sessions,
        locales=administration.LOCALES,
        zones=ZONES,
        faults=faults,
        totp=bool(user.totp_secret),
        **_offer(user),
    )


def _offer(user: User) -> dict[str, str]:
    """The second factor to be confirmed: its secret and its picture as SVG paths."""
    secret = session.get(PENDING)
    if not secret or user.totp_secret:
        return {"secret": "", "picture": ""}
    out = io.BytesIO()
    segno.make(administration.totp_address(secret, user.login), micro=False).save(
        out, kind="png", scale=4, border=2
    )
    return {"secret": secret, "picture": _data(out.getvalue())}


def _data(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


@admin.post("/account", endpoint="save_account")
@for_members
def change() -> Response:
    """Save name, address, language and time zone."""
    ctx = current_ctx()
    user = _me(ctx)
    name = request.form.get("name", "").strip()[:120]
    faults: dict[str, list[str]] = {}
    if not name:
        faults["name"] = [str(_("This is needed."))]
    zone = request.form.get("timezone", "")
    if zone and zone not in ZONES:
        faults["timezone"] = [str(_("Choose one of the list."))]
    mail = request.form.get("email", "").strip()[:200]
    if mail and "@" not in mail:
        faults["email"] = [str(_("This is not an e-mail address."))]
    if faults:
        return _draw(ctx, faults, 422)
    locale = request.form.get("locale", "")
    user.name, user.email, user.timezone = name, mail or None, zone or None
    user.locale = locale if locale in administration.LOCALES else None
    user.preferences = {
        **(user.preferences or {}),
        "mail_notices": bool(request.form.get("mail_notices")),
    }
    flash(str(_("Saved.")), "ok")
    return drawing.go(url_for("admin.account"))


@admin.post("/account/password", endpoint="change_password")
@for_members
def password() -> Response:
    """Set a new password; all other sessions end."""
    ctx = current_ctx()
    user = _me(ctx)
    try:
        if not administration.password_fits(user, request.form.get("old", "")):
            raise Invalid(Refusal(_("This is not your password."), "old"))
        if request.form.get("password") != request.form.get("again"):
            raise Invalid(Refusal(_("The two passwords differ."), "again"))
        user.password_hash = administration.hash_password(request.form.get("password", ""))
    except Invalid as error:
        return _draw(ctx, error.by_field(), 422)
    administration.end_signins(ctx.session, user.id, ctx.now, but=drawing.the_visitor().signin.id)
    write_audit(ctx, "core.user.password", None, login=user.login)
    flash(str(_("The password is changed; other sessions were ended.")), "ok")
    return drawing.go(url_for("admin.account"))


@admin.post("/account/totp", endpoint="totp")
@for_members
def second_factor() -> Response:
    """Offer, confirm or switch off the second factor (a code of an authenticator app)."""
    ctx = current_ctx()
    user = _me(ctx)
    act = request.form.get("do", "offer")
    try:
        if act == "offer":
            session[PENDING] = administration.new_totp_secret()
        elif act == "confirm":
            secret = session.get(PENDING, "")
            if not secret or not administration.totp_fits(
                secret, request.form.get("code", ""), ctx.now
            ):
                raise Invalid(Refusal(_("This code is wrong or too old."), "code"))
            administration.keep_totp(
                ctx.session.info["platform"].settings.secret_keys, user, secret
            )
            session.pop(PENDING, None)
            administration.end_signins(
                ctx.session, user.id, ctx.now, but=drawing.the_visitor().signin.id
            )
            write_audit(ctx, "core.user.second_factor", None, login=user.login, on=True)
            flash(str(_("From now on you sign in with a code too.")), "ok")
        elif act == "off":
            if not administration.password_fits(user, request.form.get("old", "")):
                raise Invalid(Refusal(_("This is not your password."), "totp"))
            user.totp_secret = None
            write_audit(ctx, "core.user.second_factor", None, login=user.login, on=False)
            flash(str(_("The second factor is off.")), "ok")
    except TradewindError as error:
        return _draw(ctx, error.by_field() if isinstance(error, Invalid) else {}, 422)
    return drawing.go(url_for("admin.account") + "#security")


@admin.post("/account/sessions", endpoint="end_session")
@for_members
def end() -> Response:
    """End one session, or all except this one."""
    ctx = current_ctx()
    one = request.form.get("signin", type=int)
    administration.end_signins(
        ctx.session,
        ctx.user_id or 0,
        ctx.now,
        only=one,
        but=drawing.the_visitor().signin.id if one is None else None,
    )
    flash(str(_("Ended.")), "ok")
    return drawing.go(url_for("admin.account") + "#sessions")
