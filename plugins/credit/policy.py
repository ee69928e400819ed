"""The company's credit policy: limits that are settings, with the defaults of DOMAIN §1.5, §6.3."""

from __future__ import annotations

from decimal import Decimal

from core.api import Ctx, Setting, _

GROUP = _("Credit")


def _money(key: str, label: object, default: str) -> Setting:
    return Setting(f"credit.{key}", label, default, kind="money", group=GROUP, dated=True)


SETTINGS = (
    Setting("credit.block_days", _("Block when overdue more than (days)"), 15, kind="integer",
            group=GROUP, dated=True),
    _money("block_amount", _("… and more than (USD)"), "500"),
    Setting("credit.downgrade_days", _("Grade D when overdue more than (days)"), 60,
            kind="integer", group=GROUP, dated=True),
    _money("cap_a", _("Highest limit of grade A (USD)"), "300000"),
    _money("cap_b", _("Highest limit of grade B (USD)"), "150000"),
    _money("cap_c", _("Highest limit of grade C (USD)"), "50000"),
    _money("sales_from", _("Sales manager decides above (USD)"), "50000"),
    _money("boss_from", _("General manager decides above (USD)"), "150000"),
)


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
