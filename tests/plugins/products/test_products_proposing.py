"""The container proposal for mixed cargo, beside loose cargo (DOMAIN §2.3)."""

from datetime import date
from decimal import Decimal as D

import pytest

from core.api import in_locale, save, set_setting
from plugins.products.api import (
    LCL,
    Cargo,
    Carton,
    FreightRate,
    keep_rate,
    lane_of,
    packed,
    proposal_panel,
    propose,
)

pytestmark = pytest.mark.plugins("products")
LANE, DAY = "CNNGB-DEHAM", date(2026, 11, 20)
LIGHT = Carton(D(46), D(40), D(32), 8, D("13.6"), D("12.0"))


@pytest.fixture
def ctx(world):
    with world.act() as found:
        keep_rate(found, "USD", "quote", date(2026, 1, 1), D("7.05"), "test")
        keep_rate(found, "EUR", "quote", date(2026, 1, 1), D("7.80"), "test")
        yield found
        found.session.rollback()


def offer(ctx, container, price, currency="USD", **dates):
    save(ctx, FreightRate, {
        "lane": LANE, "container": container, "currency": currency, "price": price,
        "valid_from": date(2026, 11, 1), **dates,
    })


def test_mixed_cargo_goes_into_the_cheapest_set_and_is_compared_with_lcl(ctx):
    for code, price in (("20GP", "1800"), ("40GP", "3000"), ("40HQ", "3200"), (LCL, "65")):
        offer(ctx, code, price)
    cargo = packed(D(9200), LIGHT) + Cargo(200, D("20"), D(9000), D(8000))
    found = propose(ctx, cargo, LANE, DAY, "USD")
    assert (found.text, found.freight) == ("1 × 20GP + 1 × 40HQ", D("5000.00"))
    assert found.loose == D("5701.28")  # 87.712 CBM × 65.00
    assert found.fill == D("0.9137")
    with in_locale("en"):
        rows = {str(label): str(text) for label, text in proposal_panel(found, cargo, "USD").rows}
    assert rows["Loose cargo (LCL)"].endswith("5,701.28")


def test_a_little_cargo_goes_loose_when_that_is_cheaper(ctx):
    offer(ctx, "20GP", "1800")
    offer(ctx, LCL, "65.00")
    found = propose(ctx, Cargo(60, D("6.412"), D(2850), D(2500)), LANE, DAY, "USD")
    assert (found.boxes, found.freight, found.containers) == ((LCL,), D("416.78"), 0)
    assert found.boxed == (("20GP",), D("1800.00"))


def test_offers_of_other_currencies_are_converted(ctx):
    offer(ctx, "40HQ", "3200")
    offer(ctx, "20GP", "1500", "EUR")
    found = propose(ctx, packed(D(1600), LIGHT), LANE, DAY, "USD")
    assert (found.text, found.freight) == ("1 × 20GP", D("1659.57"))  # 1,500 × 7.80 / 7.05


def test_an_offer_holds_between_its_days_only(ctx):
    offer(ctx, "20GP", "900", valid_to=date(2026, 11, 19))
    offer(ctx, "20GP", "1800", valid_to=date(2026, 11, 30))
    found = propose(ctx, packed(D(1600), LIGHT), LANE, DAY, "USD")
    assert (found.freight, found.until) == (D("1800.00"), date(2026, 11, 30))


def test_without_freight_the_company_says_what_is_little(ctx):
    cargo = Cargo(60, D("6.412"), D(2850), D(2500))
    assert propose(ctx, cargo, "", DAY, "USD").text == "LCL"
    set_setting(ctx, "products.lcl_below", "5")
    ctx.forget()
    assert propose(ctx, cargo, "", DAY, "USD").text == "1 × 20GP"


def test_cargo_above_ten_boxes_has_no_proposal(ctx):
    offer(ctx, "20GP", "1800")
    found = propose(ctx, Cargo(9000, D(500), D(1000), D(900)), LANE, DAY, "USD")
    assert (found.boxes, found.freight) == ((), None)


def test_a_lane_is_found_by_names_or_codes(ctx):
    assert lane_of(ctx, "Ningbo", "DEHAM") == LANE
    assert lane_of(ctx, "Ningbo", "Nowhere") == lane_of(ctx, None, "Hamburg") == ""
