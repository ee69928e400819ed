"""Lists, forms and menu entries of plm, and its place in the form of a product."""

from __future__ import annotations

from typing import Any

from core.api import (
    ColumnPatch,
    Counter,
    Ctx,
    FormView,
    LinesSection,
    ListView,
    Menu,
    Section,
    ViewPatch,
    _,
)

GROUP = _("Engineering")


def in_draft(ctx: Ctx, record: Any) -> bool:
    """Revisions and changes are edited as drafts only."""
    return record.state in ("draft", "", None)


VIEWS: list[Any] = [
    ListView(
        "plm.part", ("code", "name", "kind", "product_id", "revision", "owner_id"),
        filters=("kind", "product_id", "revision"),
        empty=_("No part yet. Enter the first one, or import your list of parts."),
    ),
    FormView(
        "plm.part",
        (Section("main", _("Part"), ("code", "name", "kind", "product_id", "remarks")),),
        side=("revision", "owner_id"),
        counters=(
            Counter("plm.revision", "part_id", _("Part revisions"), "git-branch"),
        ),
    ),
    ListView(
        "plm.revision", ("part_id", "code", "what_changed", "released_on", "owner_id", "state"),
        filters=("state", "part_id", "released_on"), kanban="state",
        kanban_fields=("name_of_part", "what_changed"),
        empty=_("No revision yet. Start one on a part."),
    ),
    FormView(
        "plm.revision",
        (
            Section("main", _("Part revision"), (
                "part_id", "code", "drawing_id", "what_changed",
            )),
            LinesSection("bom", _("Bill of material"), "bom", ("part_id", "quantity", "place")),
        ),
        side=("released_on", "owner_id"), editable=in_draft,
    ),
    ListView(
        "plm.change", ("number", "subject", "urgent", "approved_on", "owner_id", "state"),
        filters=("state", "urgent", "owner_id"), kanban="state",
        kanban_fields=("subject", "owner_id"),
        empty=_("No engineering change yet. Describe what shall change and list the revisions."),
    ),
    FormView(
        "plm.change",
        (
            Section("main", _("Engineering change"), ("subject", "urgent", "reason")),
            LinesSection("affected", _("Affected parts"), "affected",
                         ("revision_id", "stock", "remark")),
        ),
        side=("approved_on", "owner_id"), editable=in_draft,
    ),
    ViewPatch("products.product", "main", Section(
        "plm", _("Engineering"), ("plm.revision", "plm.lifecycle"),
    )),
    ViewPatch("products.product", "", Counter("plm.part", "product_id", _("Parts"), "tool")),
    ColumnPatch("products.product", "plm.revision"),
]

MENUS = [
    Menu("plm.part", _("Parts"), GROUP, "tool", 10),
    Menu("plm.revision", _("Part revisions"), GROUP, "git-branch", 20),
    Menu("plm.change", _("Engineering changes"), GROUP, "refresh", 30),
    Menu("/plm/report", _("Where parts stand"), GROUP, "chart-bar", 40,
         permission="plm.report.read"),
]
