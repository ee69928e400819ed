"""Background work of products."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import select

from core.api import Ctx, Invalid, Refusal, _, write_audit
from plugins.products.ratefeed import read_ecb
from plugins.products.reference import TradeCurrency
from plugins.products.services import keep_rate

SECONDS = 20


def download(url: str) -> bytes:
    """The content of the feed; raises httpx.HTTPError when it cannot be had."""
    if not url.startswith("https://"):
        raise Invalid(Refusal(_("The address of the rate feed must start with https://."), "feed"))
    answer = httpx.get(url, timeout=SECONDS, follow_redirects=False)
    answer.raise_for_status()
    return answer.content


def fetch_rates(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Take the book rates of the feed; when it is down the last rates stay, and the log says so."""
    url = str(ctx.setting("products.rate_feed") or "").strip()
    if not url:
        return {"fetched": 0, "reason": "no feed"}
    try:
        content = download(url)
    except httpx.HTTPError as error:
        write_audit(ctx, "products.rates.feed_down", None, url=url, error=str(error)[:300])
        ctx.emit("products.rates.feed_down", None, error=str(error)[:300])
        return {"fetched": 0, "reason": str(error)[:300]}
    count = take_feed(ctx, content)
    write_audit(ctx, "products.rates.fetched", None, url=url, rates=count)
    return {"fetched": count}


def take_feed(ctx: Ctx, content: bytes) -> int:
    """Keep the book rates of an ECB document for the currencies that the company trades in."""
    traded = set(ctx.session.scalars(select(TradeCurrency.code)))
    found = [r for r in read_ecb(content, ctx.company.currency) if r.currency in traded]
    for feed in found:
        keep_rate(ctx, feed.currency, "book", feed.on, feed.value, "ECB")
    ctx.session.flush()
    return len(found)
