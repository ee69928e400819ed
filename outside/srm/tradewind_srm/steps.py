"""The steps on suppliers, price lists, requests and quotes."""

from __future__ import annotations

from marshmallow import Schema

from core.api import Step, _, param
from tradewind_srm import services

SUPPLIER, PRICES, RFQ, QUOTE = "srm.supplier", "srm.price_list", "srm.rfq", "srm.quote"


class ReasonParams(Schema):
    reason = param("text", _("Reason"), required=True, length=500)


STEPS = [
    Step("qualify", SUPPLIER, _("Qualify"), ("candidate",), "qualified", services.qualify,
         pending="review", rejected="candidate", done=services.qualified, primary=True,
         icon="shield-check", sequence=10),
    Step("suspend", SUPPLIER, _("Suspend"), ("qualified",), "suspended", services.suspend,
         params=ReasonParams, danger=True, icon="hand-stop", sequence=80),
    Step("readmit", SUPPLIER, _("Readmit"), ("suspended", "qualified"), "candidate",
         services.readmit, permission="srm.supplier.qualify", icon="refresh", sequence=20,
         help=_("Qualify it again, for example before the qualification ends")),
    Step("activate", PRICES, _("Put in force"), ("draft",), "active", services.activate,
         primary=True, icon="check", sequence=10),
    Step("end", PRICES, _("End"), ("active",), "ended", services.end,
         permission="srm.price_list.activate", danger=True, icon="archive", sequence=20),
    Step("send", RFQ, _("Send"), ("draft",), "sent", services.send, primary=True, icon="send",
         sequence=10),
    Step("award", RFQ, _("Award"), ("sent",), "awarded", services.nothing,
         permission="srm.quote.accept", hidden=True, icon="trophy", sequence=20),
    Step("cancel", RFQ, _("Cancel"), ("draft", "sent"), "cancelled", services.nothing,
         permission="srm.rfq.send", danger=True, icon="ban", sequence=90),
    Step("accept", QUOTE, _("Accept"), ("open",), "accepted", services.accept, primary=True,
         icon="trophy", sequence=10,
         next_url=lambda ctx, quote, prices: f"/r/{PRICES}/{prices.id}"),
    Step("decline", QUOTE, _("Decline"), ("open",), "declined", services.nothing,
         permission="srm.quote.accept", icon="x", sequence=20),
]
