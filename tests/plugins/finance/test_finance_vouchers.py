"""Entries for the accounting package (DOMAIN §2.12): right accounts, balanced, the same again."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal as D

import pytest

from core.api import Invalid, perform, save
from core.companies import set_setting
from plugins.finance import booking, receivables, voucher_files, vouchers
from plugins.finance.vouchers import (
    ADVANCE,
    BANK,
    BANK_FOREIGN,
    CARRIAGE,
    COST,
    CUSTOMERS,
    FEES,
    FX,
    INPUT_VAT,
    OUTPUT_VAT,
    REFUND_DUE,
    REFUND_VAT,
    SALES,
    SELLING,
    STOCK,
    SUPPLIERS,
    VAT_OUT,
)
from plugins.products.api import HsCode, HsTerm

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def lines_of(ctx, *days):
    """All lines of the months of these days, checked: every voucher balances."""
    found = []
    for month in sorted({day.replace(day=1) for day in days}):
        lines = vouchers.of_month(ctx, month)
        sums = defaultdict(D)
        for line in lines:
            sums[line.number] += line.debit - line.credit
            assert (line.debit > 0) != (line.credit > 0)
        assert not any(sums.values())
        found += lines
    return found


def balance(lines, account):
    """Debit less credit of an account."""
    return sum((line.debit - line.credit for line in lines if line.account == account), D(0))


def test_deposit_and_balance_end_on_their_accounts(world, trade):
    """A deposit is a liability until the goods sail; the receivable is gone once it is paid."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        day = ctx.today.replace(day=1)
        trade.rate(ctx, "7.0650", day - timedelta(days=60))
        order = trade.signed(ctx, customer, goods=(("9200", "10.79"),), no_rate=True, on=day)
        trade.pay(ctx, customer, "29780.40", rate="7.0800", value_date=day)
        assert balance(lines_of(ctx, day), ADVANCE) == D("-210845.23")
        perform(ctx, order, "release")
        trade.ship(ctx, order, day)
        lines = lines_of(ctx, day)
        assert balance(lines, ADVANCE) == 0
        assert balance(lines, CUSTOMERS) == D("490929.89")
        assert balance(lines, SALES) == D("-701775.12")
        trade.pay(ctx, customer, "69457.60", charges="30.00", rate="7.0410", value_date=day)
        lines = lines_of(ctx, day)
        assert balance(lines, CUSTOMERS) == 0
        assert balance(lines, FEES) == D("211.23")
        assert balance(lines, FX) == D("1667.70")
        # 29,780.40 × 7.08 + 69,457.60 × 7.041
        assert balance(lines, BANK_FOREIGN) == D("210845.23") + D("489050.96")


def test_freight_and_insurance_of_a_cif_sale_stand_apart(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, term="OA60", incoterm="CIF", place="Hamburg")
        perform(ctx, order, "release")
        delivery = trade.delivery(ctx, order)
        save(ctx, "orders.delivery", {"freight": "800.00", "insurance": "20.00"}, delivery)
        perform(ctx, delivery, "on_board", {"bl_number": "B1", "bl_date": ctx.today.isoformat()})
        (row,) = receivables.of_order(ctx, order.id)
        lines = lines_of(ctx, ctx.today)
        assert balance(lines, CARRIAGE) == -(D("820.00") * row.book_rate).quantize(D("0.01"))
        assert balance(lines, SALES) + balance(lines, CARRIAGE) == -balance(lines, CUSTOMERS)


def test_goods_refund_and_costs(world, trade):
    """113,000 with 13 % VAT refunded at 9 %: 4,000 of VAT stay in the cost."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, term="OA60")
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today)
        common = {"order_id": order.id, "on": ctx.today}
        goods = save(ctx, "finance.bill", {
            "supplier": "Plant", "invoice_number": "1", "kind": "goods", "amount": "113000.00",
            "vat": "0.13", "refund_rate": "0.09", "vat_invoice": "received", **common})
        freight = save(ctx, "finance.bill", {
            "supplier": "Line", "invoice_number": "2", "kind": "freight", "amount": "900.00",
            **common})
        for bill in (goods, freight):
            perform(ctx, bill, "approve")
        perform(ctx, goods, "pay", {"paid_on": ctx.today})
        claim = save(ctx, "finance.refund", {"period": ctx.today})
        perform(ctx, claim, "claim")
        lines = lines_of(ctx, ctx.today)
        assert balance(lines, STOCK) == 0
        assert balance(lines, COST) == D("104000.00")
        assert (balance(lines, INPUT_VAT), balance(lines, VAT_OUT)) == (D(13000), D(-4000))
        assert balance(lines, SELLING) == D("900.00")
        assert (balance(lines, SUPPLIERS), balance(lines, BANK)) == (D(-900), D(-113000))
        assert (balance(lines, REFUND_DUE), balance(lines, REFUND_VAT)) == (D(9000), D(-9000))
        perform(ctx, claim, "receive")
        assert balance(lines_of(ctx, ctx.today), REFUND_DUE) == 0


def test_a_taxable_export_owes_output_vat(world, trade):
    """DOMAIN §2.1: the refund of the code was cancelled; the VAT is inside the FOB value."""
    with world.act("gm") as ctx:
        code = HsCode(code="8541430000", name_en="PV modules", name_zh="光伏组件")
        code.terms.append(HsTerm(
            position=1, vat=D("0.13"), refund=D(0), regime="taxable",
            valid_from=ctx.today - timedelta(days=300)))
        ctx.session.add(code)
        ctx.session.flush()
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, term="OA60")
        product = save(ctx, "products.product", {
            "code": "PV-550", "name_en": "PV module", "name_zh": "组件", "hs_code_id": code.id})
        order.lines[0].product_id = product.id
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today)
        lines = lines_of(ctx, ctx.today)
        due = balance(lines, CUSTOMERS)
        vat = (due / D("1.13") * D("0.13")).quantize(D("0.01"))
        assert balance(lines, OUTPUT_VAT) == -vat
        assert balance(lines, SALES) == vat - due


def test_foreign_money_sold_moves_between_the_accounts(world, trade):
    with world.act("gm") as ctx:
        account = trade.account(ctx)
        account.balance, account.value = D("47952.00"), D("337222.44")
        booking.sell(ctx, account, D("40000.00"), D("7.0210"), ctx.today)
        ctx.session.flush()
        lines = lines_of(ctx, ctx.today)
        assert balance(lines, BANK) == D("280840.00")
        assert balance(lines, BANK_FOREIGN) == D("-281300.00")
        assert balance(lines, FX) == D("460.00")


def test_a_reversed_receipt_is_booked_back(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        trade.signed(ctx, customer)
        receipt = trade.pay(ctx, customer, "3000.00", value_date=ctx.today)
        assert balance(lines_of(ctx, ctx.today), ADVANCE) < 0
        perform(ctx, receipt, "reverse", {"reason": "wrong customer"})
        lines = lines_of(ctx, ctx.today)
        assert balance(lines, ADVANCE) == balance(lines, BANK_FOREIGN) == 0


@pytest.mark.parametrize("layout", sorted(voucher_files.LAYOUTS))
def test_a_month_gives_the_same_file(world, trade, layout):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        trade.signed(ctx, customer)
        trade.pay(ctx, customer, "3000.00", value_date=ctx.today)
        month = ctx.today.replace(day=1)
        first, second = vouchers.of_month(ctx, month), vouchers.of_month(ctx, month)
        assert voucher_files.workbook(first, layout) == voucher_files.workbook(second, layout)
        text = voucher_files.comma_separated(first, layout).decode("utf-8-sig")
        assert len(text.strip().split("\r\n")) == len(first) + 1 > 1


def test_vouchers_are_taken_out_in_the_browser(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        trade.signed(ctx, customer)
        trade.pay(ctx, customer, "3000.00", value_date=ctx.today)
        month = f"{ctx.today:%Y-%m}"
    fin = world.client("fin")
    assert "合同负债" in fin.get(f"/finance/vouchers?month={month}").get_data(as_text=True)
    data = {"month": month, "layout": "kingdee", "format": "csv"}
    answer = fin.post("/finance/vouchers/file", data=data)
    assert answer.get_data().decode("utf-8-sig").startswith("日期,会计年度,期间,凭证字")
    assert fin.post("/finance/vouchers/file", data={"layout": "sap"}).status_code == 404
    assert world.client("wh").post("/finance/vouchers/file", data=data).status_code == 403


def test_a_setting_that_cannot_be_read_is_refused(world):
    with world.act("adm") as ctx:
        with pytest.raises(Invalid, match="30:1,60:0.8,90:0.5,:0"):
            set_setting(ctx, "finance.commission_factors", "often late")
        assert ctx.setting("finance.commission_factors") == "30:1,60:0.8,90:0.5,:0"
