"""The life of a quotation, the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest

from core.api import decide, find, perform, save, tasks_of
from plugins.quotes.api import Quotation, accepted

pytestmark = pytest.mark.plugins("products", "crm", "quotes")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_from_draft_over_approval_and_revision_to_acceptance(shared):
    world, _trade, values = shared
    with world.act(now=NOW) as ctx:
        ident = save(ctx, Quotation, values).id
    with world.act("rep", now=NOW) as ctx:
        perform(ctx, find(ctx, Quotation, ident), "submit")
    with world.act("sm", now=NOW) as ctx:
        (task,) = tasks_of(ctx, 5)
        decide(ctx, task.id, "approve")
    with world.act("rep", now=NOW) as ctx:
        row = find(ctx, Quotation, ident)
        assert (row.state, row.amount) == ("approved", D("99268.00"))
        perform(ctx, row, "send")
        perform(ctx, row, "accept", {"customer_po": "PO-7"})
    with world.act(now=NOW) as ctx:
        data = accepted(ctx, ident)
        assert D(data["lines"][0]["cost"]["goods"]) == D("60.176991")
        assert data["lines"][0]["cbm"] == D("67.712")
