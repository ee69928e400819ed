"""Words and icons for what the engine knows: kinds of cards, states of a case, roles."""

from __future__ import annotations

from sqlalchemy import select

from core.context import Ctx
from core.i18n import _
from core.people import RoleRow
from core.workflow.plan import words

KINDS = {
    "approve": _("Approval"), "handle": _("Work"), "copy": _("For information"),
    "choice": _("Condition"), "every": _("Every matching branch"), "parallel": _("In parallel"),
    "each": _("For each"), "step": _("Automatic"), "delay": _("Wait a while"),
    "wait": _("Wait for a message"), "subflow": _("Other workflow"), "loop": _("Repeat"),
    "end": _("End"),
}
ICONS = {
    "approve": "user-check", "handle": "tool", "copy": "mail", "choice": "arrows-split",
    "every": "arrows-split-2", "parallel": "git-fork", "each": "repeat", "step": "bolt",
    "delay": "clock", "wait": "hourglass", "subflow": "sitemap", "loop": "refresh", "end": "flag",
}
CASE_STATES = {
    "running": (_("Running"), "blue"), "incident": (_("Stands still"), "red"),
    "suspended": (_("Paused"), "amber"), "approved": (_("Approved"), "green"),
    "done": (_("Finished"), "green"), "rejected": (_("Rejected"), "red"),
    "withdrawn": (_("Withdrawn"), "grey"), "cancelled": (_("Cancelled"), "grey"),
}


def role_name(ctx: Ctx, key: str) -> str:
    """A role in words."""
    from_rows = ctx._once("role_names", lambda: _role_names(ctx))
    return str(from_rows.get(key, key))


def _role_names(ctx: Ctx) -> dict[str, str]:
    rows = ctx.session.scalars(select(RoleRow))
    return {row.key: words(row.label) for row in rows}
