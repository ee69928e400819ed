"""What a page asks of the database has an upper bound, and does not grow with the rows shown."""

import pytest

PLUGINS = (
    "products", "crm", "quotes", "orders", "finance", "credit", "mes", "samples", "service",
    "reports", "exchange", "rest",
)
pytestmark = pytest.mark.plugins(*PLUGINS)
HOME, FORM = 42, 45  # SQLite counts its two BEGINs


def deal(ctx, trade, customer):
    """Two signed orders, a lead and an inquiry of the customer."""
    from core.api import save

    trade.rate(ctx, "7.8000", ctx.today.replace(year=2020), currency="EUR")
    order = trade.signed(ctx, customer, goods=(("1000", "10.00"), ("10", "3.00")))
    trade.signed(ctx, customer)
    lead = {"company_name": f"Nordlicht {order.id} AS", "contact_name": "Kari",
            "email": f"kari@nordlicht{order.id}.example"}
    save(ctx, "crm.lead", lead)
    save(ctx, "crm.inquiry", {
        "subject": "Floodlights", "customer_id": customer.id, "expected_amount": "9000",
        "currency": "USD", "next_action": "Call", "next_action_on": ctx.today.isoformat(),
    })
    return order


def asked(world, login, path):
    client = world.client(login)
    assert client.get(path).status_code == 200  # the sign-in's first page warms what is shared
    with world.statements() as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_pages_ask_few_questions_however_many_rows_there_are(world, trade):
    with world.act("sm") as ctx:
        customer = trade.customer(ctx)
        order = deal(ctx, trade, customer)
        paths = {"/": HOME, f"/r/crm.customer/{customer.id}": FORM,
                 f"/r/orders.order/{order.id}": FORM}
    few = {path: asked(world, "sm", path) for path in paths}
    with world.act("sm") as ctx:
        for _n in range(4):
            deal(ctx, trade, ctx.session.merge(customer))
    many = {path: asked(world, "sm", path) for path in paths}
    for path, most in paths.items():
        assert few[path] <= most and many[path] <= most, (path, few[path], many[path])
        assert many[path] <= few[path] + 2, path  # names of links that a first row brought
