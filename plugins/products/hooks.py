"""The hooks of products; each hands over to the module that knows."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Job, Permission, Refusal, RoleGrant, Setting, _, hookimpl
from plugins.products import (
    checks,
    demo,
    jobs,
    proposing,
    records,
    reference,
    seeding,
    services,
    views,
)


@hookimpl
def register_records() -> list[Any]:
    return [
        reference.Unit, reference.Port, reference.Incoterm, reference.TradeCurrency,
        reference.HsCode, reference.HsTerm, reference.PaymentTerm, reference.PaymentPart,
        reference.ContainerType, reference.CertificateRule, reference.ExchangeRate,
        reference.FreightRate, records.Category, records.Product, records.PriceTier, records.Spec,
    ]


@hookimpl
def register_views() -> list[Any]:
    return list(views.VIEWS)


@hookimpl
def register_menus() -> list[Any]:
    return list(views.MENUS)


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(records.COST_RIGHT, _("See purchase prices"))]


@hookimpl
def register_roles() -> list[RoleGrant]:
    readers = ("rep", "sm", "mer", "tec", "fin", "doc", "ppc", "pur", "wh", "qc", "afs")
    reading = tuple(f"products.{name}.read" for name in _RECORDS)
    grants = [RoleGrant(role, reading) for role in readers]
    cost = (records.COST_RIGHT,)
    return [
        *grants,
        *(RoleGrant(role, cost) for role in ("sm", "fin", "pur")),
        RoleGrant("tec", tuple(
            f"products.{name}.{verb}"
            for name in ("product", "category") for verb in ("create", "write", "archive")
        )),
        RoleGrant("pur", ("products.product.create", "products.product.write")),
        RoleGrant("fin", tuple(
            f"products.{name}.{verb}"
            for name in ("exchange_rate", "payment_term", "currency", "hs_code")
            for verb in ("create", "write", "archive")
        )),
        RoleGrant("doc", tuple(
            f"products.{name}.{verb}"
            for name in ("port", "container", "freight_rate", "hs_code", "certificate", "unit")
            for verb in ("create", "write", "archive")
        )),
    ]


_RECORDS = (
    "product", "category", "unit", "port", "incoterm", "currency", "hs_code", "payment_term",
    "container", "certificate", "exchange_rate", "freight_rate",
)


@hookimpl
def register_settings() -> list[Setting]:
    group = _("Rates")
    return [
        Setting(
            "products.quote_rate_margin", _("Safety margin of the quoting rate"), "0.01",
            kind="percent", group=group, dated=True,
            help=_("Taken off the book rate when no quoting rate was entered."),
        ),
        Setting(
            "products.rate_feed", _("Address of the rate feed (ECB XML)"), "", kind="text",
            group=group, help=_("Empty: rates are entered or imported. The last rate stays."),
        ),
        proposing.SETTING,
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(
            "products.fetch_rates", jobs.fetch_rates, at="17:30", external=True,
            label=_("Fetch exchange rates"),
        )
    ]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    checks.prepare(ctx, record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    return checks.faults(ctx, record)


@hookimpl
def after_save(ctx: Ctx, record: Any, changes: dict[str, Any]) -> None:
    if isinstance(record, reference.ExchangeRate):
        services.forget_rates(ctx)


@hookimpl
def company_enabled(ctx: Ctx) -> None:
    seeding.seed(ctx)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    if stage == "reference":
        demo.load(ctx)
