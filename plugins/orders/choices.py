"""Closed lists of the order fields."""

from __future__ import annotations

from core.api import Choice, _

MILESTONE_KINDS = (
    ("deposit", _("Deposit")),
    ("balance", _("Balance")),
    ("lc", _("Letter of credit")),
    ("collection", _("Bank collection")),
    ("open", _("Open account")),
)
TRIGGERS = (
    ("signed", _("Contract signed")),
    ("ready", _("Goods ready")),
    ("bl", _("Bill of lading date")),
    ("presentation", _("Documents presented")),
    ("documents", _("Documents sent")),
)
RISKS = (
    Choice("advance", _("In advance"), "green"),
    Choice("docs", _("Against documents"), "amber"),
    Choice("secured", _("Secured by L/C"), "blue"),
    Choice("credit", _("On credit"), "red"),
)
FUNDS = (
    Choice("waiting", _("Waiting for money"), "amber"),
    Choice("met", _("Production funds in"), "green"),
    Choice("override", _("Released by override"), "red"),
    Choice("credit", _("On credit"), "blue"),
)
PRODUCTION = (
    Choice("none", _("Not started"), "grey"),
    Choice("running", _("In production"), "blue"),
    Choice("finished", _("Finished"), "green"),
)
SHIPMENT = (
    Choice("none", _("Not shipped"), "grey"),
    Choice("partly", _("Partly shipped"), "amber"),
    Choice("shipped", _("Shipped"), "green"),
)
PAYMENT = (
    Choice("none", _("Nothing paid"), "grey"),
    Choice("partly", _("Partly paid"), "amber"),
    Choice("paid", _("Paid"), "green"),
)
GATES = (
    ("production", _("Start of production")),
    ("shipment", _("Shipment")),
    ("documents", _("Release of documents")),
    ("credit", _("Credit limit")),
)
CHANGE_KINDS = (
    ("quantity", _("Quantity")),
    ("specification", _("Specification or model")),
    ("date", _("Delivery date")),
    ("packing", _("Packing, marks, labels")),
    ("price", _("Price, payment term, currency")),
    ("destination", _("Consignee, destination, Incoterm")),
    ("cancel", _("Cancel a line or the order")),
)
CHANGE_REASONS = (
    ("customer", _("Customer's wish")),
    ("own_error", _("Own error")),
    ("material", _("Material")),
    ("force_majeure", _("Force majeure")),
)
CHECK_RESULTS = (
    Choice("open", _("Not checked"), "grey"),
    Choice("pass", _("Pass"), "green"),
    Choice("discrepancy", _("Discrepancy"), "red"),
    Choice("na", _("Not applicable"), "grey"),
)
BL_TYPES = (
    ("original", _("Original B/L")),
    ("telex", _("Telex release")),
    ("seaway", _("Sea waybill")),
)
LC_RULES = (
    ("currency", _("Currency is that of the order")),
    ("amount", _("Amount with tolerance covers the order")),
    ("shipment", _("Latest shipment is not before the promised date")),
    ("presentation", _("Expiry leaves the days to present after shipment")),
    ("partial", _("Partial shipment and transhipment as agreed (Art. 31)")),
    ("invoice", _("Description, term and place fit the invoice word for word (Art. 18)")),
    ("transport", _("Transport document, ports, parties and freight can be met (Art. 20)")),
    ("insurance", _("Insurance at 110 percent of CIF in the credit's currency (Art. 28)")),
    ("quantity", _("Quantity tolerance fits the goods (Art. 30)")),
    ("documents", _("All documents can be issued, originals and copies counted")),
    ("certificates", _("Certificates can be signed and dated as asked")),
    ("names", _("Names and addresses are exact")),
    ("conditions", _("Additional conditions (47A) can be met")),
    ("instalments", _("Instalments, if any, can be kept (Art. 32)")),
)
STAGES = (
    ("signed", _("Before release")),
    ("released", _("Released, not started")),
    ("production", _("In production")),
    ("finished", _("Finished or booked")),
    ("on_board", _("On board")),
)
