"""The demo company as its visitors find it: its size, its stories, what is open today, its books.

The lists are those of DOMAIN §5; the company is loaded once at full size, as `tradewind demo`
loads it, and twice small to show that it is a function of seed and day.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from sqlalchemy import inspect, select

from core.accounts import DEMO_HASH, DEMO_PASSWORD, password_fits
from core.api import AuditRow, Comment, Ctx, tasks_of
from core.db import ALL
from core.migrate import create_everything
from core.people import User
from core.platform import build_platform
from core.testing import World, make_settings
from plugins.credit import services as credit
from plugins.credit.records import Profile, Review
from plugins.crm.api import Channel, Customer, Inquiry, Lead
from plugins.finance.api import BUCKETS, Bill, Receipt, Receivable, Refund, bucket
from plugins.finance.records import Allocation, BankAccount, Entry
from plugins.mes import planning
from plugins.mes.masterdata import Material, StockMove
from plugins.mes.records import Inspection, WorkOrder
from plugins.mes.routing import excess_of
from plugins.operations.demo import SECOND, XILAN, Play, load_demo
from plugins.orders.api import ChangeOrder, Delivery, LetterOfCredit, Order
from plugins.products.api import PaymentTerm, Product
from plugins.quotes.api import Quotation
from plugins.samples.api import Request
from plugins.service.api import Complaint

LOGINS = ("admin", "gm", "sm", "rep", "rep2", "rep3", "rep4", "mer", "tec", "fin", "doc", "ppc",
          "pur", "wh", "qc", "afs")
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
    with demo.act(company=XILAN.code) as found:
        yield found


def rows(ctx: Ctx, cls: Any, *where: Any) -> list[Any]:
    return list(ctx.session.scalars(select(cls).where(*where)))


# ---- who may come in
def test_every_login_works_with_the_word_demo_and_one_person_is_in_both(demo: World) -> None:
    with demo.platform.database.session(ALL, readonly=True) as session:
        people = {user.login: user for user in session.scalars(select(User))}
    assert {*LOGINS, "b-admin", "b-rep", "both"} <= people.keys()
    assert all(user.password_hash.startswith(DEMO_HASH) for user in people.values())
    assert password_fits(people["rep"], DEMO_PASSWORD)
    for login in (*LOGINS, "both"):
        assert demo.client(login, XILAN.code).get("/").status_code == 200, login
    assert demo.client("both", SECOND.code).get("/").status_code == 200


def test_the_second_company_sees_nothing_of_the_first(demo: World) -> None:
    with demo.act("b-admin", company=SECOND.code) as ctx:
        assert {"orders", "finance"} & ctx.enabled == set()
        own = rows(ctx, Customer)
        for cls in (Order, Quotation, Receivable, WorkOrder, Complaint, Request, Profile):
            assert rows(ctx, cls) == [], cls.key
    with demo.act(company=XILAN.code) as ctx:
        assert not {c.name for c in own} & {c.name for c in rows(ctx, Customer)}
        ident = rows(ctx, Order)[0].id
    client = demo.client("b-admin", SECOND.code)
    assert client.get(f"/r/orders.order/{ident}").status_code == 404


# ---- how large it is
SIZES = ((Lead, 900, 0.03), (Inquiry, 520, 0.05), (Request, 110, 0.05), (Order, 150, 0.06),
         (Delivery, 165, 0.15), (Receipt, 290, 0.15), (Complaint, 14, 0), (Product, 26, 0))


def near(found: float, wanted: float, share: float) -> bool:
    return abs(found - wanted) <= wanted * share


def shares(values: list[str]) -> dict[str, float]:
    return {word: count / len(values) for word, count in Counter(values).items()}


@pytest.mark.parametrize(("cls", "wanted", "off"), SIZES, ids=lambda v: getattr(v, "key", ""))
def test_its_size_is_that_of_the_handbook(ctx: Ctx, cls: Any, wanted: int, off: float) -> None:
    assert near(len(rows(ctx, cls)), wanted, off)


def test_leads_come_by_channel_and_a_quarter_are_none(ctx: Ctx) -> None:
    names, leads = {row.id: row.code for row in rows(ctx, Channel)}, rows(ctx, Lead)
    found = shares([names[row.channel_id] for row in leads])
    for code, wanted in (("PLAT", 0.38), ("WEB", 0.17), ("FAIR", 0.15), ("SOC", 0.12),
                         ("MAIL", 0.10), ("REF", 0.08)):
        assert abs(found[code] - wanted) < 0.01, code
    states = shares([row.state for row in leads])
    assert abs(states["invalid"] - 0.25) < 0.01 and abs(states["merged"] - 0.08) < 0.01
    fairs = sorted({row.received_at.date() for row in leads if names[row.channel_id] == "FAIR"
                    and row.state != "new" and row.received_at < ctx.now - timedelta(days=3)})
    assert len(fairs) <= 16 and (fairs[-1] - fairs[0]).days > 100, "two bursts"


def test_customers_are_those_of_the_handbook(ctx: Ctx) -> None:
    known = [row for row in rows(ctx, Customer) if row.grade]
    assert Counter(row.grade for row in known) == {"A": 6, "B": 14, "C": 14, "D": 6}
    assert Counter(row.country for row in known) == {
        "DE": 3, "NL": 2, "GB": 2, "FR": 2, "ES": 2, "IT": 1, "PL": 2, "SE": 1, "US": 5, "CA": 1,
        "MX": 2, "BR": 1, "CL": 2, "AE": 3, "SA": 2, "NG": 2, "KE": 1, "ZA": 2, "TH": 1, "AU": 3}


def test_quotations_have_revisions_and_a_third_is_won(ctx: Ctx) -> None:
    found = Counter(row.base_number for row in rows(ctx, Quotation) if row.base_number)
    assert near(len(found), 430, 0.04)
    assert abs(sum(found.values()) / len(found) - 1.6) < 0.06
    states = Counter(row.state for row in rows(ctx, Quotation))
    decided = states["accepted"] + states["lost"] + states["expired"]
    assert 0.25 < states["accepted"] / decided < 0.42


def test_orders_have_the_mix_of_the_handbook(ctx: Ctx) -> None:
    orders = rows(ctx, Order)
    names = {row.id: row.code for row in rows(ctx, PaymentTerm)}
    assert {o.state for o in orders} >= {"sent", "signed", "released", "closed"}
    terms = shares([names[row.payment_term_id] for row in orders])
    for code, wanted in (("TT30C", .38), ("TT30B", .22), ("OA60", .14), ("OA30", .06),
                         ("LCS", .12), ("DPS", .03), ("TT100", .05)):
        assert abs(terms[code] - wanted) < 0.05, (code, terms)
    places = shares([row.incoterm for row in orders])
    for code, wanted in (("FOB", .52), ("CIF", .22), ("CFR", .08), ("EXW", .05), ("DAP", .08),
                         ("DDP", .05)):
        assert abs(places[code] - wanted) < 0.08, (code, places)
    coins = shares([row.currency for row in orders])
    assert abs(coins["USD"] - .84) < .05 and abs(coins["EUR"] - .13) < .05
    worth = [row.total * row.rate / D("7.08") for row in orders]
    assert near(float(median(worth)), 24_000, 0.15)
    assert {len(row.lines) for row in orders} == {1, 2, 3, 4, 5}
    by_customer: Counter[int] = Counter()
    for row, amount in zip(orders, worth, strict=True):
        by_customer[row.customer_id] += amount  # type: ignore[assignment]
    best = sum(amount for _customer, amount in by_customer.most_common(8))
    assert 0.5 < best / sum(worth) < 0.7


# ---- the fifteen stories
def order_of(ctx: Ctx, key: str) -> Order:
    (found,) = rows(ctx, Order, Order.customer_po.like(f"{key}-%"))
    assert found.remarks, "the story is told"
    return found


def test_story_1_the_late_payer(ctx: Ctx) -> None:
    order = order_of(ctx, "LATE")
    assert order.customer.grade == "D" and order.customer.hold
    assert order_of(ctx, "LATE2").state == "sent", "held back"
    row = rows(ctx, Receivable, Receivable.order_id == order.id)[0]
    paid = [part for part in rows(ctx, Allocation) if part.receivable_id == row.id]
    assert len(paid) == 3 and row.open == 0
    last = max(ctx.session.get_one(Receipt, part.parent_id).value_date for part in paid)
    assert (last - row.due).days == 75
    assert any("分期" in note.body for note in rows(ctx, Comment, Comment.record_id == order.id))


def test_stories_2_3_and_4_change_inspection_and_complaint(ctx: Ctx) -> None:
    change = rows(ctx, ChangeOrder)[0]
    assert change.order_id == order_of(ctx, "CHANGE").id and change.state == "review"
    again = rows(ctx, Inspection, Inspection.repeats_id.is_not(None))[0]
    assert again.state == "passed"
    job = ctx.session.get_one(WorkOrder, again.work_order_id)
    assert job.order_id == order_of(ctx, "AQL").id and (job.finished_on - job.due).days == 6
    lots = sorted(rows(ctx, Delivery, Delivery.order_id == job.order_id), key=lambda d: d.id)
    assert "Air" in lots[0].carrier and lots[0].lines[0].quantity == 90
    water = order_of(ctx, "WATER")
    case = rows(ctx, Complaint, Complaint.order_id == water.id)[0]
    assert case.state == "closed" and case.d4_root_cause and case.remedy == "spares"
    assert rows(ctx, Receivable, Receivable.order_id == water.id, Receivable.kind == "credit_note")


def test_stories_5_6_7_and_10_bank_rate_limit_and_charges(ctx: Ctx) -> None:
    letter = rows(ctx, LetterOfCredit, LetterOfCredit.order_id == order_of(ctx, "LCDISC").id)[0]
    assert letter.state == "paid"
    loss = sum((row.cny for row in rows(ctx, Entry, Entry.kind == "fx",
                                        Entry.order_id == order_of(ctx, "FX").id)), ZERO)
    assert abs(loss) > 10_000
    given = order_of(ctx, "TEMP")
    review = rows(ctx, Review, Review.order_id == given.id)[0]
    assert review.state == "approved" and review.temporary and given.signed_on
    assert (review.temporary_until - review.created_at.date()).days in (44, 45)
    short = rows(ctx, Receivable, Receivable.order_id == order_of(ctx, "SHORT").id)
    assert all(row.open == 0 for row in short)


def test_stories_8_9_and_12_sample_margin_and_pool(ctx: Ctx) -> None:
    offer = rows(ctx, Quotation, Quotation.customer_po == "PO-5X-TRIAL")[0]
    assert rows(ctx, Request, Request.inquiry_id == offer.inquiry_id)[0].state == "closed"
    assert offer.lines[0].quantity == 5 * order_of(ctx, "DEDUCT3").lines[0].quantity
    assert any("rejected" in str(row.data) for row in rows(
        ctx, AuditRow, AuditRow.action.like("quotes.quotation.%")))
    pool = [row for row in rows(ctx, Customer) if row.former_owner_id and row.owner_id]
    assert any(row.owner_id != row.former_owner_id and row.state == "active" for row in pool)


def test_stories_11_13_14_and_15_shipments(ctx: Ctx) -> None:
    lots = rows(ctx, Delivery, Delivery.order_id == order_of(ctx, "PARTIAL").id)
    assert len(lots) == 2 and all(lot.deposit_used for lot in lots)
    rolled = rows(ctx, Delivery, Delivery.order_id == order_of(ctx, "ROLLED").id)
    assert rolled[0].vessel == "MV Second Chance"
    opened = rows(ctx, Delivery, Delivery.order_id == order_of(ctx, "CUSTOMS").id)[0]
    assert opened.inspections == 1 and opened.released_on
    twins = rows(ctx, Quotation, Quotation.customer_po.like("PV-0%"))
    if ctx.today < date(2027, 3, 1):  # law dates stay where they are
        early, late = sorted(twins, key=lambda row: row.export_date)
        assert early.lines[0].price == late.lines[0].price
        assert early.margin > late.margin


# ---- the same seed and day give the same company
def digest(folder: Path, seed: int, only: list[str] | None = None) -> str:
    """All business rows."""
    folder.mkdir()
    platform = build_platform(make_settings(folder), only=only)
    create_everything(platform)
    load_demo(platform, lambda text: None, Play(seed, date(2026, 11, 20), 0.02))
    found = hashlib.sha256()
    with platform.act(XILAN.code, readonly=True) as ctx:
        for key, cls in sorted(platform.registry.records.items()):
            names = sorted(a.key for a in inspect(cls).column_attrs)
            for row in ctx.session.scalars(select(cls).order_by(cls.id)):
                found.update(repr([key, *(str(getattr(row, n)) for n in names)]).encode())
    platform.database.engine.dispose()
    return found.hexdigest()


def test_it_is_a_function_of_seed_and_day(tmp_path: Path) -> None:
    assert digest(tmp_path / "one", 7) == digest(tmp_path / "same", 7)
    assert digest(tmp_path / "seven", 7, ["crm"]) != digest(tmp_path / "eight", 8, ["crm"])


# ---- what must be open today
def test_approvals_wait_at_each_level(demo: World) -> None:
    for login in ("sm", "fin", "gm"):
        with demo.act(login, company=XILAN.code) as ctx:
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


def test_sailings_have_their_cut_off_within_48_hours(ctx: Ctx) -> None:
    found = rows(ctx, Delivery, Delivery.state.in_(("booked", "loaded")),
                 Delivery.cut_off.between(ctx.today, ctx.today + timedelta(days=2)))
    assert len(found) >= 2


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
