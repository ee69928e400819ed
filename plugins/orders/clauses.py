"""The standing clauses of proforma invoice and sales contract, in both languages (DOMAIN §3.3).

Their figures are company settings; an order keeps those that held when it was submitted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import Ctx, Setting, _, show_number
from plugins.orders.records import Order

GROUP = _("Contract clauses")
DEFAULTS = (
    ("valid_days", _("Proforma invoice is valid (days)"), "15", "integer"),
    ("aql_major", _("AQL, major defects"), "2.5", "money"),
    ("aql_minor", _("AQL, minor defects"), "4.0", "money"),
    ("penalty_week", _("Late delivery, a week"), "0.005", "percent"),
    ("penalty_most", _("Late delivery, at most"), "0.05", "percent"),
    ("claim_quality", _("Claims about quality (days after arrival)"), "30", "integer"),
    ("claim_quantity", _("Claims about quantity (days after arrival)"), "15", "integer"),
    ("cover", _("Insurance cover under CIF and CIP"), "1.10", "percent"),
)
SETTINGS = tuple(
    Setting(f"orders.clause_{name}", label, value, kind=kind, group=GROUP, dated=True)
    for name, label, value, kind in DEFAULTS
)


def figures(ctx: Ctx) -> dict[str, str]:
    """The figures that hold today, as texts of Decimals."""
    return {name: str(ctx.setting(f"orders.clause_{name}")) for name, *_rest in DEFAULTS}


def _printed(ctx: Ctx, order: Order) -> dict[str, str]:
    """The figures of the order as they are printed; shares as percent."""
    kept: dict[str, Any] = order.clause_figures or figures(ctx)
    share = {name for name, _label, _value, kind in DEFAULTS if kind == "percent"}
    return {
        name: show_number(Decimal(str(value)) * 100) + " %" if name in share
        else show_number(Decimal(str(value)), 1 if name.startswith("aql") else None)
        for name, value in kept.items()
    }


def conditions(ctx: Ctx, order: Order, origin: str) -> list[str]:
    """The short conditions of a proforma invoice; `origin` names the country in both languages."""
    days = _printed(ctx, order)["valid_days"]
    return [
        *_shared(order, origin),
        f"This invoice is valid for {days} days. 本形式发票有效期 {days} 天。",
    ]


def _shared(order: Order, origin: str) -> list[str]:
    packing = order.packing or "export carton 出口纸箱"
    found = [f"Country of origin 原产国: {origin}.", f"Packing 包装: {packing}."]
    if order.tolerance:
        percent = f"{show_number(order.tolerance * 100)} %"
        found.append(
            f"Quantity and amount {percent} more or less at the seller's option. "
            f"数量和金额允许增减 {percent}。"
        )
    return found


def contract(ctx: Ctx, order: Order, origin: str) -> list[str]:
    """All clauses of a sales contract."""
    said = _printed(ctx, order)
    major, minor = said["aql_major"], said["aql_minor"]
    week, most = said["penalty_week"], said["penalty_most"]
    quality, quantity, cover = said["claim_quality"], said["claim_quantity"], said["cover"]
    marks = (order.marks or "at the seller’s choice 由卖方决定").splitlines()[0]
    place = order.place or ""
    return [
        *_shared(order, origin),
        f"Quality: goods are inspected to AQL {major} major / {minor} minor, level II, before "
        "shipment; the result is final at shipment. "
        f"品质：出运前按 AQL {major}/{minor}、II 级抽检，检验结果为装运依据。",
        f"Shipping marks 唛头: {marks}.",
        f"Shipment: {order.incoterm} {place} Incoterms® 2020; risk and cost pass as the rule says; "
        "the date of the transport document is the date of shipment. "
        "装运：按上述 Incoterms® 2020 术语划分风险与费用，以运输单据日期为装运日期。",
        "Documents: commercial invoice, packing list, bill of lading and, if agreed, certificate "
        "of origin. 单据：商业发票、装箱单、提单及约定的产地证。",
        f"Insurance: under CIF and CIP by the seller for {cover} of the invoice value, otherwise "
        f"by the buyer. 保险：CIF/CIP 由卖方按发票金额 {cover} 投保，其余由买方投保。",
        f"Late delivery: {week} of the value of the delayed goods per full week, at most {most}. "
        f"迟交货：每满一周按迟交货值 {week} 计，最高 {most}。",
        f"Claims: quality within {quality} days, quantity within {quantity} days after arrival, "
        "with a report of an independent surveyor. "
        f"索赔：到港后品质 {quality} 天、数量 {quantity} 天内凭公证报告提出。",
        "Force majeure: the party concerned informs the other without delay and is free from "
        "liability while the event lasts. 不可抗力：受影响方应及时通知，事件存续期间免责。",
        "Title: the goods remain the seller's property until they are paid in full. "
        "所有权：货款付清前货物所有权属于卖方。",
        "Disputes: arbitration by CIETAC under its rules; the law of the People's Republic of "
        "China applies. 争议：提交中国国际经济贸易仲裁委员会仲裁，适用中国法律。",
        "Languages: Chinese and English texts are equally valid; in doubt the English text "
        "counts. 语言：中英文具同等效力，如有歧义以英文为准。",
    ]
