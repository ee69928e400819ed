"""Hooks that orders offers to other plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from decimal import Decimal

    from core.api import Ctx
    from plugins.orders.records import Order


@hookspec(firstresult=True)
def show_bank_details(ctx: Ctx, currency: str) -> dict[str, str] | None:
    """Return the bank account to print on a proforma invoice in `currency`.

    Keys: beneficiary, bank, swift, account, address, intermediary. When: a document is drawn.
    Read only; the first answer counts. Since: 0.1.
    """


@hookspec(firstresult=True)
def credit_excess(ctx: Ctx, order: Order, total: Decimal) -> Decimal | None:
    """Return by how many US dollars the customer would be above the limit at a new `total`.

    `total` is in the order's currency; 0 means within the limit, None that nobody watches it.
    When: an order change is computed. Read only; the first answer counts. Since: 0.1.
    """
