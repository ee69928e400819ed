"""The company's rules of after-sales: settings with the defaults of DOMAIN §1.10, §6.5."""

from __future__ import annotations

from core.api import Ctx, Setting, _

GROUP = _("After-sales")


def _days(key: str, label: object, default: int) -> Setting:
    return Setting(f"service.{key}", label, default, kind="integer", group=GROUP, dated=True)


SETTINGS = (
    _days("silence_days", _("Silence counts as consent after the last reminder (days)"), 15),
    _days("silence_reminders", _("… and after this many reminders"), 2),
    _days("reopen_days", _("A closed complaint is reopened within (days)"), 30),
    _days("repeat_days", _("The same defect opens the analysis again within (days)"), 180),
    _days("review_days", _("The prevention is reviewed after (days)"), 60),
)


def days(ctx: Ctx, key: str) -> int:
    """A setting of days, or of a count."""
    return int(ctx.setting(f"service.{key}"))
