"""The cross-document check: invoice, packing list and declaration say the same (DOMAIN §1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.api import Ctx, Panel, Refusal, _, show_number
from plugins.orders.api import Delivery, order_of, packed_rows, rounded
from plugins.shipping.containers import boxes_of
from plugins.shipping.records import Declaration

ZERO = Decimal(0)


@dataclass(frozen=True)
class Compared:
    """One figure in the papers; a paper that does not carry it has None."""

    name: str
    label: object
    invoice: Decimal | str | None
    packing: Decimal | str | None
    declaration: Decimal | str | None

    @property
    def agrees(self) -> bool:
        """Whether all papers that carry the figure say the same."""
        return len({v for v in (self.invoice, self.packing, self.declaration)
                    if v is not None}) == 1


def compare(ctx: Ctx, declaration: Declaration) -> list[Compared]:
    """Quantity, packages, weights, value and currency of the three papers."""
    delivery = ctx.session.get_one(Delivery, declaration.delivery_id)
    order = order_of(ctx, delivery)
    charges = {line.id for line in order.lines if line.charge}
    goods = [row for row in delivery.lines if row.order_line_id not in charges]
    rows = packed_rows(order, delivery)
    items = declaration.items
    boxed = [box.packages for box in boxes_of(ctx, delivery.id)]
    weigh = {
        name: sum((getattr(row, f"{name}_kg") for row in goods), ZERO) for name in ("gross", "net")
    }
    found = [
        Compared(
            "quantity", _("Quantity"), sum((row.quantity for row in goods), ZERO),
            sum((row.quantity for row in rows), ZERO),
            sum((item.quantity for item in items), ZERO),
        ),
        Compared(
            "packages", _("Packages"), Decimal(sum(row.cartons for row in goods)),
            Decimal(sum(row.cartons for row in rows)), Decimal(declaration.packages or 0),
        ),
        *(Compared(name, label, _kg(weigh[name]),
                   _kg(sum((getattr(row, name) for row in rows), ZERO)),
                   _kg(getattr(declaration, name) or ZERO))
          for name, label in (("gross", _("Gross weight (kg)")), ("net", _("Net weight (kg)")))),
        Compared(
            "total", _("Value"),
            rounded(sum((row.amount for row in goods), ZERO), order.currency), None,
            rounded(sum((item.amount for item in items), ZERO), order.currency),
        ),
        Compared("currency", _("Currency"), order.currency, None, declaration.currency),
    ]
    if boxed and all(count is not None for count in boxed):
        found.append(Compared(
            "packages", _("Packages in containers"), Decimal(sum(row.cartons for row in goods)),
            Decimal(sum(count or 0 for count in boxed)), None))
    return found


def _kg(value: Decimal) -> Decimal:
    """Two decimals; below one kilogram customs take 1."""
    return max(rounded(value, "CNY"), Decimal(1)) if value > 0 else ZERO


def faults(ctx: Ctx, declaration: Declaration) -> list[Refusal]:
    """A reason for each figure in which the papers differ."""
    found = []
    for row in compare(ctx, declaration):
        if not row.agrees:
            text = _("%(what)s differs: invoice %(ci)s, packing list %(pl)s, declaration %(de)s.",
                     what=row.label, ci=_text(row.invoice), pl=_text(row.packing),
                     de=_text(row.declaration))
            field = {"quantity": "items", "total": "items"}.get(row.name, row.name)
            found.append(Refusal(text, field, "differs"))
    return found


def _text(value: Decimal | str | None) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else show_number(value)


def panel(ctx: Ctx, declaration: Declaration) -> Panel:
    """The comparison beside the declaration."""
    rows = compare(ctx, declaration)
    shown: list[tuple[object, object]] = [
        (row.label, ("✓ " if row.agrees else "✗ ")
         + " · ".join(_text(v) for v in (row.invoice, row.packing, row.declaration)))
        for row in rows
    ]
    good = all(row.agrees for row in rows)
    return Panel(
        "shipping.conformity", _("Invoice · packing list · declaration"), rows=shown,
        colour="green" if good else "red", sequence=10,
    )
