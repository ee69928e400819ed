"""Inspection of lots: plan, verdict, disposition and repeat (DOMAIN §1.7, §2.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, save
from plugins.mes.people import tell
from plugins.mes.progressing import work_orders_of
from plugins.mes.quality import critical_plan, sample_plan, verdict
from plugins.mes.records import Inspection, WorkOrder


def fill_plan(row: Inspection) -> None:
    """Before a save: the sampling plan of the lot, while it was not judged."""
    if row.inspected_on is not None or not row.lot or row.lot < 1:
        return
    level = row.level or "II"
    plans = {
        "critical": critical_plan(row.lot, level),
        "major": sample_plan(row.lot, Decimal(row.aql_major or "2.5"), level),
        "minor": sample_plan(row.lot, Decimal(row.aql_minor or "4.0"), level),
    }
    row.plan = {
        kind: {"letter": plan.letter, "sample": plan.sample, "accept": plan.accept,
               "reject": plan.reject}
        for kind, plan in plans.items()
    }
    row.sample = max(plan.sample for plan in plans.values())


def check(row: Inspection, values: dict[str, Any]) -> list[Refusal]:
    """An inspection is of a work order or of a material; a judged one stays as it is."""
    if row.inspected_on is not None and set(values) - {"remarks", "owner_id"}:
        return [Refusal(_("This inspection was judged. Make a new one."), None, "judged")]
    if row.work_order_id is None and row.material_id is None:
        return [Refusal(_("Choose the work order or the material that is inspected."),
                        "work_order_id")]
    return []


def judge(ctx: Ctx, row: Inspection, params: dict[str, Any]) -> bool:
    """Enter what was found; the verdict follows from the plan. True if the lot passed."""
    for kind in ("critical", "major", "minor"):
        setattr(row, kind, params.get(kind) or 0)
    most = row.sample or row.lot
    if max(row.critical, row.major, row.minor) > most:
        text = _("More defective pieces than the sample of %(n)s. Check the figures.", n=most)
        raise Refused(Refusal(text, "major"))
    passed, findings = verdict(
        row.lot, row.critical, row.major, row.minor,
        Decimal(row.aql_major), Decimal(row.aql_minor), row.level,
    )
    plan = {finding.kind: {**(row.plan or {})[finding.kind], "found": finding.found,
                           "passed": finding.passed} for finding in findings}
    row.plan, row.inspected_on, row.inspector_id = plan, ctx.today, ctx.user_id
    row.state = "passed" if passed else "failed"
    if passed:
        _settle_before(ctx, row)
    ctx.session.flush()
    _after_verdict(ctx, row, passed)
    return passed


def _settle_before(ctx: Ctx, row: Inspection) -> None:
    before = ctx.session.get(Inspection, row.repeats_id) if row.repeats_id else None
    if before is not None and before.state == "failed":
        before.state = "settled"


def _after_verdict(ctx: Ctx, row: Inspection, passed: bool) -> None:
    work_order = row.work_order
    ctx.emit("mes.inspection.passed" if passed else "mes.inspection.failed", row)
    if work_order is None:
        return
    if not passed:
        text = _("Inspection %(no)s of %(wo)s failed. Decide what happens to the lot.",
                 no=row.number, wo=work_order.number)
        tell(ctx, ("qc", "ppc", "mer"), text, f"/r/mes.inspection/{row.id}")
    elif row.kind in ("fqc", "oqc"):
        work_order.inspected_on = ctx.today
        ctx.session.flush()
        _tell_deliveries(ctx, work_order)


def _tell_deliveries(ctx: Ctx, work_order: WorkOrder) -> None:
    """When every lot of the order passed, its waiting deliveries may leave."""
    if work_order.order_id is None or "orders.delivery" not in ctx.registry.records:
        return
    rows = [row for row in work_orders_of(ctx, work_order.order_id) if row.material_id is None]
    if not all(row.inspected_on for row in rows):
        return
    delivery = ctx.registry.records["orders.delivery"]
    waiting = select(delivery).where(
        delivery.order_id == work_order.order_id, delivery.state.in_(("planned", "booked"))
    )
    for row in ctx.session.scalars(waiting):
        row.quality_passed = True


def settle(ctx: Ctx, row: Inspection, params: dict[str, Any]) -> Inspection | None:
    """Decide about a failed lot. Rework and sorting ask for a new inspection, which is returned."""
    row.disposition, row.disposition_reason = params["disposition"], params["reason"]
    if row.disposition == "waive" and row.critical:
        raise Refused(Refusal(_("A lot with critical defects cannot be accepted by concession."),
                              "disposition"))
    row.state = "settled"
    if row.disposition not in ("rework", "sort"):
        if row.disposition == "waive" and row.work_order is not None:
            row.work_order.inspected_on = ctx.today
        return None
    again: Inspection = save(ctx.system(), Inspection, {
        "kind": row.kind, "work_order_id": row.work_order_id, "material_id": row.material_id,
        "lot": row.lot, "level": row.level, "aql_major": row.aql_major,
        "aql_minor": row.aql_minor,
    })
    again.repeats_id = row.id
    return again


def open_inspections(ctx: Ctx, work_order: WorkOrder) -> list[Inspection]:
    """Inspections that keep the work order from being finished: failed or not judged."""
    query = select(Inspection).where(
        Inspection.work_order_id == work_order.id, Inspection.state.in_(("open", "failed"))
    )
    return list(ctx.session.scalars(query))
