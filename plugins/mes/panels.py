"""Production on other forms and on the home page (DOMAIN §1.11)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Card, Ctx, Panel, _, first_rows, ngettext, record_class, show_date, titles
from plugins.mes import planning
from plugins.mes.masterdata import WorkCentre
from plugins.mes.needs import shortage_list
from plugins.mes.progressing import work_orders_of
from plugins.mes.records import UNFINISHED, Inspection, WorkOrder

SHOWN = 6
LIST = "/r/mes.work_order"


def percent(share: Decimal) -> str:
    """0.6058 → 61 %."""
    return f"{share * 100:.0f} %"


def url_of(order: WorkOrder) -> str:
    return f"{LIST}/{order.id}"


def day_of(ctx: Ctx, moment: Any) -> str:
    """The company's date of a moment, a dash without one."""
    return show_date(moment.astimezone(ctx.zone).date()) if moment else "–"


def for_record(ctx: Ctx, record: Any) -> list[Panel] | None:
    """Progress on orders and customers, material and plan on work orders, the plan of a lot."""
    if not ctx.can("mes.work_order.read"):
        return None
    if record.key == "orders.order":
        return _order(ctx, record)
    if record.key == "crm.customer":
        return _customer(ctx, record)
    if record.key == "mes.inspection":
        return _sampling(record)
    return None


def _order(ctx: Ctx, order: Any) -> list[Panel]:
    rows: list[tuple[object, object]] = []
    late = 0
    found = work_orders_of(ctx, order.id)
    for work_order in found:
        late = max(late, work_order.days_late)
        rows.append((work_order.number, _standing(ctx, work_order)))
    if not found:
        return []
    goods = [w for w in found if w.material_id is None]
    marks = (
        (_("Materials ready"), [w.materials_on for w in goods]),
        (_("Production 50 %"), [w.half_on for w in goods]),
        (_("Finished on"), [w.finished_on for w in goods]),
        (_("Inspected"), [w.inspected_on for w in goods]),
        (_("Packed"), [w.packed_on for w in goods]),
    )
    for label, days in marks:
        done = [day for day in days if day]
        whole = len(done) == len(days)
        rows.append((label, show_date(max(done)) if whole else f"{len(done)}/{len(days)}"))
    return [Panel("mes.progress", _("Production"), rows, colour="red" if late else "blue",
                  url=f"{LIST}?f.order_id={order.id}", sequence=30)]


def _standing(ctx: Ctx, order: WorkOrder) -> object:
    share = percent(order.progress)
    if order.days_late:
        return _("%(share)s, ready %(day)s, %(late)s days late", share=share,
                 day=day_of(ctx, order.planned_end), late=order.days_late)
    state = order.state_of(order.state)
    if order.state in UNFINISHED and order.planned_end:
        return _("%(share)s, ready %(day)s", share=share, day=day_of(ctx, order.planned_end))
    return _("%(share)s, %(state)s", share=share, state=state.label if state else order.state)


def _customer(ctx: Ctx, customer: Any) -> list[Panel]:
    sales = record_class("orders.order")
    query = (
        select(WorkOrder).join(sales, sales.id == WorkOrder.order_id)
        .where(sales.customer_id == customer.id, WorkOrder.state.in_(UNFINISHED))
        .order_by(WorkOrder.planned_end).limit(SHOWN)
    )
    found = list(ctx.session.scalars(query))
    names = titles(ctx, "orders.order", [row.order_id for row in found if row.order_id])
    rows = [(names.get(row.order_id or 0, ""), _standing(ctx, row)) for row in found]
    if not rows:
        return []
    late = any(row.days_late for row in found)
    return [Panel("mes.running", _("In production"), rows, colour="red" if late else "blue",
                  sequence=40)]


def _sampling(row: Inspection) -> list[Panel]:
    names = {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")}
    rows: list[tuple[object, object]] = []
    for kind, plan in (row.plan or {}).items():
        text = _("%(n)s pieces, accept %(ac)s, reject %(re)s", n=plan["sample"],
                 ac=plan["accept"], re=plan["reject"])
        rows.append((names.get(kind, kind), text))
    return [Panel("mes.plan", _("Sampling plan"), rows, sequence=10)] if rows else []


def cards(ctx: Ctx) -> list[Card]:
    """Cards by role: late work, shortages, overload, inspections."""
    found: list[Card] = []
    if not ctx.can("mes.work_order.read"):
        return found
    if ctx.has_role("ppc", "mer", "sm", "gm", "rep", "doc", "adm"):
        found.append(late_card(ctx))
    if ctx.has_role("ppc", "adm"):
        found += [overload_card(ctx), waiting_card(ctx)]
    if ctx.has_role("pur", "ppc") and ctx.can("mes.material.read"):
        found.append(shortage_card(ctx))
    if ctx.has_role("qc") and ctx.can("mes.inspection.read"):
        found.append(inspection_card(ctx))
    return found


def late_card(ctx: Ctx) -> Card:
    """Work orders whose projected finish is after the promised date; a rep sees her own orders."""
    query = select(WorkOrder).where(WorkOrder.state.in_(UNFINISHED), WorkOrder.days_late > 0)
    if ctx.has_role("rep"):
        sales = record_class("orders.order")
        query = query.join(sales, sales.id == WorkOrder.order_id).where(
            sales.owner_id == ctx.user_id)
    ((rows, total),) = first_rows(ctx, WorkOrder, [(query, WorkOrder.days_late.desc())], SHOWN)
    names = titles(ctx, "products.product", [row.product_id for row in rows])
    items = [
        (f"{row.number} {names.get(row.product_id, '')}", url_of(row),
         ngettext("%(n)s day late", "%(n)s days late", row.days_late)) for row in rows
    ]
    return Card("mes.late", _("Forecast to be late"), total, items=items,
                url=f"{LIST}?sort=-days_late", empty=_("Everything will be ready in time."),
                colour="red" if items else "green", sequence=22)


def overload_card(ctx: Ctx) -> Card:
    """Work centres that are asked for more than they can do in the next ten working days."""
    totals: dict[Any, tuple[int, int]] = {}
    for load in planning.centre_loads(ctx):
        asked, offered = totals.get(load.centre, (0, 0))
        totals[load.centre] = (asked + load.required, offered + load.available)
    names = {row.id: row.label_text for row in ctx.session.scalars(select(WorkCentre))}
    over = sorted(
        ((Decimal(asked) / offered, ident) for ident, (asked, offered) in totals.items()
         if offered and asked > offered), reverse=True,
    )
    items = [(names[ident], "/mes/load", percent(share)) for share, ident in over]
    return Card("mes.overload", _("Overloaded work centres (10 days)"), len(items), items=items,
                url="/mes/load", empty=_("No work centre is overloaded."),
                colour="red" if items else "green", sequence=20)


def waiting_card(ctx: Ctx) -> Card:
    """Work orders whose sales order is released but which are not on the floor."""
    query = select(WorkOrder).where(WorkOrder.state == "planned").order_by(WorkOrder.due)
    rows = list(ctx.session.scalars(query))
    names = titles(ctx, "products.product", [row.product_id for row in rows[:SHOWN]])
    items = [(f"{row.number} {names.get(row.product_id, '')}", url_of(row),
              show_date(row.due) if row.due else "") for row in rows[:SHOWN]]
    return Card("mes.waiting", _("To release"), len(rows), items=items,
                url=f"{LIST}?f.state=planned&sort=due",
                empty=_("Every work order is on the floor."),
                colour="amber" if items else "green", sequence=24)


def shortage_card(ctx: Ctx) -> Card:
    """Materials to buy, by the day they are needed."""
    found = shortage_list(ctx)
    items = [
        (f"{need.material.code} {need.material.label_text}", "/mes/shortages",
         show_date(need.on) if need.on else "") for need in found[:SHOWN]
    ]
    return Card("mes.shortages", _("Material shortages"), len(found), items=items,
                url="/mes/shortages", empty=_("All material is there or on its way."),
                colour="amber" if items else "green", sequence=21)


def inspection_card(ctx: Ctx) -> Card:
    """Lots to inspect and failed lots that wait for a decision."""
    query = select(Inspection).where(Inspection.state.in_(("open", "failed")))
    rows = list(ctx.session.scalars(query.order_by(Inspection.state, Inspection.due)))
    items = []
    for row in rows[:SHOWN]:
        state = row.state_of(row.state)
        items.append((row.name, f"/r/mes.inspection/{row.id}", state.label if state else ""))
    failed = any(row.state == "failed" for row in rows)
    return Card("mes.inspections", _("Inspections due and failed lots"), len(rows), items=items,
                url="/r/mes.inspection?sort=due", empty=_("Nothing to inspect."),
                colour="red" if failed else "amber" if items else "green", sequence=20)
