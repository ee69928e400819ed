"""Events out: a delivery per endpoint, signed as Standard Webhooks say, tried for three days."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import hmac
import json
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    Event,
    EventRow,
    Invalid,
    Refusal,
    Refused,
    TradewindError,
    _,
    check_address,
    decrypt,
    encrypt,
    fetch,
    notify,
    plain,
    write_audit,
)
from plugins.webhooks import robots
from plugins.webhooks.records import Delivery, Endpoint

# seconds before the next try; together a little over three days
WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)


def add_endpoint(
    ctx: Ctx, label: str, url: str, events: list[str], kind: str = robots.STANDARD,
    robot_secret: str = "",
) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which is shown once; a robot brings its own, or none."""
    wrong = []
    if not label.strip():
        wrong.append(Refusal(_("This is needed."), "label"))
    try:
        check_address(url)
    except Invalid as error:
        wrong += error.reasons
    patterns = [word.strip() for word in events if word.strip()]
    if not patterns:
        wrong.append(Refusal(_("Say which events, for example orders.*"), "events"))
    if kind not in dict(robots.KINDS):
        wrong.append(Refusal(_("Choose one of the list."), "kind"))
    if wrong:
        raise Invalid(wrong)
    secret = ""
    if kind == robots.STANDARD:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    kept = secret or robot_secret.strip()[:200]
    row = Endpoint(
        company_id=ctx.company.id, label=label.strip()[:80], url=url.strip(), events=patterns,
        secret=encrypt(_keys(ctx), kept) if kept else "", kind=kind, created_by_id=ctx.user_id,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    write_audit(ctx, "webhooks.endpoint.added", None, url=row.url, events=patterns)
    return row, secret


def _keys(ctx: Ctx) -> tuple[str, ...]:
    keys: tuple[str, ...] = ctx.session.info["platform"].settings.secret_keys
    return keys


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """`v1,<base64 of HMAC-SHA256 over id.timestamp.body>`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def wants(endpoint: Endpoint, event: str) -> bool:
    """Whether an endpoint asked for the event."""
    return endpoint.active and any(fnmatch.fnmatchcase(event, p) for p in endpoint.events)


def anybody_wants(ctx: Ctx, event: str) -> bool:
    """Whether an endpoint of the company asked for the event."""
    rows = ctx.session.scalars(select(Endpoint).where(Endpoint.active)).all()
    return any(wants(endpoint, event) for endpoint in rows)


def plan_deliveries(ctx: Ctx, event: Event) -> None:
    """One delivery for each endpoint that wants the event; asked twice it plans once."""
    for endpoint in ctx.session.scalars(select(Endpoint).where(Endpoint.active)):
        if not wants(endpoint, event.name):
            continue
        known = select(Delivery.id).where(
            Delivery.endpoint_id == endpoint.id, Delivery.event_id == event.id)
        if ctx.session.scalar(known) is not None:
            continue
        kept = ctx.session.get(EventRow, event.id)
        if endpoint.kind != robots.STANDARD:
            body = robots.body(endpoint.kind, *robots.message(ctx, event))
        else:
            body = {"type": event.name, "timestamp": kept.at.isoformat() if kept else "", "data": {
                "record": event.record_key, "id": event.record_id, **plain(event.data)}}
        row = Delivery(
            company_id=ctx.company.id, endpoint_id=endpoint.id, event_id=event.id or 0,
            event=event.name, body=json.dumps(body, ensure_ascii=False, sort_keys=True),
            created_at=ctx.now, next_at=ctx.now,
        )
        ctx.session.add(row)
        ctx.session.flush()
        ctx.enqueue("webhooks.deliver", {"delivery": row.id, "attempt": 1},
                    key=f"webhooks:{row.id}:1")


def deliver(ctx: Ctx, payload: dict[str, Any]) -> None:
    """Send one delivery; a failure plans the next try, after the last it is dead.

    A long job: no lock is held while the other server thinks.
    """
    row = ctx.session.get(Delivery, payload["delivery"])
    endpoint = ctx.session.get(Endpoint, row.endpoint_id) if row else None
    if row is None or endpoint is None or row.state != "waiting" or not endpoint.active:
        return
    status, answer = _send(ctx, row, endpoint)
    with ctx.session.info["platform"].act(ctx.company.id, via="job", now=ctx.now) as inner:
        kept = inner.session.get(Delivery, row.id)
        kept.attempts, kept.tried_at = kept.attempts + 1, inner.now
        kept.status, kept.answer = status, answer
        if status is not None and 200 <= status < 300:
            kept.state, kept.next_at = "delivered", None
            return
        if status == 410:
            inner.session.get(Endpoint, endpoint.id).active = False
        _again(inner, kept)


def _send(ctx: Ctx, row: Delivery, endpoint: Endpoint) -> tuple[int | None, str]:
    secret = decrypt(_keys(ctx), endpoint.secret) if endpoint.secret else ""
    headers = {"Content-Type": "application/json", "User-Agent": "Tradewind"}
    if endpoint.kind == robots.STANDARD:
        stamp = int(ctx.now.timestamp())
        message_id = f"msg_{ctx.company.id}_{row.id}"
        headers |= {
            "webhook-id": message_id, "webhook-timestamp": str(stamp),
            "webhook-signature": signature(secret, message_id, stamp, row.body)}
    url = robots.address(endpoint.kind, endpoint.url, secret, ctx.now)
    try:
        answer = fetch(url, method="POST", content=row.body.encode(), headers=headers)
    except TradewindError as error:
        return None, str(error)[:300]
    if endpoint.kind != robots.STANDARD and 200 <= answer.status < 300:
        why = robots.refusal(answer.content)
        if why is not None:
            return None, "".join(c for c in why if c.isprintable())[:300]
    text = answer.content[:200].decode("utf-8", "replace")
    return answer.status, "".join(c for c in text if c.isprintable())


def _again(ctx: Ctx, row: Delivery) -> None:
    if row.attempts > len(WAITS):
        row.state, row.next_at = "dead", None
        endpoint = ctx.session.get(Endpoint, row.endpoint_id)
        if endpoint is not None and endpoint.created_by_id:
            notify(ctx, endpoint.created_by_id, _(
                "“%(name)s” did not take %(event)s in three days; it was given up.",
                name=endpoint.label, event=row.event), f"/webhooks/endpoints/{endpoint.id}")
        return
    row.next_at = ctx.now + timedelta(seconds=WAITS[row.attempts - 1])
    ctx.enqueue("webhooks.deliver", {"delivery": row.id, "attempt": row.attempts + 1},
                key=f"webhooks:{row.id}:{row.attempts + 1}", at=row.next_at)


def replay(ctx: Ctx, delivery_id: int) -> None:
    """Send a delivery once more, with the same id, so that the receiver can tell."""
    row = ctx.session.get(Delivery, delivery_id)
    if row is None:
        raise Refused(_("This delivery does not exist."))
    row.state, row.next_at = "waiting", ctx.now
    ctx.enqueue("webhooks.deliver", {"delivery": row.id, "attempt": row.attempts + 1})


def send_test(ctx: Ctx, endpoint: Endpoint) -> None:
    """Tell the endpoint a fact that nothing depends on."""
    event = ctx.emit("webhooks.test", None, hello="world")
    ctx.session.flush()
    row = ctx.session.scalars(select(EventRow).order_by(EventRow.id.desc()).limit(1)).one()
    words = {"type": event.name, "timestamp": row.at.isoformat(), "data": event.data}
    if endpoint.kind != robots.STANDARD:
        words = robots.body(endpoint.kind, *robots.message(ctx, event))
    body = json.dumps(words, ensure_ascii=False)
    made = Delivery(company_id=ctx.company.id, endpoint_id=endpoint.id, event_id=row.id,
                    event=event.name, body=body, created_at=ctx.now, next_at=ctx.now)
    ctx.session.add(made)
    ctx.session.flush()
    ctx.enqueue("webhooks.deliver", {"delivery": made.id, "attempt": 1},
        key=f"webhooks:{made.id}:1")
