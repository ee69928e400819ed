"""Finding what a cell names: people by name or login, records by number or name, lines by place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select

from core.api import Ctx, Line, Member, User, record_class, title_fields


def ids_of(ctx: Ctx, kind: str, target: str, texts: Iterable[str]) -> dict[str, int | None]:
    """The id that each text (in lower case) names; None where nothing or several things fit."""
    wanted = {text.casefold() for text in texts}
    if kind == "user":
        found = _people(ctx)
    elif issubclass(cls := record_class(target), Line):
        found = _lines(ctx, cls, wanted)
    else:
        found = _records(ctx, cls, set(texts))
    named: dict[str, set[int]] = {word: set() for word in wanted}
    for word, ident in found:
        if word in named:
            named[word].add(ident)
    return {word: next(iter(ids)) if len(ids) == 1 else None for word, ids in named.items()}


def _people(ctx: Ctx) -> list[tuple[str, int]]:
    query = select(User.id, User.name, User.login).join(Member, Member.user_id == User.id)
    return [(str(word).casefold(), ident) for ident, *words in ctx.session.execute(query)
            for word in words]


def _records(ctx: Ctx, cls: type[Any], texts: set[str]) -> list[tuple[str, int]]:
    """By number, by name, or by both as an export writes them: "C00031 Lumen GmbH"; or "#12"."""
    names = [getattr(cls, name) for name in title_fields(cls)]
    heads = {word for text in texts for word in (text, text.split(" ", 1)[0])}
    numbers = sorted(heads | {word.upper() for word in heads})
    lowered = sorted(text.casefold() for text in texts)
    ids = [n for text in texts if (n := _number(text, r"#(\d{1,15})"))]
    query = select(cls.id, cls.number, *names).where(or_(
        cls.number.in_(numbers), cls.id.in_(ids),
        *(func.lower(name).in_(lowered) for name in names)))
    found = []
    for ident, number, *titles in ctx.session.execute(query):
        both = [f"{number or ''} {title or ''}".strip() for title in titles]
        words = {str(word).casefold() for word in (number, *titles, *both) if word}
        found += [(word, ident) for word in (*words, f"#{ident}")]
    return found


def _lines(ctx: Ctx, cls: type[Any], words: set[str]) -> list[tuple[str, int]]:
    """By its record's number and its place, "SO26110023/2"; or by its id."""
    parent = record_class(cls.parent)
    ids = [n for word in words if (n := _number(word, r"#?(\d{1,15})"))]
    heads = sorted({word.rpartition("/")[0].upper() for word in words if "/" in word})
    query = select(cls.id, parent.number, cls.position).join(
        parent, parent.id == cls.parent_id).where(or_(cls.id.in_(ids), parent.number.in_(heads)))
    found = []
    for ident, number, position in ctx.session.execute(query):
        found += [(str(ident), ident), (f"#{ident}", ident)]
        if number:
            found.append((f"{number}/{position}".casefold(), ident))
    return found


def _number(text: str, pattern: str) -> int | None:
    match = re.fullmatch(pattern, text, re.ASCII)
    return int(match[1]) if match else None
