"""Material needs of work orders: explosion from the active bills, shortages, stock moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.api import Ctx, Refusal, Refused, _, save
from plugins.mes.explosion import Component, LoopError, Requirement, Stock, explode
from plugins.mes.masterdata import Bom, Material, Routing, StockMove
from plugins.mes.records import UNFINISHED, WorkOrder

ZERO = Decimal(0)
Item = tuple[str, int]


@dataclass(frozen=True)
class Need:
    """A material with its requirement and the day it is first needed."""

    material: Material
    requirement: Requirement
    on: date | None = None
    number: str | None = None


@dataclass(frozen=True)
class Masters:
    """Bills in force and materials by id, read once for many explosions.

    `routed` are the made parts that get work orders of their own.
    """

    boms: dict[Item, list[Component]]
    materials: dict[int, Material]
    routed: frozenset[int] = frozenset()

    @classmethod
    def read(cls, ctx: Ctx) -> Masters:
        query = select(Routing.material_id).where(
            Routing.state == "active", Routing.material_id.is_not(None))
        routed = frozenset(ident for ident in ctx.session.scalars(query) if ident)
        return cls(active_boms(ctx), materials(ctx), routed)

    def in_the_run(self, demands: Iterable[Item]) -> dict[Item, list[Component]]:
        """The bills of what is made in the run: routed parts end an explosion like bought ones.

        ("w", id) is a part as its own work order makes it.
        """
        found = {item: rows for item, rows in self.boms.items()
                 if item[0] == "p" or item[1] not in self.routed}
        for kind, ident in demands:
            if kind == "w":
                found["w", ident] = self.boms.get(("m", ident), [])
        return found


def active_boms(ctx: Ctx) -> dict[Item, list[Component]]:
    """Components of every active bill, the newest version of each product or made material."""
    query = select(Bom).where(Bom.state == "active").options(selectinload(Bom.lines))
    query = query.order_by(Bom.revision, Bom.id)
    found: dict[Item, list[Component]] = {}
    for bom in ctx.session.scalars(query):
        owner = ("p", bom.product_id) if bom.product_id else ("m", bom.material_id or 0)
        found[owner] = [Component(("m", row.material_id), row.per, row.scrap) for row in bom.lines]
    return found


def materials(ctx: Ctx) -> dict[int, Material]:
    """All materials by id."""
    return {row.id: row for row in ctx.session.scalars(select(Material))}


def explode_quantities(
    ctx: Ctx, demands: dict[Item, Decimal], taken: dict[int, Decimal] | None = None,
    masters: Masters | None = None,
) -> list[Need]:
    """Needs of the demanded products; `taken` is stock that others have reserved."""
    masters = masters or Masters.read(ctx)
    known, taken = masters.materials, taken or {}
    stock = {
        ("m", ident): Stock(
            max(ZERO, row.available - taken.get(ident, ZERO)), row.on_order, row.safety, row.pack
        )
        for ident, row in known.items()
    }
    try:
        found = explode(demands, masters.in_the_run(demands), stock)
    except LoopError as error:
        codes = [known[i].code if kind in "mw" else f"#{i}" for kind, i in error.path]
        raise Refused(_("The bill of material contains itself: %(path)s. Take one row out.",
                        path=" → ".join(codes))) from error
    return [Need(known[need.item[1]], need) for need in found]


def reserved(
    ctx: Ctx, but: WorkOrder | None = None, masters: Masters | None = None
) -> dict[int, Decimal]:
    """Stock that released work orders wait for: their needs are not issued yet."""
    query = select(WorkOrder).where(
        WorkOrder.state.in_(("released", "in_progress", "paused")), WorkOrder.materials_on.is_(None)
    )
    demands = _demands(row for row in ctx.session.scalars(query) if but is None or row.id != but.id)
    if not demands:
        return {}
    found = explode_quantities(ctx, demands, masters=masters)
    return {need.material.id: need.requirement.gross for need in found}


def _demands(orders: Iterable[WorkOrder]) -> dict[Item, Decimal]:
    found: dict[Item, Decimal] = {}
    for row in orders:
        item = item_of(row)
        found[item] = found.get(item, ZERO) + row.quantity
    return found


def item_of(order: WorkOrder) -> Item:
    """What a work order makes: a part or the product itself."""
    return ("w", order.material_id) if order.material_id else ("p", order.product_id)


def own_parts(ctx: Ctx, order: WorkOrder) -> list[Need]:
    """The parts right below a work order that are made by work orders of their own."""
    masters = Masters.read(ctx)
    found = explode_quantities(ctx, _demands([order]), reserved(ctx, order, masters), masters)
    return [need for need in found if need.material.id in masters.routed]


def free(ctx: Ctx, material: Material, but: WorkOrder) -> Decimal:
    """Pieces of a part in stock, on order or in open work orders that nobody else needs."""
    query = select(WorkOrder).where(WorkOrder.state.in_(UNFINISHED), WorkOrder.id != but.id)
    rows = [row for row in ctx.session.scalars(query) if row.above_id != but.id]
    coming = sum((row.quantity - row.good for row in rows if row.material_id == material.id), ZERO)
    waiting = _demands(row for row in rows if row.materials_on is None)
    others = explode_quantities(ctx, waiting) if waiting else []
    asked = sum((n.requirement.gross for n in others if n.material.id == material.id), ZERO)
    left = material.available + material.on_order - material.safety + coming - asked
    return max(ZERO, left)


def needs_of(ctx: Ctx, order: WorkOrder) -> list[Need]:
    """What one work order needs, with the stock that others have not reserved."""
    return explode_quantities(ctx, _demands([order]), reserved(ctx, order))


def missing_for(ctx: Ctx, order: WorkOrder) -> list[Need]:
    """Bought materials that are not in the store for this work order."""
    return [n for n in needs_of(ctx, order) if not n.requirement.made and n.requirement.short > 0]


def waiting_days(ctx: Ctx, orders: Iterable[WorkOrder]) -> dict[int, int]:
    """Days that planned work orders wait for material: the longest lead time of what is short."""
    rows = [row for row in orders if row.state == "planned" and row.materials_on is None]
    if not rows:
        return {}
    masters = Masters.read(ctx)
    taken = reserved(ctx, masters=masters)
    found = {}
    for row in rows:
        needs = explode_quantities(ctx, _demands([row]), taken, masters)
        found[row.id] = max(
            (n.material.lead_days or 0 for n in needs
             if not n.requirement.made and n.requirement.short > 0), default=0,
        )
    return found


def shortage_list(ctx: Ctx) -> list[Need]:
    """What must be bought for all unfinished work orders without material, by need date."""
    query = select(WorkOrder).where(
        WorkOrder.state.in_(("planned", "released", "in_progress", "paused")),
        WorkOrder.materials_on.is_(None),
    )
    orders = list(ctx.session.scalars(query))
    masters = Masters.read(ctx)
    boms = masters.in_the_run(_demands(orders))
    first: dict[int, tuple[date, str]] = {}
    for order in orders:
        on = order.planned_start.astimezone(ctx.zone).date() if order.planned_start else order.due
        for ident in _below(item_of(order), boms):
            if on is not None and (ident not in first or on < first[ident][0]):
                first[ident] = (on, order.number or "")
    found = [
        Need(need.material, need.requirement, *first.get(need.material.id, (None, None)))
        for need in explode_quantities(ctx, _demands(orders), masters=masters)
        if need.requirement.net > 0 and not need.requirement.made
        and need.material.id not in masters.routed
    ]
    return sorted(found, key=lambda n: (n.on or date.max, n.material.code))


def _below(item: Item, boms: dict[Item, list[Component]]) -> set[int]:
    found: set[int] = set()
    for component in boms.get(item, ()):
        ident = component.item[1]  # type: ignore[index]
        if ident not in found:
            found |= {ident} | _below(("m", ident), boms)
    return found


def move(
    ctx: Ctx, material: Material, kind: str, quantity: Decimal,
    order: WorkOrder | None = None, remark: str = "",
) -> StockMove:
    """Book a stock move: receipts above 0, issues below 0, counts as the difference."""
    row: StockMove = save(ctx.system(), StockMove, {
        "material_id": material.id, "kind": kind, "quantity": quantity, "remark": remark,
        "work_order_id": order.id if order else None,
    })
    return row


def lock(ctx: Ctx, ids: Iterable[int]) -> None:
    """Lock materials in order of id and read their stock anew.

    Whoever comes second waits here and then sees what the first one left; the order keeps two
    work orders with the same materials from waiting for each other.
    """
    query = select(Material).where(Material.id.in_(set(ids))).order_by(Material.id)
    ctx.session.scalars(
        query.with_for_update(key_share=True), execution_options={"populate_existing": True}
    ).all()


def check_move(ctx: Ctx, row: StockMove) -> list[Refusal]:
    """A booked move stays; an issue takes out no more than there is."""
    if row.posted:
        return [Refusal(_("A booked move cannot be changed. Book a correction."), "quantity")]
    lock(ctx, [row.material_id])
    material = ctx.session.get(Material, row.material_id)
    if material is None:
        return []
    if row.kind == "receipt" and row.quantity <= 0:
        return [Refusal(_("A receipt is above 0."), "quantity")]
    if row.kind == "issue" and row.quantity >= 0:
        return [Refusal(_("An issue is below 0."), "quantity")]
    if material.available + row.quantity < 0:
        text = _("Only %(have)s of %(code)s are in stock.",
                 have=f"{material.available.normalize():f}", code=material.code)
        return [Refusal(text, "quantity", "stock")]
    return []


def book(ctx: Ctx, row: StockMove) -> None:
    """Add a new move to the stock of its material."""
    if row.posted:
        return
    row.posted, row.at = True, ctx.now
    material = ctx.session.get(Material, row.material_id)  # locked by check_move
    if material is not None:
        material.available += row.quantity
        ctx.session.flush()  # the next lock reads the row anew


def issue(ctx: Ctx, order: WorkOrder) -> None:
    """Take the materials of a work order out of the store; from then on they are ready.

    A made part that the store has not enough of is made in the run: its components go out for
    the missing pieces. Raises Refused with every material that is short.
    """
    lock(ctx, [need.material.id for need in needs_of(ctx, order)])
    short = missing_for(ctx, order)
    if short:
        raise Refused([_short_text(need) for need in short])
    for need in needs_of(ctx, order):
        held = need.material.available
        out = min(need.requirement.gross, held) if need.requirement.made else need.requirement.gross
        if out > 0:
            move(ctx, need.material, "issue", -out, order)
    order.materials_on = ctx.today
    ctx.emit("mes.work_order.materials_ready", order)


def _short_text(need: Need) -> Refusal:
    text = _("%(code)s %(name)s: %(short)s %(unit)s are missing. Buy, make or book them in first.",
             code=need.material.code, name=need.material.label_text,
             short=f"{need.requirement.short.normalize():f}", unit=need.material.unit)
    return Refusal(text, None, "shortage")


def shortage_reasons(ctx: Ctx, order: WorkOrder) -> list[Refusal]:
    """One refusal per material that is short."""
    return [_short_text(need) for need in missing_for(ctx, order)]
