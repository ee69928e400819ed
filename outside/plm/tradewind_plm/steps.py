"""The steps on parts, revisions and engineering changes."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from core.api import Step, _, param
from tradewind_plm import services


class StartParams(Schema):
    what_changed = param("note", _("What changed"))


def _open(ctx: object, part: object, revision: Any) -> str:
    return f"/r/plm.revision/{revision.id}"


STEPS = [
    Step("start", "plm.part", _("New revision"), run=services.start_revision, params=StartParams,
         permission="plm.revision.create", available=services.has_draft, next_url=_open,
         primary=True, icon="git-branch", sequence=10),
    Step("release", "plm.revision", _("Release"), ("draft",), "released", services.release,
         available=services.why_not_release, primary=True, icon="check", sequence=10),
    Step("retire", "plm.revision", _("Make obsolete"), ("released",), "obsolete", services.retire,
         danger=True, icon="archive", sequence=90),
    Step("submit", "plm.change", _("Submit for approval"), ("draft",), "approved", services.submit,
         pending="review", rejected="rejected", done=services.approved, primary=True, icon="send",
         sequence=10),
    Step("revise", "plm.change", _("Revise"), ("rejected",), "draft", services.withdraw,
         permission="plm.change.submit", icon="pencil", sequence=20),
    Step("cancel", "plm.change", _("Cancel"), ("draft", "rejected"), "cancelled",
         services.withdraw, permission="plm.change.submit", danger=True, icon="ban", sequence=90),
]
