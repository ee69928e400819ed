"""What other plugins may use of products: trade data, rates, taxes, packing and sharing."""

from __future__ import annotations

from plugins.products.packing import (
    NO_CARGO,
    Cargo,
    Carton,
    Container,
    Load,
    Plan,
    chargeable_kg,
    cheapest_plan,
    lcl_freight,
    load,
    packed,
)
from plugins.products.sharing import milestone_amounts, rounded, share_out
from plugins.products.tax import (
    Invoice,
    Regime,
    TaxTerms,
    manufacturer_period,
    net_goods_cost,
    refund_amount,
    terms_for_invoice,
)
from plugins.products.tiers import Tier, falling, tier_price

__all__ = [
    "NO_CARGO",
    "Cargo",
    "Carton",
    "Container",
    "Invoice",
    "Load",
    "Plan",
    "Regime",
    "TaxTerms",
    "Tier",
    "chargeable_kg",
    "cheapest_plan",
    "falling",
    "lcl_freight",
    "load",
    "manufacturer_period",
    "milestone_amounts",
    "net_goods_cost",
    "packed",
    "refund_amount",
    "rounded",
    "share_out",
    "terms_for_invoice",
    "tier_price",
]
