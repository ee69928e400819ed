"""Lists, forms and menus of finance."""

from __future__ import annotations

from typing import Any

from core.api import Counter, Ctx, FormView, LinesSection, ListView, Menu, Section, ViewPatch, _


def draft_only(ctx: Ctx, record: Any) -> bool:
    """Edited as a draft only."""
    return record.state in ("draft", "", None)


def never(ctx: Ctx, record: Any) -> bool:
    """Written by the system."""
    return False


def before_confirmation(ctx: Ctx, record: Any) -> bool:
    """A receipt is edited until finance confirmed it."""
    return record.state in ("unidentified", "claimed", "", None)


def bill_open(ctx: Ctx, record: Any) -> bool:
    """A bill is edited until it is paid; checks guard its figures."""
    return record.state in ("draft", "approved", "", None)


VIEWS = (
    ListView(
        "finance.receivable",
        ("number", "customer_id", "order_id", "delivery_id", "kind", "due", "amount", "open",
         "currency", "state", "promised_on", "owner_id"),
        filters=("state", "customer_id", "kind", "currency", "due", "owner_id",
                 "instalment_of_id"),
        calendar="due",
        create=False,
        empty=_("Nothing is owed. Receivables arise from signed orders and deliveries on board."),
        presets=(("overdue", _("Overdue"), {"f": "state", "op": "eq", "v": "overdue"}),),
        late=(("due", ("due", "overdue", "disputed")),),
    ),
    FormView(
        "finance.receivable",
        (
            Section("main", _("Receivable"), (
                "customer_id", "order_id", "delivery_id", "kind", "amount", "open", "currency",
                "base_date", "due", "paid_on",
            )),
            Section("rates", _("Rates"), ("book_rate", "carrying_rate")),
            Section("chase", _("Collection"), (
                "promised_on", "hold_asked_on", "insurer_step", "instalment_of_id",
                "short_reason", "note",
            )),
        ),
        side=("dunning_level", "owner_id"),
        editable=never,
        counters=(
            Counter("finance.reminder", "receivable_id", _("Reminders"), "bell"),
            Counter("finance.receivable", "instalment_of_id", _("Instalments"), "calendar-event"),
        ),
    ),
    ListView(
        "finance.receipt",
        ("number", "value_date", "payer", "customer_id", "gross", "left", "currency", "remittance",
         "bop_status", "state"),
        filters=("state", "customer_id", "currency", "value_date", "bank_account_id", "bop_status"),
        empty=_("No receipt yet. Enter what the bank credited."),
        presets=(
            ("unidentified", _("To identify"), {"f": "state", "op": "eq", "v": "unidentified"}),
        ),
    ),
    FormView(
        "finance.receipt",
        (
            Section("main", _("Payment received"), (
                "bank_account_id", "value_date", "payer", "remittance", "bank_reference",
                "currency", "net", "charges", "rate", "customer_id",
            )),
            LinesSection(
                "parts", _("Allocations"), "allocations",
                ("receivable_id", "amount", "carrying_rate", "fx", "written_off"),
                totals=("amount", "fx", "written_off"),
            ),
            Section("bop", _("Payer and reports"), (
                "third_party", "bop_status", "bop_due", "bop_code",
            )),
        ),
        side=("gross", "allocated", "converted", "left", "converted_from_id", "from_amount",
              "claimed_by_id", "confirmed_by_id", "reversed_reason"),
        editable=before_confirmation,
    ),
    ListView(
        "finance.bank_account",
        ("name", "bank", "account", "currency", "balance", "value", "state"),
        filters=("currency", "state"),
        empty=_("No bank account yet. Enter one; a second person confirms it."),
    ),
    FormView(
        "finance.bank_account",
        (
            Section("main", _("Bank account"), (
                "name", "beneficiary", "bank", "swift", "account", "address", "intermediary",
                "currency",
            )),
        ),
        side=("balance", "value", "edited_by_id"),
    ),
    ListView(
        "finance.entry",
        ("on", "kind", "order_id", "receivable_id", "receipt_id", "amount", "currency", "rate",
         "cny"),
        filters=("kind", "on", "order_id", "currency", "expense_of_id"),
        create=False,
    ),
    FormView(
        "finance.entry",
        (
            Section("main", _("Booked figure"), (
                "on", "kind", "order_id", "delivery_id", "receivable_id", "receipt_id",
                "expense_of_id", "text",
                "amount", "currency", "rate", "cny",
            )),
        ),
        editable=never,
    ),
    ListView(
        "finance.reminder",
        ("on", "customer_id", "receivable_id", "level", "channel", "promised_on", "state"),
        filters=("state", "customer_id", "on"),
        create=False,
        empty=_("No reminder is due."),
    ),
    FormView(
        "finance.reminder",
        (
            Section("main", _("Payment reminder"), (
                "customer_id", "receivable_id", "level", "on", "channel", "promised_on",
            )),
            Section("text", _("Text"), ("body",), columns=1),
        ),
        editable=draft_only,
    ),
    ListView(
        "finance.bill",
        ("number", "supplier", "invoice_number", "kind", "order_id", "on", "due", "amount",
         "currency", "net_cost", "vat_invoice", "state"),
        filters=("state", "kind", "order_id", "vat_invoice", "due"),
        empty=_("No supplier bill yet."),
        late=(("due", ("draft", "approved")),),
    ),
    FormView(
        "finance.bill",
        (
            Section("main", _("Supplier bill"), (
                "supplier", "invoice_number", "kind", "order_id", "on", "due",
                "currency", "amount", "rate",
            )),
            Section("tax", _("Tax"), ("vat", "regime", "refund_rate", "vat_invoice")),
        ),
        side=("cny", "without_vat", "refund", "net_cost", "claim_id"),
        editable=bill_open,
    ),
    ListView(
        "finance.refund",
        ("number", "period", "amount", "missing", "deadline", "claimed_on", "received_on", "state"),
        filters=("state", "period"),
        empty=_("No refund claim yet."),
    ),
    FormView(
        "finance.refund",
        (Section("main", _("Refund claim"), ("period",)),),
        side=("amount", "missing", "deadline", "claimed_on", "received_on"),
        editable=draft_only,
        counters=(Counter("finance.bill", "claim_id", _("Bills"), "receipt"),),
    ),
    ListView(
        "finance.commission",
        ("order_id", "customer_id", "profit", "margin", "days_late", "rate", "factor", "amount",
         "owner_id", "state"),
        filters=("state", "owner_id", "customer_id"),
        create=False,
        empty=_("No commission yet. It follows from collected orders."),
    ),
    FormView(
        "finance.commission",
        (
            Section("main", _("Sales commission"), (
                "order_id", "customer_id", "profit", "margin", "days_late", "rate", "factor",
                "amount", "carried_in", "carried_out",
            )),
            LinesSection("shares", _("Shares"), "parts", ("role", "user_id", "amount"),
                         totals=("amount",)),
        ),
        side=("owner_id",),
        editable=never,
    ),
    ViewPatch("orders.order", "", Counter("finance.receivable", "order_id", _("Receivables"),
                                          "coins")),
    ViewPatch("orders.order", "", Counter("finance.bill", "order_id", _("Bills"), "receipt")),
    ViewPatch("crm.customer", "", Counter("finance.receivable", "customer_id", _("Receivables"),
                                          "coins")),
)

GROUP = _("Finance")
MENUS = (
    Menu("finance.receipt", _("Receipts"), group=GROUP, icon="cash", sequence=10),
    Menu("finance.receivable", _("Receivables"), group=GROUP, icon="coins", sequence=20),
    Menu("/finance/ageing", _("Ageing"), group=GROUP, icon="hourglass", sequence=25,
         permission="finance.receivable.read"),
    Menu("finance.reminder", _("Reminders"), group=GROUP, icon="bell", sequence=30),
    Menu("finance.bill", _("Supplier bills"), group=GROUP, icon="receipt", sequence=40),
    Menu("finance.refund", _("Tax refund"), group=GROUP, icon="receipt-refund", sequence=50),
    Menu("/finance/profit", _("Order profit"), group=GROUP, icon="chart-bar", sequence=60,
         permission="finance.profit.read"),
    Menu("finance.commission", _("Commissions"), group=GROUP, icon="percentage", sequence=70),
    Menu("finance.bank_account", _("Bank accounts"), group=GROUP, icon="building-bank",
         sequence=80),
    Menu("/finance/vouchers", _("Vouchers"), group=GROUP, icon="file-export", sequence=85,
         permission="finance.entry.read"),
    Menu("finance.entry", _("Booked figures"), group=GROUP, icon="list", sequence=90),
)
