"""Making, finding and revoking tokens: 256 random bits, stored as a hash, shown once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update

from core.api import Company, Ctx, Forbidden, Invalid, Member, Refusal, User, _, write_audit
from plugins.rest.records import Token

MARK = "tw_"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


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
        secret_hash=_digest(secret), scopes=scopes or ["*"], created_at=ctx.now,
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


@dataclass(frozen=True)
class Caller:
    """Whom a token speaks for: read in one statement, and no longer tied to a session."""

    token: Token
    user: User
    company: Company
    member: Member | None


def find_caller(session: Any, secret: str, now: datetime) -> Caller | None:
    """The caller with a living token and its active user; needs a session over all companies."""
    row = session.execute(
        select(Token, User, Company, Member)
        .join(User, User.id == Token.user_id)
        .join(Company, Company.id == Token.company_id)
        .outerjoin(Member, and_(Member.company_id == Token.company_id,
                                Member.user_id == Token.user_id, Member.active))
        .where(Token.secret_hash == _digest(secret), Token.revoked_at.is_(None), User.active)
    ).first()
    if row is None or (row[0].expires_at is not None and row[0].expires_at <= now):
        return None
    session.expunge_all()
    return Caller(*row)


def note_use(database: Any, token: Token, now: datetime) -> None:
    """Remember when a token was last used, once a minute at most: reading takes no write lock."""
    if token.used_at is None or now - token.used_at > timedelta(minutes=1):
        with database.transaction("*") as session:
            session.execute(
                update(Token).where(Token.id == token.id).values(used_at=now),
                execution_options={"synchronize_session": False},
            )
