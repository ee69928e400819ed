"""Lists, forms, panels and menus of credit."""

from __future__ import annotations

from typing import Any

from core.api import (
    Counter,
    Ctx,
    FormView,
    LinesSection,
    ListView,
    Menu,
    Panel,
    Section,
    ViewPatch,
    _,
)
from plugins.credit import policy, reviewing, services
from plugins.credit.exposure import BLOCK, PASS, REVIEW
from plugins.credit.records import Review
from plugins.crm.api import Customer
from plugins.orders.api import Order
from plugins.quotes.api import Quotation


def draft_only(ctx: Ctx, record: Any) -> bool:
    """Reviews are edited as drafts; finance fills in the scorecard until it has proposed."""
    if record.state == "approval":
        return ctx.can("credit.profile.write") and not (record.facts or {}).get("proposed")
    return record.state in ("draft", "", None)


VIEWS = (
    ListView(
        "credit.profile",
        ("customer_id", "grade", "limit", "exposure", "available", "currency", "valid_to",
         "temporary_limit", "temporary_until", "state"),
        filters=("state", "grade", "valid_to"),
        empty=_("No credit profile yet. A credit review makes one."),
    ),
    FormView(
        "credit.profile",
        (
            Section("main", _("Credit"), ("customer_id", "currency")),
            Section("insurance", _("Credit insurance"), (
                "insurer", "insurer_limit", "cover", "insurer_until", "notify_days",
                "claim_days",
            )),
        ),
        side=(
            "grade", "score", "limit", "credit_days", "valid_from", "valid_to", "conditions",
            "orders", "receivables", "unallocated", "insured", "exposure", "available",
            "temporary_limit", "temporary_until", "temporary_order_id", "computed_at",
        ),
    ),
    ListView(
        "credit.review",
        ("number", "customer_id", "trigger", "requested", "currency", "grade", "suggested",
         "order_id", "state", "owner_id"),
        filters=("state", "customer_id", "trigger", "grade"),
        empty=_("No credit review yet."),
    ),
    FormView(
        "credit.review",
        (
            Section("main", _("Request"), (
                "customer_id", "order_id", "trigger", "currency", "requested", "credit_days",
                "monthly", "temporary", "temporary_until", "conditions",
            )),
            LinesSection("rows", _("Scorecard"), "rows", ("row", "points", "most", "remark"),
                         totals=("points",)),
            LinesSection("papers", _("Papers"), "papers", ("paper", "there", "remark")),
            Section("text", _("Evidence"), ("evidence",), columns=1),
        ),
        side=(
            "score", "grade", "suggested", "exposure", "excess", "needs_sales", "needs_boss",
            "decided_on", "owner_id",
        ),
        editable=draft_only,
    ),
    ViewPatch("crm.customer", "", Counter("credit.review", "customer_id", _("Credit reviews"),
                                          "shield-check")),
)
MENUS = (
    Menu("credit.profile", _("Credit profiles"), group=_("Finance"), icon="shield-check",
         sequence=83),
    Menu("credit.review", _("Credit reviews"), group=_("Finance"), icon="clipboard-check",
         sequence=84),
)
COLOURS = {PASS: "green", REVIEW: "amber", BLOCK: "red"}
LIGHTS = {
    PASS: _("Green: may order"),
    REVIEW: _("Amber: above the limit"),
    BLOCK: _("Red: blocked"),
}


def panels(ctx: Ctx, record: Any) -> list[Panel]:
    """Traffic light with the available amount on customer, quotation and order."""
    if isinstance(record, Customer):
        return _light(ctx, record.id, None)
    if isinstance(record, Order) or isinstance(record, Quotation):
        order = record if isinstance(record, Order) and record.state in (
            "draft", "approval", "approved", "sent") else None
        return _light(ctx, record.customer_id, order)
    return reviewing.panels(record) if isinstance(record, Review) else []


def _light(ctx: Ctx, customer_id: int, order: Order | None) -> list[Panel]:
    customer = ctx.session.get(Customer, customer_id)
    if customer is None:
        return []
    profile = services.profile_of(ctx, customer_id)
    stands = services.standing(ctx, customer, profile, False)
    reasons = stands.blocks(*policy.block_rule(ctx))
    rows: list[tuple[object, object]] = []
    light, excess = BLOCK if reasons else PASS, services.ZERO
    if profile is not None:
        found = services.compute(ctx, profile, extra=order)
        available = found.available(services.limit_of(ctx, profile, order))
        if available < 0 and light == PASS:
            light, excess = REVIEW, -available
        rows = [
            (_("Limit"), f"{profile.currency} {profile.limit:,.2f}"),
            (_("Exposure"), f"{profile.currency} {found.net:,.2f}"),
            (_("Available"), f"{profile.currency} {available:,.2f}"),
        ]
        if profile.valid_to:
            rows.append((_("Valid until"), profile.valid_to.isoformat()))
        if excess:
            rows.append((_("Missing"), f"{profile.currency} {excess:,.2f}"))
    else:
        rows = [(_("Limit"), _("No credit: advance payment or L/C"))]
    rows.insert(0, (_("Credit verdict"), LIGHTS[light]))
    rows += [(_("Why"), services.REASONS[code]) for code in reasons]
    url = f"/r/credit.profile/{profile.id}" if profile and ctx.can("credit.profile.read") else ""
    return [Panel("credit.light", _("Credit"), rows, colour=COLOURS[light], url=url, sequence=3)]
