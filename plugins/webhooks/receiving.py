"""Data in: an address per source, a sample, a mapping, and a record made with somebody's rights."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from core.api import (
    Ctx,
    Forbidden,
    Invalid,
    Refusal,
    Refused,
    TradewindError,
    _,
    decrypt,
    encrypt,
    record_class,
    save,
    select_records,
    writable_fields,
    write_audit,
)
from plugins.webhooks.records import Arrival, Source

HONEYPOT = "website_url_confirm"
PER_HOUR = 200
LARGEST = 256 * 1024


def add_source(
    ctx: Ctx, label: str, record: str, acts_as: int, *, public_form: bool = False,
    signed: bool = False,
) -> tuple[Source, str]:
    """A new source and its signing secret ("" if it does not sign); the address holds its token."""
    wrong = []
    if not label.strip():
        wrong.append(Refusal(_("This is needed."), "label"))
    if record not in ctx.registry.records or not ctx.can(f"{record}.create"):
        wrong.append(Refusal(_("Choose what it becomes."), "record"))
    if wrong:
        raise Invalid(wrong)
    secret = secrets.token_hex(32) if signed else ""
    keys = ctx.session.info["platform"].settings.secret_keys
    row = Source(
        company_id=ctx.company.id, label=label.strip()[:80], token=secrets.token_urlsafe(32),
        secret=encrypt(keys, secret) if secret else "", record=record, acts_as_id=acts_as,
        public_form=public_form, mapping={}, fixed={}, created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    write_audit(ctx, "webhooks.source.added", None, label=row.label, about=record)
    return row, secret


def paths_of(value: Any, before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The paths of a sample with an example of each: ("customer.email", "a@b.example")."""
    if isinstance(value, dict) and depth < 6:
        for key, inner in list(value.items())[:100]:
            yield from paths_of(inner, f"{before}.{key}" if before else str(key), depth + 1)
    elif isinstance(value, list) and value and depth < 6:
        yield from paths_of(value[0], f"{before}.0", depth + 1)
    elif before:
        yield before, str(value)[:60]


def at_path(value: Any, path: str) -> Any:
    """What stands at a path of the data, None if nothing does."""
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def set_mapping(ctx: Ctx, source: Source, mapping: dict[str, str], fixed: dict[str, str]) -> None:
    """Fix which part of the data becomes which field, and values that are always the same."""
    known = writable_fields(ctx, record_class(source.record))
    wrong = [Refusal(_("There is no field “%(name)s”.", name=n), n) for n in (*mapping, *fixed)
             if n not in known]
    if wrong:
        raise Invalid(wrong)
    source.mapping = {n: p for n, p in mapping.items() if p}
    source.fixed = {n: v for n, v in fixed.items() if v}


def check_signature(ctx: Ctx, source: Source, body: bytes, given: str) -> None:
    """Refuse a body that was not signed with the source's secret (hex HMAC-SHA256)."""
    if not source.secret:
        return
    secret = decrypt(ctx.session.info["platform"].settings.secret_keys, source.secret)
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, given.removeprefix("sha256=").strip().lower()):
        raise Forbidden(_("The signature does not fit."))


def take(ctx: Ctx, source: Source, data: dict[str, Any], key: str) -> Arrival:
    """Turn what was sent into a record, or keep it with the reason why not; the same key once."""
    known = ctx.session.scalar(
        select(Arrival).where(Arrival.source_id == source.id, Arrival.key == key)
    )
    if known is not None and known.state != "failed":
        return known
    recent = ctx.session.scalar(select(func.count(Arrival.id)).where(
        Arrival.source_id == source.id, Arrival.at > ctx.now - timedelta(hours=1)))
    if source.public_form and (recent or 0) >= PER_HOUR:
        raise Refused(Refusal(_("Too many messages. Try again later."), None, "too-many"))
    row = known or Arrival(company_id=ctx.company.id, source_id=source.id, key=key, body=data,
                           state="kept", at=ctx.now)
    ctx.session.add(row)
    source.sample = data
    if source.public_form and data.get(HONEYPOT):
        row.state, row.error = "spam", "honeypot"
        return row
    if not source.mapping:
        row.state = "kept"
        return row
    make(ctx, source, row)
    return row


def make(ctx: Ctx, source: Source, row: Arrival) -> None:
    """Make the record of an arrival by the mapping; a refusal is kept, nothing is half-saved."""
    values: dict[str, Any] = dict(source.fixed)
    for name, path in source.mapping.items():
        value = at_path(row.body, path)
        if value is not None and not isinstance(value, dict | list):
            values[name] = str(value)
    try:
        with ctx.session.begin_nested():
            record = save(ctx, source.record, _with_links(ctx, source.record, values))
        row.state, row.record_id, row.error = "done", record.id, ""
    except TradewindError as error:
        row.state = "failed"
        row.error = "; ".join(f"{r.field or ''} {r.text}".strip() for r in error.reasons)[:1000]


def _with_links(ctx: Ctx, record: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values, with the records that links name by number, code, title or id."""
    fields = writable_fields(ctx, record_class(record))
    found = dict(values)
    wrong = []
    for name, value in values.items():
        field = fields.get(name)
        if field is None or field.kind != "link" or not value:
            continue
        ident = linked(ctx, field.target or "", str(value))
        if ident is None:
            wrong.append(Refusal(_("There is nothing called “%(value)s”.", value=str(value)[:60]),
                                 name))
        found[name] = ident
    if wrong:
        raise Invalid(wrong)
    return found


def linked(ctx: Ctx, target: str, value: str) -> int | None:
    """The record that a message means: the only one with this number, code or title, or its id."""
    cls = record_class(target)
    for name in dict.fromkeys(("number", "code", cls.title)):
        column = getattr(cls, name, None)
        if column is not None:
            rows = ctx.session.scalars(
                select_records(ctx, cls).where(column == value).with_only_columns(cls.id).limit(2)
            ).all()
            if len(rows) == 1:
                return int(rows[0])
    whole = int(value) if value.isascii() and value.isdecimal() and len(value) < 18 else 0
    known = select_records(ctx, cls).where(cls.id == whole).with_only_columns(cls.id)
    return ctx.session.scalar(known)
