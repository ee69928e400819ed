"""The demo company as its visitors find it: what is open today, and that its books are right.

The list is that of DOMAIN §5; the company is loaded once, as `tradewind demo` loads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select

from core.accounts import password_fits
from core.api import Ctx, tasks_of
from core.db import ALL
from core.demo import PASSWORD, A, B, load_demo
from core.migrate import create_everything
from core.people import User
from core.platform import build_platform
from core.testing import World, make_settings
from plugins.credit import services as credit
from plugins.credit.records import Profile, Review
from plugins.crm.api import Customer, Inquiry, Lead
from plugins.finance.api import BUCKETS, Bill, Receipt, Receivable, Refund, bucket
from plugins.finance.records import Allocation, BankAccount, Entry
from plugins.mes import planning
from plugins.mes.masterdata import Material, StockMove
from plugins.mes.records import WorkOrder
from plugins.mes.routing import excess_of
from plugins.orders.api import Delivery, LetterOfCredit, Order
from plugins.quotes.api import Quotation
from plugins.samples.api import Request
from plugins.service.api import Complaint

LOGINS = ("admin", "gm", "sm", "rep", "rep2", "mer", "tec", "fin", "doc", "ppc", "pur", "wh", "qc",
          "afs")
ZERO = D(0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Both demo companies on SQLite with every plugin."""
    platform = build_platform(make_settings(tmp_path_factory.mktemp("demo")))
    create_everything(platform)
    load_demo(platform, tell=lambda text: None)
    yield World(platform)
    platform.database.engine.dispose()


@pytest.fixture
def ctx(demo: World) -> Iterator[Ctx]:
    with demo.act(company=A) as found:
        yield found


def rows(ctx: Ctx, cls: Any, *where: Any) -> list[Any]:
    return list(ctx.session.scalars(select(cls).where(*where)))


# ---- who may come in
def test_every_login_works_with_the_word_demo_and_one_person_is_in_both(demo: World) -> None:
    with demo.platform.database.session(ALL, readonly=True) as session:
        people = {user.login: user for user in session.scalars(select(User))}
    assert {*LOGINS, "b-admin", "b-rep", "both"} <= people.keys()
    assert len({user.password_hash for user in people.values()}) == 1
    assert password_fits(people["rep"], PASSWORD)
    for login in (*LOGINS, "both"):
        assert demo.client(login, A).get("/").status_code == 200, login
    assert demo.client("both", B).get("/").status_code == 200


def test_the_second_company_sees_nothing_of_the_first(demo: World) -> None:
    with demo.act("b-admin", company=B) as ctx:
        assert {"orders", "finance"} & ctx.enabled == set()
        own = rows(ctx, Customer)
        for cls in (Order, Quotation, Receivable, WorkOrder, Complaint, Request, Profile):
            assert rows(ctx, cls) == [], cls.key
    with demo.act(company=A) as ctx:
        assert not {c.name for c in own} & {c.name for c in rows(ctx, Customer)}
        ident = rows(ctx, Order)[0].id
    client = demo.client("b-admin", B)
    assert client.get(f"/r/orders.order/{ident}").status_code == 404


# ---- what must be open today
def test_lists_are_full_and_every_part_of_the_trade_has_something_under_way(ctx: Ctx) -> None:
    for cls, least in ((Customer, 40), (Lead, 60), (Inquiry, 60), (Quotation, 200), (Order, 90),
                       (Delivery, 90), (Receipt, 120), (Complaint, 14), (Request, 30)):
        assert len(rows(ctx, cls)) >= least, cls.key
    assert {o.state for o in rows(ctx, Order)} >= {"sent", "signed", "released", "closed"}


def test_approvals_wait_at_each_level(demo: World) -> None:
    for login in ("sm", "fin", "gm"):
        with demo.act(login, company=A) as ctx:
            assert tasks_of(ctx, 5), f"{login} has nothing to decide"


def test_quotations_expire_within_three_days(ctx: Ctx) -> None:
    soon = ctx.today + timedelta(days=3)
    found = rows(ctx, Quotation, Quotation.state == "sent",
                 Quotation.valid_until.between(ctx.today, soon))
    assert len(found) >= 3


def test_orders_wait_for_deposits_past_due(ctx: Ctx) -> None:
    late = rows(ctx, Receivable, Receivable.kind == "deposit", Receivable.open > 0,
                Receivable.due < ctx.today)
    waiting = {row.order_id for row in late}
    assert len(waiting) >= 2
    assert {ctx.session.get_one(Order, ident).funds_status for ident in waiting} == {"waiting"}


def test_work_orders_run_and_a_work_centre_is_overloaded(ctx: Ctx) -> None:
    running = rows(ctx, WorkOrder, WorkOrder.state == "in_progress")
    assert sum(D("0.1") <= row.progress <= D("0.9") for row in running) >= 6
    asked: Counter[int] = Counter()
    offered: Counter[int] = Counter()
    for load in planning.centre_loads(ctx):
        asked[load.centre] += load.required
        offered[load.centre] += load.available
    assert any(asked[centre] > offered[centre] > 0 for centre in offered)


def test_papers_under_a_letter_of_credit_are_due_in_three_days(ctx: Ctx) -> None:
    soon = ctx.today + timedelta(days=3)
    found = rows(ctx, LetterOfCredit, LetterOfCredit.state == "workable")
    assert any(row.present_by and ctx.today <= row.present_by <= soon for row in found)


def test_money_is_open_in_every_ageing_bucket(ctx: Ctx) -> None:
    found = {bucket(ctx.today, row.due) for row in rows(ctx, Receivable, Receivable.open > 0)
             if row.due}
    assert found == set(BUCKETS)


def test_limits_that_end_soon_have_their_review(ctx: Ctx) -> None:
    soon = ctx.today + timedelta(days=30)
    ending = {p.customer_id for p in rows(ctx, Profile, Profile.valid_to <= soon)}
    reviews = rows(ctx, Review, Review.trigger == "expiry")
    assert 0 < len(reviews) == len(ending) < 6
    assert {row.customer_id for row in reviews} == ending


def test_complaints_are_open_and_one_is_serious(ctx: Ctx) -> None:
    found = [c for c in rows(ctx, Complaint) if c.state not in ("closed", "cancelled")]
    assert len(found) >= 3
    assert "S2" in {c.severity for c in found}


def test_a_refund_claim_lacks_a_supplier_invoice(ctx: Ctx) -> None:
    assert any(row.missing for row in rows(ctx, Refund, Refund.state == "draft"))


# ---- the books are right
def test_no_stock_is_negative_and_it_is_the_sum_of_its_moves(ctx: Ctx) -> None:
    sums: dict[int, D] = {}
    for move in rows(ctx, StockMove):
        sums[move.material_id] = sums.get(move.material_id, ZERO) + move.quantity
    for material in rows(ctx, Material):
        assert material.available == sums.get(material.id, ZERO) >= 0, material.code
    for row in rows(ctx, WorkOrder):
        assert excess_of(row.tallies) is None, row.number


def test_nothing_is_allocated_above_what_was_open(ctx: Ctx) -> None:
    settled: dict[int, D] = {}
    by_receipt: dict[int, D] = {}
    for part in rows(ctx, Allocation):
        settled[part.receivable_id] = (
            settled.get(part.receivable_id, ZERO) + part.amount + part.written_off)
        by_receipt[part.parent_id] = by_receipt.get(part.parent_id, ZERO) + part.amount
    for row in rows(ctx, Receivable, Receivable.kind != "credit_note"):
        assert settled.get(row.id, ZERO) <= row.amount, row.number
        assert 0 <= row.open <= row.amount - settled.get(row.id, ZERO), row.number
    for receipt in rows(ctx, Receipt):
        assert receipt.allocated == by_receipt.get(receipt.id, ZERO) <= receipt.gross
        assert receipt.left == receipt.gross - receipt.allocated


def test_exposure_recomputed_from_zero_is_the_stored_one(ctx: Ctx) -> None:
    profiles = rows(ctx, Profile)
    assert len(profiles) >= 30
    for profile in profiles:
        fresh = credit.compute(ctx, profile)
        assert (profile.exposure, profile.receivables, profile.orders) == (
            fresh.net, fresh.receivables, fresh.orders), profile.customer_name


def test_ledgers_recomputed_from_zero_are_the_stored_ones(ctx: Ctx) -> None:
    posted: dict[int, D] = {}
    for receipt in rows(ctx, Receipt, Receipt.state == "posted"):
        account = receipt.bank_account_id
        posted[account] = posted.get(account, ZERO) + receipt.net
    for entry in rows(ctx, Entry, Entry.kind == "conversion"):
        account = entry.bank_account_id
        posted[account] = posted.get(account, ZERO) - entry.amount
    for account in rows(ctx, BankAccount):
        assert account.balance == posted.get(account.id, ZERO), account.name
    for order in rows(ctx, Order):
        assert order.received == sum((m.received or ZERO for m in order.milestones), ZERO)
        assert order.total == sum(m.amount for m in order.milestones)
        assert order.total == sum(line.amount for line in order.lines)
    for claim in rows(ctx, Refund):
        bills = rows(ctx, Bill, Bill.claim_id == claim.id)
        assert claim.amount == sum((bill.refund for bill in bills), ZERO), claim.number


def test_every_gate_was_respected_or_its_override_is_recorded(ctx: Ctx) -> None:
    for order in rows(ctx, Order):
        if order.state in ("released", "closed"):
            assert order.signed_on, order.number
            assert order.funds_status in ("met", "credit", "override"), order.number
        for row in order.overrides:
            assert row.reason and row.until and row.names, order.number
    quotations = {q.id: q for q in rows(ctx, Quotation)}
    assert all(q.approved_on for q in quotations.values() if q.state in ("sent", "accepted"))
    shipped = rows(ctx, Delivery, Delivery.state.in_(("on_board", "arrived")))
    assert all(row.quality_passed and row.bl_number for row in shipped)


def test_sample_fees_are_claimed(ctx: Ctx) -> None:
    sent = rows(ctx, Request, Request.fee_policy != "free", Request.sent_on.is_not(None))
    claimed = set(ctx.session.scalars(select(Receivable.source)))
    assert sent
    assert {f"sample {row.id}" for row in sent} <= claimed
