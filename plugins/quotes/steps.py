"""The verbs on a quotation."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from core.api import Ctx, Step, _, param
from plugins.crm.api import LOST_REASONS, OPEN_STAGES
from plugins.quotes import services
from plugins.quotes.records import Quotation

KEY = "quotes.quotation"


class Accept(Schema):
    """What the customer says when he accepts."""

    customer_po = param("text", _("Customer's order no."), length=60)


class Lose(Schema):
    """Why the quotation was lost."""

    reason = param("choice", _("Reason"), required=True, choices=LOST_REASONS)
    note = param("text", _("Note"), length=300)


def _made(ctx: Ctx, record: Quotation, result: Any) -> str | None:
    return f"/r/{KEY}/{result.id}/edit" if isinstance(result, Quotation) else None


STEPS = (
    Step(
        "quote", "crm.inquiry", _("Make a quotation"), source=OPEN_STAGES,
        run=services.quote_inquiry, permission="quotes.quotation.create", icon="file-text",
        sequence=25, next_url=_made,
    ),
    Step(
        "submit", KEY, _("Submit for approval"), source=("draft",), target="approved",
        pending="submitted", rejected="draft", run=services.submit, done=services.approved,
        refused=services.rejected, primary=True, icon="send", sequence=10,
    ),
    Step(
        "send", KEY, _("Sent to customer"), source=("approved",), target="sent",
        run=services.send, available=services.still_valid, primary=True, icon="mail",
        sequence=20,
    ),
    Step(
        "accept", KEY, _("Accepted by customer"), source=("approved", "sent"), target="accepted",
        run=services.accept, available=services.still_valid, params=Accept, primary=True,
        icon="check", sequence=30,
    ),
    Step(
        "lose", KEY, _("Lost"), source=("approved", "sent", "expired"), target="lost",
        run=services.lose, params=Lose, danger=True, icon="x", sequence=40,
    ),
    Step(
        "revise", KEY, _("New revision"), source=("approved", "sent", "expired", "lost"),
        target="superseded", run=services.revise, icon="git-branch", sequence=50, next_url=_made,
    ),
    Step(
        "alternative", KEY, _("Alternative"),
        source=("draft", "submitted", "approved", "sent", "accepted", "lost", "expired"),
        run=services.alternative, icon="copy", sequence=60, next_url=_made,
    ),
    Step(
        "expire", KEY, _("Expired"), source=("approved", "sent"), target="expired",
        run=services.expire, hidden=True, icon="clock", sequence=90,
    ),
)
