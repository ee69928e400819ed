"""Closed lists of the production fields."""

from __future__ import annotations

from core.api import Choice, _

INSPECTIONS = (
    ("iqc", _("Incoming (IQC)")),
    ("ipqc", _("In process (IPQC)")),
    ("fqc", _("Final (FQC)")),
    ("oqc", _("Outgoing (OQC)")),
)
LEVELS = (("I", "I"), ("II", "II"), ("III", "III"))
AQLS = tuple((value, value) for value in ("0.65", "1.0", "1.5", "2.5", "4.0", "6.5"))
DISPOSITIONS = (
    ("rework", _("Rework and inspect again")),
    ("sort", _("Sort and inspect again")),
    ("waive", _("Accept by concession")),
    ("scrap", _("Scrap")),
)
CLASSES = (
    Choice("critical", _("Critical"), "red"),
    Choice("major", _("Major"), "amber"),
    Choice("minor", _("Minor"), "grey"),
)
DEFECTS = (
    ("E01", _("E01 No light")),
    ("E02", _("E02 Flicker")),
    ("A01", _("A01 Scratch")),
    ("W01", _("W01 Water ingress")),
    ("P01", _("P01 Print")),
    ("Q01", _("Q01 Short quantity")),
    ("X99", _("X99 Other")),
)
MOVES = (
    ("receipt", _("Receipt")),
    ("issue", _("Issue to a work order")),
    ("count", _("Correction by count")),
)
DELAY_CAUSES = (
    ("material", _("Material")),
    ("capacity", _("Capacity")),
    ("quality", _("Quality")),
    ("change", _("Order change")),
    ("deposit", _("Deposit late")),
)
