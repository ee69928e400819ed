"""From candidate to score card: qualification, a request with two quotes, deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tradewind_srm import demo
from tradewind_srm.compare import compare
from tradewind_srm.panels import panels
from tradewind_srm.records import Delivery, PriceList, Quote, Rfq, Supplier
from tradewind_srm.score import Facts, score
from tradewind_srm.services import valid_prices

from core.api import Invalid, Refused, decide, find, in_locale, perform, save, tasks_of
from core.testing import World
from plugins.crm.api import Customer
from plugins.orders.api import Order
from plugins.products.api import PaymentTerm, Product, keep_rate

pytestmark = pytest.mark.plugins("srm")
D = Decimal
PASSED = {"criterion": "ISO 9001", "passed": True}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are looked for in English."""
    with in_locale("en"):
        yield


@pytest.fixture
def ids(world: World) -> dict[str, int]:
    """Two products and two suppliers, qualified."""
    found = {}
    with world.act() as ctx:
        for code in ("LED", "PCB"):
            found[code] = save(ctx, Product, {"code": code, "name_en": code}).id
        keep_rate(ctx, "USD", "book", ctx.today, D("7.10"), "test")
    for name in ("Alpha", "Beta"):
        with world.act("pur") as ctx:
            supplier = save(ctx, Supplier, {"name": name, "checks": [PASSED]})
            perform(ctx, supplier, "qualify")
            assert supplier.state == "review"
            found[name] = supplier.id
        for login in ("qc", "gm"):
            with world.act(login) as ctx:
                decide(ctx, tasks_of(ctx, 1)[0].id, "approve")
            world.work()
    return found


def ask(world: World, ids: dict[str, int]) -> int:
    with world.act("pur") as ctx:
        rfq = save(ctx, Rfq, {"subject": "Parts for lamps", "items": [
            {"product_id": ids["LED"], "quantity": "1000"},
            {"product_id": ids["PCB"], "quantity": "500"},
        ]})
        perform(ctx, rfq, "send")
        return rfq.id


def answer(
    world: World, ids: dict[str, int], rfq: int, firm: str, *prices: str, **more: Any
) -> int:
    with world.act("pur") as ctx:
        items = [{"product_id": ids[code], "price": price}
                 for code, price in zip(("LED", "PCB"), prices, strict=False)]
        return save(ctx, Quote, {
            "rfq_id": rfq, "supplier_id": ids[firm], "currency": "CNY", "items": items, **more,
        }).id


def test_a_supplier_is_qualified_with_all_mandatory_points_only(world: World) -> None:
    with world.act("pur") as ctx:
        late = {**PASSED, "valid_until": ctx.today - timedelta(days=1)}
        supplier = save(ctx, Supplier, {"name": "Gamma", "checks": [late]})
        with pytest.raises(Refused, match="ISO 9001"):
            perform(ctx, supplier, "qualify")
        assert supplier.state == "candidate"


def test_a_qualification_ends_with_the_first_certificate(
    world: World, ids: dict[str, int]
) -> None:
    with world.act() as ctx:
        supplier = find(ctx, Supplier, ids["Alpha"])
        assert supplier.state == "qualified"
        assert supplier.qualified_until == ctx.today + timedelta(days=365)


def test_quotes_are_compared_in_the_own_currency(world: World, ids: dict[str, int]) -> None:
    rfq = ask(world, ids)
    answer(world, ids, rfq, "Alpha", "2.00", "10.00", freight="300")
    answer(world, ids, rfq, "Beta", "0.27", "1.45", currency="USD")
    with world.act("pur") as ctx:
        found = compare(ctx, find(ctx, Rfq, rfq))
        # 1000 × 0.27 × 7.10 = 1917.00; 500 × 1.45 × 7.10 = 5147.50
        assert [(c.supplier.name, c.total, c.best) for c in found.columns] == [
            ("Beta", D("7064.50"), True), ("Alpha", D("7300.00"), False),
        ]
        assert found.cheapest == {ids["LED"]: D("1917.00"), ids["PCB"]: D("5000.00")}
    page = world.client("pur").get(f"/srm/rfq/{rfq}/compare").get_data(as_text=True)
    assert "7,064.50" in page and "7,300.00" in page
    assert world.client("rep").get(f"/srm/rfq/{rfq}/compare").status_code in (403, 404)


def test_an_incomplete_quote_has_no_total(world: World, ids: dict[str, int]) -> None:
    rfq = ask(world, ids)
    answer(world, ids, rfq, "Alpha", "0.10")
    answer(world, ids, rfq, "Beta", "2.00", "10.00")
    with world.act("pur") as ctx:
        first, last = compare(ctx, find(ctx, Rfq, rfq)).columns
        assert (first.supplier.name, first.best) == ("Beta", True)
        assert (last.total, last.best) == (None, False)


def test_accepting_awards_declines_and_brings_prices_into_force(
    world: World, ids: dict[str, int]
) -> None:
    rfq = ask(world, ids)
    loser = answer(world, ids, rfq, "Alpha", "2.00", "10.00")
    winner = answer(world, ids, rfq, "Beta", "1.90", "9.90")
    with world.act("pur") as ctx:
        perform(ctx, find(ctx, Quote, winner), "accept")
        assert find(ctx, Quote, loser).state == "declined"
        assert find(ctx, Rfq, rfq).state == "awarded"
        (price,) = valid_prices(ctx, [ids["LED"]], ctx.today)
        assert (price.supplier_id, price.price) == (ids["Beta"], D("1.9000"))
    with pytest.raises(Invalid, match="does not wait"):
        answer(world, ids, rfq, "Alpha", "1")


def test_prices_hold_for_their_time_and_only_once(world: World, ids: dict[str, int]) -> None:
    with world.act("pur") as ctx:
        until = ctx.today + timedelta(days=30)
        values = {
            "supplier_id": ids["Alpha"], "valid_from": ctx.today, "valid_until": until,
            "prices": [{"product_id": ids["LED"], "from_quantity": "100", "price": "2"}],
        }
        perform(ctx, save(ctx, PriceList, values), "activate")
        assert valid_prices(ctx, [ids["LED"]], until, D(100))
        assert not valid_prices(ctx, [ids["LED"]], until, D(99))
        assert not valid_prices(ctx, [ids["LED"]], until + timedelta(days=1))
        with pytest.raises(Refused, match="same products"):
            perform(ctx, save(ctx, PriceList, values), "activate")


def test_a_suspended_supplier_gets_no_prices(world: World, ids: dict[str, int]) -> None:
    with world.act("pur") as ctx:
        perform(ctx, find(ctx, Supplier, ids["Alpha"]), "suspend", {"reason": "Late again"})
        prices = save(ctx, PriceList, {
            "supplier_id": ids["Alpha"], "valid_from": ctx.today,
            "prices": [{"product_id": ids["LED"], "price": "2"}],
        })
        with pytest.raises(Refused, match="not qualified"):
            perform(ctx, prices, "activate")


def test_the_score_is_40_40_10_10() -> None:
    found = score([
        Facts(D(900), D(18), True, D("2.00"), D("1.80"), True),
        Facts(D(100), D(2), False, D("2.00"), D("2.00"), False),
    ])
    # quality 0.98, on time 0.5, price 0.95, invoices 0.5: 0.392 + 0.2 + 0.095 + 0.05
    assert (found.quality, found.on_time, found.price, found.invoices) == (
        D("0.9800"), D("0.5000"), D("0.9500"), D("0.5000"))
    assert found.total == D("0.7370")


def test_what_is_unknown_has_no_weight() -> None:
    assert score([]).total is None
    # 0.4 × 0.5 + 0.4 × 1, over 0.8
    assert score([Facts(D(10), D(5), True)]).total == D("0.7500")


amounts = st.decimals("0.01", "99999", places=2)
facts = st.builds(
    lambda quantity, part, **rest: Facts(quantity, quantity * part, **rest), amounts,
    st.decimals(0, 1, places=2), on_time=st.booleans(), price=amounts, best=amounts,
    invoice_in_time=st.none() | st.booleans(),
)


@settings(max_examples=40)
@given(st.lists(facts, min_size=1, max_size=6))
def test_a_score_is_a_fraction_and_more_rejects_never_raise_it(rows: list[Facts]) -> None:
    before = score(rows)
    assert before.total is not None and 0 <= before.total <= 1
    worse = [Facts(r.quantity, r.quantity, r.on_time, r.price, r.best, r.invoice_in_time)
             for r in rows]
    assert score(worse).total <= before.total


def test_deliveries_count_and_stand_on_the_order(world: World, ids: dict[str, int]) -> None:
    with world.act("gm") as ctx:
        customer = save(ctx, Customer, {"name": "Norda B.V.", "country": "NL"})
        term = ctx.session.scalar(select(PaymentTerm)) or save(ctx, PaymentTerm, {
            "code": "TT30", "name_en": "30 % deposit", "name_zh": "30% 定金"})
        order = save(ctx, Order, {
            "customer_id": customer.id, "payment_term_id": term.id,
            "lines": [{"product_id": ids["LED"], "description_en": "LED", "quantity": "10",
                       "price": "3"}],
        })
        prices = save(ctx, PriceList, {
            "supplier_id": ids["Beta"], "valid_from": ctx.today,
            "prices": [{"product_id": ids["LED"], "price": "1.80"}],
        })
        perform(ctx, prices, "activate")
        save(ctx, Delivery, {
            "supplier_id": ids["Alpha"], "product_id": ids["LED"], "order_id": order.id,
            "promised_on": ctx.today - timedelta(days=2), "received_on": ctx.today,
            "quantity": "100", "rejected": "10", "price": "2.00",
        })
        # quality 0.9, on time 0, price 0.9, no invoice: (0.36 + 0.09) / 0.9
        assert find(ctx, Supplier, ids["Alpha"]).score == D("0.5")
        shown = {panel.key: panel.rows for panel in panels(ctx, order) or ()}
        assert "1.8" in str(shown["srm.prices"][0][1])
        assert "Alpha" in str(shown["srm.deliveries"][0][0])
    page = world.client("gm").get(f"/r/orders.order/{order.id}").get_data(as_text=True)
    assert "Beta" in page
    assert "50" in world.client("pur").get("/srm/scores").get_data(as_text=True)


def test_the_demo_company_has_stories(world: World) -> None:
    for stage in ("reference", "stories", "stories"):
        for plugin in ("products", "crm", "srm"):
            with world.act() as ctx:
                for owner, call in ctx.hooks.each("company_demo", ctx=ctx, stage=stage):
                    if owner == plugin:
                        call()
    with world.act() as ctx:
        states = [s.state for s in ctx.session.query(Supplier).order_by(Supplier.id)]
        assert states == ["qualified"] * 4 + ["review"]
        assert sorted(r.state for r in ctx.session.query(Rfq)) == ["awarded", "sent"]
        assert ctx.session.query(Delivery).count() == demo.DELIVERIES
