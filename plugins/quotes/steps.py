"""The verbs on a quotation."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from core.api import Ctx, Step, _, param
from plugins.crm.api import LOST_REASONS, OPEN_STAGES
from plugins.quotes import services, techsheets

KEY, SHEET = "quotes.quotation", "quotes.tech_sheet"


class Accept(Schema):
    """What the customer says when he accepts."""

    customer_po = param("text", _("Customer's order no."), length=60)


class Lose(Schema):
    """Why the quotation was lost."""

    reason = param("choice", _("Reason"), required=True, choices=LOST_REASONS)
    note = param("text", _("Note"), length=300)


class Confirm(Schema):
    """Who at the customer confirmed the parameters, and when."""

    who = param("text", _("Who confirmed, and how"), required=True, length=120)
    on = param("date", _("Confirmed on"))


class SendBack(Schema):
    """Why a tech sheet goes back to its draft."""

    reason = param("text", _("Reason"), required=True, length=300)


def _made(ctx: Ctx, record: Any, result: Any) -> str | None:
    return f"/r/{result.key}/{result.id}/edit" if result is not None else None


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
    Step(
        "submit", SHEET, _("Submit for engineering check"), source=("draft",), target="check",
        run=techsheets.submit, primary=True, icon="send", sequence=10,
    ),
    Step(
        "check", SHEET, _("Passed by engineering"), source=("check",), target="asked",
        run=techsheets.passed, primary=True, icon="check", sequence=20,
    ),
    Step(
        "confirm", SHEET, _("Confirmed by customer"), source=("asked",), target="confirmed",
        run=techsheets.confirm, params=Confirm, primary=True, icon="check", sequence=30,
    ),
    Step(
        "freeze", SHEET, _("Freeze"), source=("confirmed",), target="frozen",
        run=techsheets.freeze, primary=True, icon="lock", sequence=40,
    ),
    Step(
        "send_back", SHEET, _("Send back"), source=("check", "asked"), target="draft",
        run=techsheets.send_back, params=SendBack, icon="arrow-back", sequence=50,
    ),
    Step(
        "new_version", SHEET, _("New version"), source=("confirmed", "frozen"),
        target="superseded", run=techsheets.new_version, icon="git-branch", sequence=60,
        next_url=_made,
    ),
)
