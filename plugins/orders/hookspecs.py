"""Hooks that orders offers to other plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from core.api import Ctx


@hookspec(firstresult=True)
def show_bank_details(ctx: Ctx, currency: str) -> dict[str, str] | None:
    """Return the bank account to print on a proforma invoice in `currency`.

    Keys: beneficiary, bank, swift, account, address, intermediary. When: a document is drawn.
    Read only; the first answer counts. Since: 0.1.
    """
