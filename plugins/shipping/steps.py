"""The verbs of a customs declaration, and those that shipping adds to deliveries."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from core.api import Ctx, Step, _, param
from plugins.shipping import declaring

DELIVERY, DECLARATION = "orders.delivery", "shipping.declaration"


class Lodge(Schema):
    """When, and by whom."""

    broker = param("text", _("Customs broker"), length=120)
    declared_on = param("date", _("Declared on"))


class Accept(Schema):
    """The number that customs gave."""

    customs_no = param("text", _("Customs no."), required=True, length=24)


class Release(Schema):
    """The day of the release."""

    released_on = param("date", _("Released on"))


class Close(Schema):
    """The final day of export."""

    export_date = param("date", _("Export date"))


class Why(Schema):
    """A reason that stays in the record."""

    reason = param("text", _("Reason"), required=True, length=300)


def _open(ctx: Ctx, record: Any, result: Any) -> str | None:
    return f"/r/{DECLARATION}/{result.id}" if result is not None else None


STEPS = (
    Step(
        "draft_declaration", DELIVERY, _("Draft customs declaration"), ("booked", "loaded"), None,
        declaring.draft, permission=f"{DECLARATION}.create", icon="clipboard", sequence=21,
        next_url=_open,
    ),
    Step(
        "review", DECLARATION, _("Reviewed"), ("draft", "amended"), "reviewed", declaring.review,
        primary=True, icon="check", sequence=10,
    ),
    Step(
        "lodge", DECLARATION, _("Lodge"), ("reviewed",), "lodged", declaring.lodge, params=Lodge,
        primary=True, icon="send", sequence=20,
    ),
    Step(
        "accept", DECLARATION, _("Accepted by customs"), ("lodged",), "accepted",
        declaring.accept, params=Accept, primary=True, icon="check", sequence=30,
    ),
    Step(
        "inspect", DECLARATION, _("Customs inspection"), ("lodged", "accepted"), None,
        declaring.inspected, params=Why, icon="search", sequence=35,
    ),
    Step(
        "release", DECLARATION, _("Released by customs"), ("accepted",), "released",
        declaring.release, params=Release, primary=True, icon="check", sequence=40,
    ),
    Step(
        "close", DECLARATION, _("Closed by customs"), ("released",), "closed", declaring.close,
        params=Close, icon="archive", sequence=50,
    ),
    Step(
        "amend", DECLARATION, _("Amend"), ("reviewed", "lodged", "accepted", "released"),
        "amended", declaring.amend, params=Why, icon="pencil", sequence=60,
    ),
    Step(
        "withdraw", DECLARATION, _("Withdraw"),
        ("draft", "reviewed", "lodged", "accepted", "released", "amended"), "withdrawn",
        declaring.withdraw, params=Why, danger=True, icon="x", sequence=70,
    ),
)
