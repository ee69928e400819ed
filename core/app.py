"""The web application: wiring of settings, plugins, sign-in, access and errors."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import FileSystemLoader
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as AnyResponse

from core import workflow
from core.accounts import find_signin
from core.config import Settings
from core.context import Ctx
from core.db import ALL
from core.doctor import unready
from core.errors import Conflict, Forbidden, NotFound, TradewindError
from core.i18n import LOCALES, _, set_locale
from core.pages import wiring
from core.pages.access import MEMBER, PUBLIC, Visitor, access_of
from core.people import Company, Member, User
from core.platform import Platform, build_platform

log = logging.getLogger("tradewind.app")
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)


class TradewindApp(Flask):
    """Flask with one transaction per request: committed when the view answered well."""

    platform: Platform

    def dispatch_request(self) -> Any:
        response = self.make_response(super().dispatch_request())
        ctx: Ctx | None = g.get("ctx")
        if ctx is not None and not ctx.session.info["readonly"]:
            if response.status_code < 400:
                ctx.session.commit()
            else:
                ctx.session.rollback()
        return response


class WholeNumber(IntegerConverter):
    """Numbers in addresses; what no database could hold as an id is not found."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**63 - 1, **options})


def create_app(settings: Settings, platform: Platform | None = None) -> TradewindApp:
    """Build the app; issues no SQL. Pass a `platform` to share it with a worker or a test."""
    app = TradewindApp("core", static_folder="static", static_url_path="/static")
    app.url_map.converters["int"] = WholeNumber
    app.platform = platform or build_platform(settings)
    app.extensions["tradewind"] = app.platform
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=64 * 2**20,
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.mode == "production", WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=31536000, SESSION_COOKIE_NAME="tradewind",
        MAX_FORM_MEMORY_SIZE=16 * 2**20, MAX_FORM_PARTS=20_000,
    )
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.platform.gatekeeper = workflow.gatekeeper()
    csrf = CSRFProtect(app)
    _sign_in(app)
    app.before_request(_open)
    app.teardown_request(_close)
    app.after_request(_headers)
    _errors(app)
    wiring.register(app)
    for name, blueprint in app.platform.registry.blueprints:
        app.register_blueprint(blueprint)
        if getattr(blueprint, "token_routes", False):
            _without_cookie(app, csrf, blueprint.name)
        _plugin_static(app, name)
    app.add_url_rule("/healthz", "healthz", _public(lambda: jsonify(ok=True)))
    app.add_url_rule("/readyz", "readyz", _public(_ready))
    return app


def _without_cookie(app: TradewindApp, csrf: CSRFProtect, name: str) -> None:
    """Routes that sign in by token take no CSRF token; the blueprint's pages do (QUALITY A2)."""
    for endpoint, view in app.view_functions.items():
        mark = access_of(view)
        if endpoint.startswith(f"{name}.") and mark is not None and mark[0] == PUBLIC:
            csrf.exempt(view)


def _public(view: Any) -> Any:
    view.tradewind_access = (PUBLIC, None)
    return view


def _plugin_static(app: TradewindApp, name: str) -> None:
    folder = app.platform.registry.plugins[name].folder / "templates"
    if folder.is_dir():
        loader = app.jinja_loader
        if isinstance(loader, FileSystemLoader):
            loader.searchpath.append(str(folder))


def _ready() -> Any:
    reasons = unready(_app().platform)
    return jsonify(ok=not reasons, reasons=reasons), 503 if reasons else 200


def _app() -> TradewindApp:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


def _sign_in(app: TradewindApp) -> None:
    login = LoginManager(app)

    @login.user_loader
    def load(secret: str) -> Visitor | None:
        with app.platform.database.session(ALL, readonly=True) as session:
            found = find_signin(session, secret, app.platform.clock())
            if found is None:
                return None
            session.expunge_all()
        return Visitor(secret, *found)


def _open() -> Any:
    """Deny by default: the view's mark decides who may call it, the plugin must be on."""
    g.request_id = uuid.uuid4().hex[:12]
    if request.endpoint == "static" or request.endpoint is None:
        _set_language(None, None)
        return None
    app = _app()
    mark = access_of(app.view_functions.get(request.endpoint))
    if mark is None:
        raise Forbidden(_("This page is not open to anybody: its route carries no access mark."))
    level, permission = mark
    user = current_user.user if current_user.is_authenticated else None
    _set_language(user, None)
    if level == PUBLIC:
        return None
    if user is None:
        return _to_login()
    if level != MEMBER:
        return None
    ctx = _member_context(app, user)
    if ctx is None:
        raise Forbidden(_("You are not a member of any company. Ask an administrator."))
    _set_language(user, ctx.company)
    plugin = request.blueprint
    if plugin in app.platform.registry.plugins and plugin not in ctx.enabled:
        raise NotFound(_("This page does not exist."))
    if permission:
        ctx.require(permission)
    return None


def _member_context(app: TradewindApp, user: User) -> Ctx | None:
    company_id = current_user.signin.company_id
    if company_id is None:
        return None
    session = app.platform.database.session(company_id, readonly=request.method in SAFE)
    g.session = session
    company = session.get(Company, company_id)
    ctx = app.platform.context(session, company, user)
    g.ctx = ctx
    member = session.scalar(select(Member).where(Member.user_id == user.id, Member.active))
    ctx.cache["member", user.id] = member
    return ctx if member is not None and company is not None else None


def _set_language(user: User | None, company: Company | None) -> None:
    wanted = (user.locale if user else None) or (company.locale if company else None)
    wanted = wanted or request.cookies.get("locale")
    if wanted not in LOCALES:
        best = request.accept_languages.best_match(["zh", "zh-CN", "en"]) or "zh"
        wanted = "zh" if best.startswith("zh") else "en"
    g.locale = wanted
    set_locale(wanted)


def _to_login() -> Any:
    target = url_for("pages.login", next=request.full_path.rstrip("?"))
    if request.headers.get("HX-Request"):
        return Response("", 401, {"HX-Redirect": url_for("pages.login")})
    if request.method not in SAFE:
        return redirect(url_for("pages.login"))
    return redirect(target)


def _close(_error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.rollback()
        session.close()
    g.pop("ctx", None)
    _app().platform.tell_of_resting()


def _headers(response: AnyResponse) -> AnyResponse:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    if request.endpoint not in ("static",):
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("HX-Request")
    return response


def _errors(app: TradewindApp) -> None:
    def show(status: int, title: object, texts: list[str]) -> Any:
        session = g.get("session")
        if session is not None:
            session.rollback()
        if request.accept_mimetypes.best == "application/json" or request.is_json:
            return jsonify(status=status, title=str(title), errors=texts), status
        if request.headers.get("HX-Request"):
            return Response("; ".join(texts) or str(title), status, {"HX-Reswap": "none",
                            "X-Tradewind-Toast": "1"}, mimetype="text/plain")
        return render_template("error.html", status=status, title=title, texts=texts), status

    @app.errorhandler(TradewindError)
    def refused(error: TradewindError) -> Any:
        return show(error.status, _title(error.status), [str(r) for r in error.reasons])

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> Any:
        return refused(Conflict(_("Somebody changed this record in the same moment. Try again.")))

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Any:
        _set_language(current_user.user if current_user.is_authenticated else None, None)
        return show(403, _title(403), [str(_("The page is too old. Load it again."))])

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        status = error.code or 500
        if status < 400:
            return error
        return show(status, _title(status), [])

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Any:
        log.exception("request %s failed", g.get("request_id"), exc_info=error)
        if app.testing:
            raise error
        text = _("The fault is logged under %(id)s. Nothing was saved.", id=g.get("request_id", ""))
        return show(500, _title(500), [str(text)])


def _title(status: int) -> object:
    return {
        400: _("This request cannot be understood"), 401: _("Please sign in"),
        403: _("You may not do this"), 404: _("This page does not exist"),
        405: _("This page does not exist"), 409: _("This is not possible now"),
        413: _("This is too large"), 422: _("Please check your input"),
        429: _("Too many requests"),
    }.get(status, _("Something went wrong"))
