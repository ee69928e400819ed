"""Customs in the demo company, where shipping is there: declared, now and then opened, released."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.api import Refused, perform, save
from plugins.crm.api import comment

if TYPE_CHECKING:
    from plugins.finance.demo import Story
    from plugins.orders.api import Delivery

RECENT = 80
"""Days back to which the deliveries of the demo have a customs declaration."""
CENT, FREIGHT, INSURANCE = Decimal("0.01"), Decimal("0.045"), Decimal("0.0022")
KNOWN = ("用途", "照明"), ("材质", "铝合金"), ("容量", "100Ah")


def pass_customs(story: Story, delivery: Delivery, day: date, opened: bool) -> None:
    """Take a loaded delivery through customs; `opened` costs it three days (story 14)."""
    ctx = story.ctx
    recent = day > story.today - timedelta(days=RECENT)
    if recent and "shipping" in ctx.enabled:
        with story.act(day - timedelta(days=5 if opened else 2), "doc"):
            paper = perform(ctx, delivery, "draft_declaration")
            try:
                declared(ctx, paper)
            except Refused:
                perform(ctx, paper, "withdraw", {"reason": "Papers are not complete"})
                return
        if opened:
            with story.act(day - timedelta(days=4), "doc"):
                perform(ctx, paper, "inspect", {"reason": "Container selected by customs"})
        with story.act(day - timedelta(days=1), "doc"):
            perform(ctx, paper, "release")
    if opened:
        with story.act(day - timedelta(days=1), "doc"):
            comment(ctx, delivery, "Container opened by customs, released on the third day. "
                    "海关查验，第三天放行。")


def declared(ctx: Any, paper: Any) -> None:
    """Complete the elements, have it reviewed, lodged and accepted."""
    rows = [{"id": item.id, "elements": _elements(item.elements or "")} for item in paper.items]
    values: dict[str, Any] = {"items": rows}
    if paper.deal_term in ("1", "2") and not paper.freight:
        values["freight"] = (paper.total * FREIGHT).quantize(CENT)
    if paper.deal_term in ("1", "4") and not paper.insurance:
        values["insurance"] = (paper.total * INSURANCE).quantize(CENT)
    save(ctx, type(paper), values, paper)
    perform(ctx, paper, "review")
    perform(ctx, paper, "lodge", {"broker": "Beilun Customs Broker 北仑报关"})
    number = f"{paper.office}{ctx.today:%Y}0{paper.id:09}"
    perform(ctx, paper, "accept", {"customs_no": number})


def _elements(text: str) -> str:
    """What the broker asks for, where the system knew nothing."""
    parts = text.split("|")
    missing = iter(words for _name, words in KNOWN)
    return "|".join(part.strip() or next(missing, "见合同") for part in parts)
