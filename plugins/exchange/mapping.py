"""Which column of a file is which field: guessed in both languages, remembered per record type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    Field,
    Invalid,
    Refusal,
    _,
    fields_of,
    in_locale,
    readable_fields,
    record_class,
    writable_fields,
)
from plugins.exchange.records import RememberedMapping

SKIP = ""
LOCALES = ("zh", "en")
STAMPS = ("owner_id", "created_at")  # kept where a file gives them; existing records keep theirs


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-*:：()（）./]+", "", text).casefold()


def targets(ctx: Ctx, record: str) -> dict[str, Field]:
    """What a column may become: fields, owner and date of creation, the number, and line fields.

    Line fields are called `lines.field`; rows with the same number belong to one record.
    """
    cls = record_class(record)
    found = dict(writable_fields(ctx, cls))
    readable = readable_fields(ctx, cls)
    for name in ("number", *STAMPS):
        if name in readable:
            found.setdefault(name, fields_of(cls)[name])
    for name, lines in cls.line_sets.items():
        for field_name, field in writable_fields(ctx, record_class(lines.target)).items():
            found[f"{name}.{field_name}"] = field
    return found


def headings(ctx: Ctx, record: str) -> dict[str, str]:
    """What a column of each target is called, each another name: lines by set and field."""
    sets = record_class(record).line_sets
    found: dict[str, str] = {}
    for name, field in targets(ctx, record).items():
        head, _dot, _rest = name.partition(".")
        text = f"{sets[head].label}: {field.label}" if head in sets else str(field.label)
        found[name] = f"{text} ({name})" if text in found.values() else text
    return found


def words_of(ctx: Ctx, record: str) -> dict[str, set[str]]:
    """All headings that mean a field: its name and its label in both languages."""
    found: dict[str, set[str]] = {
        name: {_plain(name), _plain(name.removesuffix("_id"))} for name in targets(ctx, record)
    }
    for locale in LOCALES:
        with in_locale(locale):
            for name, field in targets(ctx, record).items():
                found[name].add(_plain(str(field.label)))
            for name, heading in headings(ctx, record).items():
                found[name].add(_plain(heading))
    return found


def guess(ctx: Ctx, record: str, heads: Sequence[Any]) -> dict[str, str]:
    """Column index (as text) → field name: what was used before, else what the words say."""
    known = ctx.session.scalar(select(RememberedMapping).where(RememberedMapping.record == record))
    before = known.mapping if known else {}
    words = words_of(ctx, record)
    found: dict[str, str] = {}
    used: set[str] = set()
    for n, head in enumerate(heads):
        text = _plain(str(head or ""))
        choice = before.get(text)
        if not choice or choice not in words:
            choice = next((name for name, meant in words.items()
                           if text in meant and name not in used), SKIP)
        if choice and choice not in used and text:
            found[str(n)] = choice
            used.add(choice)
    return found


def remember(ctx: Ctx, record: str, heads: Sequence[Any], mapping: dict[str, str]) -> None:
    """Keep the choice of columns for the next file."""
    row = ctx.session.scalar(select(RememberedMapping).where(RememberedMapping.record == record))
    if row is None:
        row = RememberedMapping(company_id=ctx.company.id, record=record, mapping={})
        ctx.session.add(row)
    words = {
        _plain(str(heads[int(n)] or "")): name for n, name in mapping.items() if int(n) < len(heads)
    }
    row.mapping = {**row.mapping, **words}


def check_mapping(ctx: Ctx, record: str, mapping: dict[str, str]) -> dict[str, str]:
    """The mapping without skipped columns; Invalid names what is missing or twice."""
    known = targets(ctx, record)
    chosen = {n: name for n, name in mapping.items() if name}
    wrong: list[Refusal] = []
    for name in chosen.values():
        if name not in known:
            wrong.append(Refusal(_("There is no field “%(name)s”.", name=name[:60]), "mapping"))
    for name in {name for name in chosen.values() if list(chosen.values()).count(name) > 1}:
        wrong.append(Refusal(_("Two columns are mapped to “%(name)s”.", name=known[name].label
                               if name in known else name), "mapping"))
    if not chosen:
        wrong.append(Refusal(_("Map at least one column."), "mapping"))
    if wrong:
        raise Invalid(wrong)
    return chosen


def match_fields(ctx: Ctx, record: str, mapping: dict[str, str]) -> list[str]:
    """Fields by which existing records may be found: the number and searchable text fields."""
    fields = targets(ctx, record)
    return [
        name for name in mapping.values()
        if "." not in name and (name == "number" or (fields[name].search and fields[name].kind in
                                                     ("text", "email", "phone", "url")))
    ]
