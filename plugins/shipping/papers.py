"""Booking note, shipping advice and the declaration draft (DOMAIN §3.6, §3.7, §3.9).

All of them are drawn from the same delivery as invoice and packing list.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.api import Ctx, Document, _, show_number
from plugins.crm.api import Customer
from plugins.orders.api import Delivery, OrderLine, order_of
from plugins.products.api import ContainerType, Product, alpha3, country_text, trade_date
from plugins.shipping import choices, sheets
from plugins.shipping.containers import boxes_of
from plugins.shipping.records import Booking, Declaration

ZERO = Decimal(0)
ORIGINALS = 3
LANGUAGES = ("en", "zh")


def _day(day: Any) -> str:
    return trade_date(day) if day else ""


def _moment(ctx: Ctx, moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(ctx.zone)
    return f"{trade_date(local.date())} {local:%H:%M}"


def _rows(text: str | None) -> list[str]:
    return (text or "").splitlines()


def shipment(ctx: Ctx, delivery: Delivery) -> dict[str, Any]:
    """Parties, route, vessel, boxes and totals: what every shipping paper shows."""
    order = order_of(ctx, delivery)
    customer = ctx.session.get_one(Customer, order.customer_id)
    booking = ctx.session.get(Booking, delivery.id) or Booking()
    boxes = boxes_of(ctx, delivery.id)
    types = {box.id: ctx.session.get_one(ContainerType, box.type_id).code for box in boxes}
    wanted = Counter(types.values())
    consignee = _rows(order.consignee) or [customer.name]
    goods = [row for row in delivery.lines if not _source(ctx, row).charge]
    return {
        "contract": order.contract_number, "customer_po": order.customer_po or "",
        "shipper": [ctx.company.name_en or ctx.company.name],
        "consignee": ["TO ORDER 凭指示"] if booking.to_order else consignee,
        "notify": _rows(order.notify) or consignee, "also_notify": _rows(booking.also_notify),
        "pol": order.port_loading or "", "pod": order.port_discharge or order.place or "",
        "place_of_delivery": booking.place_of_delivery or order.place or "",
        "carrier": delivery.carrier or "", "booking_no": delivery.booking or "",
        "vessel": " / ".join(filter(None, (delivery.vessel, delivery.voyage))),
        "etd": _day(delivery.etd), "eta": _day(delivery.eta),
        "boxes": [
            {"number": box.box_number, "type": types[box.id], "seal": box.seal or "",
             "packages": show_number(box.packages), "vgm": show_number(box.vgm)}
            for box in boxes
        ],
        "wanted": " + ".join(f"{n} × {code}" for code, n in sorted(wanted.items())),
        "marks": _rows(order.marks) or ["N/M"],
        "goods": [_goods(ctx, row) for row in goods],
        "packages": show_number(sum(row.cartons for row in goods)),
        "gross": show_number(sum((row.gross_kg for row in goods), ZERO), 2),
        "cbm": show_number(sum((row.cbm for row in goods), ZERO), 3),
        "destination": country_text(order.destination or customer.country),
    }


def _source(ctx: Ctx, row: Any) -> OrderLine:
    found: OrderLine = ctx.session.get_one(OrderLine, row.order_line_id)
    return found


def _goods(ctx: Ctx, row: Any) -> dict[str, str]:
    line = _source(ctx, row)
    return {
        "description": line.description_en, "chinese": line.description_zh or "",
        "hs": (line.hs_code or "")[:6], "packages": show_number(row.cartons),
        "quantity": f"{show_number(row.quantity)} {line.unit}",
        "gross": show_number(row.gross_kg, 2), "cbm": show_number(row.cbm, 3),
    }


def booking_note(ctx: Ctx, delivery: Delivery) -> dict[str, Any]:
    """The booking note and shipping instruction 托运单·提单补料."""
    booking = ctx.session.get(Booking, delivery.id) or Booking()
    terms = order_of(ctx, delivery).incoterm
    prepaid = terms not in ("EXW", "FCA", "FAS", "FOB")
    pays = booking.freight_terms or ("prepaid" if prepaid else "collect")
    return shipment(ctx, delivery) | {
        "heading": "BOOKING NOTE / SHIPPING INSTRUCTION", "subheading": "托运单·提单补料",
        "number": delivery.number or f"#{delivery.id}",
        "ready": _day(booking.ready_on), "freight_terms": FREIGHT_WORDS[pays],
        "bl": BL_WORDS[delivery.bl_type or "original"],
        "originals": str(ORIGINALS if booking.originals is None else booking.originals),
        "vgm_method": booking.vgm_method or "", "dangerous": _dangerous(ctx, delivery, booking),
        "filing": _rows(booking.filing), "si": _moment(ctx, booking.si_cut_off),
        "vgm_cut": _moment(ctx, booking.vgm_cut_off), "cy": _moment(ctx, booking.cy_cut_off),
        "customs_cut": _day(delivery.cut_off),
    }


FREIGHT_WORDS = {"prepaid": "FREIGHT PREPAID 运费预付", "collect": "FREIGHT COLLECT 运费到付"}
BL_WORDS = {
    "original": "Original B/L 正本提单", "telex": "Telex release 电放",
    "seaway": "Sea waybill 海运单",
}


def _dangerous(ctx: Ctx, delivery: Delivery, booking: Booking) -> list[str]:
    numbers = set()
    for row in delivery.lines:
        line = _source(ctx, row)
        product = ctx.session.get(Product, line.product_id) if line.product_id else None
        if product is not None and product.un_number:
            numbers.add(f"{product.un_number} class 9 {product.code}")
    return [*sorted(numbers), *_rows(booking.dangerous)]


def advice(ctx: Ctx, delivery: Delivery) -> dict[str, Any]:
    """The shipping advice 装船通知 that the buyer gets on the day of the B/L."""
    return shipment(ctx, delivery) | {
        "heading": "SHIPPING ADVICE", "subheading": "装船通知",
        "number": f"SA{delivery.suffix}", "date": _day(delivery.bl_date or ctx.today),
        "bl_number": delivery.bl_number or "", "bl_date": _day(delivery.bl_date),
        "invoice": f"CI{delivery.suffix}",
        "value": f"{delivery.currency} {show_number(delivery.amount, 2)}",
    }


def declaration(ctx: Ctx, paper: Declaration) -> dict[str, Any]:
    """The draft of the export declaration, its header rows in the order of the form."""
    return {
        "heading": "中华人民共和国海关出口货物报关单", "subheading": "草稿 DRAFT FOR BROKER",
        "number": paper.number or "", "customs_no": paper.customs_no or "",
        "rows": header_rows(ctx, paper), "lines": [_declared(n, item, paper)
                                                   for n, item in enumerate(paper.items, start=1)],
        "broker": paper.broker or "", "own": "是" if paper.self_declared else "否",
    }


def _cost(paper: Declaration, amount: Decimal | None) -> str:
    """`USD/3200/3`: currency, amount, and 3 for a total."""
    return f"{paper.currency}/{amount.normalize():f}/3" if amount else ""


def _coded(code: str, words: dict[str, str]) -> str:
    return f"{words.get(code, '')}({code})"


def header_rows(ctx: Ctx, paper: Declaration) -> list[list[tuple[str, str]]]:
    """The header in print order: rows of (label, value); the page number is drawn by the paper."""
    usci = str((ctx.company.profile or {}).get("tax_no") or "")
    kinds = {"101": "一般征税", "299": "其他法定"}
    return [
        [("预录入编号", paper.number or ""), ("海关编号", paper.customs_no or ""), ("页码", "")],
        [("境内发货人", f"{ctx.company.name} ({usci})"), ("出境关别", paper.office),
         ("出口日期", _iso(paper.export_date)), ("申报日期", _iso(paper.declared_on)),
         ("备案号", paper.record_no or "")],
        [("境外收货人", paper.consignee or ""),
         ("运输方式", _coded(paper.transport, choices.TRANSPORT_ZH)),
         ("运输工具名称及航次号", paper.vessel or ""), ("提运单号", paper.bl_number or "")],
        [("生产销售单位", paper.producer or ""),
         ("监管方式", _coded(paper.supervision, choices.SUPERVISION_ZH)),
         ("征免性质", _coded(paper.levy, kinds)), ("许可证号", paper.licence or "")],
        [("合同协议号", paper.contract or ""), ("贸易国(地区)", alpha3(paper.trade_country)),
         ("运抵国(地区)", alpha3(paper.arrival_country)), ("指运港", paper.port or ""),
         ("离境口岸", paper.exit_port or "")],
        [("包装种类", _coded(paper.package_kind, choices.PACKAGES_ZH)),
         ("件数", show_number(paper.packages)), ("毛重(千克)", show_number(paper.gross, 2)),
         ("净重(千克)", show_number(paper.net, 2)),
         ("成交方式", _coded(paper.deal_term, choices.DEAL_ZH)),
         ("运费", _cost(paper, paper.freight)), ("保费", _cost(paper, paper.insurance)),
         ("杂费", _cost(paper, paper.other_costs))],
        [("随附单证及编号", paper.attached or "")],
        [("标记唛码及备注", "; ".join(_rows(paper.marks)))],
    ]


def _iso(day: Any) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _declared(n: int, item: Any, paper: Declaration) -> dict[str, str]:
    def measured(quantity: Decimal | None, unit: str | None) -> str:
        return f"{show_number(quantity)} ({unit})" if quantity is not None and unit else ""

    return {
        "no": str(n), "hs": item.hs_code or "", "name": item.name_zh or "",
        "elements": item.elements or "", "first": measured(item.quantity1, item.unit1),
        "second": measured(item.quantity2, item.unit2),
        "own": measured(item.quantity, item.unit), "price": show_number(item.price, 4),
        "amount": show_number(item.amount, 2), "currency": paper.currency,
        "origin": alpha3(item.origin), "destination": alpha3(item.destination),
        "district": item.district or "", "duty": "照章征税(1)",
    }


def not_booked(delivery: Delivery) -> bool:
    """A shipping advice is a draft until the goods are on board."""
    return delivery.bl_date is None


def not_reviewed(paper: Declaration) -> bool:
    """A declaration is a draft until it is reviewed."""
    return paper.editable


DOCUMENTS = (
    Document(
        "shipping.booking_note", "orders.delivery", _("Booking note"), "shipping/booking.html",
        booking_note, sheet=sheets.maker(booking_note), languages=LANGUAGES,
        filename=lambda delivery: f"BN{delivery.suffix}",
    ),
    Document(
        "shipping.advice", "orders.delivery", _("Shipping advice"), "shipping/advice.html",
        advice, draft=not_booked, sheet=sheets.maker(advice), languages=LANGUAGES,
        filename=lambda delivery: f"SA{delivery.suffix}",
    ),
    Document(
        "shipping.declaration", "shipping.declaration", _("Customs declaration"),
        "shipping/declaration.html", declaration, draft=not_reviewed,
        sheet=sheets.declared(declaration), languages=("zh",), landscape=True,
        filename=lambda paper: f"BGD{paper.number}",
    ),
)
