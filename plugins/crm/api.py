"""What other plugins may use of crm."""

from plugins.crm.records import (
    Channel,
    Contact,
    Customer,
    Inquiry,
    InquiryLine,
    Lead,
)
from plugins.crm.terms import (
    GRADES,
    INCOTERMS,
    LOST_REASONS,
    OPEN_STAGES,
    PAYMENT_TERMS,
    PROBABILITY,
    UNITS,
)

__all__ = [
    "GRADES",
    "INCOTERMS",
    "LOST_REASONS",
    "OPEN_STAGES",
    "PAYMENT_TERMS",
    "PROBABILITY",
    "UNITS",
    "Channel",
    "Contact",
    "Customer",
    "Inquiry",
    "InquiryLine",
    "Lead",
]
