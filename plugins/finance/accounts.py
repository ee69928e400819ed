"""Bank accounts: a second person confirms every change; foreign money is sold from them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _
from plugins.finance import booking
from plugins.finance.records import BankAccount

PRINTED = frozenset(
    {"beneficiary", "bank", "swift", "account", "address", "intermediary", "currency"}
)


def fill(ctx: Ctx, account: BankAccount, values: dict[str, Any]) -> None:
    """An edit of what is printed takes the confirmation away."""
    if PRINTED & set(values):
        account.edited_by_id = ctx.user_id
        if account.state == "confirmed":
            account.state = "draft"


def confirm(ctx: Ctx, account: BankAccount, params: dict[str, Any]) -> None:
    """The second person of finance or the general manager."""
    if ctx.user_id is not None and account.edited_by_id == ctx.user_id:
        raise Refused(_("You edited this account; a second person must confirm it."))


def sell(ctx: Ctx, account: BankAccount, params: dict[str, Any]) -> None:
    """Sell foreign money of the account for CNY (结汇)."""
    locked = select(BankAccount).where(BankAccount.id == account.id).with_for_update()
    ctx.session.scalar(locked, execution_options={"populate_existing": True})
    if params["amount"] > account.balance:
        text = _("The account holds only %(balance)s.", balance=f"{account.balance:,.2f}")
        raise Refused(Refusal(text, "amount"))
    booking.sell(ctx, account, params["amount"], params["rate"], ctx.today)


def details(ctx: Ctx, currency: str) -> dict[str, str] | None:
    """The confirmed account that papers in a currency print."""
    query = select(BankAccount).where(
        BankAccount.currency == currency, BankAccount.state == "confirmed"
    )
    account = ctx.session.scalar(query.order_by(BankAccount.id).limit(1))
    if account is None:
        return None
    names = ("beneficiary", "bank", "swift", "account", "address", "intermediary")
    return {name: getattr(account, name) or "" for name in names}
