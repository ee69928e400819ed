"""Hooks that finance offers to other plugins."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.api import hookspec

if TYPE_CHECKING:
    from core.api import Ctx


@hookspec
def show_order_costs(ctx: Ctx, order: Any) -> list[tuple[str, str, Decimal, str]] | None:
    """Return costs that another plugin knows of an order: (part, text, CNY, url).

    Parts are goods, local, freight, insurance, agent, claims, other. When: the profit of an order
    is shown. Read only. Since: 0.1.
    """
