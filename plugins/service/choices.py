"""The lists of values of after-sales (DOMAIN §1.10, §6.5)."""

from __future__ import annotations

from core.api import Choice, _

CATEGORIES = (
    ("quality", _("Quality")),
    ("transit", _("Packing or transit damage")),
    ("short", _("Short or wrong goods")),
    ("documents", _("Papers and documents")),
    ("delay", _("Delay")),
    ("commercial", _("Commercial")),
    ("certification", _("Certification")),
)
HANDLER_ROLES = {
    "quality": "qc",
    "transit": "doc",
    "short": "wh",
    "documents": "doc",
    "delay": "mer",
    "commercial": "rep",
    "certification": "tec",
}
SEVERITIES = (
    Choice("S1", _("S1 safety, fire, recall, all refused"), "red"),
    Choice("S2", _("S2 batch defect or large claim"), "red"),
    Choice("S3", _("S3 minor, documents, short delay"), "amber"),
    Choice("S4", _("S4 question, suggestion"), "grey"),
)
REMEDIES = (
    ("replace", _("Replacement")),
    ("spares", _("Spare parts")),
    ("credit", _("Credit note")),
    ("discount", _("Discount on the next order")),
    ("refund", _("Refund")),
    ("return", _("Return")),
    ("none", _("No remedy")),
)
RESPONSIBLE = (
    ("factory", _("Factory")),
    ("supplier", _("Supplier")),
    ("carrier", _("Carrier")),
    ("insurer", _("Insurer")),
    ("customer", _("The customer himself")),
)
REVIEWS = (
    Choice("works", _("It works"), "green"),
    Choice("fails", _("It does not work"), "red"),
)
SOURCES = (("mail", _("E-mail")), ("form", _("Web form")), ("rep", _("Through the representative")))
PART_KINDS = (
    ("replacement", _("Replacement")),
    ("spare", _("Spare part")),
    ("return", _("Return")),
)
CARE_KINDS = (
    ("visit", _("Visit")),
    ("greeting", _("Greeting")),
    ("reorder", _("Reorder reminder")),
    ("satisfaction", _("Satisfaction survey")),
)
