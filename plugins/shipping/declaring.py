"""Drafting a declaration from a delivery, and its verbs (DOMAIN §1.8, §3.7)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, fields_of, save
from plugins.crm.api import Customer
from plugins.orders.api import Delivery, Order, OrderLine, order_of, rounded
from plugins.products.api import HsCode, Product, Unit
from plugins.shipping import conformity
from plugins.shipping.choices import DEAL_OF, WITH_FREIGHT, WITH_INSURANCE
from plugins.shipping.containers import boxes_of
from plugins.shipping.records import Declaration

ZERO, ONE = Decimal(0), Decimal(1)
KILOGRAM = "035"
COUNTED = frozenset({"001", "006", "007", "008", "011", "012", "015", "018", "021", "025"})
MOST_ITEMS = 50
_ELEMENTS = re.compile(r"[0-4]\|[0-2](\|.*)?", re.DOTALL)
_CUSTOMS_NO = re.compile(r"\d{18}")
LEAST_KG = ONE


def open_declaration(ctx: Ctx, delivery_id: int) -> Declaration | None:
    """The declaration of a delivery that was not withdrawn, if there is one."""
    query = select(Declaration).where(
        Declaration.delivery_id == delivery_id, Declaration.state != "withdrawn",
        Declaration.archived_at.is_(None),
    )
    found: Declaration | None = ctx.session.scalar(query.order_by(Declaration.id.desc()).limit(1))
    return found


def draft(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> Declaration:
    """A draft with everything that is known of the delivery; Refused if there is one already."""
    known = open_declaration(ctx, delivery.id)
    if known is not None:
        text = _("Declaration %(number)s is of this delivery already.", number=known.number)
        raise Refused(Refusal(text, None, "duplicate"))
    order = order_of(ctx, delivery)
    goods = [row for row in delivery.lines if not _line(ctx, row).charge]
    customer = ctx.session.get_one(Customer, order.customer_id)
    deal = DEAL_OF[order.incoterm]
    values: dict[str, Any] = {
        "delivery_id": delivery.id, "office": str(ctx.setting("shipping.office")),
        "export_date": delivery.etd, "consignee": _first_line(order.consignee) or customer.name,
        "vessel": " / ".join(filter(None, (delivery.vessel, delivery.voyage))) or None,
        "bl_number": delivery.bl_number, "producer": ctx.company.name,
        "contract": order.contract_number,
        "trade_country": customer.country, "arrival_country": order.destination or customer.country,
        "port": order.port_discharge or order.place, "exit_port": order.port_loading,
        "packages": sum(row.cartons for row in goods),
        "gross": _weight(sum((row.gross_kg for row in goods), ZERO)),
        "net": _weight(sum((row.net_kg for row in goods), ZERO)),
        "deal_term": deal, "currency": order.currency,
        "freight": delivery.freight if deal in WITH_FREIGHT else None,
        "insurance": delivery.insurance if deal in WITH_INSURANCE else None,
        "marks": _marks(ctx, order, delivery),
        "items": [_item(ctx, order, row, customer) for row in goods],
    }
    return save(ctx, Declaration, {k: v for k, v in values.items() if v is not None})


def _line(ctx: Ctx, row: Any) -> OrderLine:
    found: OrderLine = ctx.session.get_one(OrderLine, row.order_line_id)
    return found


def _first_line(text: str | None) -> str:
    return (text or "").splitlines()[0] if text else ""


def _weight(kg: Decimal) -> Decimal:
    """Below one kilogram customs want 1 (DOMAIN §3.7)."""
    return max(kg, LEAST_KG) if kg > 0 else ZERO


def _marks(ctx: Ctx, order: Order, delivery: Delivery) -> str:
    boxes = boxes_of(ctx, delivery.id)
    words = [order.marks or "N/M"]
    if boxes:
        words.append(f"集装箱数 {len(boxes)}: " + ", ".join(box.box_number for box in boxes))
    return "\n".join(words)


def _item(ctx: Ctx, order: Order, row: Any, customer: Customer) -> dict[str, Any]:
    line = _line(ctx, row)
    product = ctx.session.get(Product, line.product_id) if line.product_id else None
    code = ctx.session.scalar(select(HsCode).where(HsCode.code == line.hs_code))
    unit = ctx.session.scalar(select(Unit).where(Unit.code == (line.unit or "PCS")))
    own = (unit.customs_code if unit else None) or ""
    first, second = (code.unit1, code.unit2) if code else (None, None)
    values = {
        "hs_code": line.hs_code, "elements": proposed_elements(ctx, code, product),
        "name_zh": line.description_zh or (product.name_zh if product else None)
        or (code.name_zh if code else None),
        "quantity": row.quantity, "unit": own or None,
        "unit1": first, "quantity1": _in_unit(row, unit, first),
        "unit2": second, "quantity2": _in_unit(row, unit, second),
        "price": row.price, "amount": row.amount,
        "origin": (product.origin if product else None) or "CN",
        "destination": order.destination or customer.country,
        "district": str(ctx.setting("shipping.district")) or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _in_unit(row: Any, unit: Unit | None, wanted: str | None) -> Decimal | None:
    """The quantity in a statutory unit: kilograms are net weight, counted units are pieces."""
    if not wanted:
        return None
    if wanted == KILOGRAM:
        return row.net_kg or None
    if unit is None:
        return None
    if unit.customs_code == wanted:
        return Decimal(row.quantity)
    pieces = unit.base == "PCS" or unit.customs_code in COUNTED
    return Decimal(row.quantity) * (unit.factor or ONE) if pieces and wanted in COUNTED else None


def proposed_elements(ctx: Ctx, code: HsCode | None, product: Product | None) -> str:
    """`0|0|…`: brand type and preference, then what the code asks for, as far as it is known."""
    brand = str(ctx.setting("shipping.brand_type"))
    preference = str(ctx.setting("shipping.preference"))
    known = {"型号": product.code, "品牌": product.brand or "无品牌"} if product else {}
    if product is not None:
        known |= {spec.name_zh: f"{spec.value}{spec.unit or ''}" for spec in product.specs
                  if spec.name_zh}
    asked = asked_elements(code)
    return "|".join([brand, preference, *(known.get(name, "") for name in asked)])


def asked_elements(code: HsCode | None) -> list[str]:
    """The names of the elements that a code asks for, beside brand type and preference."""
    return [word.strip() for word in (code.elements or "").split("|") if word.strip()] if code \
        else []


def fill(declaration: Declaration) -> None:
    """Before a save: amounts from rounded prices, the total from the items."""
    for item in declaration.items:
        if item.amount is None and item.price is not None and item.quantity is not None:
            item.amount = rounded(item.price * item.quantity, declaration.currency)
    declaration.total = sum((item.amount or ZERO for item in declaration.items), ZERO)


def check_edit(declaration: Declaration, changed: bool) -> list[Refusal]:
    """A reviewed declaration is not written in."""
    if declaration.editable or not changed:
        return []
    text = _("This declaration is reviewed or with customs. Have it amended or withdrawn.")
    return [Refusal(text, None, "locked")]


def incomplete(ctx: Ctx, declaration: Declaration) -> list[Refusal]:
    """What customs would send back: items, codes, units, elements, freight and insurance."""
    found = []
    count = len(declaration.items)
    if not count or count > MOST_ITEMS:
        text = _("A declaration has 1 to %(most)s items; this one has %(count)s. Divide it.",
                 most=MOST_ITEMS, count=count)
        found.append(Refusal(text, "items", "items"))
    if declaration.gross < declaration.net:
        text = _("The gross weight must not be below the net weight.")
        found.append(Refusal(text, "gross", "weight"))
    if declaration.deal_term in WITH_FREIGHT and not declaration.freight:
        found.append(Refusal(_("Under these terms the freight is declared."), "freight", "freight"))
    if declaration.deal_term == "1" and not declaration.insurance:
        text = _("Under these terms the insurance is declared.")
        found.append(Refusal(text, "insurance", "insurance"))
    for name in ("trade_country", "arrival_country", "port", "exit_port", "export_date"):
        if not getattr(declaration, name):
            text = _("Fill in: %(field)s.", field=fields_of(Declaration)[name].label)
            found.append(Refusal(text, name, "incomplete"))
    for n, item in enumerate(declaration.items):
        found += _item_faults(ctx, item, n)
    return found


def _item_faults(ctx: Ctx, item: Any, n: int) -> list[Refusal]:
    where, found = f"items.{n}", []
    code = ctx.session.scalar(select(HsCode).where(HsCode.code == (item.hs_code or "")))
    if code is None:
        text = _("Item %(n)s: the HS code is not in the list.", n=n + 1)
        return [Refusal(text, f"{where}.hs_code", "hs")]
    if not item.name_zh:
        found.append(Refusal(_("Item %(n)s has no Chinese name.", n=n + 1), f"{where}.name_zh"))
    for unit, quantity in (("unit", "quantity"), ("unit1", "quantity1"), ("unit2", "quantity2")):
        needed = unit != "unit2" or code.unit2
        if needed and not (getattr(item, unit) and getattr(item, quantity)):
            text = _("Item %(n)s: unit and quantity are missing.", n=n + 1)
            found.append(Refusal(text, f"{where}.{quantity}", "unit"))
    asked = asked_elements(code)
    given = (item.elements or "").split("|")
    if not _ELEMENTS.fullmatch(item.elements or "") or len(given) < len(asked) + 2 or not all(
            part.strip() for part in given):
        text = _("Item %(n)s: give the declaration elements, divided by “|”: %(names)s.",
                 n=n + 1, names="|".join(("品牌类型", "出口享惠情况", *asked)))
        found.append(Refusal(text, f"{where}.elements", "elements"))
    if not (item.origin and item.destination and item.district):
        text = _("Item %(n)s: origin, destination and domestic source are needed.", n=n + 1)
        found.append(Refusal(text, f"{where}.district", "places"))
    return found


def review(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """Complete, and in accord with invoice and packing list."""
    reasons = incomplete(ctx, declaration) + conformity.faults(ctx, declaration)
    if reasons:
        raise Refused(reasons)


def lodge(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """Sent to customs: looked through once more, for the delivery may have changed."""
    review(ctx, declaration, params)
    declaration.declared_on = params.get("declared_on") or ctx.today
    if params.get("broker"):
        declaration.broker = params["broker"]


def accept(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """Customs accepted it under a number of 18 digits: office, year, flag, serial."""
    number = params["customs_no"].replace(" ", "")
    if not _CUSTOMS_NO.fullmatch(number) or number[:4] != declaration.office:
        text = _("A customs no. has 18 digits and begins with the office %(office)s.",
                 office=declaration.office)
        raise Refused(Refusal(text, "customs_no"))
    other = select(Declaration.id).where(
        Declaration.customs_no == number, Declaration.id != declaration.id)
    if ctx.session.scalar(other) is not None:
        raise Refused(Refusal(_("Another declaration has this number."), "customs_no", "taken"))
    declaration.customs_no = number


def release(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """Customs let the goods go."""
    on = params.get("released_on") or ctx.today
    if on > ctx.today:
        raise Refused(Refusal(_("The day of the release lies in the future."), "released_on"))
    declaration.released_on = on


def inspected(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """Customs look into the boxes; the declaration stays accepted."""
    _note(ctx, declaration, _("Inspection"), params["reason"])


def amend(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """An official amendment: it is open again, and the goods with it."""
    _note(ctx, declaration, _("Amendment"), params["reason"])
    declaration.released_on = None


def withdraw(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """Taken back; a new one may be drafted."""
    _note(ctx, declaration, _("Withdrawn"), params["reason"])
    declaration.released_on = None


def close(ctx: Ctx, declaration: Declaration, params: dict[str, Any]) -> None:
    """Customs closed it (结关): the date of export is final."""
    if params.get("export_date"):
        declaration.export_date = params["export_date"]


def _note(ctx: Ctx, declaration: Declaration, what: object, why: str) -> None:
    lines = (declaration.amendments, f"{ctx.today.isoformat()} {what}: {why}")
    declaration.amendments = "\n".join(filter(None, lines))
