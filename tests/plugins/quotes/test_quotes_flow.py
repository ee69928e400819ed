"""The shipped approval flow on real quotations: who gets a task, in which order (DOMAIN §6.1)."""

from datetime import UTC, datetime

import pytest

from core.api import Refused, decide, find, in_locale, perform, save, tasks_of
from plugins.crm.api import Customer
from plugins.quotes.api import Quotation

pytestmark = pytest.mark.plugins("products", "crm", "quotes")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def submitted(world, trade, quotation):
    """A function that submits a quotation as a user and returns its id."""
    def submit(login="rep", grade="B", **values):
        with world.act(login, now=NOW) as ctx, in_locale("en"):
            ctx.session.get(Customer, trade.customer).grade = grade
            row = quotation(ctx, **values)
            row.owner_id = ctx.user_id
            perform(ctx, row, "submit")
            return row.id
    return submit


def waiting(world, login):
    """The quotations in somebody's inbox."""
    with world.act(login, now=NOW) as ctx:
        return [task.record_id for task in tasks_of(ctx, 20)]


def answer(world, login, ident, outcome="approve", comment=""):
    """Decide the one task about a quotation."""
    with world.act(login, now=NOW) as ctx, in_locale("en"):
        task = next(task for task in tasks_of(ctx, 20) if task.record_id == ident)
        decide(ctx, task.id, outcome, comment)


def state(world, ident):
    """The state of a quotation."""
    with world.act(now=NOW) as ctx:
        return ctx.session.get(Quotation, ident).state


def line(trade, quantity, price):
    """An entered price; the floodlight costs about 61.8 CNY a piece at FOB."""
    return [{"product_id": trade.product, "quantity": quantity, "basis": "price", "price": price}]


def test_a_small_safe_quotation_is_approved_at_once(world, trade, submitted):
    ident = submitted(incoterm="FOB", lines=line(trade, 900, "11.00"), inland_charges="500")
    assert state(world, ident) == "approved"
    assert waiting(world, "sm") == []


def test_a_large_one_waits_for_the_sales_manager(world, trade, submitted):
    ident = submitted(incoterm="FOB", lines=line(trade, 2000, "11.00"))
    assert state(world, ident) == "submitted"
    assert (waiting(world, "sm"), waiting(world, "fin")) == ([ident], [])
    answer(world, "sm", ident)
    assert state(world, ident) == "approved"


def test_a_low_margin_goes_on_to_finance_and_the_general_manager(world, trade, submitted):
    ident = submitted(incoterm="FOB", lines=line(trade, 2000, "9.60"))
    for login in ("sm", "fin", "gm"):
        assert state(world, ident) == "submitted"
        assert waiting(world, login) == [ident]
        answer(world, login, ident)
    assert state(world, ident) == "approved"


def test_a_rejection_makes_it_a_draft_again(world, trade, submitted):
    ident = submitted(incoterm="FOB", lines=line(trade, 2000, "11.00"))
    answer(world, "sm", ident, "reject", "Too cheap for this customer")
    assert state(world, ident) == "draft"


def test_nobody_approves_an_own_quotation(world, trade, submitted):
    ident = submitted("sm", incoterm="FOB", lines=line(trade, 2000, "11.00"))
    assert waiting(world, "sm") == []
    assert waiting(world, "gm") == [ident]
    answer(world, "gm", ident)
    assert state(world, ident) == "approved"


def test_nothing_changes_or_goes_out_while_it_waits(world, trade, submitted):
    ident = submitted(incoterm="FOB", lines=line(trade, 2000, "11.00"))
    with world.act("rep", now=NOW) as ctx, in_locale("en"):
        row = find(ctx, Quotation, ident)
        with pytest.raises(Refused):
            save(ctx, Quotation, {"remarks": "cheaper"}, row)
        with pytest.raises(Refused, match="not possible"):
            perform(ctx, row, "send")
        ctx.session.rollback()


def test_a_new_revision_must_be_approved_anew(world, trade, submitted):
    ident = submitted(incoterm="FOB", lines=line(trade, 2000, "11.00"))
    answer(world, "sm", ident)
    with world.act("rep", now=NOW) as ctx:
        made = perform(ctx, find(ctx, Quotation, ident), "revise")
        perform(ctx, made, "submit")
        second = made.id
    assert state(world, second) == "submitted"
    assert waiting(world, "sm") == [second]


def test_an_ungraded_customer_never_takes_the_automatic_way(world, trade, submitted):
    ident = submitted(grade=None, incoterm="FOB", lines=line(trade, 600, "11.00"),
                      inland_charges="300")
    assert state(world, ident) == "submitted"
