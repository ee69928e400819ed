"""Group robots of DingTalk and WeCom: what a person reads of an event, and how a robot is called.

Both take a POST with a markdown message and answer 200 with `errcode` 0 when it was shown. DingTalk
signs with a secret: the base64 of HMAC-SHA256 over "<milliseconds>\\n<secret>", in the address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from core.api import Ctx, Event, _, in_locale, record_class, titles

STANDARD, DINGTALK, WECOM = "standard", "dingtalk", "wecom"
KINDS = (
    (STANDARD, _("another system (signed JSON)")),
    (DINGTALK, _("a DingTalk group robot")),
    (WECOM, _("a WeCom group robot")),
)
ACTS = {
    "created": _("created"), "changed": _("changed"), "archived": _("archived"),
    "restored": _("restored"), "approved": _("approved"), "rejected": _("rejected"),
}
LONGEST = 500


def message(ctx: Ctx, event: Event) -> tuple[str, str]:
    """(title, markdown) of an event in the company's language, with a link to the record."""
    with in_locale(ctx.company.locale):
        about = str(ctx.company.name)
        name = title = ""
        if event.record_key in ctx.registry.records:
            title = titles(ctx, event.record_key, [event.record_id or 0]).get(
                event.record_id or 0, "")
            name = str(record_class(event.record_key).label)
        act = _act(ctx, event)
        head = f"{name} {title}: {act}".strip(" :")[:LONGEST]
        base = ctx.session.info["platform"].settings.public_url
        place = f"{base}/r/{event.record_key}/{event.record_id}" if event.record_id else base
        return head, f"**{_plain(head)}**\n\n{_plain(about)}\n\n[{_('Open in Tradewind')}]({place})"


def _act(ctx: Ctx, event: Event) -> str:
    """What happened, in words: a step's label, or created, changed …"""
    rest = event.name.removeprefix(f"{event.record_key}.").split(".")
    step = ctx.registry.steps.get(event.record_key or "", {}).get(rest[0])
    words = [str(step.label) if step is not None else str(ACTS.get(rest[0], rest[0]))]
    words += [str(ACTS.get(part, part)) for part in rest[1:]]
    return " · ".join(words)


def _plain(text: str) -> str:
    """Without what markdown would read as links or emphasis."""
    return "".join(c for c in text if c not in "*[]()_`<>#\\" and c.isprintable())


def body(kind: str, title: str, text: str) -> dict[str, Any]:
    """The message as the robot wants it."""
    if kind == DINGTALK:
        return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    return {"msgtype": "markdown", "markdown": {"content": text}}


def address(kind: str, url: str, secret: str, now: datetime) -> str:
    """Where to send: DingTalk's signature belongs to the address."""
    if kind != DINGTALK or not secret:
        return url
    stamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    sign = quote_plus(base64.b64encode(digest).decode())
    return f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"


def refusal(content: bytes) -> str | None:
    """Why a robot did not show the message although it answered 200; None if it did."""
    try:
        answer = json.loads(content)
        code, text = answer["errcode"], answer.get("errmsg", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "no errcode"
    return None if code == 0 else f"{code} {text}"
