"""The steps of production records."""

from __future__ import annotations

from marshmallow import Schema

from core.api import Step, _, param
from plugins.mes import choices, floor, inspecting, parts, services

ORDER, REPORT, INSPECTION = "mes.work_order", "mes.op_report", "mes.inspection"


class ReasonParams(Schema):
    reason = param("text", _("Reason"), required=True, length=200)


class ReportParams(Schema):
    operation = param("integer", _("Operation no."), required=True)
    good = param("quantity", _("Good"))
    rework = param("quantity", _("Rework"))
    scrap = param("quantity", _("Scrap"))
    defect = param("choice", _("Defect"), choices=choices.DEFECTS)
    worked = param("quantity", _("Worked minutes"))
    from_rework = param("boolean", _("Pieces come out of rework"))


class JudgeParams(Schema):
    critical = param("integer", _("Critical defects"))
    major = param("integer", _("Major defects"))
    minor = param("integer", _("Minor defects"))


class PackParams(Schema):
    on = param("date", _("Packed on"))


class SettleParams(Schema):
    disposition = param("choice", _("Disposition"), required=True, choices=choices.DISPOSITIONS)
    reason = param("text", _("Reason"), required=True, length=200)


WORK_ORDER_STEPS = (
    Step("release", ORDER, _("Release"), source=("planned",), target="released",
         run=services.release, available=services.why_not_release, primary=True, bulk=True,
         icon="player-play", sequence=10),
    Step("issue", ORDER, _("Issue materials"), source=("released", "in_progress"),
         run=services.issue, available=services.why_not_issue, icon="packages", sequence=20),
    Step("start", ORDER, _("Start"), source=("released",), target="in_progress",
         run=services.start, icon="player-play", sequence=30),
    Step("report", ORDER, _("Report pieces"), source=("released", "in_progress"),
         run=floor.report, params=ReportParams, primary=True, icon="checkbox", sequence=35),
    Step("pause", ORDER, _("Pause"), source=("in_progress",), target="paused",
         run=services.stop, params=ReasonParams, icon="player-pause", sequence=60),
    Step("resume", ORDER, _("Resume"), source=("paused",), target="in_progress",
         run=services.resume, primary=True, icon="player-play", sequence=40),
    Step("finish", ORDER, _("Finish"), source=("in_progress",), target="done",
         run=services.finish, available=services.why_not_finish, icon="check", sequence=45),
    Step("pack", ORDER, _("Goods packed"), source=("done", "closed"), run=services.pack,
         params=PackParams, available=services.why_not_pack, icon="package", sequence=48),
    Step("make_parts", ORDER, _("Make work orders of parts"), source=("planned",),
         run=parts.make_parts, icon="list-tree", sequence=75),
    Step("close", ORDER, _("Close"), source=("done",), target="closed", primary=True,
         icon="lock", sequence=50),
    Step("cancel", ORDER, _("Cancel"), source=("planned", "released", "paused"),
         target="cancelled", run=services.cancel, params=ReasonParams, danger=True, icon="x",
         sequence=90),
    Step("replan", ORDER, _("Plan all anew"), source=("planned", "released", "in_progress"),
         run=services.replan, icon="refresh", sequence=70),
)


def all_steps() -> list[Step]:
    """Every step of the plugin."""
    found = [
        *WORK_ORDER_STEPS,
        Step("reverse", REPORT, _("Reverse"), source=("posted",), target="reversed",
             run=floor.reverse, params=ReasonParams, danger=True, icon="rotate"),
        Step("judge", INSPECTION, _("Enter result"), source=("open",), run=inspecting.judge,
             params=JudgeParams, primary=True, icon="zoom-check"),
        Step("settle", INSPECTION, _("Decide about the lot"), source=("failed",),
             run=inspecting.settle, params=SettleParams, primary=True, icon="gavel"),
    ]
    for record in ("mes.bom", "mes.routing"):
        found.append(Step("activate", record, _("Put in force"), source=("draft",),
                          target="active", run=services.activate, primary=True, icon="check"))
        found.append(Step("retire", record, _("Retire"), source=("active",), target="retired",
                          run=services.retire, icon="archive"))
    return found
