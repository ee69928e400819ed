"""The standing clauses of proforma invoice and sales contract, in both languages (DOMAIN §3.3)."""

from __future__ import annotations

from plugins.orders.records import Order


def conditions(order: Order) -> list[str]:
    """The short conditions of a proforma invoice."""
    found = [
        "Country of origin: China. 原产国：中国。",
        f"Packing: {order.packing or 'export carton'}. 包装见左。",
    ]
    if order.tolerance:
        percent = f"{order.tolerance * 100:.0f} %"
        found.append(
            f"Quantity and amount {percent} more or less at the seller's option. "
            f"数量和金额允许增减 {percent}。"
        )
    found.append("This invoice is valid for 15 days. 本形式发票有效期 15 天。")
    return found


def contract(order: Order) -> list[str]:
    """All clauses of a sales contract."""
    return [
        *conditions(order)[:-1],
        "Quality: goods are inspected to AQL 2.5 major / 4.0 minor, level II, before shipment; "
        "the result is final at shipment. "
        "品质：出运前按 AQL 2.5/4.0、II 级抽检，检验结果为装运依据。",
        f"Shipping marks: {(order.marks or 'at the seller’s choice').splitlines()[0]}. 唛头见左。",
        "Documents: commercial invoice, packing list, bill of lading and, if agreed, certificate "
        "of origin. 单据：商业发票、装箱单、提单及约定的产地证。",
        "Insurance: under CIF and CIP by the seller for 110 % of the invoice value, otherwise by "
        "the buyer. 保险：CIF/CIP 由卖方按发票金额 110% 投保，其余由买方投保。",
        "Late delivery: 0.5 % of the value of the delayed goods per full week, at most 5 %. "
        "迟交货：每满一周按迟交货值 0.5% 计，最高 5%。",
        "Claims: quality within 30 days, quantity within 15 days after arrival, with a report of "
        "an independent surveyor. 索赔：到港后品质 30 天、数量 15 天内凭公证报告提出。",
        "Force majeure: the party concerned informs the other without delay and is free from "
        "liability while the event lasts. 不可抗力：受影响方应及时通知，事件存续期间免责。",
        "Title: the goods remain the seller's property until they are paid in full. "
        "所有权：货款付清前货物所有权属于卖方。",
        "Disputes: arbitration by CIETAC under its rules; the law of the People's Republic of "
        "China applies. 争议：提交中国国际经济贸易仲裁委员会仲裁，适用中国法律。",
        "Languages: Chinese and English texts are equally valid; in doubt the English text "
        "counts. 语言：中英文具同等效力，如有歧义以英文为准。",
    ]
