"""The specification of what is made: tech sheets named by order lines (DOMAIN §1.3, §1.6)."""

from __future__ import annotations

from core.api import Ctx, Refusal, _
from plugins.orders.records import Order, OrderLine
from plugins.quotes.api import TechSheet, line_faults


def not_frozen(ctx: Ctx, order: Order) -> list[Refusal]:
    """Lines whose specification is not frozen; production waits for them.

    A line that names no tech sheet is a catalogue product, unless the company wants a sheet for
    each line (setting `orders.spec_gate`).
    """
    always = ctx.setting("orders.spec_gate", order.signed_on) == "always"
    found = []
    for n, line in enumerate(order.lines):
        if line.charge or (line.tech_sheet_id is None and not always):
            continue
        sheet = ctx.session.get(TechSheet, line.tech_sheet_id) if line.tech_sheet_id else None
        if sheet is None:
            text = _("Line %(line)s names no tech sheet. Choose a frozen one.", line=line.position)
        elif sheet.frozen_on is None:
            text = _("The specification %(sheet)s of line %(line)s is not frozen yet.",
                     sheet=sheet.number or f"#{sheet.id}", line=line.position)
        else:
            continue
        found.append(Refusal(text, f"lines.{n}.tech_sheet_id", "spec"))
    return found


def wrong_sheet(ctx: Ctx, order: Order, line: OrderLine) -> object | None:
    """Why a line cannot name its tech sheet: of another product or customer."""
    if not line.tech_sheet_id or line.product_id is None:
        return None
    return line_faults(ctx, line.product_id, order.customer_id, line.tech_sheet_id)
