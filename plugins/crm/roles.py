"""Who may do what: all roles of a trading company, and crm's own rights (DOMAIN §0, §1.12)."""

from __future__ import annotations

from core.api import Permission, Role, Setting, _

READERS = (
    "crm.customer.read",
    "crm.contact.read",
    "crm.inquiry.read",
    "crm.channel.read",
    "crm.customer.log_activity",
)
SELLER = (
    *READERS,
    "crm.lead.read",
    "crm.lead.create",
    "crm.lead.write",
    "crm.lead.contacted",
    "crm.lead.convert",
    "crm.lead.separate",
    "crm.lead.merge",
    "crm.lead.invalidate",
    "crm.customer.create",
    "crm.customer.write",
    "crm.customer.claim",
    "crm.customer.release",
    "crm.contact.create",
    "crm.contact.write",
    "crm.contact.archive",
    "crm.inquiry.create",
    "crm.inquiry.write",
    "crm.inquiry.move",
    "crm.inquiry.log_activity",
)
MANAGER = ("crm.*",)

ROLES = [
    Role("rep", _("Sales representative"), SELLER, scope="own", sequence=10),
    Role("sm", _("Sales manager"), MANAGER, scope="subtree", sequence=15),
    Role("mer", _("Merchandiser"), READERS, sequence=20),
    Role("tec", _("Engineer"), READERS, sequence=25),
    Role("fin", _("Finance"), (*READERS, "crm.customer.hold", "crm.customer.unhold"), sequence=30),
    Role("doc", _("Shipping documents"), READERS, sequence=35),
    Role("ppc", _("Production planner"), ("crm.customer.read",), sequence=40),
    Role("pur", _("Purchasing"), ("crm.customer.read",), sequence=45),
    Role("wh", _("Warehouse"), ("crm.customer.read",), sequence=50),
    Role("qc", _("Quality control"), ("crm.customer.read",), sequence=55),
    Role("afs", _("After-sales"), READERS, sequence=60),
    Role("gm", _("General manager"), ("*",), sequence=65),
    Role("adm", _("Administrator"), ("*",), sequence=5),
]

PERMISSIONS = [
    Permission("crm.inquiry.move", _("Move inquiries through their stages")),
]

_POOL = _("Public pool")
_LEADS = _("Leads")
SETTINGS = [
    Setting("crm.auto_assign", _("Assign new leads by rule"), True, "boolean", group=_LEADS),
    Setting(
        "crm.first_answer_hours",
        _("First answer within (working hours)"),
        2,
        "quantity",
        group=_LEADS,
    ),
    Setting(
        "crm.pool_quiet_days",
        _("Back to the pool after days without activity"),
        30,
        "integer",
        group=_POOL,
    ),
    Setting(
        "crm.pool_quoted_days",
        _("Back to the pool after days since a quotation without order"),
        90,
        "integer",
        group=_POOL,
    ),
    Setting("crm.pool_claims_a_day", _("Most claims a day"), 5, "integer", group=_POOL),
    Setting(
        "crm.pool_holding_limit", _("Most prospects one person holds"), 200, "integer", group=_POOL
    ),
    Setting(
        "crm.pool_locked_days",
        _("Days before the former owner may claim again"),
        7,
        "integer",
        group=_POOL,
    ),
]
