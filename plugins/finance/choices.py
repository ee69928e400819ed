"""Closed lists of finance."""

from __future__ import annotations

from core.api import Choice, _

RECEIVABLE_KINDS = (
    ("deposit", _("Deposit")),
    ("balance", _("Balance")),
    ("lc", _("Letter of credit")),
    ("collection", _("Bank collection")),
    ("open", _("Open account")),
    ("other", _("Other charge")),
    ("credit_note", _("Credit note")),
)
BUCKETS = (
    Choice("not_due", _("Not due"), "green"),
    Choice("d1_30", _("1–30 days"), "amber"),
    Choice("d31_60", _("31–60 days"), "amber"),
    Choice("d61_90", _("61–90 days"), "red"),
    Choice("d91_180", _("91–180 days"), "red"),
    Choice("over_180", _("Over 180 days"), "red"),
)
BOP_STATES = (
    Choice("open", _("To report"), "amber"),
    Choice("reported", _("Reported"), "green"),
)
INSURER_STEPS = (
    Choice("notify", _("To be notified"), "amber"),
    Choice("claim", _("Claim to be prepared"), "red"),
)
ENTRY_KINDS = (
    ("revenue", _("Revenue")),
    ("revenue_advance", _("Revenue from money in advance")),
    ("carriage", _("Freight and insurance in the revenue")),
    ("output_vat", _("VAT on a taxable export")),
    ("settled", _("Received for a receivable")),
    ("advance", _("Received in advance")),
    ("advance_used", _("Money in advance used")),
    ("fx", _("Exchange difference, realised")),
    ("fx_month", _("Exchange difference, month end")),
    ("charge", _("Bank charge borne by us")),
    ("write_off", _("Short payment written off")),
    ("conversion", _("Foreign money sold")),
    ("credit_note", _("Credit note")),
    ("sample_goods", _("Samples given away")),
    ("sample_freight", _("Courier of samples")),
)
COST_KINDS = (
    ("goods", _("Goods")),
    ("local", _("Local charges")),
    ("freight", _("Freight")),
    ("insurance", _("Insurance")),
    ("agent", _("Agent commission")),
    ("claims", _("Claims and credit notes")),
    ("other", _("Samples and other direct costs")),
)
INVOICE_STATES = (
    Choice("missing", _("VAT invoice missing"), "amber"),
    Choice("received", _("VAT invoice received"), "green"),
    Choice("none", _("No VAT invoice"), "grey"),
)
CHANNELS = (
    ("email", _("E-mail")),
    ("phone", _("Telephone")),
    ("letter", _("Letter")),
    ("visit", _("Visit")),
)
