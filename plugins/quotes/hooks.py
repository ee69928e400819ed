"""The hooks of quotes; each hands over to the module that knows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.api import (
    Card,
    Ctx,
    Document,
    Field,
    Job,
    Panel,
    Permission,
    Refusal,
    RoleGrant,
    Setting,
    Step,
    Workflow,
    _,
    hookimpl,
)
from plugins.quotes import (
    approval,
    demo,
    documents,
    jobs,
    panels,
    reckoning,
    records,
    routes,
    services,
    steps,
    tech_records,
    techsheets,
    views,
)


@hookimpl
def register_records() -> list[Any]:
    return [
        records.Quotation, records.QuotationLine,
        tech_records.TechSheet, tech_records.TechParameter,
    ]


@hookimpl
def register_steps() -> list[Step]:
    return list(steps.STEPS)


@hookimpl
def register_views() -> list[Any]:
    return list(views.VIEWS)


@hookimpl
def register_menus() -> list[Any]:
    return list(views.MENUS)


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(records.MARGIN_RIGHT, _("See margins of quotations"))]


@hookimpl
def register_roles() -> list[RoleGrant]:
    own = ("quotes.quotation.*",)
    margin = ("quotes.quotation.*", records.MARGIN_RIGHT)
    sheet = "quotes.tech_sheet"
    asking = tuple(f"{sheet}.{verb}" for verb in (
        "read", "create", "write", "archive", "submit", "confirm", "new_version",
    ))
    readers = ("mer", "doc", "tec")
    sheet_readers = ("fin", "mer", "doc", "ppc", "pur", "qc", "afs")
    return [
        RoleGrant("rep", own), RoleGrant("sm", margin), RoleGrant("fin", margin),
        RoleGrant("rep", (*asking, f"{sheet}.send_back")), RoleGrant("sm", (f"{sheet}.*",)),
        RoleGrant("tec", (f"{sheet}.*",)),
        *(RoleGrant(role, ("quotes.quotation.read",)) for role in readers),
        *(RoleGrant(role, (f"{sheet}.read",)) for role in sheet_readers),
    ]


@hookimpl
def register_settings() -> list[Setting]:
    limits, price, days = _("Quotations: approval limits"), _("Quotations: price"), _("Validity")

    def limit(name: str, label: object, value: str, kind: str) -> Setting:
        return Setting(f"quotes.{name}", label, value, kind=kind, group=limits, dated=True)

    def share(name: str, label: object, value: str, kind: str = "percent") -> Setting:
        return Setting(f"quotes.{name}", label, value, kind=kind, group=price, dated=True)

    return [
        limit("auto_amount", _("Automatic up to (USD)"), "10000", "money"),
        limit("auto_margin", _("Automatic from margin"), "0.15", "percent"),
        limit("fin_margin", _("Finance below margin"), "0.12", "percent"),
        limit("fin_amount", _("Finance above (USD)"), "100000", "money"),
        limit("gm_margin", _("General manager below margin"), "0.08", "percent"),
        limit("gm_amount", _("General manager above (USD)"), "200000", "money"),
        limit("gm_days", _("General manager above days of credit"), "90", "integer"),
        share("target_margin", _("Usual margin"), "0.15"),
        share("overhead", _("Overhead on purchase price"), "0.02"),
        share("finance_rate", _("Financing, rate a year"), "0.036"),
        share("finance_days", _("Financing, days"), "60", "integer"),
        share("premium_rate", _("Insurance premium"), "0.002"),
        share("cover", _("Insurance cover"), "1.10"),
        share("least_premium", _("Least insurance premium (USD)"), "0", "money"),
        share("bank_share", _("Bank charges"), "0"),
        share("credit_insurance", _("Credit insurance"), "0"),
        share("inland_per_container", _("Local charges of a container (CNY)"), "4750", "money"),
        share("rate_alert", _("Warn when the rate moved more than"), "0.02"),
        Setting("quotes.loading_port", _("Usual port of loading (UN/LOCODE)"), "CNNGB",
                group=price),
        Setting("quotes.lead_days", _("Usual lead time (days)"), "30", kind="integer", group=days),
        Setting("quotes.days_to_order", _("From quotation to order (days)"), "15",
                kind="integer", group=days, help=_("For the planned export date.")),
        Setting("quotes.days_to_ship", _("From ready goods to export (days)"), "7",
                kind="integer", group=days, help=_("For the planned export date.")),
        Setting("quotes.validity_days", _("Validity (days)"), "15", kind="integer", group=days),
        Setting("quotes.validity_days_freight", _("Validity when freight is included (days)"), "7",
                kind="integer", group=days),
        Setting("quotes.expiring_days", _("Expiring soon: days before the end"), "3",
                kind="integer", group=days),
        Setting(
            "quotes.below_moq", _("Below the minimum order"), "block", kind="choice", group=price,
            choices=(("block", _("Refuse")), ("surcharge", _("Charge a surcharge")),
                     ("allow", _("Allow"))), dated=True,
        ),
        Setting("quotes.moq_surcharge", _("Small order surcharge (USD a line)"), "150",
                kind="money", group=price, dated=True),
    ]


@hookimpl
def register_workflows() -> list[Workflow]:
    def limit(kind: str, name: str, label: object) -> Field:
        return Field(kind, label, name)

    return [Workflow(
        "quotes.approval", _("Quotation approval"), "quotes.quotation", approval.DEFINITION,
        gate="quotes.quotation.submit", facts=services.workflow_facts,
        fact_fields=(
            limit("quantity", "auto_amount", _("Limit: automatic up to (USD)")),
            limit("percent", "auto_margin", _("Limit: automatic from margin")),
            limit("percent", "fin_margin", _("Limit: finance below margin")),
            limit("quantity", "fin_amount", _("Limit: finance above (USD)")),
            limit("percent", "gm_margin", _("Limit: general manager below margin")),
            limit("quantity", "gm_amount", _("Limit: general manager above (USD)")),
            limit("integer", "gm_days", _("Limit: general manager above days of credit")),
        ),
        help=_("Sales manager, finance and general manager by amount, margin, grade and term."),
    )]


@hookimpl
def register_documents() -> list[Document]:
    return list(documents.DOCUMENTS)


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job("quotes.expire", jobs.expire_quotations, at="00:05", label=_("Expire quotations")),
        Job("quotes.warn", jobs.warn_of_moves, at="08:00", label=_("Warn of rate moves")),
    ]


@hookimpl
def register_blueprint() -> Blueprint:
    return routes.blueprint


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, records.Quotation) and record.editable:
        if "auto_charges" not in values and {"freight", "inland_charges"} & set(values):
            record.auto_charges = False
        reckoning.reckon(ctx, record)
    elif isinstance(record, tech_records.TechSheet):
        techsheets.fill(ctx, record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    if isinstance(record, tech_records.TechSheet):
        return techsheets.faults(record)
    return services.locked(ctx, record, values)


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Panel]:
    return panels.panels(ctx, record)


@hookimpl
def show_cards(ctx: Ctx) -> list[Card]:
    return panels.cards(ctx)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    if stage == "stories":
        demo.load(ctx)
