"""An inquiry becomes an order becomes money: the whole way, and what is refused on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from core.api import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TradewindError,
    decide,
    find,
    print_document,
    record_class,
    save,
)
from core.audit import AuditRow
from tests.scenarios.office import KEYS, PROSPECT, Office

pytestmark = pytest.mark.plugins(
    "products", "crm", "quotes", "orders", "mes", "finance"
)
TOTAL = Decimal("103040.00")  # 9,200 × 11.20
DEPOSIT, BALANCE = Decimal("30912.00"), Decimal("72128.00")


@contextmanager
def refused(
    office: Office, *kinds: type[TradewindError], match: str | None = None
) -> Iterator[None]:
    """The block is refused with a reason, and leaves no trace in the company."""
    before = _trace(office)
    with pytest.raises(kinds or (Refused, Invalid), match=match):
        yield
    assert _trace(office) == before


def _trace(office: Office) -> tuple[int, dict[str, tuple[str, int]]]:
    with office.world.act() as ctx:
        entries = int(ctx.session.scalar(select(func.count(AuditRow.id))) or 0)
        rows = {
            what: (row.state, row.version)
            for what, ident in office.ids.items() if what in KEYS
            if (row := ctx.session.get(record_class(KEYS[what]), ident)) is not None
        }
    return entries, rows


def test_the_whole_way_from_a_website_message_to_the_closed_order(office: Office) -> None:
    office.inquiry()
    lead, inquiry = office.row("lead"), office.row("inquiry")
    assert lead.state == "converted"
    assert inquiry.number is not None
    assert office.row("customer").name == PROSPECT["company_name"]

    office.quotation()
    office.approved_quotation()
    assert office.state("quotation") == "approved"
    assert office.row("quotation").amount == TOTAL
    office.signed_order()
    order = office.row("order")
    assert (order.state, order.total) == ("signed", TOTAL)
    assert office.row("customer").state == "active"
    assert office.state("inquiry") == "won"

    (deposit,) = office.receivables()
    assert deposit.amount == DEPOSIT
    office.money(DEPOSIT)
    office.do("fin", "receipt", "allocate")
    office.do("fin", "receipt", "report_bop")
    office.do("fin", "receipt", "post")
    office.do("mer", "order", "release")
    assert office.state("order") == "released"

    office.production()
    assert office.row("order").production_status == "finished"
    office.delivery()
    balance = office.receivables()[-1]
    assert balance.amount == BALANCE

    office.money(BALANCE)
    office.do("fin", "receipt", "allocate")
    office.do("fin", "receipt", "report_bop")
    office.do("fin", "receipt", "post")
    assert {row.state for row in office.receivables()} == {"paid"}
    office.do("mer", "order", "close")
    assert office.state("order") == "closed"


def test_the_quotation_waits_in_the_inbox_of_the_manager(office: Office) -> None:
    office.inquiry()
    office.quotation()
    with refused(office, match="Sent to customer"):
        office.do("rep", "quotation", "send")
    office.do("rep", "quotation", "submit")
    assert office.state("quotation") == "submitted"
    with refused(office):
        office.do("rep", "quotation", "send")
    with refused(office):
        office.change("rep", "quotation", {"remarks": "cheaper"})
    assert office.waiting("rep", "quotation") == []
    (task,) = office.waiting("sm", "quotation")
    with refused(office, Refused, Forbidden, NotFound), office.world.act("rep") as ctx:
        decide(ctx, task, "approve")
    office.decide("sm", "quotation")
    for login in ("fin", "gm"):
        if office.waiting(login, "quotation"):
            office.decide(login, "quotation")
    assert office.state("quotation") == "approved"
    with refused(office):
        office.change("rep", "quotation", {"lines": []})


def test_the_paper_holds_chinese_and_english(office: Office) -> None:
    office.inquiry()
    office.quotation()
    office.approved_quotation()
    with office.world.act("rep") as ctx:
        row = find(ctx, KEYS["quotation"], office.ids["quotation"])
        key = next(k for k, d in ctx.registry.documents.items() if d.record == row.key)
        texts = {
            language: "".join(
                page.extract_text()
                for page in PdfReader(io.BytesIO(print_document(ctx, key, row, language))).pages
            )
            for language in ("en", "zh")
        }
    for text in texts.values():
        assert PROSPECT["company_name"] in text
        assert office.row("quotation").number in text
        assert "103,040.00" in text
    assert "LED floodlight 50 W" in texts["en"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in texts["zh"])


def test_nothing_is_made_before_the_deposit(office: Office) -> None:
    office.inquiry()
    office.quotation()
    office.approved_quotation()
    office.signed_order()
    with refused(office, match="deposit|funds|money|received"):
        office.do("mer", "order", "release")
    office.money(Decimal("20000.00"))
    office.do("fin", "receipt", "allocate")
    with refused(office):
        office.do("mer", "order", "release")
    assert office.state("order") == "signed"


def test_a_receipt_settles_no_more_than_is_open(office: Office) -> None:
    office.inquiry()
    office.quotation()
    office.approved_quotation()
    office.signed_order()
    (deposit,) = office.receivables()
    office.money(DEPOSIT + 1000)
    with refused(office):
        office.do("fin", "receipt", "allocate", parts=[
            {"receivable": deposit.id, "amount": str(DEPOSIT + 1)}])
    with refused(office, Forbidden, NotFound):
        office.do("rep", "receipt", "allocate")
    (same,) = office.receivables()
    assert (same.open, same.state) == (DEPOSIT, deposit.state)


def test_an_order_with_open_money_stays_open(office: Office) -> None:
    office.inquiry()
    office.quotation()
    office.approved_quotation()
    office.signed_order()
    office.money(DEPOSIT)
    office.do("fin", "receipt", "allocate")
    office.do("mer", "order", "release")
    with refused(office):
        office.do("mer", "order", "close")
    office.production()
    office.delivery()
    with refused(office):
        office.do("mer", "order", "close")
    assert office.state("order") == "released"


def test_a_stale_form_overwrites_nothing(office: Office) -> None:
    office.inquiry()
    seen = office.row("customer").version
    office.change("sm", "customer", {"region": "North"}, version=seen)
    with refused(office, Conflict, match="changed this record"):
        office.change("rep", "customer", {"region": "South"}, version=seen)
    assert office.row("customer").region == "North"


def test_the_second_message_of_the_same_buyer_is_detected(office: Office) -> None:
    office.inquiry()
    with office.world.act("rep2") as ctx:
        twin = save(ctx, KEYS["lead"], {**PROSPECT, "source_ref": "W-2"})
        assert twin.duplicate == "exact"
        assert twin.owner_id == office.world.user_id("rep")
        office.ids["lead"] = twin.id
    with refused(office, match="exact match"):
        office.do("rep", "lead", "convert")
    office.do("rep", "lead", "merge")
    assert office.state("lead") == "merged"


def test_another_company_sees_nothing_of_it(office: Office) -> None:
    office.inquiry()
    office.quotation()
    for what in ("lead", "customer", "inquiry", "quotation"):
        with pytest.raises(NotFound), office.world.act("b-adm") as ctx:
            find(ctx, KEYS[what], office.ids[what])
    client = office.world.client("b-adm")
    for what in ("customer", "quotation"):
        assert client.get(f"/r/{KEYS[what]}/{office.ids[what]}").status_code == 404
    assert b"Handels" not in client.get("/search?q=Brenlicht").data
