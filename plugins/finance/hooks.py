"""The hooks of finance; each hands over to the module that knows."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Job, Permission, Refusal, Setting, _, hookimpl
from plugins.finance import (
    accounts,
    checks,
    cost_records,
    demo,
    dunning,
    records,
    routes,
    steps,
    views,
)
from plugins.finance.ladders import read_days, read_ladder, read_shares
from plugins.finance.profit import FACTORS, SPLIT, TIERS


@hookimpl
def register_records() -> list[Any]:
    return [
        records.BankAccount, records.Receivable, records.Receipt, records.Allocation,
        records.Entry, records.Reminder, cost_records.Refund, cost_records.Bill,
        cost_records.Commission, cost_records.CommissionPart,
    ]


@hookimpl
def register_steps() -> list[Any]:
    return list(steps.STEPS)


@hookimpl
def register_views() -> list[Any]:
    return list(views.VIEWS)


@hookimpl
def register_menus() -> list[Any]:
    return list(views.MENUS)


@hookimpl
def register_blueprint() -> Any:
    return routes.blueprint


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("finance.profit.read", _("See the profit of orders"))]


@hookimpl
def register_roles() -> list[Any]:
    return list(checks.GRANTS)


@hookimpl
def register_settings() -> list[Setting]:
    group = _("Finance")
    return [
        Setting("finance.short_limit", _("Short payment written off up to (USD)"), "30",
                kind="money", group=group, dated=True),
        Setting("finance.short_share", _("… and up to this share of the balance due"), "0.005",
                kind="percent", group=group, dated=True),
        Setting("finance.reminder_days", _("Reminders, days after the due date"),
                "-7,0,3,7,15,30", group=group, dated=True, read=read_days),
        Setting("finance.hold_days", _("Hold of the customer proposed, days after the due date"),
                15, kind="integer", group=group, dated=True),
        Setting("finance.bop_days", _("BOP report, working days after the receipt"), 5,
                kind="integer", group=group, dated=True),
        Setting("finance.commission_tiers", _("Commission tiers"), TIERS,
                group=group, dated=True, read=read_ladder,
                help=_("Margin below : share of the gross profit, both in percent; the last one "
                       "without a margin is for all above.")),
        Setting("finance.commission_factors", _("Commission factor of late money"), FACTORS,
                group=group, dated=True, read=read_ladder,
                help=_("Days that the last receipt was late : factor; the last one without days "
                       "is for all above.")),
        Setting("finance.commission_split", _("Who shares the commission"), SPLIT,
                group=group, dated=True, read=read_shares,
                help=_("Role : percent; together 100. The last one takes the remainder.")),
        Setting("finance.forecast_chances", _("Cash forecast: chance of overdue money"),
                "0:1,30:0.8,90:0.5,:0.2", group=group, dated=True, read=read_ladder,
                help=_("Days overdue : chance; the last one without days is for all above.")),
        Setting("finance.refund_days", _("Cash forecast: days from claim to refund"), 60,
                kind="integer", group=group, dated=True),
        Setting("finance.bill_days", _("Cash forecast: days until a bill without due date"), 30,
                kind="integer", group=group, dated=True),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job("finance.states", dunning.daily_states, at="00:05", label=_("Due and overdue money")),
        Job("finance.month_end", dunning.month_end, at="00:30", label=_("Month-end revaluation")),
        Job("finance.reminders", dunning.reminders, at="08:00", label=_("Payment reminders")),
    ]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    checks.prepare(ctx, record, values)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    return checks.faults(ctx, record, values)


@hookimpl
def check_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> list[Refusal]:
    return checks.step_faults(ctx, record, step)


@hookimpl
def after_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> None:
    checks.after(ctx, record, step)


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Any]:
    return checks.panels(ctx, record)


@hookimpl
def show_cards(ctx: Ctx) -> list[Any]:
    return checks.cards(ctx)


@hookimpl
def show_bank_details(ctx: Ctx, currency: str) -> dict[str, str] | None:
    return accounts.details(ctx, currency)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    if stage == "stories":
        demo.load(ctx)
