"""Signing in and out, forgotten passwords, and switching to another company."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, session, url_for
from flask_login import login_user, logout_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.accounts import (
    SESSION_DAYS,
    Browser,
    companies_of,
    end_signins,
    find_signin,
    known_browser_cookie,
    renew_signin,
    reset_password,
    reset_token,
    sign_in,
)
from core.audit import write_audit
from core.db import ALL
from core.errors import Forbidden, Invalid, Refused, TradewindError
from core.i18n import LOCALES, _
from core.pages.access import Visitor, public, signed_in, the_visitor, visitor
from core.pages.blueprint import go, outside, page, pages, reasons_of, safe_next
from core.people import Company, Member, SignIn, User
from core.platform import Platform
from core.upkeep import send_mail

KNOWN = "tradewind_known"
YEAR = 365 * 24 * 3600


def platform() -> Platform:
    """The platform of the running app."""
    found: Platform = current_app.extensions["tradewind"]
    return found


def _browser() -> Browser:
    return Browser(
        request.remote_addr or "", request.user_agent.string[:200], request.cookies.get(KNOWN, "")
    )


@pages.get("/login", endpoint="login")
@public
def ask() -> Response:
    """The sign-in page."""
    if visitor() is not None:
        return redirect(safe_next(request.args.get("next"), url_for("pages.home")))
    return page("login.html", reasons=[], login="", code=False, demo=_demo_accounts(),
                next=safe_next(request.args.get("next")))


@pages.post("/login", endpoint="do_login")
@public
def enter() -> Response:
    """Sign in; wrong words are answered alike for known and unknown accounts."""
    here = platform()
    login = request.form.get("login", "").strip()[:120]
    target = safe_next(request.form.get("next"), url_for("pages.home"))
    try:
        secret = sign_in(
            here.database, here.settings.secret_keys, login, request.form.get("password", ""),
            request.form.get("code", "").strip()[:12], _browser(), here.clock(),
        )
    except TradewindError as error:
        codes = {reason.code for reason in error.reasons}
        status = 429 if "too-many" in codes else 422
        return page("login.html", status, reasons=reasons_of(error), login=login, next=target,
                    code="code" in codes, demo=_demo_accounts())
    answer = redirect(target, code=303)
    _remember(secret)
    answer.set_cookie(
        KNOWN, known_browser_cookie(here.settings.secret_key, login), max_age=YEAR, httponly=True,
        samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def _remember(secret: str) -> None:
    """Give the browser a fresh cookie for this session row (QUALITY A1: a new id at sign-in)."""
    here = platform()
    with here.database.session(ALL, readonly=True) as rows:
        found = find_signin(rows, secret, here.clock())
        if found is None:
            raise Forbidden(_("Please sign in again."))
        rows.expunge_all()
    session.clear()
    session.permanent = True
    current_app.permanent_session_lifetime = SESSION_DAYS * 24 * 3600
    login_user(Visitor(secret, *found))  # type: ignore[no-untyped-call]


def _demo_accounts() -> bool:
    """Whether demo companies are there, so that the page may name their accounts."""
    if platform().settings.mode == "production":
        return False
    with platform().database.session(readonly=True) as rows:
        return rows.scalar(select(Company.id).where(Company.demo).limit(1)) is not None


@pages.post("/logout", endpoint="logout")
@signed_in
def leave() -> Response:
    """End this session; its cookie is worth nothing from now on."""
    here = platform()
    with here.database.transaction(ALL) as rows:
        end_signins(rows, the_visitor().user.id, here.clock(), only=the_visitor().signin.id)
    logout_user()  # type: ignore[no-untyped-call]
    session.clear()
    return redirect(url_for("pages.login"), code=303)


# ---- forgotten password
@pages.get("/forgot", endpoint="forgot")
@public
def forgot() -> Response:
    """Ask for a link that sets a new password."""
    return page("forgot.html", sent=False)


@pages.post("/forgot", endpoint="send_reset")
@public
def send_reset() -> Response:
    """Mail the link; the answer is the same for accounts that do not exist."""
    here = platform()
    login = request.form.get("login", "").strip().lower()[:200]
    with here.database.session(ALL, readonly=True) as rows:
        user = rows.scalar(select(User).where((User.login == login) | (User.email == login)))
        home = rows.scalar(select(Member.company_id).where(Member.user_id == user.id, Member.active)
                           .order_by(Member.id).limit(1)) if user else None
    if user is not None and user.active and user.email and home is not None:
        token = reset_token(here.settings.secret_key, user)
        link = outside(url_for("pages.reset", token=token))
        with here.act(home, via="page") as ctx:
            minute = f"{here.clock():%Y%m%d%H%M}"
            send_mail(ctx, user.email, _("Set a new password"), _(
                "Somebody asked for a new password for %(login)s. Within the hour this link sets "
                "it:\n\n%(link)s\n\nIf it was not you, do nothing.", login=user.login, link=link,
            ), key=f"reset:{user.id}:{minute[:-1]}")
    return page("forgot.html", sent=True)


@pages.get("/reset/<token>", endpoint="reset")
@public
def new_password(token: str) -> Response:
    """Choose a new password."""
    return page("reset.html", token=token, reasons=[])


@pages.post("/reset/<token>", endpoint="do_reset")
@public
def set_password(token: str) -> Response:
    """Set the password once; all sessions of the account end."""
    here = platform()
    try:
        if request.form.get("password") != request.form.get("again"):
            raise Invalid(_("The two passwords differ."))
        with here.database.transaction(ALL) as rows:
            reset_password(rows, here.settings.secret_key, token,
                           request.form.get("password", ""), here.clock())
    except TradewindError as error:
        return page("reset.html", error.status, token=token, reasons=reasons_of(error))
    flash(str(_("The password is set. Sign in with it.")), "ok")
    return redirect(url_for("pages.login"), code=303)


# ---- companies and language
@pages.get("/companies", endpoint="companies")
@signed_in
def companies() -> Response:
    """The companies of the signed-in person."""
    with platform().database.session(ALL, readonly=True) as rows:
        mine = companies_of(rows, the_visitor().user.id)
        return page("companies.html", companies=mine, current=the_visitor().signin.company_id)


@pages.post("/company", endpoint="switch")
@signed_in
def switch() -> Response:
    """Go on in another company, with a new session secret."""
    here = platform()
    wanted = request.form.get("company", type=int)
    with here.database.transaction(ALL) as rows:
        if wanted not in {company.id for company in companies_of(rows, the_visitor().user.id)}:
            raise Refused(_("You are not a member of this company."))
        old = rows.get(SignIn, the_visitor().signin.id)
        user = rows.get(User, the_visitor().user.id)
        if old is None or user is None:
            raise Forbidden(_("Please sign in again."))
        user.preferences = {**(user.preferences or {}), "company": wanted}
        secret = renew_signin(rows, old, user, wanted, here.clock())
    _remember(secret)
    with here.act(wanted, the_visitor().user.id) as ctx:
        write_audit(ctx, "core.company.entered")
    return go(url_for("pages.home"))


@pages.post("/language", endpoint="language")
@public
def language() -> Response:
    """Read on in the other language; kept with the account, or in a cookie before sign-in."""
    wanted = request.form.get("locale", "")
    target = safe_next(request.form.get("next"), "/")
    answer = go(target)
    if wanted in LOCALES:
        answer.set_cookie("locale", wanted, max_age=YEAR, samesite="Lax")
        if visitor() is not None:
            with platform().database.transaction() as rows:
                user = rows.get(User, the_visitor().user.id)
                if user is not None:
                    user.locale = wanted
    return answer
