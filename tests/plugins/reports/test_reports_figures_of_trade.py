"""Targets, the map, samples, complaints and decisions: figures that people can check by hand."""

from datetime import timedelta
from decimal import Decimal as D

import pytest

from core.api import Invalid, decide, in_locale, perform, save, tasks_of
from plugins.reports import services
from plugins.reports.countries import country_name, place_of
from plugins.reports.show import chart_data

ALL = ("products", "crm", "quotes", "orders", "finance", "credit", "mes", "samples", "service",
       "reports")
pytestmark = pytest.mark.plugins(*ALL)


@pytest.fixture(autouse=True)
def english():
    with in_locale("en"):
        yield


def shipped(ctx, trade, customer):
    """An order whose deposit came in and whose goods are on board today."""
    order = trade.signed(ctx, customer)
    trade.pay(ctx, customer, "3000.00")
    perform(ctx, order, "release")
    return order, trade.ship(ctx, order, ctx.today)


def run(ctx, key, **values):
    report = services.find_report(ctx, key)
    filters = services.filters_of(ctx, report, values)
    return services.run(ctx, report, filters), filters


def figure(table, label):
    with_label = [f.value for f in table.figures if str(f.label) == label]
    assert with_label, [str(f.label) for f in table.figures]
    return with_label[0]


def test_order_intake_stands_beside_its_target(world, trade):
    """A target of twice the intake is half reached; a second one for the month is refused."""
    with world.act("gm") as ctx:
        trade.signed(ctx, on=ctx.today)
        table, _filters = run(ctx, "orders.intake", span="month")
        reached = figure(table, "Order intake")
        save(ctx, "reports.target", {
            "metric": "intake", "month": ctx.today, "amount": str(reached * 2)})
        table, filters = run(ctx, "orders.intake", span="month")
        assert figure(table, "Of the target") == D("0.5")
        assert "Target" in [row["name"] for row in chart_data(table, filters)["series"]]
        with pytest.raises(Invalid, match="target for this figure"):
            save(ctx, "reports.target", {
                "metric": "intake", "month": ctx.today.replace(day=1), "amount": "1"})
        table, _filters = run(ctx, "orders.intake", span="month", country="DE")
        assert "Of the target" not in [str(f.label) for f in table.figures]


def test_revenue_by_country_lies_on_the_map(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        shipped(ctx, trade, customer)
        table, filters = run(ctx, "orders.countries")
        (row,) = table.rows
        assert row.values["country"] == country_name(customer.country)
        chart = chart_data(table, filters)
        assert chart["kind"] == "map" and chart["places"] == [place_of(customer.country)]
        assert figure(table, "Revenue") == row.values["amount"] > 0


def test_an_order_paid_in_advance_counts_as_revenue(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, term="TT100")
        trade.pay(ctx, customer, str(order.total))
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today)
        table, _filters = run(ctx, "finance.profit", span="month")
        assert figure(table, "Revenue") == order.total * D("7.05")
        table, _filters = run(ctx, "finance.dso")
        assert figure(table, "DSO (days)") == 0


def test_separate_customs_territories_are_named_as_such():
    assert country_name("TW") == "Taiwan, China"
    assert country_name("XX") == "XX"


def test_a_sample_counts_as_converted_for_the_companys_days(world, trade):
    with world.act("gm") as ctx:
        customer, other = trade.customer(ctx), trade.customer(ctx)
        for buyer in (customer, other):
            sample = save(ctx, "samples.request", {
                "customer_id": buyer.id, "purpose": "try", "kind": "stock",
                "lines": [{"description": "lamp", "qty": "1"}]})
            sample.state, sample.closed_on = "closed", ctx.today
            sample.sent_on = ctx.today - timedelta(days=100)
        trade.signed(ctx, customer, on=ctx.today - timedelta(days=10))
        table, _filters = run(ctx, "samples.conversion")
        assert figure(table, "Samples that brought an order") == D("0.5")
        (with_order,) = [row for row in services.run(
            ctx, services.find_report(ctx, "samples.conversion"), _filters, True).rows
            if row.values["order"]]
        assert with_order.values["days"] == 90


def test_complaints_by_shipment_deadlines_and_cost(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order, _delivery = shipped(ctx, trade, customer)
        complaint = save(ctx, "service.complaint", {
            "customer_id": customer.id, "order_id": order.id, "subject": "water inside",
            "category": "quality", "received_at": ctx.now})
        complaint.answer_due_at, complaint.answered_at = ctx.now, ctx.now - timedelta(hours=1)
        complaint.contain_due_at = ctx.now - timedelta(hours=1)
        complaint.contained_at = None
        complaint.cost, complaint.currency = D("120.00"), "USD"
        ctx.session.flush()
        table, _filters = run(ctx, "service.rate")
        assert figure(table, "Complaint rate") == 1
        assert figure(table, "Deadlines kept") == D("0.5")
        table, _filters = run(ctx, "service.cost", currency="USD")
        assert figure(table, "Cost of poor quality") == D("120.00")


def test_decisions_are_timed_and_shown_to_those_who_may_see_the_record(world, trade):
    """A sample with paid freight waits for the sales manager; another rep does not see it."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        customer.owner_id = world.user_id("rep")
    with world.act("rep") as ctx:
        sample = save(ctx, "samples.request", {
            "customer_id": customer.id, "purpose": "try", "freight": "prepaid",
            "freight_cost": "301", "declared_value": "20",
            "lines": [{"description": "lamp", "qty": "1"}]})
        perform(ctx, sample, "submit")
    with world.act("sm") as ctx:
        (task,) = tasks_of(ctx, 20)
        decide(ctx, task.id, "approve")
    seen = {}
    for login in ("gm", "rep", "rep2"):
        with world.act(login) as ctx:
            table, filters = run(ctx, "inbox.approvals")
            rows = services.run(
                ctx, services.find_report(ctx, "inbox.approvals"), filters, True).rows
            seen[login] = (figure(table, "Decisions"), len(rows))
    assert seen == {"gm": (1, 1), "rep": (1, 1), "rep2": (0, 0)}
