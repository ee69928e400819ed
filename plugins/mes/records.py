"""Work orders with their operations, reports from the floor and inspections (DOMAIN §1.7)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from core.api import (
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    choice,
    day,
    integer,
    lines,
    link,
    moment,
    note,
    percent,
    quantity,
    structure,
    text,
    user,
)
from plugins.mes import choices
from plugins.mes.routing import Tally, operation_minutes

ZERO, ONE = Decimal(0), Decimal(1)
UNFINISHED = ("planned", "released", "in_progress", "paused")


class WorkOrder(Record):
    """An instruction to make a quantity of a product, mostly for an order line."""

    key = "mes.work_order"
    label, plural = _("Work order"), _("Work orders")
    number = Number("WO{yy}{mm}{seq:04}", reset="monthly", at="create")
    default_sort = "-id"
    icon = "building-factory-2"
    states = (
        State("planned", _("Planned"), "grey"),
        State("released", _("Released"), "blue"),
        State("in_progress", _("In progress"), "amber"),
        State("paused", _("Paused"), "red"),
        State("done", _("Done"), "green"),
        State("closed", _("Closed"), "grey", done=True),
        State("cancelled", _("Cancelled"), "grey", done=True),
    )

    product_id: Mapped[int] = link("products.product", _("Product"), required=True)
    quantity: Mapped[Decimal] = quantity(_("Quantity"), required=True, minimum=ONE)
    material_id: Mapped[int | None] = link(
        "mes.material", _("Made part"), help=_("Empty: the product itself is made")
    )
    above_id: Mapped[int | None] = link("mes.work_order", _("For work order"), system=True)
    order_id: Mapped[int | None] = link("orders.order", _("Order"))
    order_line_id: Mapped[int | None] = link(
        "orders.order_line", _("Order line"), system=True
    )
    due: Mapped[date | None] = day(_("Due"), required=False)
    priority: Mapped[int] = integer(
        _("Priority (1 first)"), default=5, minimum=ONE, maximum=Decimal(9)
    )
    planned_start: Mapped[datetime | None] = moment(_("Planned start"), system=True)
    planned_end: Mapped[datetime | None] = moment(_("Planned finish"), system=True)
    latest_start: Mapped[datetime | None] = moment(_("Latest start"), system=True)
    actual_start: Mapped[datetime | None] = moment(_("Started"), system=True)
    actual_end: Mapped[datetime | None] = moment(_("Finished"), system=True)
    released_at: Mapped[datetime | None] = moment(_("Released at"), system=True)
    progress: Mapped[Decimal] = percent(_("Progress"), system=True, default=ZERO)
    days_late: Mapped[int] = integer(_("Days late (forecast)"), system=True, default=0)
    alerted_for: Mapped[date | None] = day(_("Delay told for"), system=True)
    delay_cause: Mapped[str | None] = choice(_("Cause of delay"), choices.DELAY_CAUSES)
    materials_on: Mapped[date | None] = day(_("Materials ready"), system=True)
    half_on: Mapped[date | None] = day(_("Production 50 %"), system=True)
    finished_on: Mapped[date | None] = day(_("Finished on"), system=True)
    inspected_on: Mapped[date | None] = day(_("Inspected"), system=True)
    packed_on: Mapped[date | None] = day(_("Packed"), system=True)
    stop_reason: Mapped[str | None] = text(_("Reason of pause or cancelling"), system=True)
    remarks: Mapped[str | None] = note(_("Remarks"))
    operations = lines("mes.operation", _("Operations"))

    @property
    def promised(self) -> date | None:
        """The day promised to the customer, otherwise the due date of the work order."""
        order = self.order
        return (order.delivery_date if order is not None else None) or self.due

    @property
    def tallies(self) -> list[Tally]:
        """What was reported at each operation, in order."""
        return [operation.tally for operation in self.operations]

    @property
    def good(self) -> Decimal:
        """Good pieces out of the last operation."""
        return self.operations[-1].good if self.operations else ZERO

    @property
    def minutes(self) -> int:
        """Standard minutes of all operations."""
        return sum(operation.minutes for operation in self.operations)


class Operation(Line):
    """One operation of a work order, copied from the routing when the work order is made."""

    key = "mes.operation"
    parent = "mes.work_order"
    label = _("Operation")

    op_no: Mapped[int] = integer(_("No."), required=True)
    label_text: Mapped[str] = text(_("Operation"), required=True, length=80)
    centre_id: Mapped[int] = link("mes.work_centre", _("Work centre"), required=True)
    setup: Mapped[Decimal] = quantity(_("Setup (min)"), default=ZERO, minimum=ZERO)
    run: Mapped[Decimal] = quantity(_("Run (min per piece)"), default=ZERO, minimum=ZERO)
    stations: Mapped[int] = integer(_("Stations"), default=1, minimum=ONE)
    efficiency: Mapped[Decimal] = percent(_("Efficiency"), default=ONE, minimum=Decimal("0.01"))
    qc_point: Mapped[bool] = boolean(_("Inspection after it"))
    planned: Mapped[Decimal] = quantity(_("Planned"), system=True, default=ZERO)
    good: Mapped[Decimal] = quantity(_("Good"), system=True, default=ZERO)
    rework: Mapped[Decimal] = quantity(_("In rework"), system=True, default=ZERO)
    scrap: Mapped[Decimal] = quantity(_("Scrap"), system=True, default=ZERO)
    first_good: Mapped[Decimal] = quantity(_("Good at first"), system=True, default=ZERO)
    worked: Mapped[Decimal] = quantity(_("Worked minutes"), system=True, default=ZERO)
    pinned: Mapped[datetime | None] = moment(_("Start set by hand"), system=True)
    planned_start: Mapped[datetime | None] = moment(_("Planned start"), system=True)
    planned_end: Mapped[datetime | None] = moment(_("Planned end"), system=True)
    actual_start: Mapped[datetime | None] = moment(_("Started"), system=True)
    actual_end: Mapped[datetime | None] = moment(_("Finished"), system=True)

    @property
    def tally(self) -> Tally:
        return Tally(
            self.planned, self.run, self.good, self.rework, self.scrap, self.first_good
        )

    @property
    def minutes(self) -> int:
        """Standard minutes of the whole quantity (DOMAIN §2.9)."""
        return self.minutes_for(self.planned)

    @property
    def left(self) -> int:
        """Minutes still to work: setup only if nothing was reported; 0 when it is done."""
        rest = max(ZERO, self.planned - self.good - self.scrap)
        if rest == 0 or self.actual_end is not None:
            return 0
        setup = ZERO if self.actual_start else self.setup
        return max(1, operation_minutes(rest, setup, self.run, self.stations, self.efficiency))

    def minutes_for(self, pieces: Decimal) -> int:
        return operation_minutes(
            pieces, self.setup, self.run, self.stations, self.efficiency
        )


class OpReport(Record):
    """What was made at an operation; never deleted, only reversed by a mirror report."""

    key = "mes.op_report"
    label, plural = _("Operation report"), _("Operation reports")
    number = Number("OR{yy}{mm}{seq:05}", reset="monthly", at="create")
    icon = "checkbox"
    states = (
        State("posted", _("Posted"), "green", done=True),
        State("reversed", _("Reversed"), "grey", done=True),
        State("reversal", _("Reversal"), "grey", done=True),
    )
    states_set_by_services = ("reversal",)

    work_order_id: Mapped[int] = link("mes.work_order", _("Work order"), required=True)
    op_no: Mapped[int] = integer(_("Operation no."), required=True)
    operation_id: Mapped[int | None] = link("mes.operation", _("Operation"), system=True)
    at: Mapped[datetime | None] = moment(_("Time"))
    operator_id: Mapped[int | None] = user(_("Operator"))
    good: Mapped[Decimal] = quantity(_("Good"), default=ZERO)
    rework: Mapped[Decimal] = quantity(_("Rework"), default=ZERO)
    scrap: Mapped[Decimal] = quantity(_("Scrap"), default=ZERO)
    worked: Mapped[Decimal] = quantity(_("Worked minutes"), default=ZERO)
    from_rework: Mapped[bool] = boolean(_("Pieces come out of rework"))
    reverses_id: Mapped[int | None] = link("mes.op_report", _("Reverses"), system=True)
    reason: Mapped[str | None] = text(_("Reason"), system=True)
    posted: Mapped[bool] = boolean(_("Posted"), system=True)
    defects = lines("mes.report_defect", _("Defects"))


class ReportDefect(Line):
    """Pieces with one kind of defect."""

    key = "mes.report_defect"
    parent = "mes.op_report"
    label = _("Defect")

    code: Mapped[str] = choice(_("Defect"), choices.DEFECTS, required=True)
    quantity: Mapped[Decimal] = quantity(_("Pieces"), required=True, minimum=ZERO)


class Inspection(Record):
    """A lot looked at by sampling; the verdict follows from the plan (DOMAIN §2.9)."""

    key = "mes.inspection"
    label, plural = _("Inspection"), _("Inspections")
    number = Number("QI{yy}{mm}{seq:04}", reset="monthly", at="create")
    icon = "zoom-check"
    states = (
        State("open", _("To inspect"), "amber"),
        State("passed", _("Passed"), "green", done=True),
        State("failed", _("Failed"), "red"),
        State("settled", _("Failed, settled"), "grey", done=True),
    )
    states_set_by_services = ("passed", "failed", "settled")

    kind: Mapped[str] = choice(_("Kind"), choices.INSPECTIONS, required=True, default="fqc")
    work_order_id: Mapped[int | None] = link("mes.work_order", _("Work order"))
    material_id: Mapped[int | None] = link("mes.material", _("Material"))
    lot: Mapped[int] = integer(_("Lot size"), required=True, minimum=ONE)
    level: Mapped[str] = choice(_("Level"), choices.LEVELS, default="II")
    aql_major: Mapped[str] = choice(_("AQL major"), choices.AQLS, default="2.5")
    aql_minor: Mapped[str] = choice(_("AQL minor"), choices.AQLS, default="4.0")
    due: Mapped[date | None] = day(_("Due"))
    critical: Mapped[int] = integer(_("Critical defects"), default=0, minimum=ZERO)
    major: Mapped[int] = integer(_("Major defects"), default=0, minimum=ZERO)
    minor: Mapped[int] = integer(_("Minor defects"), default=0, minimum=ZERO)
    plan: Mapped[dict[str, Any] | None] = structure(_("Sampling plan"))
    sample: Mapped[int | None] = integer(_("Sample"), system=True)
    inspected_on: Mapped[date | None] = day(_("Inspected on"), system=True)
    inspector_id: Mapped[int | None] = user(_("Inspector"), system=True)
    disposition: Mapped[str | None] = choice(
        _("Disposition"), choices.DISPOSITIONS, system=True
    )
    disposition_reason: Mapped[str | None] = text(_("Reason"), system=True)
    repeats_id: Mapped[int | None] = link("mes.inspection", _("Repeats"), system=True)
    remarks: Mapped[str | None] = note(_("Remarks"))
