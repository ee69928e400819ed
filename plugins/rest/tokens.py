"""Making and revoking tokens: 256 random bits, stored as a hash, shown once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from core.api import Ctx, Forbidden, Invalid, Refusal, _, write_audit
from plugins.rest.callers import digest_of
from plugins.rest.records import Token

MARK = "tw_"
VERBS = ("read", "create", "write", "archive")
UNDECLARED = ("core.admin", "rest.tasks")  # the administrator's; answering tasks by a token


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
    unknown = [scope for scope in scopes if not _means_something(ctx, scope)]
    if unknown:
        raise Invalid(Refusal(_("No right is called “%(scope)s”. Write * for all, or a right such "
                                "as crm.* or crm.customer.read.", scope=unknown[0][:60]), "scopes"))
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


def _means_something(ctx: Ctx, scope: str) -> bool:
    """Whether a pattern fits any right of what is installed, for plugins may be switched on."""
    registry = ctx.registry
    rights = {*UNDECLARED, *registry.permissions}
    for key in registry.records:
        steps = registry.steps.get(key, {}).values()
        rights |= {f"{key}.{verb}" for verb in VERBS} | {step.needs for step in steps}
    head = scope.removesuffix("*")
    return scope == "*" or scope in rights or (
        head.endswith(".") and head != scope and any(right.startswith(head) for right in rights))


def revoke_token(ctx: Ctx, token_id: int) -> None:
    """End a token now; its next request is refused."""
    row = ctx.session.get(Token, token_id)
    if row is None or (row.user_id != ctx.user_id and not ctx.can("rest.tokens")):
        raise Forbidden(_("This is not your token."))
    row.revoked_at = ctx.now
    write_audit(ctx, "rest.token.revoked", None, token=row.prefix)
