"""What srm shows on orders, requests and suppliers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from core.api import Ctx, Panel, _, show_date, show_number, titles
from plugins.orders.api import Order
from plugins.products.api import COST_RIGHT
from tradewind_srm.records import Delivery, Quote, Rfq, Supplier
from tradewind_srm.routes import as_percent
from tradewind_srm.services import score_of, valid_prices

SHOWN = 8


def panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    """Boxes for the form of an order, a request or a supplier."""
    if not ctx.can("srm.supplier.read"):
        return None
    if isinstance(record, Order):
        return [panel for panel in (_prices(ctx, record), _deliveries(ctx, record)) if panel]
    if isinstance(record, Rfq) and record.state != "draft" and ctx.can(COST_RIGHT):
        return [_comparison(ctx, record)]
    if isinstance(record, Supplier):
        return [_score(ctx, record)]
    return None


def _prices(ctx: Ctx, order: Order) -> Panel | None:
    """Who delivers the goods of the order, at which price."""
    if not ctx.can(COST_RIGHT):
        return None
    products = {line.product_id for line in order.lines if line.product_id}
    found = valid_prices(ctx, products, ctx.today)[:SHOWN]
    if not found:
        return None
    goods = titles(ctx, "products.product", [offer.product_id for offer in found])
    firms = titles(ctx, "srm.supplier", [offer.supplier_id for offer in found])
    rows: list[tuple[object, object]] = [
        (goods.get(offer.product_id, ""),
         f"{firms.get(offer.supplier_id, '')} · {show_number(offer.price)} {offer.currency} · "
         f"≥ {show_number(offer.from_quantity)}")
        for offer in found
    ]
    return Panel("srm.prices", _("Suppliers of these goods"), rows, sequence=60)


def _deliveries(ctx: Ctx, order: Order) -> Panel | None:
    """What suppliers delivered for the order, and how late."""
    query = select(Delivery).where(
        Delivery.order_id == order.id, Delivery.archived_at.is_(None)
    ).order_by(Delivery.received_on.desc()).limit(SHOWN)
    found = list(ctx.session.scalars(query))
    if not found:
        return None
    firms = titles(ctx, "srm.supplier", [row.supplier_id for row in found])
    rows: list[tuple[object, object]] = []
    for row in found:
        late = (row.received_on - row.promised_on).days
        words = _("%(days)s days late", days=late) if late > 0 else _("on time")
        rows.append((firms.get(row.supplier_id, ""), f"{show_date(row.received_on)} · {words}"))
    return Panel("srm.deliveries", _("Supplier deliveries"), rows, sequence=61,
                 url=f"/r/srm.delivery?f.order_id={order.id}")


def _comparison(ctx: Ctx, rfq: Rfq) -> Panel:
    count = ctx.session.scalar(
        select(func.count(Quote.id)).where(Quote.rfq_id == rfq.id, Quote.archived_at.is_(None))
    )
    return Panel("srm.compare", _("Compare the quotes"), [(_("Quotes"), count or 0)],
                 colour="blue", url=f"/srm/rfq/{rfq.id}/compare", sequence=10)


def _score(ctx: Ctx, supplier: Supplier) -> Panel:
    found = score_of(ctx, supplier)
    rows: list[tuple[object, object]] = [
        (_("Quality (40 %)"), as_percent(found.quality)),
        (_("On time (40 %)"), as_percent(found.on_time)),
        (_("Price (10 %)"), as_percent(found.price)),
        (_("Invoices (10 %)"), as_percent(found.invoices)),
        (_("Score"), as_percent(found.total)),
        (_("Deliveries in 365 days"), found.deliveries),
    ]
    return Panel("srm.score", _("Score card"), rows, url="/srm/scores", sequence=20)
