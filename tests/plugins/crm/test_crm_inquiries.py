"""Inquiries through their stages, customers from hand to hand and the pool (DOMAIN §1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.api import (
    Forbidden,
    Invalid,
    NotFound,
    Notice,
    Refused,
    find,
    perform,
    save,
    select_records,
    utc_now,
)
from core.testing import World
from plugins.crm import jobs
from plugins.crm.api import (
    Contact,
    Customer,
    Inquiry,
    Lead,
    clear_hold,
    move_stage,
    note_order,
    note_quoted,
    set_hold,
)
from plugins.crm.inquiries import pipeline
from plugins.crm.terms import PROBABILITY

pytestmark = pytest.mark.plugins("products", "crm")


@pytest.fixture
def ids(world: World) -> Iterator[tuple[int, int]]:
    """(customer, inquiry) of rep."""
    with world.act("rep") as ctx:
        customer = save(ctx, Customer, {"name": "Norda B.V.", "country": "NL"})
        save(ctx, Contact, {"name": "Daan Visser", "customer_id": customer.id})
        inquiry = save(
            ctx,
            Inquiry,
            {
                "subject": "Floodlights",
                "customer_id": customer.id,
                "expected_amount": "68450.25",
                "lines": [{"description": "LED floodlight 50 W", "qty": "9200"}],
            },
        )
        made = customer.id, inquiry.id
    yield made


def soon(ctx: Any, days: int = 3) -> str:
    return str((ctx.today + timedelta(days=days)).isoformat())


def test_stages_carry_their_probability_and_weight(world: World, ids: tuple[int, int]) -> None:
    with world.act("rep") as ctx:
        inquiry = find(ctx, Inquiry, ids[1])
        assert (inquiry.probability, inquiry.weighted) == (Decimal("0.10"), Decimal("6845.03"))
        seen = []
        for step in (
            "qualify",
            "confirm_spec",
            "mark_quoted",
            "start_sampling",
            "negotiate",
            "mark_pi_sent",
            "win",
        ):
            perform(ctx, inquiry, step)
            seen.append(int(inquiry.probability * 100))
        assert seen == [20, 35, 50, 65, 75, 90, 100]
        assert inquiry.next_action_on is None
        customer = find(ctx, Customer, ids[0])
        assert (customer.state, customer.last_order_on) == ("active", ctx.today)


def test_an_open_inquiry_needs_a_next_action_and_lines_that_say_something(
    world: World, ids: tuple[int, int]
) -> None:
    with world.act("rep") as ctx:
        inquiry = find(ctx, Inquiry, ids[1])
        with pytest.raises(Invalid) as error:
            save(ctx, Inquiry, {"next_action_on": None}, inquiry)
        assert "next_action_on" in error.value.by_field()
        ctx.session.rollback()
    with world.act("rep") as ctx:
        inquiry = find(ctx, Inquiry, ids[1])
        with pytest.raises(Invalid) as error:
            save(ctx, Inquiry, {"lines": [{"qty": "5"}]}, inquiry)
        assert "lines.0.description" in error.value.by_field()
        ctx.session.rollback()


def test_nothing_is_lost_without_a_reason(world: World, ids: tuple[int, int]) -> None:
    with world.act("rep") as ctx:
        inquiry = find(ctx, Inquiry, ids[1])
        with pytest.raises(Invalid):
            perform(ctx, inquiry, "lose", {})
        with pytest.raises(Invalid) as error:
            perform(ctx, inquiry, "lose", {"reason": "competitor"})
        assert "competitor" in error.value.by_field()
        assert inquiry.state == "new"
        perform(ctx, inquiry, "lose", {"reason": "price"})
        assert (inquiry.state, inquiry.weighted) == ("lost", Decimal(0))
        with pytest.raises(Refused):
            perform(ctx, inquiry, "qualify")
        perform(ctx, inquiry, "reopen", {"next_action_on": soon(ctx)})
        assert (inquiry.state, inquiry.lost_reason) == ("qualified", None)


def test_a_next_action_lies_ahead(world: World, ids: tuple[int, int]) -> None:
    with world.act("rep") as ctx:
        inquiry = find(ctx, Inquiry, ids[1])
        with pytest.raises(Invalid) as error:
            perform(
                ctx,
                inquiry,
                "log_activity",
                {"kind": "call", "summary": "Spoke", "next_action_on": soon(ctx, -1)},
            )
        assert "next_action_on" in error.value.by_field()


def test_other_plugins_move_an_inquiry_forward_only(world: World, ids: tuple[int, int]) -> None:
    with world.act("rep") as ctx:
        inquiry, customer = find(ctx, Inquiry, ids[1]), find(ctx, Customer, ids[0])
        note_quoted(ctx, customer, inquiry)
        assert (inquiry.state, customer.quoted_on) == ("quoted", ctx.today)
        move_stage(ctx, inquiry, "qualified")
        assert inquiry.state == "quoted"
        move_stage(ctx, inquiry, "pi_sent")
        note_order(ctx, customer, inquiry, ctx.today)
        assert (inquiry.state, customer.first_order_on) == ("won", ctx.today)
        move_stage(ctx, inquiry, "sampling")
        assert inquiry.state == "won"


def test_a_rep_sees_own_customers_only_and_the_manager_those_of_the_team(
    world: World, ids: tuple[int, int]
) -> None:
    with world.act("rep2") as ctx:
        for cls, ident in ((Customer, ids[0]), (Inquiry, ids[1])):
            with pytest.raises(NotFound):
                find(ctx, cls, ident)
        assert list(ctx.session.scalars(select_records(ctx, Contact))) == []
    for login in ("sm", "gm", "fin"):
        with world.act(login) as ctx:
            assert find(ctx, Customer, ids[0]).name == "Norda B.V."
    with world.act("b-adm") as ctx, pytest.raises(NotFound):
        find(ctx, Customer, ids[0])


def test_a_hand_over_needs_a_note_and_the_old_owner_reads_30_days_more(
    world: World, ids: tuple[int, int]
) -> None:
    new = world.user_id("rep2")
    with world.act("rep") as ctx, pytest.raises(Forbidden):
        perform(ctx, find(ctx, Customer, ids[0]), "hand_over", {"user_id": new, "note": "x"})
    with world.act("sm") as ctx:
        customer = find(ctx, Customer, ids[0])
        with pytest.raises(Invalid) as error:
            perform(ctx, customer, "hand_over", {"user_id": new})
        assert "note" in error.value.by_field()
        perform(ctx, customer, "hand_over", {"user_id": new, "note": "Likes short mails"})
    with world.act("rep2") as ctx:
        assert find(ctx, Inquiry, ids[1]).owner_id == new
        assert [c.name for c in ctx.session.scalars(select_records(ctx, Contact))] == [
            "Daan Visser"
        ]
    with world.act("rep") as ctx:
        assert find(ctx, Customer, ids[0]).owner_id == new
        assert find(ctx, Inquiry, ids[1]).id == ids[1]
    with world.act("rep", now=utc_now() + timedelta(days=32)) as ctx, pytest.raises(NotFound):
        find(ctx, Customer, ids[0])


def test_the_owner_is_not_changed_by_a_form(world: World, ids: tuple[int, int]) -> None:
    with world.act("rep") as ctx:
        customer = find(ctx, Customer, ids[0])
        with pytest.raises(Invalid):
            save(ctx, Customer, {"owner_id": world.user_id("rep2")}, customer)


def test_the_pool_everybody_claims_the_former_owner_waits(
    world: World, ids: tuple[int, int]
) -> None:
    with world.act("rep") as ctx:
        perform(ctx, find(ctx, Customer, ids[0]), "release", {"note": "No answer for months"})
        with pytest.raises(Refused, match="until a few days ago"):
            perform(ctx, find(ctx, Customer, ids[0]), "claim")
    with world.act("rep2") as ctx:
        perform(ctx, find(ctx, Customer, ids[0]), "claim")
        assert find(ctx, Customer, ids[0]).owner_id == ctx.user_id
        assert find(ctx, Inquiry, ids[1]).owner_id == ctx.user_id
        with pytest.raises(Refused):
            perform(ctx, find(ctx, Customer, ids[0]), "claim")


def test_a_sixth_claim_of_the_day_is_refused(world: World) -> None:
    with world.act("rep") as ctx:
        made = [save(ctx, Customer, {"name": f"Firm {n}", "country": "FR"}) for n in range(6)]
        for customer in made:
            perform(ctx, customer, "release")
        idents = [customer.id for customer in made]
    with world.act("rep2") as ctx:
        for ident in idents[:5]:
            perform(ctx, find(ctx, Customer, ident), "claim")
        with pytest.raises(Refused, match="tomorrow"):
            perform(ctx, find(ctx, Customer, idents[5]), "claim")


def _daily(world: World, now: datetime) -> dict[str, int]:
    with world.act(now=now) as ctx:
        return jobs.pool_daily(ctx, {})


def test_the_daily_job_warns_and_lets_quiet_prospects_fall(
    world: World, ids: tuple[int, int]
) -> None:
    start = utc_now()
    assert _daily(world, start + timedelta(days=22))["warn"] == 0
    assert _daily(world, start + timedelta(days=23))["warn"] == 1
    assert _daily(world, start + timedelta(days=30))["return"] == 1
    assert _daily(world, start + timedelta(days=30))["return"] == 0
    with world.act("rep2") as ctx:
        assert find(ctx, Customer, ids[0]).pool == "public"
        told = list(
            ctx.session.scalars(select(Notice).where(Notice.user_id == world.user_id("rep")))
        )
        assert len(told) == 2


def test_reminders_of_first_answers_and_next_actions_come_once(
    world: World, ids: tuple[int, int]
) -> None:
    with world.act("rep") as ctx:
        save(ctx, Lead, {"company_name": "Late Ltd"})
    later = utc_now() + timedelta(days=4)
    with world.act(now=later) as ctx:
        assert jobs.answer_reminders(ctx, {}) == {"reminded": 0, "late": 1}
        assert jobs.answer_reminders(ctx, {}) == {"reminded": 0, "late": 0}
        assert jobs.next_actions(ctx, {}) == {"people": 1, "inquiries": 1}
        assert jobs.next_actions(ctx, {}) == {"people": 0, "inquiries": 0}
        told = {n.user_id for n in ctx.session.scalars(select(Notice))}
    assert world.user_id("sm") in told
    assert world.user_id("rep") in told


def test_finance_holds_a_customer_with_a_reason(world: World, ids: tuple[int, int]) -> None:
    with world.act("rep") as ctx, pytest.raises(Forbidden):
        perform(ctx, find(ctx, Customer, ids[0]), "hold", {"reason": "x"})
    with world.act("fin") as ctx:
        customer = find(ctx, Customer, ids[0])
        perform(ctx, customer, "hold", {"reason": "75 days overdue"})
        assert (customer.hold, customer.hold_reason) == (True, "75 days overdue")
        with pytest.raises(Refused):
            perform(ctx, customer, "hold", {"reason": "again"})
        clear_hold(ctx, customer)
        assert not customer.hold
        set_hold(ctx, customer, "again")
        assert customer.hold_reason == "again"


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.decimals(0, 1_000_000, places=2), st.sampled_from(sorted(PROBABILITY))),
        max_size=8,
    )
)
def test_the_weighted_pipeline_never_exceeds_the_whole(rows: list[tuple[Decimal, str]]) -> None:
    weighted = pipeline(rows)
    assert 0 <= weighted <= sum((amount for amount, _s in rows), Decimal(0))
    assert pipeline([(a, "won") for a, _s in rows]) == sum((a for a, _s in rows), Decimal(0))
    assert pipeline([(a, "lost") for a, _s in rows]) == 0
