"""The hooks of orders; each hands over to the module that knows."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Job, Refusal, RoleGrant, Setting, _, hookimpl
from plugins.orders import (
    changes,
    checks,
    clauses,
    demo,
    hookspecs,
    letters,
    papers,
    records,
    shipping_records,
    steps,
    views,
    workflows,
)

READERS = ("rep", "sm", "mer", "tec", "fin", "doc", "ppc", "pur", "wh", "qc", "afs")
READ = tuple(f"orders.{name}.read" for name in ("order", "delivery", "lc", "change"))


@hookimpl
def register_hookspecs() -> Any:
    return hookspecs


@hookimpl
def register_records() -> list[Any]:
    return [
        records.Order, records.OrderLine, records.Milestone, records.Override,
        records.ChangeOrder, records.ChangeLine, shipping_records.LetterOfCredit,
        shipping_records.LcCheck, shipping_records.Delivery, shipping_records.DeliveryLine,
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
def register_documents() -> list[Any]:
    return list(papers.DOCUMENTS)


@hookimpl
def register_workflows() -> list[Any]:
    return list(workflows.WORKFLOWS)


@hookimpl
def register_roles() -> list[RoleGrant]:
    return [RoleGrant(role, READ) for role in READERS] + list(checks.GRANTS)


@hookimpl
def register_settings() -> list[Setting]:
    group = _("Orders")
    return [
        *clauses.SETTINGS,
        Setting(
            "orders.spec_gate", _("Production needs a frozen tech sheet"), "named", kind="choice",
            choices=(("named", _("For lines that name one")), ("always", _("For every line"))),
            group=group, dated=True,
        ),
        Setting(
            "orders.change_lapse_days", _("Unsigned changes lapse after (working days)"), "7",
            kind="integer", group=group, dated=True,
        ),
        Setting(
            "orders.deposit_allowance", _("Accepted shortfall of a payment (USD)"), "50",
            kind="money", group=group, dated=True,
        ),
        Setting(
            "orders.override_boss_from", _("Overrides above this only by the boss (USD)"),
            "50000", kind="money", group=group, dated=True,
        ),
        Setting(
            "orders.discrepancy_fee", _("Discrepancy fee of the bank (USD)"), "80",
            kind="money", group=group, dated=True,
        ),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job("orders.lapse_changes", changes.lapse_old, at="00:05",
            label=_("Let unsigned order changes lapse")),
        Job("orders.expire_credits", letters.expire_old, at="00:05",
            label=_("Let letters of credit expire")),
    ]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    checks.prepare(ctx, record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    return checks.faults(ctx, record, values)


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Any]:
    return checks.panels(ctx, record)


@hookimpl
def show_cards(ctx: Ctx) -> list[Any]:
    return checks.cards(ctx)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    if stage == "stories":
        demo.load(ctx)
