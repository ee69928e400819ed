"""A sample from the wish to the verdict, with what must be impossible (DOMAIN §1.4, §6.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.api import (
    Forbidden,
    Invalid,
    Notice,
    Refused,
    decide,
    find,
    keep_file,
    perform,
    print_document,
    save,
    tasks_of,
    utc_now,
)
from core.testing import World
from plugins.crm.api import Customer, Inquiry
from plugins.products.api import Product
from plugins.samples.api import Request
from plugins.samples.reminders import daily, due_reminder
from plugins.samples.workflows import APPROVAL, facts

pytestmark = pytest.mark.plugins("products", "crm", "samples")
PARCEL = {"courier": "DHL", "tracking_no": "TW000001"}


@pytest.fixture
def ids(world: World) -> Iterator[dict[str, int]]:
    """A customer, an inquiry and two products: a floodlight and a battery."""
    with world.act("rep") as ctx:
        customer = save(ctx, Customer, {"name": "Norda B.V.", "country": "NL", "grade": "A"})
        inquiry = save(ctx, Inquiry, {"subject": "Floodlights", "customer_id": customer.id})
    with world.act() as ctx:
        lamp = save(ctx, Product, {"code": "FL-50", "name_en": "LED floodlight 50 W",
                                   "cost_price": "68.00", "list_price": "12.50"})
        battery = save(ctx, Product, {"code": "BAT", "name_en": "Battery box", "cost_price": "452",
                                      "list_price": "90", "un_number": "UN3480"})
        made = {"customer": customer.id, "inquiry": inquiry.id, "lamp": lamp.id,
                "battery": battery.id}
    yield made


def wish(world: World, ids: dict[str, int], product: str = "lamp", **more: Any) -> int:
    with world.act("rep") as ctx:
        values = {
            "customer_id": ids["customer"], "inquiry_id": ids["inquiry"], "purpose": "Showroom",
            "freight": "collect", "lines": [{"product_id": ids[product], "qty": "2"}], **more,
        }
        return int(save(ctx, Request, values).id)


def do(world: World, login: str | None, ident: int, step: str, **params: Any) -> Request:
    with world.act(login) as ctx:
        request: Request = find(ctx, Request, ident)
        perform(ctx, request, step, params)
        return request


def ready(world: World, ids: dict[str, int], product: str = "lamp", **more: Any) -> int:
    ident = wish(world, ids, product, **more)
    with world.act() as ctx:  # approval is the workflow's matter
        request = find(ctx, Request, ident)
        request.state, request.number = "approved", f"SR26{ident:04}"
    do(world, "tec", ident, "start")
    do(world, "tec", ident, "prepared")
    do(world, "qc", ident, "inspect_ok", notes="10 of 10 good")
    return ident


def test_costs_and_the_value_to_declare_come_from_the_products(
    world: World, ids: dict[str, int]
) -> None:
    ident = wish(world, ids)
    with world.act("sm") as ctx:
        request = find(ctx, Request, ident)
        assert request.cost == Decimal("136.00")
        assert request.declared_value == Decimal("25.00")
        assert request.number is None
        assert request.owner_id == world.user_id("rep")


def test_customs_need_a_real_value(world: World, ids: dict[str, int]) -> None:
    ident = wish(world, ids, declared_value="0")
    with pytest.raises(Refused, match="real value"):
        do(world, "rep", ident, "submit")
    with world.act("rep") as ctx:
        assert find(ctx, Request, ident).state == "draft"


def test_a_small_free_sample_for_a_good_customer_passes_by_itself(
    world: World, ids: dict[str, int]
) -> None:
    request = do(world, "rep", wish(world, ids), "submit")
    assert request.number is not None
    assert request.number.startswith("SR")
    assert request.state == "approved"


def test_the_facts_of_the_approval(world: World, ids: dict[str, int]) -> None:
    for _n in range(2):
        do(world, None, wish(world, ids), "submit")
    third = wish(world, ids, freight="prepaid", freight_cost="320")
    with world.act() as ctx:
        found = facts(ctx, find(ctx, Request, third))
        assert found == {"value_cny": Decimal("136.00"), "freight_cny": Decimal("320.00"),
                         "freight_collect": False, "grade": "A", "free_before": 2}
        customer = find(ctx, Customer, ids["customer"])
        customer.last_order_on = ctx.today
        assert facts(ctx, find(ctx, Request, third))["free_before"] == 0
    assert {field.name for field in APPROVAL.fact_fields} == set(found)


def test_no_parcel_leaves_without_inspection_and_label(world: World, ids: dict[str, int]) -> None:
    ident = wish(world, ids)
    do(world, "rep", ident, "submit")
    do(world, "tec", ident, "start")
    with pytest.raises(Refused):
        do(world, "wh", ident, "send", **PARCEL)
    with pytest.raises(Forbidden):
        do(world, "wh", ident, "inspect_ok")
    with pytest.raises(Refused, match="not possible"):
        do(world, "qc", ident, "inspect_ok")
    do(world, "tec", ident, "need_material", material="Glass lens")
    do(world, "tec", ident, "prepared")
    failed = do(world, "qc", ident, "inspect_bad", notes="flicker")
    assert (failed.state, failed.failures) == ("preparing", 1)
    do(world, "tec", ident, "prepared")
    do(world, "qc", ident, "inspect_ok")
    with pytest.raises(Refused, match="label"):
        do(world, "wh", ident, "send", **PARCEL)
    do(world, "wh", ident, "label")
    assert do(world, "wh", ident, "send", **PARCEL).state == "sent"
    with world.act("rep") as ctx:
        assert find(ctx, Inquiry, ids["inquiry"]).state == "sampling"


def test_lithium_batteries_need_their_papers(world: World, ids: dict[str, int]) -> None:
    ident = ready(world, ids, "battery")
    do(world, "wh", ident, "label")
    with pytest.raises(Refused) as error:
        do(world, "wh", ident, "send", **PARCEL)
    assert {reason.field for reason in error.value.reasons} == {"un383_id", "msds_id"}
    with world.act() as ctx:
        request = find(ctx, Request, ident)
        request.un383_id = keep_file(ctx, "un383.pdf", b"%PDF-1.4 report", request).id
        request.msds_id = keep_file(ctx, "msds.pdf", b"%PDF-1.4 sheet", request).id
    assert do(world, "wh", ident, "send", **PARCEL).state == "sent"


def test_a_tracking_number_belongs_to_one_parcel(world: World, ids: dict[str, int]) -> None:
    one, two = ready(world, ids), ready(world, ids)
    for ident in (one, two):
        do(world, "wh", ident, "label")
    do(world, "wh", one, "send", **PARCEL)
    with pytest.raises(Invalid) as error:
        do(world, "wh", two, "send", **PARCEL)
    assert "tracking_no" in error.value.by_field()
    with pytest.raises(Invalid):
        do(world, "wh", two, "send", courier="UPS")


def delivered(world: World, ids: dict[str, int], **more: Any) -> int:
    ident = ready(world, ids, **more)
    do(world, "wh", ident, "label")
    do(world, "wh", ident, "send", **PARCEL)
    do(world, "wh", ident, "deliver")
    return ident


def test_closing_needs_feedback_or_a_reason(world: World, ids: dict[str, int]) -> None:
    ident = delivered(world, ids)
    with pytest.raises(Invalid) as error:
        do(world, "rep", ident, "close", outcome="no_order")
    assert "reason" in error.value.by_field()
    do(world, "rep", ident, "feedback", result="changes", comments="Longer cable")
    closed = do(world, "rep", ident, "close", outcome="order")
    assert (closed.state, closed.outcome) == ("closed", "order")


def test_changes_lead_to_a_second_round(world: World, ids: dict[str, int]) -> None:
    ident = delivered(world, ids)
    do(world, "rep", ident, "feedback", result="changes", comments="Longer cable")
    with world.act("rep") as ctx:
        new = perform(ctx, find(ctx, Request, ident), "next_round")
        assert (new.round, new.previous_id, new.state) == (2, ident, "draft")
        assert new.remarks == "Longer cable"
        assert [line.qty for line in new.lines] == [2]


def test_a_charged_fee_is_settled_before_closing(world: World, ids: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        wish(world, ids, fee_policy="charged")
    ident = delivered(world, ids, fee_policy="charged", fee="60")
    do(world, "rep", ident, "feedback", result="approved", comments="Good")
    with pytest.raises(Refused, match="fee"):
        do(world, "rep", ident, "close", outcome="order")
    do(world, "fin", ident, "settle")
    with pytest.raises(Refused):
        do(world, "fin", ident, "settle")
    assert do(world, "rep", ident, "close", outcome="order").state == "closed"


def test_reminders_come_on_day_3_7_14_and_30_once(world: World, ids: dict[str, int]) -> None:
    delivered(world, ids)
    start = utc_now()
    told = []
    for days in range(1, 32):
        for _twice in range(2):
            with world.act(now=start + timedelta(days=days)) as ctx:
                counts = daily(ctx, {})
                told += [(days, kind) for kind, n in counts.items() if n]
    assert told == [(3, "feedback"), (7, "feedback"), (14, "feedback"), (30, "manager")]
    with world.act() as ctx:
        people = [n.user_id for n in ctx.session.scalars(select(Notice))]
    assert people.count(world.user_id("sm")) == 1


@settings(max_examples=50)
@given(st.integers(0, 60), st.none() | st.integers(0, 60))
def test_a_parcel_on_the_way_is_asked_about_every_five_days(
    moved: int, arrived: int | None
) -> None:
    today = date(2026, 11, 20)
    delivered_on = today - timedelta(days=arrived) if arrived is not None else None
    kind = due_reminder(delivered_on, today - timedelta(days=moved), today)
    if arrived is None:
        assert (kind == "stuck") == (moved > 0 and moved % 5 == 0)
    else:
        assert kind in (None, "feedback", "manager")


def test_label_and_invoice_print_in_both_languages(world: World, ids: dict[str, int]) -> None:
    ident = ready(world, ids)
    with world.act("wh") as ctx:
        request = find(ctx, Request, ident)
        for key in ("samples.label", "samples.invoice"):
            for language in ("en", "zh"):
                assert print_document(ctx, key, request, language).startswith(b"%PDF")


def inbox(world: World, login: str) -> list[str]:
    with world.act(login) as ctx:
        return [task.card for task in tasks_of(ctx, 20)]


def test_the_handling_flow_hands_the_work_on_as_steps_are_done(
    world: World, ids: dict[str, int]
) -> None:
    ident = wish(world, ids)
    do(world, "rep", ident, "submit")
    world.work()
    assert inbox(world, "tec") == ["Prepare the samples"]
    do(world, "tec", ident, "start")
    world.work()
    assert inbox(world, "tec") == ["Prepare the samples"]
    for verdict in ("inspect_bad", "inspect_ok"):  # what fails goes back to be prepared anew
        do(world, "tec", ident, "prepared")
        world.work()
        assert (inbox(world, "tec"), inbox(world, "qc")) == ([], ["Inspect the samples"])
        do(world, "qc", ident, verdict, notes="as found")
        world.work()
        again = ["Prepare the samples"] if verdict == "inspect_bad" else []
        assert (inbox(world, "tec"), inbox(world, "qc")) == (again, [])
    do(world, "wh", ident, "label")
    world.work()
    assert inbox(world, "wh") == ["Pack and send"]
    do(world, "wh", ident, "send", **PARCEL)
    world.work()
    assert (inbox(world, "wh"), inbox(world, "rep")) == ([], ["Ask the customer for feedback"])


def test_a_cancelled_request_leaves_no_task(world: World, ids: dict[str, int]) -> None:
    ident = wish(world, ids)
    do(world, "rep", ident, "submit")
    world.work()
    do(world, "rep", ident, "cancel", reason="Customer moved")
    world.work()
    assert inbox(world, "tec") == []


@pytest.mark.parametrize(
    ("values", "deciders"),
    [
        ({}, []),
        ({"freight": "prepaid", "freight_cost": "301"}, ["sm"]),
        ({"lines": [("lamp", "8")]}, ["sm"]),
        ({"lines": [("lamp", "60")]}, ["sm", "gm"]),
    ],
)
def test_who_approves_follows_value_freight_and_grade(
    world: World, ids: dict[str, int], values: dict[str, Any], deciders: list[str]
) -> None:
    lines = [{"product_id": ids[name], "qty": qty} for name, qty in values.pop("lines", [])]
    ident = wish(world, ids, **values, **({"lines": lines} if lines else {}))
    do(world, "rep", ident, "submit")
    for login in deciders:
        with world.act(login) as ctx:
            (task,) = [t for t in tasks_of(ctx, 20) if t.record_id == ident]
            decide(ctx, task.id, "approve")
        world.work()
    with world.act() as ctx:
        assert find(ctx, Request, ident).state == "approved"


def test_the_third_free_sample_without_an_order_goes_to_the_manager(
    world: World, ids: dict[str, int]
) -> None:
    states = []
    for _n in range(3):
        request = do(world, "rep", wish(world, ids), "submit")
        states.append(request.state)
    assert states == ["approved", "approved", "submitted"]
