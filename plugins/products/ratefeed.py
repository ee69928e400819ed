"""Reading exchange rates: the ECB's daily XML (also its 90-day form), and lists in CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from core.api import Invalid, Refusal, _
from plugins.products.sharing import rounded

LARGEST_FEED = 5 * 2**20


@dataclass(frozen=True)
class FeedRate:
    """One rate of a feed: `value` home currency per unit of `currency` on a day."""

    currency: str
    on: date
    value: Decimal


def read_ecb(content: bytes, home: str) -> list[FeedRate]:
    """Rates of an ECB document, turned from "per euro" into `home` per unit, 6 places.

    Only currencies of the feed; days without the home currency are left out. Raises Invalid
    when the document is not such a feed.
    """
    if len(content) > LARGEST_FEED:
        raise Invalid(Refusal(_("The rate feed is larger than 5 MB."), "feed"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable() from error
    found: list[FeedRate] = []
    for block in root.iter("{*}Cube"):
        if "time" in block.attrib:
            found += _one_day(block, home)
    if not found:
        raise _unreadable()
    return found


def _unreadable() -> Invalid:
    return Invalid(
        Refusal(_("The rate feed is not an ECB document. Check its address."), "feed", "feed")
    )


def _one_day(block: etree._Element, home: str) -> list[FeedRate]:
    try:
        on = date.fromisoformat(block.get("time", ""))
        per_euro = {
            cube.get("currency", ""): Decimal(cube.get("rate", ""))
            for cube in block.iter("{*}Cube")
            if "currency" in cube.attrib
        }
    except (ValueError, InvalidOperation) as error:
        raise _unreadable() from error
    per_euro["EUR"] = Decimal(1)
    if per_euro.get(home, Decimal(0)) <= 0:
        return []
    return [
        FeedRate(code, on, rounded(per_euro[home] / value, 6))
        for code, value in sorted(per_euro.items())
        if code != home and value > 0
    ]
