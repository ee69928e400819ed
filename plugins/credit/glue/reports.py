"""How far credit limits are used (DOMAIN §7)."""

from __future__ import annotations

from decimal import Decimal

from core.api import Ctx, _, hookimpl, select_records
from plugins.credit.records import Profile
from plugins.credit.services import limit_of
from plugins.products.api import converter
from plugins.reports.api import Chart, Column, Figure, Filters, Report, Row, Table, ratio

ALERT = Decimal("0.8")


def utilisation(ctx: Ctx, filters: Filters) -> Table:
    """Net exposure ÷ limit of every active profile, the fullest first."""
    to = converter(ctx, filters.currency)
    query = select_records(ctx, Profile)
    if filters.customer:
        query = query.where(Profile.customer_id == filters.customer)
    rows = []
    for row in ctx.session.scalars(query):
        limit = limit_of(ctx, row)
        rows.append(Row({
            "customer": row.customer_name, "grade": row.grade,
            "limit": to(limit, row.currency, ctx.today),
            "exposure": to(row.exposure, row.currency, ctx.today),
            "available": to(limit - row.exposure, row.currency, ctx.today),
            "share": ratio(row.exposure, limit), "until": row.valid_to,
        }, f"/r/credit.profile/{row.id}"))
    rows.sort(key=lambda r: -(r.values["share"] or Decimal(0)))
    full = [row for row in rows if (row.values["share"] or 0) > ALERT]
    shown = rows[:12]
    chart = Chart("bar", [str(row.values["customer"]) for row in shown],
                  [(str(_("Used")), [(row.values["share"] or Decimal(0)) * 100 for row in shown])],
                  "%", [row.url for row in shown])
    return Table([
        Column("customer", _("Customer")), Column("grade", _("Grade")),
        Column("limit", _("Limit"), "money", True),
        Column("exposure", _("Net exposure"), "money", True),
        Column("available", _("Available"), "money", True), Column("share", _("Used"), "percent"),
        Column("until", _("Valid until"), "date"),
    ], rows, [Figure(_("More than 80 percent of the limit"), len(full), url="/r/credit.profile",
                     colour="red" if full else "green")], chart)


@hookimpl
def register_reports() -> list[Report]:
    return [
        Report("credit.utilisation", _("Whose credit limit is nearly used up?"),
               _("Net exposure (open orders + receivables − unallocated receipts − insured part) ÷ "
                 "limit in force."),
               utilisation, group=_("Finance"), permission="credit.profile.read",
               filters=("customer", "currency"), boards=("fin",), sequence=10),
    ]
