"""Bookkeeping entries to hand to the accounting package (DOMAIN §2.12)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import xlsxwriter
from sqlalchemy import select

from core.api import Ctx, titles
from plugins.finance import fx
from plugins.finance.cost_records import Bill
from plugins.finance.records import Entry, Receipt

ZERO = Decimal(0)
BANK, ADVANCE, CUSTOMERS = "1002 银行存款", "2204 合同负债", "1122 应收账款"
SALES, FEES, FX = "6001 主营业务收入-出口", "6603 财务费用-手续费", "6603 财务费用-汇兑损益"
STOCK, INPUT_VAT, SUPPLIERS = "1405 库存商品", "2221 应交增值税-进项", "2202 应付账款"


@dataclass(frozen=True)
class VoucherLine:
    """One line; amounts in CNY, either debit or credit is above zero."""

    voucher: str
    on: date
    account: str
    auxiliary: str
    currency: str
    original: Decimal
    rate: Decimal | None
    debit: Decimal
    credit: Decimal
    summary: str


def pair(
    voucher: str, on: date, debit: str, credit: str, cny: Decimal, currency: str = "CNY",
    original: Decimal = ZERO, rate: Decimal | None = None, auxiliary: str = "", summary: str = "",
) -> list[VoucherLine]:
    """Two lines that balance; a negative amount turns the sides round."""
    if cny < 0:
        debit, credit, cny, original = credit, debit, -cny, abs(original)
    common = (auxiliary, currency, original, rate)
    return [
        VoucherLine(voucher, on, debit, *common, cny, ZERO, summary),
        VoucherLine(voucher, on, credit, *common, ZERO, cny, summary),
    ]


def of_month(ctx: Ctx, month: date) -> list[VoucherLine]:
    """All lines of a month in a fixed order."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    entries = list(ctx.session.scalars(
        select(Entry).where(Entry.on >= month, Entry.on < last).order_by(Entry.on, Entry.id)
    ))
    orders = titles(ctx, "orders.order", (e.order_id or 0 for e in entries))
    found: list[VoucherLine] = []
    for entry in entries:
        found += _entry(entry, orders.get(entry.order_id or 0, ""))
    receipts = select(Receipt).where(
        Receipt.state.in_(("allocated", "posted")), Receipt.value_date >= month,
        Receipt.value_date < last,
    )
    for receipt in ctx.session.scalars(receipts.order_by(Receipt.value_date, Receipt.id)):
        found += _receipt(receipt)
    bills = select(Bill).where(
        Bill.state.in_(("approved", "paid")), Bill.on >= month, Bill.on < last
    )
    for bill in ctx.session.scalars(bills.order_by(Bill.on, Bill.id)):
        found += _bill(bill)
    return found


def _entry(entry: Entry, order: str) -> list[VoucherLine]:
    sides = {
        "revenue": (CUSTOMERS, SALES), "credit_note": (SALES, CUSTOMERS), "fx": (CUSTOMERS, FX),
        "fx_month": (CUSTOMERS, FX), "charge": (FEES, CUSTOMERS),
        "write_off": (FEES, CUSTOMERS), "conversion": (BANK, FX),
    }
    debit, credit = sides[entry.kind]
    return pair(
        f"E{entry.id:06}", entry.on, debit, credit, entry.cny, entry.currency, entry.amount,
        entry.rate, order, entry.kind,
    )


def _receipt(receipt: Receipt) -> list[VoucherLine]:
    cny = fx.cny(receipt.net, receipt.rate or ZERO)
    return pair(
        f"R{receipt.id:06}", receipt.value_date, BANK, CUSTOMERS, cny, receipt.currency,
        receipt.net, receipt.rate, receipt.payer, receipt.number or "",
    )


def _bill(bill: Bill) -> list[VoucherLine]:
    name = f"B{bill.id:06}"
    lines = pair(name, bill.on, STOCK, SUPPLIERS, bill.without_vat, auxiliary=bill.supplier,
                 summary=bill.number or "")
    if bill.cny != bill.without_vat:
        lines += pair(name, bill.on, INPUT_VAT, SUPPLIERS, bill.cny - bill.without_vat,
                      auxiliary=bill.supplier, summary=bill.number or "")
    return lines


def workbook(lines: list[VoucherLine]) -> bytes:
    """The lines as one sheet; built without a clock, so that a month gives the same file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": date(2000, 1, 1)})
    sheet = book.add_worksheet("凭证")
    heads = (
        "凭证日期", "凭证号", "行", "科目", "辅助核算", "币种", "原币金额", "汇率", "借方", "贷方",
        "摘要",
    )
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head)
    for row, line in enumerate(lines, start=1):
        texts = {0: line.on.isoformat(), 1: line.voucher, 3: line.account, 4: line.auxiliary,
                 5: line.currency, 10: line.summary}
        for place, text in texts.items():
            sheet.write_string(row, place, text)
        numbers = {2: Decimal(row), 6: line.original, 7: line.rate or ZERO, 8: line.debit,
                   9: line.credit}
        for place, number in numbers.items():
            sheet.write_number(row, place, number)
    book.close()
    return out.getvalue()
