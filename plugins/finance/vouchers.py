"""Bookkeeping entries to hand to the accounting package (DOMAIN §2.12).

Every booked figure is one pair of accounts; pairs of the same paper and day make a voucher, so that
debits and credits of a voucher are equal by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, titles
from plugins.finance import costs, fx
from plugins.finance.cost_records import Bill, Refund
from plugins.finance.records import Entry

ZERO = Decimal(0)
BANK, BANK_FOREIGN = "1002.01 银行存款-人民币", "1002.02 银行存款-外币"
ADVANCE, CUSTOMERS, SUPPLIERS = "2204 合同负债", "1122 应收账款", "2202 应付账款"
SALES, CARRIAGE = "6001.01 主营业务收入-出口", "6001.02 主营业务收入-运保费"
FEES, FX = "6603.01 财务费用-手续费", "6603.02 财务费用-汇兑损益"
STOCK, COST, SELLING = "1405 库存商品", "6401 主营业务成本", "6601 销售费用"
INPUT_VAT, VAT_OUT = "2221.01 应交增值税-进项税额", "2221.02 应交增值税-进项税额转出"
OUTPUT_VAT, REFUND_VAT = "2221.03 应交增值税-销项税额", "2221.04 应交增值税-出口退税"
REFUND_DUE = "1221 其他应收款-出口退税"
# debit and credit of a positive figure; a negative one turns them round
SIDES = {
    "revenue": (CUSTOMERS, SALES), "revenue_advance": (ADVANCE, SALES),
    "carriage": (SALES, CARRIAGE), "output_vat": (OUTPUT_VAT, SALES),
    "settled": (BANK_FOREIGN, CUSTOMERS), "advance": (BANK_FOREIGN, ADVANCE),
    "advance_used": (ADVANCE, CUSTOMERS), "charge": (FEES, BANK_FOREIGN),
    "write_off": (FEES, CUSTOMERS), "fx": (CUSTOMERS, FX), "fx_month": (CUSTOMERS, FX),
    "credit_note": (SALES, CUSTOMERS), "conversion": (BANK_FOREIGN, FX),
    "sample_goods": (SELLING, STOCK), "sample_freight": (SELLING, SUPPLIERS),
}
IN_CNY = ("fx", "fx_month", "conversion")  # differences have no foreign amount
APPROVED = ("approved", "paid")


@dataclass(frozen=True)
class Pair:
    """One figure (CNY) between two accounts; `paper` and day name its voucher."""

    paper: str
    on: date
    debit: str
    credit: str
    cny: Decimal
    auxiliary: str = ""
    currency: str = "CNY"
    original: Decimal = ZERO
    rate: Decimal | None = None
    summary: str = ""


@dataclass(frozen=True)
class VoucherLine:
    """One line of voucher `number` (1, 2 … in the month); debit or credit is above zero, in CNY."""

    number: int
    line: int
    paper: str
    on: date
    account: str
    auxiliary: str
    currency: str
    original: Decimal
    rate: Decimal | None
    debit: Decimal
    credit: Decimal
    summary: str

    @property
    def code(self) -> str:
        return self.account.partition(" ")[0]

    @property
    def name(self) -> str:
        return self.account.partition(" ")[2]


def of_month(ctx: Ctx, month: date) -> list[VoucherLine]:
    """All lines of a month in a fixed order; the same month gives the same lines."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    pairs = [
        pair for pair in (*_entries(ctx, month, after), *_bills(ctx), *_refunds(ctx))
        if month <= pair.on < after and pair.cny
    ]
    pairs.sort(key=lambda pair: (pair.on, pair.paper))
    return list(_numbered(pairs))


def _numbered(pairs: Iterable[Pair]) -> Iterator[VoucherLine]:
    number, line, last = 0, 0, None
    for pair in pairs:
        if (pair.on, pair.paper) != last:
            number, line, last = number + 1, 0, (pair.on, pair.paper)
        debit, credit, cny = pair.debit, pair.credit, pair.cny
        if cny < 0:
            debit, credit, cny = credit, debit, -cny
        for account, left, right in ((debit, cny, ZERO), (credit, ZERO, cny)):
            line += 1
            yield VoucherLine(
                number, line, pair.paper, pair.on, account, pair.auxiliary, pair.currency,
                abs(pair.original), pair.rate, left, right, pair.summary,
            )


def _entries(ctx: Ctx, since: date, until: date) -> Iterator[Pair]:
    query = select(Entry).where(Entry.on >= since, Entry.on < until).order_by(Entry.on, Entry.id)
    rows = list(ctx.session.scalars(query))
    orders = titles(ctx, "orders.order", (row.order_id or 0 for row in rows))
    for row in rows:
        debit, credit = SIDES[row.kind]
        if row.currency == ctx.company.currency:
            debit, credit = (BANK if side == BANK_FOREIGN else side for side in (debit, credit))
        known = {
            "paper": _paper(row), "on": row.on, "auxiliary": orders.get(row.order_id or 0, ""),
            "currency": row.currency, "rate": row.rate, "summary": row.text or row.kind,
        }
        original = ZERO if row.kind in IN_CNY else row.amount
        yield Pair(debit=debit, credit=credit, cny=row.cny, original=original, **known)
        if row.kind == "conversion":
            sold = fx.cny(row.amount, row.rate or ZERO)
            yield Pair(debit=BANK, credit=BANK_FOREIGN, cny=sold, original=row.amount, **known)


def _paper(row: Entry) -> str:
    """Figures of one receipt or one delivery belong on one voucher."""
    if row.receipt_id is not None:
        return f"R{row.receipt_id:07}"
    return f"D{row.delivery_id:07}" if row.delivery_id is not None else f"E{row.id:07}"


def _bills(ctx: Ctx) -> Iterator[Pair]:
    """Supplier bills, their payment, and the cost of goods that were exported."""
    query = select(Bill).where(Bill.state.in_(APPROVED)).order_by(Bill.on, Bill.id)
    exported = costs.export_days(ctx)
    for bill in ctx.session.scalars(query):
        paper, text = f"B{bill.id:07}", bill.number or ""
        goods = bill.kind == "goods"
        yield Pair(paper, bill.on, STOCK if goods else SELLING, SUPPLIERS,
                   bill.without_vat, bill.supplier, summary=text)
        vat = bill.cny - bill.without_vat
        yield Pair(paper, bill.on, INPUT_VAT, SUPPLIERS, vat, bill.supplier, summary=text)
        if bill.paid_on:
            yield Pair(f"P{bill.id:07}", bill.paid_on, SUPPLIERS, BANK, bill.cny, bill.supplier,
                       summary=text)
        day = exported.get(bill.order_id)
        if goods and day:
            day, paper = max(day, bill.on), f"C{bill.id:07}"
            kept = bill.net_cost - bill.without_vat  # VAT that nobody gives back
            yield Pair(paper, day, COST, STOCK, bill.without_vat, bill.supplier, summary=text)
            yield Pair(paper, day, COST, VAT_OUT, kept, bill.supplier, summary=text)


def _refunds(ctx: Ctx) -> Iterator[Pair]:
    query = select(Refund).where(Refund.claimed_on.is_not(None)).order_by(Refund.id)
    for row in ctx.session.scalars(query):
        paper, text = f"T{row.id:07}", row.number or ""
        if row.claimed_on:
            yield Pair(paper, row.claimed_on, REFUND_DUE, REFUND_VAT, row.amount, summary=text)
        if row.received_on:
            yield Pair(paper, row.received_on, BANK, REFUND_DUE, row.amount, summary=text)
