"""What the seller bears under each of the eleven Incoterms 2020 rules (DOMAIN §2.2, table)."""

from __future__ import annotations

from enum import StrEnum

TERMS = ("EXW", "FCA", "FAS", "FOB", "CFR", "CPT", "CIF", "CIP", "DAP", "DPU", "DDP")
SEA_ONLY = frozenset({"FAS", "FOB", "CFR", "CIF"})
ARRIVAL = frozenset({"DAP", "DPU", "DDP"})
FREIGHT_INCLUDED = frozenset({"CFR", "CPT", "CIF", "CIP"}) | ARRIVAL


class Element(StrEnum):
    """A cost that the seller may have to bear."""

    INLAND = "inland"
    LOADING = "loading"
    FREIGHT = "freight"
    INSURANCE = "insurance"
    OWN_RISK = "own_risk"
    DESTINATION = "destination"
    UNLOADING = "unloading"
    IMPORT = "import"


_FOB = frozenset({Element.INLAND, Element.LOADING})
_CFR = _FOB | {Element.FREIGHT}
_DAP = _CFR | {Element.OWN_RISK, Element.DESTINATION}

BORNE: dict[str, frozenset[Element]] = {
    "EXW": frozenset(),
    "FCA": frozenset({Element.INLAND}),
    "FAS": frozenset({Element.INLAND}),
    "FOB": _FOB,
    "CFR": _CFR,
    "CPT": _CFR,
    "CIF": _CFR | {Element.INSURANCE},
    "CIP": _CFR | {Element.INSURANCE},
    "DAP": _DAP,
    "DPU": _DAP | {Element.UNLOADING},
    "DDP": _DAP | {Element.IMPORT},
}


def bears(term: str, element: Element) -> bool:
    """Whether the seller bears `element` under `term`; ValueError names an unknown term."""
    try:
        return element in BORNE[term]
    except KeyError:
        raise ValueError(f"{term!r} is no Incoterm 2020; use one of {', '.join(TERMS)}") from None
