"""Telling the people who hold a role."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from core.api import Ctx, Member, notify


def holders(ctx: Ctx, roles: Iterable[str]) -> list[int]:
    """User ids of active members who hold one of the roles."""
    wanted = set(roles)
    members = ctx.session.scalars(select(Member).where(Member.active))
    return [member.user_id for member in members if wanted & set(member.roles)]


def tell(
    ctx: Ctx, roles: Iterable[str], text: object, url: str, also: Iterable[int | None] = ()
) -> None:
    """Leave a notice for everybody with one of the roles and for the users in `also`, once each."""
    for user_id in dict.fromkeys([*holders(ctx, roles), *(u for u in also if u)]):
        notify(ctx, user_id, text, url)
