"""Making and revoking tokens: 256 random bits, stored as a hash, shown once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from core.api import Ctx, Forbidden, Invalid, Refusal, _, write_audit
from plugins.rest.callers import digest_of
from plugins.rest.records import Token

MARK = "tw_"


def add_token(
    ctx: Ctx, user_id: int, label: str, scopes: list[str], days: int | None = 365
) -> tuple[Token, str]:
    """A new token of a user and its secret, which cannot be read again.

    `scopes` are permission patterns such as "crm.*"; they never widen the user's rights.
    """
    if not label.strip():
        raise Invalid(Refusal(_("Say what the token is for."), "label"))
    if days is not None and not 1 <= days <= 3650:
        raise Invalid(Refusal(_("A token lives 1 to 3,650 days."), "days"))
    if user_id != ctx.user_id:
        ctx.require("rest.tokens")
    secret = MARK + secrets.token_urlsafe(32)
    row = Token(
        company_id=ctx.company.id, user_id=user_id, label=label.strip()[:80], prefix=secret[:9],
        secret_hash=digest_of(secret), scopes=scopes or ["*"], created_at=ctx.now,
        expires_at=ctx.now + timedelta(days=days) if days else None,
    )
    ctx.session.add(row)
    ctx.session.flush()
    write_audit(ctx, "rest.token.added", None, token=row.prefix, user=user_id, scopes=row.scopes)
    return row, secret


def revoke_token(ctx: Ctx, token_id: int) -> None:
    """End a token now; its next request is refused."""
    row = ctx.session.get(Token, token_id)
    if row is None or (row.user_id != ctx.user_id and not ctx.can("rest.tokens")):
        raise Forbidden(_("This is not your token."))
    row.revoked_at = ctx.now
    write_audit(ctx, "rest.token.revoked", None, token=row.prefix)
