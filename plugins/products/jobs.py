"""Background work of products."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.api import Ctx, Invalid, Refused, _, fetch, write_audit
from plugins.products.ratefeed import read_ecb
from plugins.products.reference import TradeCurrency
from plugins.products.services import keep_rate

OK = 200


def download(url: str) -> bytes:
    """The content of the feed; Invalid for an address never called, Refused when it is down."""
    answer = fetch(url)
    if answer.status != OK:
        raise Refused(_("The rate feed answered %(status)s.", status=answer.status))
    return answer.content


def fetch_rates(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Take the book rates of the feed; when it is down the last rates stay, and the log says so.

    An answer that is no feed (a page of the provider's) counts as down. An address that may not
    be called is an error of the setting: the job fails and says so.
    """
    url = str(ctx.setting("products.rate_feed") or "").strip()
    if not url:
        return {"fetched": 0, "reason": "no feed"}
    try:
        content = download(url)
    except Refused as error:
        return _down(ctx, url, str(error))
    try:
        count = take_feed(ctx, content)
    except Invalid as error:
        return _down(ctx, url, str(error))
    write_audit(ctx, "products.rates.fetched", None, url=url, rates=count)
    return {"fetched": count}


def _down(ctx: Ctx, url: str, why: str) -> dict[str, Any]:
    write_audit(ctx, "products.rates.feed_down", None, url=url, error=why[:300])
    ctx.emit("products.rates.feed_down", None, error=why[:300])
    return {"fetched": 0, "reason": why[:300]}


def take_feed(ctx: Ctx, content: bytes) -> int:
    """Keep the book rates of an ECB document for the currencies that the company trades in."""
    traded = set(ctx.session.scalars(select(TradeCurrency.code)))
    found = [r for r in read_ecb(content, ctx.company.currency) if r.currency in traded]
    for feed in found:
        keep_rate(ctx, feed.currency, "book", feed.on, feed.value, "ECB")
    ctx.session.flush()
    return len(found)
