"""A complaint from the first word to its closing, with what must be impossible (DOMAIN §1.10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from core.api import (
    Activity,
    Ctx,
    Forbidden,
    Invalid,
    Notice,
    Refused,
    decide,
    find,
    perform,
    record_class,
    save,
    tasks_of,
    utc_now,
)
from core.documents import document_html
from core.testing import World
from plugins.crm.api import Contact, Customer
from plugins.products.api import PaymentTerm, Product, keep_rate
from plugins.service import care
from plugins.service.api import Care, Complaint
from plugins.service.workflows import REMEDY, facts

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "service")
CAUSE = {"d4_root_cause": "Loose cover screws", "d5_action": "Torque driver", "defect_code": "W01"}
OFFER = {"remedy": "spares", "remedy_text": "3 % spare parts", "responsible": "factory"}


@pytest.fixture
def ids(world: World) -> Iterator[dict[str, int]]:
    """A customer of rep and a product."""
    with world.act("rep") as ctx:
        customer = save(ctx, Customer, {"name": "Norda B.V.", "country": "NL"}).id
    with world.act() as ctx:
        product = save(ctx, Product, {"code": "FL-50", "name_en": "LED floodlight 50 W"}).id
    yield {"customer": customer, "product": product}


def enter(world: World, ids: dict[str, int], **more: Any) -> int:
    with world.act("afs") as ctx:
        values = {
            "subject": "Water inside", "customer_id": ids["customer"], "category": "quality",
            "product_id": ids["product"], "description": "Wet", **more,
        }
        return int(save(ctx, Complaint, values).id)


def do(world: World, login: str | None, ident: int, step: str, **params: Any) -> Complaint:
    with world.act(login) as ctx:
        complaint: Complaint = find(ctx, Complaint, ident)
        perform(ctx, complaint, step, params)
        return complaint


def analysed(world: World, ids: dict[str, int], **more: Any) -> int:
    ident = enter(world, ids, **more)
    do(world, "afs", ident, "acknowledge")
    do(world, "qc", ident, "contain", d3_containment="Lot blocked")
    do(world, "qc", ident, "analyse", **CAUSE)
    return ident


def carried_out(world: World, ids: dict[str, int], **more: Any) -> int:
    ident = analysed(world, ids, **more)
    with world.act() as ctx:  # approval is the workflow's matter
        complaint = find(ctx, Complaint, ident)
        complaint.state, complaint.remedy = "approved", "spares"
    do(world, "wh", ident, "execute", d6_implementation="Parts sent")
    return ident


def test_a_complaint_gets_number_owner_severity_and_clock(
    world: World, ids: dict[str, int]
) -> None:
    ident = enter(world, ids, qty_shipped="1000", qty_affected="60")
    with world.act("rep") as ctx:
        complaint = find(ctx, Complaint, ident)
        assert complaint.number.startswith("CP")
        assert (complaint.severity, complaint.owner_id) == ("S2", ctx.user_id)
        assert complaint.next_due_at == complaint.answer_due_at
        told = set(ctx.session.scalars(select(Notice.user_id)))
    assert told >= {world.user_id(login) for login in ("sm", "qc", "gm", "rep")}


def test_more_pieces_cannot_be_bad_than_were_delivered(world: World, ids: dict[str, int]) -> None:
    with pytest.raises(Invalid) as error:
        enter(world, ids, qty_shipped="10", qty_affected="11")
    assert "qty_affected" in error.value.by_field()


def test_the_case_goes_to_who_knows_about_it(world: World, ids: dict[str, int]) -> None:
    for category, login in (("quality", "qc"), ("transit", "doc"), ("short", "wh"),
                            ("delay", "mer"), ("commercial", "rep")):
        ident = enter(world, ids, category=category)
        complaint = do(world, "afs", ident, "acknowledge")
        assert complaint.handler_id == world.user_id(login), category
        assert complaint.answered_at is not None


def test_a_remedy_comes_after_the_root_cause_but_for_questions(
    world: World, ids: dict[str, int]
) -> None:
    ident = enter(world, ids)
    do(world, "afs", ident, "acknowledge")
    with pytest.raises(Refused, match="root cause"):
        do(world, "afs", ident, "propose", **OFFER)
    question = enter(world, ids, category="commercial")
    do(world, "afs", question, "acknowledge")
    proposed = do(world, "afs", question, "propose", **{**OFFER, "remedy": "none"})
    assert proposed.state in ("proposed", "approved")


def test_money_goes_to_the_original_order_only(world: World, ids: dict[str, int]) -> None:
    ident = analysed(world, ids)
    with pytest.raises(Refused, match="original order"):
        do(world, "afs", ident, "propose", **OFFER, cost="120")
    with pytest.raises(Invalid) as error:
        do(world, "afs", ident, "propose", **{**OFFER, "remedy": "credit"})
    assert "cost" in error.value.by_field()
    with world.act() as ctx:
        assert find(ctx, Complaint, ident).state == "analysis"


def test_nobody_closes_without_the_customers_word(world: World, ids: dict[str, int]) -> None:
    ident = carried_out(world, ids)
    with pytest.raises(Refused, match="not confirmed"):
        do(world, "afs", ident, "close")
    for _n in range(2):
        do(world, "afs", ident, "remind")
    with pytest.raises(Refused):
        do(world, "afs", ident, "close")
    with world.act("afs", now=utc_now() + timedelta(days=15)) as ctx:
        complaint = find(ctx, Complaint, ident)
        perform(ctx, complaint, "close")
        assert complaint.state == "closed"


def test_grave_cases_need_prevention_and_a_look_back(world: World, ids: dict[str, int]) -> None:
    ident = carried_out(world, ids, severity="S2")
    do(world, "rep", ident, "confirm", satisfaction="4")
    with pytest.raises(Invalid) as error:
        do(world, "afs", ident, "close")
    assert "d7_prevention" in error.value.by_field()
    closed = do(world, "afs", ident, "close", d7_prevention="Check added")
    assert closed.review_on is not None
    with world.act() as ctx:
        tasks = list(ctx.session.scalars(select(Activity).where(Activity.record_id == ident)))
        assert [t.user_id for t in tasks] == [world.user_id("qc")]


def test_the_same_defect_within_180_days_opens_the_analysis_again(
    world: World, ids: dict[str, int]
) -> None:
    first = carried_out(world, ids)
    do(world, "afs", first, "confirm")
    do(world, "afs", first, "close")
    second = enter(world, ids, defect_code="W01")
    with world.act() as ctx:
        assert find(ctx, Complaint, second).repeat_of_id == first
        tasks = ctx.session.scalar(select(func.count(Activity.id)).where(
            Activity.record_id == first, Activity.user_id == world.user_id("qc")))
        assert tasks == 1


def test_nothing_is_closed_without_a_root_cause(world: World, ids: dict[str, int]) -> None:
    """Entered as a question, then graver: the customer's word alone does not close it."""
    ident = carried_out(world, ids)
    do(world, "afs", ident, "confirm")
    with world.act() as ctx:
        find(ctx, Complaint, ident).d4_root_cause = None
    with pytest.raises(Refused, match="no root cause"):
        do(world, "afs", ident, "close")
    with world.act() as ctx:
        find(ctx, Complaint, ident).severity = "S4"
    assert do(world, "afs", ident, "close").state == "closed"


def test_reopening_is_possible_for_30_days(world: World, ids: dict[str, int]) -> None:
    ident = carried_out(world, ids)
    do(world, "afs", ident, "confirm")
    do(world, "afs", ident, "close")
    with pytest.raises(Refused), world.act("afs", now=utc_now() + timedelta(days=31)) as ctx:
        perform(ctx, find(ctx, Complaint, ident), "reopen", {"reason": "still wet"})
    assert do(world, "afs", ident, "reopen", reason="still wet").state == "analysis"


def test_rights_of_the_roles(world: World, ids: dict[str, int]) -> None:
    ident = analysed(world, ids)
    with pytest.raises(Forbidden):
        do(world, "fin", ident, "analyse", **CAUSE)
    with pytest.raises(Forbidden):
        do(world, "wh", ident, "close")


def test_overdue_cases_go_up_once(world: World, ids: dict[str, int]) -> None:
    enter(world, ids, severity="S2")
    enter(world, ids)
    with world.act(now=utc_now() + timedelta(days=30)) as ctx:
        assert care.watch(ctx, {}) == {"late": 1, "escalated": 1}
        assert care.watch(ctx, {}) == {"late": 0, "escalated": 0}


def test_the_facts_of_the_approval(world: World, ids: dict[str, int]) -> None:
    ident = enter(world, ids)
    with world.act() as ctx:
        complaint = find(ctx, Complaint, ident)
        complaint.cost = Decimal("612.50")
        found = facts(ctx, complaint)
    assert found == {"cost_usd": Decimal("612.50"), "grade": "S3"}
    assert {field.name for field in REMEDY.fact_fields} == set(found)


def test_birthdays_become_care_tasks_once(world: World, ids: dict[str, int]) -> None:
    with world.act("rep") as ctx:
        day = ctx.today + timedelta(days=3)
        save(ctx, Contact, {"name": "Daan", "customer_id": ids["customer"],
                            "birthday": day.replace(year=1980, day=min(day.day, 28))})
    shift = timedelta(days=min(day.day, 28) - day.day)
    for expected in (1, 0):
        with world.act(now=utc_now() + shift) as ctx:
            assert care.daily(ctx, {})["birthdays"] == expected
    with world.act("rep") as ctx:
        task = ctx.session.scalars(select(Care)).one()
        assert task.owner_id == world.user_id("rep")
        perform(ctx, task, "done", {"satisfaction": "5", "nps": "9"})
        assert (task.state, task.nps) == ("done", 9)
        with pytest.raises(Refused):
            perform(ctx, task, "done", {})


def test_the_report_shows_the_customer_neither_cost_nor_blame(
    world: World, ids: dict[str, int]
) -> None:
    ident = analysed(world, ids)
    with world.act() as ctx:
        complaint = find(ctx, Complaint, ident)
        complaint.cost, complaint.responsible = Decimal("987.65"), "supplier"
    with world.act("afs") as ctx:
        declared = ctx.registry.documents["service.report"]
        for language in ("en", "zh"):
            html = document_html(ctx, declared, find(ctx, Complaint, ident), language)
            assert "Loose cover screws" in html
            assert "987.65" not in html
            assert "Supplier" not in html
            assert "供应商" not in html


def inbox(world: World, login: str) -> list[str]:
    with world.act(login) as ctx:
        return [task.card for task in tasks_of(ctx, 20)]


def test_the_handling_flow_hands_the_work_on_as_steps_are_done(
    world: World, ids: dict[str, int]
) -> None:
    ident = enter(world, ids)
    world.work()
    assert inbox(world, "afs") == ["Answer the customer"]
    do(world, "afs", ident, "acknowledge")
    world.work()
    assert (inbox(world, "afs"), inbox(world, "qc")) == ([], ["Contain (D3)"])
    do(world, "qc", ident, "contain", d3_containment="Lot blocked")
    world.work()
    assert inbox(world, "qc") == ["Find the root cause (D4)"]
    do(world, "qc", ident, "analyse", **CAUSE)
    world.work()
    assert (inbox(world, "qc"), inbox(world, "afs")) == ([], ["Propose a remedy"])


def _order(ctx: Ctx, ids: dict[str, int]) -> Any:
    term = ctx.session.scalar(select(PaymentTerm.id).where(PaymentTerm.code == "TT30C"))
    return save(ctx, "orders.order", {
        "customer_id": ids["customer"], "currency": "USD", "rate": "7.05", "payment_term_id": term,
        "lines": [{"description_en": "Light", "quantity": "10", "price": "1"}]})


@pytest.mark.parametrize(
    ("cost", "grade", "deciders"),
    [("500", "S3", ["sm"]), ("500.01", "S3", ["sm", "fin"]),
     ("5000.01", "S3", ["sm", "fin", "gm"]), ("0", "S1", ["sm", "fin", "gm"])],
)
def test_who_approves_a_remedy_follows_cost_and_severity(
    world: World, ids: dict[str, int], cost: str, grade: str, deciders: list[str]
) -> None:
    ident = analysed(world, ids, severity=grade)
    with world.act() as ctx:
        order = _order(ctx, ids)
        find(ctx, Complaint, ident).order_id = order.id
    do(world, "afs", ident, "propose", **OFFER, cost=cost)
    for login in deciders:
        with world.act(login) as ctx:
            (task,) = [t for t in tasks_of(ctx, 20, kinds=("approve",)) if t.record_id == ident]
            decide(ctx, task.id, "approve")
        world.work()
    with world.act() as ctx:
        assert find(ctx, Complaint, ident).state == "approved"


@pytest.mark.plugins("products", "crm", "quotes", "orders", "finance", "service")
@pytest.mark.parametrize(("remedy", "bills"), [("spares", 1), ("credit", 0)])
def test_with_finance_the_cost_lands_on_the_original_order(
    world: World, ids: dict[str, int], remedy: str, bills: int
) -> None:
    ident = analysed(world, ids)
    with world.act() as ctx:
        keep_rate(ctx, "USD", "book", ctx.today - timedelta(days=1), Decimal("7.05"), "test")
        order = _order(ctx, ids)
        find(ctx, Complaint, ident).order_id = order.id
    do(world, None, ident, "propose", **{**OFFER, "remedy": remedy}, cost="120")
    with world.act() as ctx:
        find(ctx, Complaint, ident).state = "approved"
    do(world, "wh", ident, "execute", d6_implementation="Parts sent")
    with world.act() as ctx:
        found = list(ctx.session.scalars(select(record_class("finance.bill"))))
        assert [(b.kind, b.amount, b.order_id) for b in found] == [
            ("claims", Decimal("120"), order.id)] * bills


def test_a_representative_clears_up_the_commercial_complaint_that_she_handles(
    world: World, ids: dict[str, int]
) -> None:
    """DOMAIN §6.5 step 2: commercial complaints are hers; those that others handle are not."""
    mine, other = enter(world, ids, category="commercial"), enter(world, ids)
    for ident in (mine, other):
        do(world, "afs", ident, "acknowledge")
    for step, params in (("contain", {"d3_containment": "Price list sent"}), ("analyse", CAUSE)):
        with pytest.raises(Refused, match="Somebody else handles"):
            do(world, "rep", other, step, **params)
        do(world, "rep", mine, step, **params)
    assert do(world, "rep", mine, "propose", **OFFER).state == "proposed"
    with world.act() as ctx:  # the approval itself is another test
        for ident in (mine, other):
            find(ctx, Complaint, ident).state = "approved"
    with pytest.raises(Refused, match="Somebody else handles"):
        do(world, "rep", other, "execute", d6_implementation="Discount noted")
    assert do(world, "rep", mine, "execute", d6_implementation="Discount noted").state == (
        "executing")
