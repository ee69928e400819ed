"""Parts, their revisions with the bill of material, and engineering changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Choice,
    Extension,
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    choice,
    day,
    file,
    lines,
    link,
    note,
    quantity,
    text,
)

KINDS = (
    ("made", _("Made in house")),
    ("bought", _("Bought")),
    ("material", _("Raw material")),
)
LIFECYCLES = (
    Choice("design", _("In design"), "grey"),
    Choice("production", _("In production"), "green"),
    Choice("phase_out", _("Phasing out"), "amber"),
    Choice("ended", _("Discontinued"), "red"),
)
EFFECTS = (
    ("use_up", _("Use up stock")),
    ("rework", _("Rework stock")),
    ("scrap", _("Scrap stock")),
)


class Part(Record):
    """Something that is designed, made or bought; what it looks like stands in its revisions."""

    key = "plm.part"
    label, plural = _("Part"), _("Parts")
    title = "name"
    icon = "tool"
    default_sort = "code"
    constraints = (UniqueConstraint("company_id", "code"),)

    code: Mapped[str] = text(_("Part number"), required=True, length=40, search=True)
    name: Mapped[str] = text(_("Part name"), required=True, search=True)
    kind: Mapped[str] = choice(_("Kind of part"), KINDS, required=True, default="made")
    product_id: Mapped[int | None] = link(
        "products.product", _("Sold as product"),
        help=_("The product takes over the released revision"),
    )
    revision: Mapped[str | None] = text(_("Released revision"), length=4, system=True)
    remarks: Mapped[str | None] = note(_("Remarks"))


class Revision(Record):
    """One state of a part's design, with the bill of material that belongs to it."""

    key = "plm.revision"
    label, plural = _("Part revision"), _("Part revisions")
    title = "name_of_part"
    icon = "git-branch"
    states = (
        State("draft", _("Draft"), "grey"),
        State("released", _("Released"), "green"),
        State("obsolete", _("Obsolete"), "red", done=True),
    )
    constraints = (UniqueConstraint("company_id", "part_id", "code"),)

    part_id: Mapped[int] = link("plm.part", _("Part"), required=True)
    code: Mapped[str | None] = text(_("Revision"), length=4, system=True)
    name_of_part: Mapped[str | None] = text(_("Designation"), system=True, search=True)
    what_changed: Mapped[str | None] = note(_("What changed"))
    drawing_id: Mapped[int | None] = file(_("Drawing"))
    released_on: Mapped[date | None] = day(_("Released on"), system=True)
    bom = lines("plm.bom_line", _("Bill of material"))


class BomLine(Line):
    """A component and how much of it goes into one part."""

    key = "plm.bom_line"
    label = _("Component")
    parent = "plm.revision"

    part_id: Mapped[int] = link("plm.part", _("Part"), required=True)
    quantity: Mapped[Decimal] = quantity(
        _("Quantity per part"), required=True, minimum=Decimal("0.0001")
    )
    place: Mapped[str | None] = text(_("Position on the drawing"), length=40)


class Change(Record):
    """An engineering change: why, what it affects, and the approval that releases it."""

    key = "plm.change"
    label, plural = _("Engineering change"), _("Engineering changes")
    title = "subject"
    number = Number("EC{yy}{seq:04}", reset="yearly", at="submit")
    icon = "refresh"
    states = (
        State("draft", _("Draft"), "grey"),
        State("review", _("Waiting for approval"), "amber"),
        State("approved", _("Approved"), "green", done=True),
        State("rejected", _("Rejected"), "red"),
        State("cancelled", _("Cancelled"), "grey", done=True),
    )

    subject: Mapped[str] = text(_("Subject"), required=True, search=True)
    reason: Mapped[str] = note(_("Reason for the change"), required=True)
    urgent: Mapped[bool] = boolean(_("Urgent (safety or law)"))
    approved_on: Mapped[date | None] = day(_("Approved on"), system=True)
    affected = lines("plm.change_line", _("Affected parts"))


class ChangeLine(Line):
    """One new revision that the change releases, and what happens to the stock of the old."""

    key = "plm.change_line"
    label = _("Affected part")
    parent = "plm.change"

    revision_id: Mapped[int] = link("plm.revision", _("New revision"), required=True)
    stock: Mapped[str] = choice(_("Old stock"), EFFECTS, required=True, default="use_up")
    remark: Mapped[str | None] = text(_("Remark"))


class ProductLifecycle(Extension):
    """What engineering says of a product: its released revision and where it stands in its life."""

    key = "plm.product"
    extends = "products.product"

    revision: Mapped[str | None] = text(_("Released revision"), length=4, system=True)
    lifecycle: Mapped[str | None] = choice(_("Lifecycle"), LIFECYCLES)
