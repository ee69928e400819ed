"""The Apps page: which plugins are installed, what they need, which the company uses."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core.api import TradewindError, _, administration, current_ctx, drawing, needs
from plugins.admin.routes import ADMIN, admin, draw

CATEGORIES = {
    "business": _("Business areas"),
    "capability": _("Capabilities"),
    "connector": _("Connections"),
    "system": _("Always on"),
}


@admin.get("/admin/apps", endpoint="apps")
@needs(ADMIN)
def show() -> Response:
    """All installed plugins, and what the broken ones say."""
    ctx = current_ctx()
    titles = {name: p.manifest.title for name, p in ctx.registry.plugins.items()}
    apps: list[dict[str, object]] = [
        {
            "manifest": plugin.manifest,
            "on": name in ctx.enabled,
            "rests": ctx.registry.health.rests(name, ctx.company.id),
            "needs": [titles.get(need, need) for need in plugin.manifest.needs],
            "missing": [titles.get(n, n) for n in plugin.manifest.needs if n not in ctx.enabled],
            "dependents": [titles.get(n, n) for n in administration.dependents(ctx, name)],
            "records": sum(1 for key in ctx.registry.records if ctx.registry.owner(key) == name),
            "steps": sum(
                len(s) for key, s in ctx.registry.steps.items() if ctx.registry.owner(key) == name
            ),
            "category": CATEGORIES.get(plugin.manifest.category, plugin.manifest.category),
        }
        for name, plugin in sorted(
            ctx.registry.plugins.items(), key=lambda pair: pair[1].manifest.essential
        )
    ]
    groups: dict[str, list[dict[str, object]]] = {}
    for app in apps:
        groups.setdefault(str(app["category"]), []).append(app)
    return draw("apps.html", groups=groups, broken=ctx.registry.broken)


@admin.post("/admin/apps/<name>", endpoint="app")
@needs(ADMIN)
def switch(name: str) -> Response:
    """Switch a plugin on (with what it needs) or off (its data stays)."""
    ctx = current_ctx()
    titles = {n: str(p.manifest.title) for n, p in ctx.registry.plugins.items()}
    try:
        with ctx.session.begin_nested():
            if request.form.get("on"):
                done = administration.enable_plugin(ctx, name)
                text = _("Switched on: %(names)s.", names=", ".join(titles[n] for n in done))
            else:
                administration.disable_plugin(ctx, name)
                text = _("Switched off: %(names)s. Its data stays.", names=titles[name])
        flash(str(text), "ok")
    except TradewindError as error:
        ctx.forget()
        flash(" ".join(drawing.reasons_of(error)), "bad")
    return drawing.go(url_for("admin.apps"))
