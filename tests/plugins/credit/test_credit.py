"""Credit on the core: exposure kept current, verdicts, reviews, holds (DOMAIN §1.5, §2.5, §6.3)."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Invalid, Notice, OutboxRow, Refused, decide, perform, save, tasks_of
from plugins.credit import jobs, services
from plugins.credit.records import Profile, Review


def profile(ctx, customer, limit="150000", **values):
    """An active profile."""
    found = Profile(
        customer_id=customer.id, customer_name=customer.name, currency="USD", limit=D(limit),
        state="active", temporary_limit=D(0), valid_to=ctx.today + timedelta(days=200), **values,
    )
    ctx.session.add(found)
    ctx.session.flush()
    services.recalculate(ctx, customer.id)
    return found


def same_from_zero(ctx, found):
    """What is stored at the end of the transaction is what a computation from zero gives."""
    assert services.profile_of(ctx, found.customer_id) is found  # whoever asks before gets it too
    fresh = services.compute(ctx, found)
    stored = (found.orders, found.receivables, found.unallocated, found.insured, found.exposure)
    assert stored == (
        fresh.orders, fresh.receivables, fresh.unallocated, fresh.insured, fresh.net)
    return fresh.net


def test_the_worked_exposure_from_orders_and_invoices(world, trade):
    """DOMAIN §2.5, with the same figures from real orders."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        found = profile(
            ctx, customer, limit="250000", insurer_limit=D(60_000), cover=D("0.90")
        )
        old = trade.signed(ctx, customer, term="OA60", goods=(("4128", "10.00"),))
        perform(ctx, old, "release")
        trade.ship(ctx, old, ctx.today)
        (invoice,) = services.open_of(ctx, customer.id)
        perform(ctx, invoice, "credit_note", {"amount": "1200", "reason": "short"})
        trade.signed(ctx, customer, term="OA60", goods=(("6200", "10.00"),))
        deposit = trade.signed(ctx, customer, term="TT30C", goods=(("4850", "10.00"),))
        part = [r for r in services.open_of(ctx, customer.id) if r.kind == "deposit"][0]
        receipt = trade.receipt(ctx, customer, "14550.00")
        perform(ctx, receipt, "allocate", {"parts": [{"receivable": part.id, "amount": "14550"}]})
        assert deposit.received == D("14550.00")
        credit_order = trade.signed(ctx, customer, term="LCS", goods=(("8000", "10.00"),))
        letter = save(ctx, "orders.lc", {
            "lc_number": "L1", "order_id": credit_order.id, "issuing_bank": "Bank",
            "currency": "USD", "amount": "80000", "expiry": ctx.today + timedelta(days=90)})
        for row in letter.checks:
            row.result = "pass"
        perform(ctx, letter, "check")
        trade.receipt(ctx, customer, "500.00")
        net = same_from_zero(ctx, found)
        assert found.orders == D("95950.00")
        assert found.receivables == D("40080.00")
        assert found.unallocated == D("500.00")
        # every open invoice is insured here: min(40,080, 60,000) x 90 %
        assert found.insured == D("36072.00")
        assert net == D("95950.00") + D("40080.00") - D("500.00") - D("36072.00")


def test_exposure_follows_every_event(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        found = profile(ctx, customer)
        seen = [same_from_zero(ctx, found)]
        order = trade.signed(ctx, customer, term="TT30C")
        seen.append(same_from_zero(ctx, found))
        trade.pay(ctx, customer, "3000.00")
        seen.append(same_from_zero(ctx, found))
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today, ("400",))
        seen.append(same_from_zero(ctx, found))
        trade.ship(ctx, order, ctx.today)
        seen.append(same_from_zero(ctx, found))
        receipt = trade.pay(ctx, customer, "7000.00")
        seen.append(same_from_zero(ctx, found))
        perform(ctx, receipt, "reverse", {"reason": "recalled"})
        seen.append(same_from_zero(ctx, found))
        assert seen == [D(0), D(10_000), D(7_000), D(7_000), D(7_000), D(0), D(7_000)]


def test_no_credit_order_without_a_profile(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx, term="OA60")
        perform(ctx, order, "submit")
        order.state = "sent"
        with pytest.raises(Refused, match="no active credit profile"):
            perform(ctx, order, "sign")
        prepaid = trade.signed(ctx, term="TT100")
        assert prepaid.state == "signed"


def test_above_the_limit_asks_for_a_review_and_a_temporary_excess_lets_it_pass(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        found = profile(ctx, customer, limit="20000")
        trade.signed(ctx, customer, term="OA60", goods=(("1500", "10.00"),))
        order = trade.order(ctx, customer, term="OA60", goods=(("1200", "10.00"),))
        perform(ctx, order, "submit")
        order.state = "sent"
        with pytest.raises(Refused, match="7,000.00"):
            perform(ctx, order, "sign")
        review = perform(ctx, order, "ask_credit")
        asked = select(OutboxRow.payload).where(OutboxRow.topic == "core.workflow_start")
        assert review.id in [p["record"] for p in ctx.session.scalars(asked)]  # its papers
        assert review.name == customer.name  # a draft has no number yet
        assert (review.excess, review.requested) == (D(7_000), D(27_000))
        review.rows[0].points = 30
        perform(ctx, review, "submit")
        assert review.needs_boss
        if review.state == "approval":
            services.approve_review(ctx, review, {})
            review.state = "approved"
        assert (found.limit, found.temporary_limit) == (D(20_000), D(7_000))
        other = trade.order(ctx, customer, term="OA60", goods=(("600", "10.00"),))
        perform(ctx, other, "submit")
        other.state = "sent"
        with pytest.raises(Refused, match="lacks"):
            perform(ctx, other, "sign")
        perform(ctx, order, "sign")
        assert order.state == "signed"
        ctx.now += timedelta(days=46)
        jobs.daily(ctx, {})
        assert found.temporary_limit == 0


def test_a_review_sets_limit_grade_and_validity(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        review = save(ctx, "credit.review", {
            "customer_id": customer.id, "requested": "40000", "monthly": "20000",
            "credit_days": 60})
        points = {"payment": 26, "financials": 14, "years": 11, "country": 12, "volume": 7,
                  "insurer": 8}
        rows = [{"id": row.id, "row": row.row, "points": points[row.row]} for row in review.rows]
        save(ctx, "credit.review", {"rows": rows}, review)
        assert (review.score, review.grade, review.suggested) == (78, "B", D("60000.00"))
        perform(ctx, review, "submit")
        assert not review.needs_sales
        if review.state == "approval":
            services.approve_review(ctx, review, {})
        found = services.profile_of(ctx, customer.id)
        assert (found.limit, found.state, found.grade) == (D(40_000), "active", "B")
        assert found.valid_to == ctx.today + timedelta(days=365)
        assert customer.grade == "B"


def test_late_payers_are_held_blocked_and_downgraded(world, trade):
    """Story 1: open account paid late → hold → next order blocked."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx, grade="B")
        profile(ctx, customer)
        order = trade.signed(ctx, customer, term="OA60", on=ctx.today - timedelta(days=76))
        perform(ctx, order, "release")
        waiting = trade.signed(ctx, customer, term="OA60")
        perform(ctx, waiting, "release")
        trade.ship(ctx, order, ctx.today - timedelta(days=76))
        assert jobs.daily(ctx, {})["held"] == 1
        assert customer.hold and "16" in customer.hold_reason
        with pytest.raises(Refused, match="hold"):
            trade.ship(ctx, waiting, ctx.today)
        ctx.now += timedelta(days=45)
        assert jobs.daily(ctx, {})["downgraded"] == 1
        assert customer.grade == "D"
        assert services.profile_of(ctx, customer.id).limit == 0


def test_an_expired_profile_blocks_credit(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        found = profile(ctx, customer)
        found.valid_to = ctx.today - timedelta(days=1)
        assert jobs.daily(ctx, {})["expired"] == 1
        with pytest.raises(Refused, match="no active credit profile"):
            trade.signed(ctx, customer, term="OA60")


def test_the_light_shows_limit_and_available_amount(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        profile(ctx, customer, limit="12000")
        order = trade.order(ctx, customer, term="OA60", goods=(("1300", "10.00"),))
        for record, colour, available in (
            (customer, "green", "USD 12,000.00"), (order, "amber", "USD -1,000.00")
        ):
            answers = ctx.hooks.show_panels(ctx=ctx, record=record)
            panel = next(p for a in answers for p in a or () if p.key == "credit.light")
            assert panel.colour == colour
            assert available in [value for _label, value in panel.rows]


def test_an_override_lets_a_blocked_order_pass(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx, term="OA60")
        perform(ctx, order, "submit")
        order.state = "sent"
        until = (ctx.today + timedelta(days=5)).isoformat()
        perform(ctx, order, "override", {"gate": "credit", "reason": "owner's word",
                                         "until": until})
        perform(ctx, order, "sign")
        assert order.state == "signed"
        assert order.signed_on == ctx.today and isinstance(order.signed_on, date)


def test_a_changed_policy_counts_from_its_day_and_not_before(world, trade):
    from core.api import set_setting

    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        profile(ctx, customer)
        order = trade.signed(ctx, customer, term="OA60", on=ctx.today - timedelta(days=70))
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today - timedelta(days=70))
        assert jobs.daily(ctx, {})["held"] == 0
        tomorrow = ctx.today + timedelta(days=1)
        set_setting(ctx, "credit.block_days", 5, valid_from=tomorrow.isoformat())
        assert jobs.daily(ctx, {})["held"] == 0
        ctx.now += timedelta(days=1)
        ctx.forget()
        assert jobs.daily(ctx, {})["held"] == 1


def test_a_review_is_opened_once_thirty_days_before_the_limit_ends(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        customer.owner_id = world.user_id("rep")
        found = profile(ctx, customer, limit="40000", credit_days=45)
        ctx.now += timedelta(days=169)
        assert jobs.daily(ctx, {})["reviews"] == 0
        ctx.now += timedelta(days=1)
        assert (found.valid_to - ctx.today).days == 30
        assert jobs.daily(ctx, {})["reviews"] == 1
        (review,) = ctx.session.scalars(select(Review))
        assert (review.trigger, review.requested, review.credit_days) == ("expiry", D(40_000), 45)
        assert (review.state, review.owner_id) == ("draft", world.user_id("rep"))
        told = ctx.session.scalars(
            select(Notice.text).where(Notice.user_id == world.user_id("rep"))).all()
        assert any(customer.name in str(t) and str(found.valid_to) in str(t) for t in told)
        perform(ctx, review, "withdraw")
        ctx.now += timedelta(days=3)
        assert jobs.daily(ctx, {})["reviews"] == 0, "once"
        found.valid_to += timedelta(days=365)  # renewed: next year it comes again
        ctx.now += timedelta(days=365)
        assert jobs.daily(ctx, {})["reviews"] == 1
        assert jobs.daily(ctx, {})["reviews"] == 0


def test_no_second_review_beside_one_that_is_under_way(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        found = profile(ctx, customer)
        save(ctx, "credit.review", {"customer_id": customer.id, "requested": "90000"})
        found.valid_to = ctx.today + timedelta(days=10)
        assert jobs.daily(ctx, {})["reviews"] == 0


def test_finance_scores_what_was_handed_in_and_nobody_else(world, trade):
    """DOMAIN §6.3 steps 2 to 4: collected by the representative, scored and decided by finance."""
    with world.act("rep") as ctx:
        customer = trade.customer(ctx.system())
        review = save(ctx, "credit.review", {"customer_id": customer.id, "requested": "60000"})
        ident = review.id
    world.work()
    with world.act("rep") as ctx:
        assert [t.record_id for t in tasks_of(ctx, 9)] == [ident]
        review = ctx.session.get_one(Review, ident)
        perform(ctx, review, "submit")
        assert (review.state, review.needs_boss) == ("approval", True)
        first = [{"id": row.id, "row": row.row, "points": 9} for row in review.rows]
    with pytest.raises(Invalid) as caught, world.act("rep") as ctx:
        save(ctx, "credit.review", {"rows": first}, ctx.session.get_one(Review, ident))
    assert caught.value.reasons[0].code == "locked"
    world.work()
    with world.act("fin") as ctx:
        task = next(t for t in tasks_of(ctx, 9) if t.kind == "handle" and t.record_id == ident)
        wanted = {"requested": "45000", "credit_days": "60"}
        with pytest.raises(Invalid) as caught:
            decide(ctx, task.id, "done", values=wanted)
        assert caught.value.reasons[0].code == "score"
    with world.act("fin") as ctx:
        review = ctx.session.get_one(Review, ident)
        points = (26, 14, 11, 12, 7, 8)
        rows = [{"id": row.id, "row": row.row, "points": n}
                for row, n in zip(review.rows, points, strict=True)]
        save(ctx, "credit.review", {"rows": rows}, review)
        decide(ctx, task.id, "done", values=wanted)
        assert (review.grade, review.needs_sales, review.needs_boss) == ("B", False, False)
        task = next(t for t in tasks_of(ctx, 9) if t.kind == "approve")
        decide(ctx, task.id, "approve")
        assert (review.state, services.profile_of(ctx, review.customer_id).limit) == (
            "approved", D(45_000))
