"""Tech sheets at orders, charges without goods, and defaults that hold from a day on."""

from datetime import timedelta
from decimal import Decimal as D

import pytest

from core.api import Refused, perform, save, set_setting
from plugins.orders import gates, papers
from plugins.orders.changes import lapse_old
from plugins.products.api import Product
from plugins.quotes.api import TechSheet

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def named(ctx, order):
    """Give the first line a tech sheet in draft."""
    product = save(ctx, Product, {"code": "FL-X", "name_en": "Floodlight X"})
    sheet = save(ctx, TechSheet, {
        "product_id": product.id, "customer_id": order.customer_id,
        "parameters": [{"code": "power", "value": "50"}],
    })
    order.lines[0].product_id, order.lines[0].tech_sheet_id = product.id, sheet.id
    ctx.session.flush()
    return sheet


def freeze(ctx, sheet):
    perform(ctx, sheet, "submit")
    perform(ctx, sheet, "check")
    perform(ctx, sheet, "confirm", {"who": "the buyer"})
    perform(ctx, sheet, "freeze")


def test_production_waits_for_the_frozen_specification(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        sheet = named(ctx, order)
        with pytest.raises(Refused):
            perform(ctx, order, "release")
        assert [reason.code for reason in gates.production_gate(ctx, order)] == ["spec"]
        freeze(ctx, sheet)
        perform(ctx, sheet, "new_version")  # the order keeps the version that it names
        perform(ctx, order, "release")
        assert order.state == "released"


def test_a_company_may_want_a_sheet_for_every_line(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        set_setting(ctx, "orders.spec_gate", "always")
        ctx.forget()
        with pytest.raises(Refused):
            perform(ctx, order, "release")
        assert [reason.code for reason in gates.production_gate(ctx, order)] == ["spec"]


def test_a_sheet_of_another_customer_is_refused_at_submission(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx)
        sheet = named(ctx, order)
        sheet.customer_id = trade.customer(ctx).id
        with pytest.raises(Refused) as error:
            perform(ctx, order, "submit")
        assert error.value.reasons[0].field == "lines.0.tech_sheet_id"


def test_new_clause_figures_leave_submitted_contracts_alone(world, trade):
    with world.act("gm") as ctx:
        order, later = trade.signed(ctx), trade.order(ctx)
        before = papers.sales_contract(ctx, order)["conditions"]
        for name, value in (("aql_major", "1.5"), ("penalty_most", "0.1"), ("cover", "1.2")):
            set_setting(ctx, f"orders.clause_{name}", value)
        ctx.forget()
        assert papers.sales_contract(ctx, order)["conditions"] == before
        text = "\n".join(papers.sales_contract(ctx, later)["conditions"])
        assert "AQL 1.5 major / 4.0 minor" in text and "120 %" in text and "at most 10 %" in text


@pytest.mark.parametrize(("signed", "opens"), [(-1, True), (1, False)])
def test_the_accepted_shortfall_is_that_of_the_day_of_signing(world, trade, signed, opens):
    """USD 3,000 deposit, 40 short: fits USD 50; a company that lowers it does so from a day on."""
    with world.act("gm") as ctx:
        since = ctx.today - timedelta(days=10)
        set_setting(ctx, "orders.deposit_allowance", "0", since.isoformat())
        ctx.forget()
        order = trade.signed(ctx, on=(since + timedelta(days=signed)).isoformat())
        order.milestones[0].received = D("2960.00")
        if opens:
            perform(ctx, order, "release")
            assert order.state == "released"
            return
        with pytest.raises(Refused):
            perform(ctx, order, "release")


def test_a_charge_is_invoiced_but_neither_packed_nor_counted(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60", goods=(("80", "10.00"), ("1", "150.00")))
        line = order.lines[1]
        line.charge, line.pieces_per_carton, line.unit = True, None, "LOT"
        perform(ctx, order, "release")
        delivery = trade.ship(ctx, order, ctx.today)
        invoice, packing = papers.invoice(ctx, delivery), papers.packing_list(ctx, delivery)
        assert invoice["total"] == "950.00" and len(invoice["lines"]) == 2
        assert [row["range"] for row in packing["lines"]] == ["1–10"]
        assert invoice["quantity_total"] == packing["quantity_total"] == "80 PCS"


def test_an_unsigned_change_lapses_after_seven_working_days(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        change = perform(ctx, order, "request_change", {
            "kind": "date", "reason": "customer", "request": "two weeks later"})
        save(ctx, "orders.change", {"new_delivery_date": ctx.today + timedelta(days=40)}, change)
        ctx.session.info["gatekeeper"] = None
        perform(ctx, change, "submit")
        days = {(change.expires_on - ctx.today).days}
        assert days <= set(range(7, 18))  # seven working days and the days off between them
        change.expires_on = ctx.today - timedelta(days=1)
        assert lapse_old(ctx, {}) == {"lapsed": 1}


def test_the_states_from_planned_to_delivered(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        perform(ctx, order, "release")
        delivery = perform(ctx, order, "plan_delivery")
        save(ctx, "orders.delivery", {"quality_passed": True}, delivery)
        seen = [delivery.state]
        for step, params in (
            ("request_booking", {"carrier": "Tidewater Line"}),
            ("book", {"booking": "SO1", "etd": ctx.today.isoformat()}), ("load", {}),
            ("declare", {}), ("inspect", {"reason": "X-ray"}), ("customs_release", {}),
            ("on_board", {"bl_number": "BL77", "bl_date": ctx.today.isoformat()}),
            ("arrive", {}), ("deliver", {}),
        ):
            perform(ctx, delivery, step, params)
            seen.append(delivery.state)
        assert seen == ["planned", "requested", "booked", "loaded", "declared", "declared",
                        "released", "on_board", "arrived", "delivered"]
        assert (delivery.inspections, delivery.released_on, delivery.delivered_on) == (
            1, ctx.today, ctx.today)


def test_declared_goods_neither_change_nor_sail_before_the_release(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        perform(ctx, order, "release")
        delivery = trade.delivery(ctx, order)
        perform(ctx, delivery, "load")
        perform(ctx, delivery, "declare")
        with pytest.raises(Refused, match="declared to customs"):
            save(ctx, "orders.delivery", {"lines": [
                {"id": row.id, "order_line_id": row.order_line_id, "quantity": "10"}
                for row in delivery.lines]}, delivery)
        ctx.session.refresh(delivery)
        with pytest.raises(Refused):
            perform(ctx, delivery, "on_board", {
                "bl_number": "BL1", "bl_date": ctx.today.isoformat()})
