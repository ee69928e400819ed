"""Quotations: price builder, approval, revisions, quotation sheet and proforma invoice."""

from core.api import Plugin, _

plugin = Plugin(
    "quotes",
    _("Quotations"),
    needs=("products", "crm"),
    category="business",
    icon="file-text",
    summary=_("Prices under every Incoterm with cost and margin, approval, revisions, documents."),
)
