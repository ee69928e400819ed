"""The company's credit policy: limits that are settings, with the defaults of DOMAIN §1.5, §6.3."""

from __future__ import annotations

from decimal import Decimal

from core.api import Ctx, Setting, _
from plugins.credit.records import PAPERS
from plugins.credit.scoring import read_grades, read_scorecard

GROUP = _("Credit")


def _money(key: str, label: object, default: str) -> Setting:
    return Setting(f"credit.{key}", label, default, kind="money", group=GROUP, dated=True)


def _days(key: str, label: object, default: int) -> Setting:
    return Setting(f"credit.{key}", label, default, kind="integer", group=GROUP, dated=True)


SETTINGS = (
    _days("block_days", _("Block when overdue more than (days)"), 15),
    _money("block_amount", _("… and more than (USD)"), "500"),
    _days("downgrade_days", _("Grade D when overdue more than (days)"), 60),
    _money("cap_a", _("Highest limit of grade A (USD)"), "300000"),
    _money("cap_b", _("Highest limit of grade B (USD)"), "150000"),
    _money("cap_c", _("Highest limit of grade C (USD)"), "50000"),
    _money("sales_from", _("Sales manager decides above (USD)"), "50000"),
    _money("boss_from", _("General manager decides above (USD)"), "150000"),
    Setting("credit.excess_share", _("… and a temporary excess above this share of the limit"),
            "0.20", kind="percent", group=GROUP, dated=True),
    _days("excess_days", _("A temporary excess lasts at most (days)"), 60),
    _days("excess_proposed", _("… and is proposed for (days)"), 45),
    _days("valid_days", _("A limit is valid for (days)"), 365),
    _days("review_before", _("Its review opens before it ends (days)"), 30),
    _days("review_overdue", _("Review when overdue more than (days)"), 30),
    _days("review_again", _("… and not again within (days)"), 90),
    _days("notify_days", _("Insurer told of overdue money after (days)"), 30),
    _days("claim_days", _("Claim to the insurer prepared after (days)"), 60),
    Setting("credit.papers", _("Papers of a review by country"),
            "*:licence,report,references,financials,bank", group=GROUP, dated=True,
            read=lambda text: read_papers(text),
            help=_("Such as *:licence,report,references,financials,bank;NG:licence,bank where * "
                   "is every other country.")),
    Setting("credit.scorecard", _("Most points of each row of the scorecard"),
            "payment:30,financials:20,years:15,country:15,volume:10,insurer:10", group=GROUP,
            dated=True, read=read_scorecard, help=_("Together 100.")),
    Setting("credit.grades", _("Least points of a grade"), "A:80,B:65,C:50", group=GROUP,
            dated=True, read=read_grades, help=_("Fewer points than for C make grade D.")),
)


def read_papers(text: str) -> dict[str, tuple[str, ...]]:
    """Papers by country, "*:licence,report;NG:licence"; ValueError where it cannot be read."""
    found: dict[str, tuple[str, ...]] = {}
    known = {key for key, _label in PAPERS}
    for part in str(text).split(";"):
        country, papers = part.split(":")
        words = tuple(word.strip() for word in papers.split(",") if word.strip())
        if set(words) - known:
            raise ValueError(f"unknown papers: {set(words) - known}")
        found[country.strip()] = words
    if "*" not in found:
        raise ValueError("papers for all others (*) are missing")
    return found


def amount(ctx: Ctx, key: str) -> Decimal:
    """A money setting as Decimal."""
    return Decimal(str(ctx.setting(f"credit.{key}")))


def days(ctx: Ctx, key: str) -> int:
    """A setting of days."""
    return int(ctx.setting(f"credit.{key}"))


def caps(ctx: Ctx) -> dict[str, Decimal]:
    """The highest limit by grade; D gets none."""
    return {
        "A": amount(ctx, "cap_a"),
        "B": amount(ctx, "cap_b"),
        "C": amount(ctx, "cap_c"),
        "D": Decimal(0),
    }


def block_rule(ctx: Ctx) -> tuple[int, Decimal]:
    """(days, USD) from which an overdue invoice blocks."""
    return days(ctx, "block_days"), amount(ctx, "block_amount")
