"""The steps of credit."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from core.api import Ctx, Step, _, param
from plugins.credit import services

PROFILE, REVIEW = "credit.profile", "credit.review"


class Reason(Schema):
    reason = param("text", _("Reason"), required=True)


def _to_review(ctx: Ctx, order: Any, review: Any) -> str:
    return f"/r/credit.review/{review.id}"


STEPS = (
    Step("submit", REVIEW, _("Submit"), ("draft",), "approved", services.submit_review,
         pending="approval", rejected="refused", done=services.approve_review,
         refused=services.refuse_review, primary=True, icon="send", sequence=10),
    Step("withdraw", REVIEW, _("Withdraw"), ("draft",), "withdrawn", services.withdraw,
         icon="x", sequence=20),
    Step("suspend", PROFILE, _("Suspend"), ("active",), "suspended", services.suspend,
         params=Reason, danger=True, icon="player-pause", sequence=20),
    Step("resume", PROFILE, _("Lift suspension"), ("suspended",), "active", services.resume,
         icon="player-play", sequence=21),
    Step("ask_credit", "orders.order", _("Ask for credit review"), ("approved", "sent", "signed"),
         None, services.ask_review, permission="credit.review.create", icon="shield-check",
         sequence=65, next_url=_to_review),
)
