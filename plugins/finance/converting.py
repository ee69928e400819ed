"""The conversion entry: money of one currency settles what is owed in another (DOMAIN §1.9).

The bank changed a part of a receipt into the money of another account. That part becomes a receipt
of its own with the same value in CNY, so that no exchange result arises from the change itself;
what was converted never reaches the first account.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, allot
from plugins.finance import fx
from plugins.finance.records import BankAccount, Receipt
from plugins.orders.api import rounded

ZERO = Decimal(0)
RATE = Decimal("0.000001")


def _locked(ctx: Ctx, receipt_id: int) -> Receipt:
    """A receipt with its row locked and read anew: two conversions of it pass one by one."""
    ctx.session.flush()
    query = select(Receipt).where(Receipt.id == receipt_id).with_for_update()
    found: Receipt = ctx.session.scalars(
        query, execution_options={"populate_existing": True}).one()
    return found


def convert(ctx: Ctx, receipt: Receipt, params: dict[str, Any]) -> Receipt:
    """Turn a part of a confirmed receipt into a receipt in the currency of another account.

    Returns the new receipt, which is confirmed for the same customer and allocated on its own.
    """
    receipt = _locked(ctx, receipt.id)
    account = ctx.session.get_one(BankAccount, params["account_id"])
    amount = rounded(params["amount"], receipt.currency) if params.get("amount") else receipt.left
    faults = _faults(receipt, account, amount, params["received"])
    if faults:
        raise Refused(faults)
    cny = fx.cny(amount, receipt.rate or ZERO)
    net = rounded(params["received"], account.currency)
    new = Receipt(
        bank_account_id=account.id, value_date=receipt.value_date, payer=receipt.payer,
        remittance=receipt.remittance, currency=account.currency, net=net, charges=ZERO,
        gross=net, rate=(cny / net).quantize(RATE, rounding=ROUND_HALF_UP), allocated=ZERO,
        converted=ZERO, left=net, customer_id=receipt.customer_id,
        claimed_by_id=receipt.claimed_by_id, confirmed_by_id=ctx.user_id, state="confirmed",
        third_party=receipt.third_party, bop_status=receipt.bop_status, bop_due=receipt.bop_due,
        bop_code=receipt.bop_code, converted_from_id=receipt.id, from_amount=amount,
        number=allot(ctx, Receipt.number_rule, Receipt.key),
    )
    ctx.session.add(new)
    receipt.converted += amount
    _settle_left(receipt)
    ctx.session.flush()
    ctx.emit("finance.receipt.converted", receipt, into=new.id, amount=str(amount))
    return new


def _faults(
    receipt: Receipt, account: BankAccount, amount: Decimal, received: Decimal
) -> list[Refusal]:
    found = []
    if receipt.state != "confirmed":
        found.append(Refusal(_("The receipt is not confirmed, or it is posted already."), None))
    if account.currency == receipt.currency:
        text = _("Choose an account in another currency than %(currency)s.",
                 currency=receipt.currency)
        found.append(Refusal(text, "account_id", "currency"))
    if not ZERO < amount <= receipt.left:
        text = _("Only %(left)s of this receipt are left.", left=f"{receipt.left:,.2f}")
        found.append(Refusal(text, "amount", "above_left"))
    if rounded(received, account.currency) <= 0:
        found.append(Refusal(_("Enter what the bank credited for it."), "received"))
    return found


def _settle_left(receipt: Receipt) -> None:
    receipt.left = receipt.gross - receipt.allocated - receipt.converted
    if receipt.state in ("confirmed", "allocated"):
        receipt.state = "allocated" if receipt.left == 0 else "confirmed"


def check_reversal(ctx: Ctx, receipt: Receipt) -> None:
    """A receipt goes back after what was converted from it did."""
    if receipt.converted:
        query = select(Receipt.number).where(
            Receipt.converted_from_id == receipt.id, Receipt.state != "reversed")
        numbers = ", ".join(number or "" for number in ctx.session.scalars(query))
        raise Refused(_("A part of it was converted. Reverse %(numbers)s first.",
                        numbers=numbers))


def give_back(ctx: Ctx, receipt: Receipt) -> None:
    """Reversing a converted receipt gives its part back to the one it came from."""
    if receipt.converted_from_id is None or receipt.from_amount is None:
        return
    source = _locked(ctx, receipt.converted_from_id)
    if source.state == "posted":
        raise Refused(_("Receipt %(number)s is posted already.", number=source.number))
    source.converted -= receipt.from_amount
    _settle_left(source)


def reported(ctx: Ctx, receipt: Receipt) -> None:
    """One BOP report serves a receipt and what was converted from it."""
    root = receipt.converted_from_id or receipt.id
    family = select(Receipt).where((Receipt.id == root) | (Receipt.converted_from_id == root))
    for row in ctx.session.scalars(family):
        row.bop_status = "reported"
