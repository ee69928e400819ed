"""The company's rules of after-sales: settings with the defaults of DOMAIN §1.10, §6.5."""

from __future__ import annotations

from decimal import Decimal

from core.api import Ctx, Setting, _
from plugins.service.clock import SLA, Limits, read_sla

GROUP = _("After-sales")


def _days(key: str, label: object, default: int) -> Setting:
    return Setting(f"service.{key}", label, default, kind="integer", group=GROUP, dated=True)


SETTINGS = (
    Setting("service.sla", _("Deadlines by severity"), SLA, group=GROUP, dated=True,
            read=read_sla,
            help=_("Severity : first answer in working hours (c: clock hours), containment, root "
                   "cause and closing in working days.")),
    Setting("service.big_share", _("S2 from this share of defective pieces"), "0.05",
            kind="percent", group=GROUP, dated=True),
    Setting("service.big_claim", _("… or from a claim above (USD)"), "5000", kind="money",
            group=GROUP, dated=True),
    _days("short_delay", _("… or from a delay of more than (days)"), 7),
    _days("notice_days", _("Carrier and insurer told of transit damage within (days)"), 3),
    _days("silence_days", _("Silence counts as consent after the last reminder (days)"), 15),
    _days("silence_reminders", _("… and after this many reminders"), 2),
    _days("reopen_days", _("A closed complaint is reopened within (days)"), 30),
    _days("repeat_days", _("The same defect opens the analysis again within (days)"), 180),
    _days("review_days", _("The prevention is reviewed after (days)"), 60),
)


def days(ctx: Ctx, key: str) -> int:
    """A setting of days, or of a count."""
    return int(ctx.setting(f"service.{key}"))


def sla(ctx: Ctx) -> dict[str, Limits]:
    """The deadlines of each severity."""
    return read_sla(ctx.setting("service.sla"))


def severity_rules(ctx: Ctx) -> dict[str, Decimal | int]:
    """From where on a complaint is grave, as `clock.severity` takes it."""
    return {
        "big_share": Decimal(str(ctx.setting("service.big_share"))),
        "big_claim": Decimal(str(ctx.setting("service.big_claim"))),
        "short_delay": days(ctx, "short_delay"),
    }
