"""The Apps page: which plugins are installed, what they need, which the company uses."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core.companies import dependents, disable_plugin, enable_plugin
from core.errors import TradewindError
from core.i18n import _
from core.pages.access import current_ctx, needs
from core.pages.admin_people import ADMIN
from core.pages.blueprint import go, page, pages, reasons_of

CATEGORIES = {
    "business": _("Business areas"), "capability": _("Capabilities"),
    "connector": _("Connections"),
}


@pages.get("/admin/apps", endpoint="admin_apps")
@needs(ADMIN)
def show() -> Response:
    """All installed plugins, and what the broken ones say."""
    ctx = current_ctx()
    titles = {name: p.manifest.title for name, p in ctx.registry.plugins.items()}
    apps: list[dict[str, object]] = [
        {
            "manifest": plugin.manifest, "on": name in ctx.enabled,
            "needs": [titles.get(need, need) for need in plugin.manifest.needs],
            "missing": [titles.get(n, n) for n in plugin.manifest.needs if n not in ctx.enabled],
            "dependents": [titles.get(n, n) for n in dependents(ctx, name)],
            "records": sum(1 for key in ctx.registry.records if ctx.registry.owner(key) == name),
            "steps": sum(len(s) for key, s in ctx.registry.steps.items()
                         if ctx.registry.owner(key) == name),
            "category": CATEGORIES.get(plugin.manifest.category, plugin.manifest.category),
        }
        for name, plugin in ctx.registry.plugins.items()
    ]
    groups: dict[str, list[dict[str, object]]] = {}
    for app in apps:
        groups.setdefault(str(app["category"]), []).append(app)
    return page("admin_apps.html", groups=groups, broken=ctx.registry.broken)


@pages.post("/admin/apps/<name>", endpoint="admin_app")
@needs(ADMIN)
def switch(name: str) -> Response:
    """Switch a plugin on (with what it needs) or off (its data stays)."""
    ctx = current_ctx()
    titles = {n: str(p.manifest.title) for n, p in ctx.registry.plugins.items()}
    try:
        if request.form.get("on"):
            done = enable_plugin(ctx, name)
            text = _("Switched on: %(names)s.", names=", ".join(titles[n] for n in done))
        else:
            disable_plugin(ctx, name)
            text = _("Switched off: %(names)s. Its data stays.", names=titles[name])
        ctx.session.commit()
        flash(str(text), "ok")
    except TradewindError as error:
        ctx.session.rollback()
        flash(" ".join(reasons_of(error)), "bad")
    return go(url_for("pages.admin_apps"))
