"""What the plugin registers."""

from __future__ import annotations

from flask import Blueprint

from core.api import Menu, _, hookimpl
from plugins.admin import account, apps, company, fields, people, roles, traces, workdays
from plugins.admin.routes import ADMIN, admin

PAGES = (account, apps, company, fields, people, roles, traces, workdays)
ENTRIES = (
    ("/admin/people", _("Users"), "users", ADMIN),
    ("/admin/roles", _("Roles"), "shield", ADMIN),
    ("/admin/company", _("Company & settings"), "building", ADMIN),
    ("/admin/workdays", _("Working calendar"), "calendar", ADMIN),
    ("/admin/fields", _("Custom fields"), "forms", ADMIN),
    ("/admin/numbers", _("Number series"), "hash", ADMIN),
    ("/admin/apps", _("Apps"), "apps", ADMIN),
    ("/admin/jobs", _("Background work"), "clock", ADMIN),
    ("/admin/audit", _("Audit trail"), "history", ADMIN),
)


@hookimpl
def register_menus() -> list[Menu]:
    return [
        Menu(path, label, icon=icon, sequence=n * 10, permission=right, administration=True)
        for n, (path, label, icon, right) in enumerate(ENTRIES, start=1)
    ]


@hookimpl
def register_blueprint() -> Blueprint:
    return admin
