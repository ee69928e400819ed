"""What happens to parts, revisions and engineering changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from core.api import (
    Ctx,
    Invalid,
    Refusal,
    Refused,
    _,
    extension_of,
    perform,
    save,
    write_audit,
)
from plugins.products.api import Product
from tradewind_plm.records import BomLine, Change, ChangeLine, Part, ProductLifecycle, Revision


def next_code(count: int) -> str:
    """The letter of the revision after `count` others: A … Z, AA, AB …"""
    word = ""
    while True:
        count, rest = divmod(count, 26)
        word = chr(ord("A") + rest) + word
        if not count:
            return word
        count -= 1


# ---- while it is written
def name_revision(ctx: Ctx, revision: Revision) -> None:
    """Give a new revision the next letter of its part, and the part's words."""
    with ctx.session.no_autoflush:
        part = ctx.session.get(Part, revision.part_id)
        if part is None:
            return
        if revision.code is None:
            known = select(func.count(Revision.id)).where(Revision.part_id == part.id)
            revision.code = next_code(int(ctx.session.scalar(known) or 0))
    revision.name_of_part = f"{part.code}-{revision.code} {part.name}"[:200]


def components(ctx: Ctx, parts: Iterable[int]) -> set[int]:
    """Parts that the drafts and released revisions of `parts` contain directly."""
    query = (
        select(BomLine.part_id).join(Revision, Revision.id == BomLine.parent_id)
        .where(Revision.part_id.in_(list(parts)), Revision.state != "obsolete")
    )
    return set(ctx.session.scalars(query))


def contains_itself(ctx: Ctx, part: int, contents: set[int]) -> bool:
    """Whether a part with these components would be part of itself, on any level."""
    seen: set[int] = set()
    level = set(contents)
    while level:
        if part in level:
            return True
        seen |= level
        level = components(ctx, level) - seen
    return False


def revision_faults(ctx: Ctx, revision: Revision, values: dict[str, Any]) -> list[Refusal]:
    """What a revision may not say."""
    if values and revision.id and revision.state != "draft":
        return [Refusal(_("Only a draft can be changed. Start a new revision of the part."))]
    with ctx.session.no_autoflush:
        found = []
        part = None if revision.id else ctx.session.get(Part, revision.part_id)
        draft = has_draft(ctx, part) if part is not None else None
        if draft is not None:
            found.append(Refusal(draft, "part_id", "duplicate"))
        inside = [line.part_id for line in revision.bom]
        for n, ident in enumerate(inside):
            if ident in inside[:n]:
                found.append(Refusal(
                    _("This part is listed already. Add up the quantities."),
                    f"bom.{n}.part_id", "duplicate",
                ))
        if contains_itself(ctx, revision.part_id, set(inside)):
            found.append(Refusal(
                _("A part cannot contain itself, not even inside another part."), "bom", "circle"
            ))
    return found


# ---- revisions
def start_revision(ctx: Ctx, part: Part, params: dict[str, Any]) -> Revision:
    """A draft of the next revision, with the bill of material of the newest; returns it."""
    newest = ctx.session.scalar(
        select(Revision).where(Revision.part_id == part.id).order_by(Revision.id.desc()).limit(1)
    )
    bom = [
        {"part_id": line.part_id, "quantity": line.quantity, "place": line.place}
        for line in (newest.bom if newest else ())
    ]
    made: Revision = save(ctx, Revision, {
        "part_id": part.id, "what_changed": params.get("what_changed"), "bom": bom,
    })
    return made


def has_draft(ctx: Ctx, part: Part) -> object | None:
    """A part has one draft at a time."""
    query = select(Revision.code).where(Revision.part_id == part.id, Revision.state == "draft")
    code = ctx.session.scalar(query.limit(1))
    return _("Revision %(code)s is still a draft.", code=code) if code else None


def released_of(ctx: Ctx, part_id: int) -> Revision | None:
    """The released revision of a part."""
    found: Revision | None = ctx.session.scalar(
        select(Revision).where(Revision.part_id == part_id, Revision.state == "released")
    )
    return found


def under_change(ctx: Ctx, revision: Revision) -> bool:
    """Whether an engineering change that was approved, or is being, lists the revision."""
    query = (
        select(ChangeLine.id).join(Change, Change.id == ChangeLine.parent_id)
        .where(ChangeLine.revision_id == revision.id, Change.state.in_(("review", "approved")))
    )
    return ctx.session.scalar(query.limit(1)) is not None


def why_not_release(ctx: Ctx, revision: Revision) -> object | None:
    """The first revision is released directly, every later one by an engineering change."""
    if released_of(ctx, revision.part_id) is not None and not under_change(ctx, revision):
        return _("This part is released already. Submit an engineering change with this revision.")
    return None


def unreleased_components(ctx: Ctx, revision: Revision) -> list[Part]:
    """Components without a released revision."""
    inside = [line.part_id for line in revision.bom]
    query = select(Part).where(Part.id.in_(inside), Part.revision.is_(None)).order_by(Part.code)
    return list(ctx.session.scalars(query))


def release(ctx: Ctx, revision: Revision, params: dict[str, Any]) -> None:
    """Release a revision: the one before becomes obsolete, part and product take it over."""
    missing = unreleased_components(ctx, revision)
    if missing:
        raise Refused([
            Refusal(_("Release component %(part)s first.", part=part.code), "bom")
            for part in missing
        ])
    before = released_of(ctx, revision.part_id)
    if before is not None:
        perform(ctx.system(), before, "retire")
    revision.released_on = ctx.today
    part = ctx.session.get(Part, revision.part_id)
    part.revision = revision.code
    product = ctx.session.get(Product, part.product_id) if part.product_id else None
    if product is not None:
        row = extension_of(ctx, ProductLifecycle, product)
        write_audit(ctx, "products.product.changed", product,
                    changes={"plm.revision": [row.revision, revision.code]})
        row.revision = revision.code
        if row.lifecycle in (None, "design"):
            row.lifecycle = "production"
    ctx.emit("plm.part.released", part, revision=revision.code, product=part.product_id)


def retire(ctx: Ctx, revision: Revision, params: dict[str, Any]) -> None:
    """Take a revision out of use; a part without a released one can go into nothing new."""
    part = ctx.session.get(Part, revision.part_id)
    if part is not None and part.revision == revision.code:
        part.revision = None


# ---- engineering changes
def revisions_of(ctx: Ctx, change: Change) -> list[Revision]:
    """The revisions that a change releases, components before what contains them."""
    ids = [line.revision_id for line in change.affected]
    rows = list(ctx.session.scalars(select(Revision).where(Revision.id.in_(ids))))
    waiting, ordered = {row.part_id: row for row in rows}, []
    while waiting:
        free = [
            row for row in waiting.values()
            if not {line.part_id for line in row.bom} & (waiting.keys() - {row.part_id})
        ] or list(waiting.values())
        for row in free:
            ordered.append(waiting.pop(row.part_id))
    return ordered


def submit(ctx: Ctx, change: Change, params: dict[str, Any]) -> None:
    """Ask for approval; every line names a draft, each part once."""
    if not list(change.affected):
        raise Refused(Refusal(_("Add at least one affected part."), "affected", "required"))
    found, parts = [], set()
    for n, line in enumerate(change.affected):
        revision = ctx.session.get(Revision, line.revision_id)
        field = f"affected.{n}.revision_id"
        if revision.state != "draft":
            found.append(Refusal(_("This revision is not a draft any more."), field, "state"))
        if revision.part_id in parts:
            found.append(Refusal(_("Each part can be listed once."), field, "duplicate"))
        parts.add(revision.part_id)
    if found:
        raise Invalid(found)


def release_all(ctx: Ctx, change: Change) -> int:
    """Release what the change lists and is still a draft; returns how many. Safe to repeat."""
    count = 0
    for revision in revisions_of(ctx, change):
        if revision.state == "draft":
            perform(ctx.system(), revision, "release")
            count += 1
    return count


def approved(ctx: Ctx, change: Change, params: dict[str, Any]) -> None:
    """Approved: whatever the workflow did not release yet is released now."""
    change.approved_on = ctx.today
    count = release_all(ctx, change)
    ctx.emit("plm.change.approved", change, released=count)


def withdraw(ctx: Ctx, change: Change, params: dict[str, Any]) -> None:
    """Back to the draft, or off the table; the revisions stay drafts."""


# ---- the card of the workflow designer
def run_release_card(ctx: Ctx, change: Change, config: dict[str, Any]) -> dict[str, Any]:
    """Release the revisions of the change; the flow learns how many there were."""
    count = release_all(ctx, change)
    return {"outcome": "released" if count else "nothing", "facts": {"released": count}}


def affected_products(ctx: Ctx, change: Change) -> int:
    """How many products are sold from the parts that the change affects."""
    ids = [line.revision_id for line in change.affected]
    query = (
        select(func.count(func.distinct(Part.product_id)))
        .join(Revision, Revision.part_id == Part.id).where(Revision.id.in_(ids))
    )
    return int(ctx.session.scalar(query) or 0)
