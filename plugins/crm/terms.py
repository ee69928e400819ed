"""The lists of values that sales people choose from (DOMAIN §1.1, §1.2, §2.4)."""

from __future__ import annotations

from decimal import Decimal

from core.api import Choice, _

CHANNEL_TYPES = (
    ("b2b_platform", _("B2B platform")),
    ("website", _("Website")),
    ("social", _("Social media")),
    ("exhibition", _("Exhibition")),
    ("mailbox", _("Mailbox")),
    ("referral", _("Referral")),
    ("customs_data", _("Customs data")),
    ("walk_in", _("Walk-in")),
)
INVALID_REASONS = (
    ("spam", _("Spam")),
    ("supplier_offer", _("Offer from a supplier")),
    ("out_of_range", _("Outside our range")),
    ("no_contact", _("No contact data")),
)
CUSTOMER_TYPES = (
    ("importer", _("Importer")),
    ("distributor", _("Distributor")),
    ("retailer", _("Retailer")),
    ("contractor", _("Contractor")),
    ("oem", _("OEM brand")),
    ("trader", _("Trader")),
    ("end_user", _("End user")),
)
GRADES = (
    Choice("A", _("A"), "green"),
    Choice("B", _("B"), "blue"),
    Choice("C", _("C"), "amber"),
    Choice("D", _("D"), "red"),
)
POOLS = (Choice("private", _("Private"), "blue"), Choice("public", _("Public pool"), "amber"))
LOST_REASONS = (
    ("price", _("Price")),
    ("lead_time", _("Lead time")),
    ("certification", _("Certification")),
    ("spec", _("Specification")),
    ("payment_term", _("Payment term")),
    ("no_reply", _("No reply")),
    ("competitor", _("Competitor")),
    ("cancelled", _("Project cancelled")),
)
ACTIVITY_TYPES = (
    ("email", _("E-mail")),
    ("call", _("Call")),
    ("meeting", _("Meeting")),
    ("chat", _("Chat")),
    ("visit", _("Visit")),
    ("note", _("Note")),
)
DUPLICATE_STATES = (
    Choice("none", _("No match"), "green"),
    Choice("soft", _("Possible duplicate"), "amber"),
    Choice("exact", _("Exact match, undecided"), "red"),
    Choice("separate", _("Decided: not a duplicate"), "grey"),
    Choice("merged", _("Decided: merged"), "grey"),
)
UNITS = (
    ("PCS", _("PCS")),
    ("SET", _("SET")),
    ("PR", _("PAIR")),
    ("CTN", _("CTN")),
    ("MTR", _("M")),
    ("KGM", _("KG")),
)
PROBABILITY: dict[str, Decimal] = {
    "new": Decimal("0.10"),
    "qualified": Decimal("0.20"),
    "spec": Decimal("0.35"),
    "quoted": Decimal("0.50"),
    "sampling": Decimal("0.65"),
    "negotiating": Decimal("0.75"),
    "pi_sent": Decimal("0.90"),
    "won": Decimal("1.00"),
    "lost": Decimal("0.00"),
}
OPEN_STAGES = tuple(stage for stage in PROBABILITY if stage not in ("won", "lost"))
