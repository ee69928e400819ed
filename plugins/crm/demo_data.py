"""The invented customers of the demo companies (DOMAIN §5): 40 in 20 countries, and 6 more."""

from __future__ import annotations

from typing import NamedTuple


class Firm(NamedTuple):
    """One invented customer; `root` makes its domain, `term` is a payment term code."""

    name: str
    country: str
    place: str
    grade: str
    currency: str
    incoterm: str
    term: str
    kind: str
    root: str
    contact: str
    position: str


_TABLE = """
Brenlicht Handels GmbH|DE|Hamburg|A|EUR|CIF|TT30C|importer|brenlicht|Petra Vogel|Head of purchasing
Falkenlux Leuchten GmbH|DE|Hamburg|B|USD|CIF|OA60|distributor|falkenlux|Jonas Brandt|Buyer
Ruhrvolt Elektro GmbH|DE|Bremerhaven|C|EUR|DAP|TT30C|contractor|ruhrvolt|Sabine Keller|Project buyer
Maren Licht B.V.|NL|Rotterdam|B|EUR|FOB|TT30C|importer|marenlicht|Daan Visser|Managing director
Polderlux B.V.|NL|Rotterdam|C|USD|DAP|TT30B|retailer|polderlux|Lotte Bakker|Category manager
Veltra Lighting Ltd|GB|Felixstowe|B|GBP|CIF|TT30C|distributor|veltra|Oliver Marsh|Buying director
Thornbeam Electrical Ltd|GB|London Gateway|C|USD|FOB|TT30B|contractor|thornbeam|Amelia Frost|Buyer
Claralux SARL|FR|Le Havre|B|USD|DAP|TT30C|importer|claralux|Camille Perrin|Import manager
Solenne Energie SARL|FR|Le Havre|C|EUR|DAP|TT30C|contractor|solenne|Luc Moreau|Owner
Costa Luz Iluminacion S.L.|ES|Valencia|B|EUR|CIF|TT30C|distributor|costaluz|Marta Solis|Purchasing
Iberluma Trade S.L.|ES|Barcelona|D|EUR|FOB|TT100|trader|iberluma|Pau Ferrer|Trader
Lumavera S.r.l.|IT|Genoa|C|USD|FOB|TT30B|oem|lumavera|Giulia Conti|Product manager
Ostral Svetlo Sp. z o.o.|PL|Gdansk|B|USD|FOB|TT30C|distributor|ostral|Marek Zawada|Buyer
Wislux Sp. z o.o.|PL|Gdansk|C|USD|DAP|TT30B|retailer|wislux|Ola Borek|Owner
Nordvik Belysning AB|SE|Gothenburg|A|USD|CIF|OA30|importer|nordvik|Elin Holm|Sourcing manager
Lakeside Lumen LLC|US|Los Angeles|A|USD|FOB|OA60|importer|lakesidelumen|Grace Whitfield|VP sourcing
Prairie Volt Supply LLC|US|Houston|B|USD|FOB|TT30B|distributor|prairievolt|Ben Holloway|Buyer
Bayline Lighting Inc|US|New York|B|USD|FOB|TT30C|distributor|bayline|Nora Lindt|Purchasing
Redmesa Solar LLC|US|Long Beach|B|USD|DDP|TT30B|contractor|redmesa|Carlos Vega|Project lead
Cedarpoint Retail Inc|US|Savannah|C|USD|DDP|TT30B|retailer|cedarpoint|Amy Stroud|Category buyer
Mapleglow Imports Ltd|CA|Vancouver|B|USD|FOB|TT30B|importer|mapleglow|Liam Roy|Owner
Pacifica Luminarias S.A. de C.V.|MX|Manzanillo|A|USD|CIF|TT30C|distributor|pacifica|Ximena Rio|Buyer
Sierra Luz S.A. de C.V.|MX|Manzanillo|D|USD|DDP|TT30B|contractor|sierraluz|Diego Luna|Owner
Luzamar Importadora Ltda|BR|Santos|C|USD|CFR|LCS|importer|luzamar|Bruna Costa|Import manager
Andes Solar SpA|CL|San Antonio|B|USD|CIF|LCS|contractor|andessolar|Tomas Araya|Project manager
Valpo Luz SpA|CL|Valparaiso|C|USD|FOB|TT30C|distributor|valpoluz|Isabel Rojas|Buyer
Al Nahr Electrical FZE|AE|Jebel Ali|A|USD|CFR|LCS|distributor|alnahr|Yusuf Karim|General manager
Dune Lighting FZE|AE|Jebel Ali|B|USD|FOB|TT30C|trader|dunelighting|Leila Haddad|Buyer
Gulfspark Trading LLC|AE|Jebel Ali|C|USD|EXW|TT30B|trader|gulfspark|Omar Saleh|Trader
Najd Contracting Est|SA|Jeddah|B|USD|CFR|LCS|contractor|najdcon|Faisal Noor|Procurement
Red Sea Lamps Est|SA|Jeddah|C|USD|FOB|TT30C|retailer|redsealamps|Huda Amin|Owner
Sahel Bright Trading Ltd|NG|Apapa|B|USD|FOB|TT30B|importer|sahelbright|Chidi Okoro|Managing director
Lagoon Electric Ltd|NG|Apapa|D|USD|FOB|TT100|trader|lagoonelectric|Amaka Eze|Owner
Rift Valley Power Ltd|KE|Mombasa|C|USD|CIF|LCS|contractor|riftpower|Wanjiru Mwangi|Procurement
Karoo Solar (Pty) Ltd|ZA|Durban|B|USD|FOB|DPS|importer|karoosolar|Thandi Nkosi|Buyer
Capeglow Lighting (Pty) Ltd|ZA|Durban|C|USD|EXW|TT30C|distributor|capeglow|Pieter Botha|Buyer
Siam Lumen Co., Ltd.|TH|Laem Chabang|C|USD|EXW|TT30B|distributor|siamlumen|Nok Srisai|Purchasing
Harbour Volt Pty Ltd|AU|Sydney|A|USD|FOB|OA60|importer|harbourvolt|Ruby Carter|Sourcing lead
Outback Solar Pty Ltd|AU|Melbourne|D|USD|FOB|TT100|contractor|outbacksolar|Jack Nolan|Owner
Southlight Supplies Pty Ltd|AU|Melbourne|D|AUD|FOB|TT100|retailer|southlight|Mia Dunn|Buyer
"""
_SMALL = """
Kestrel Lamp Works Ltd|GB|Felixstowe|B|USD|FOB|TT30C|importer|kestrellamp|Ivy Stone|Buyer
Aldora Trade GmbH|DE|Hamburg|C|EUR|FOB|TT30B|trader|aldora|Kai Lorenz|Owner
Brisa Luz S.L.|ES|Valencia|C|EUR|CIF|TT30C|retailer|brisaluz|Ines Mora|Buyer
Stonebay Electric LLC|US|Los Angeles|B|USD|FOB|TT30C|distributor|stonebay|Paul Reed|Buyer
Mirage Lighting FZE|AE|Jebel Ali|C|USD|FOB|TT100|trader|miragelight|Samir Aziz|Trader
Tasman Glow Pty Ltd|AU|Sydney|B|USD|FOB|TT30C|importer|tasmanglow|Zoe Hart|Owner
"""
HEADS = (
    "Al Bor Cal Dar Esk Fjel Gar Han Is Jun Kal Lyr Mis Nov Orl Pel Quin Riv Sun Tar Um Var Wen "
    "Xan Yar Zeph Arb Bel Cir Del"
).split()
TAILS = (
    "ano avia enta ero esta ica iden ilo imar inda ira isto olan omar ona ondo ora orin osta una "
    "unda uro usta elia emia eron etta avo ale ark"
).split()
TRADES = "Lighting Lux Elektro Solar Lumen Energy Illumination Bright".split()
FORMS = {
    "DE": "GmbH",
    "NL": "B.V.",
    "GB": "Ltd",
    "FR": "SARL",
    "ES": "S.L.",
    "IT": "S.r.l.",
    "PL": "Sp. z o.o.",
    "US": "LLC",
    "MX": "S.A. de C.V.",
    "BR": "Ltda",
    "AE": "FZE",
    "ZA": "(Pty) Ltd",
    "AU": "Pty Ltd",
    "IN": "Pvt Ltd",
    "TR": "Ltd",
    "VN": "Co., Ltd.",
}
UNRULED = "KZ"
"""Nobody has this country: its leads wait for the sales manager."""
PEOPLE = (
    "Anna Berg|Luis Prado|Mehmet Kaya|Julia Wolf|Sam Porter|Priya Rao|Minh Tran|Eva Novak|"
    "Paolo Riva|Sofia Alves|Karim Farah|Helen Price|Igor Petran|Nadia Sabry|Tom Fisher|Maria Sanz"
).split("|")
SPAM = (
    ("SEO packages for your website", "spam"),
    ("We are a factory of aluminium housings", "supplier_offer"),
    ("Price for wooden pallets", "out_of_range"),
    ("hello price??", "no_contact"),
)
NOTES = (
    "Asked for the IES file and the CE certificate",
    "Wants a better price for a full container",
    "Compares with a supplier in Zhongshan, decides next month",
    "Drawing of the packing sent, waits for the marketing department",
    "Needs the goods before the season starts in spring",
    "Asked whether the driver can be replaced on site",
)
NEXT = (
    "Send the specification",
    "Call about the target price",
    "Ask for the delivery window",
    "Send the catalogue of the new panels",
    "Follow up the sample",
    "Confirm the certificates",
)


def _firms(table: str) -> list[Firm]:
    return [Firm(*line.split("|")) for line in table.strip().splitlines()]


FIRMS = _firms(_TABLE)
SMALL_FIRMS = _firms(_SMALL)
AMERICAS = frozenset("US CA MX BR CL".split())
SOUTH = frozenset("AE SA NG KE ZA".split())
PACIFIC = frozenset("TH AU IN VN".split())
EUROPE = frozenset("DE NL GB FR ES IT PL SE TR".split())
REGIONS = (
    ("Europe", EUROPE),
    ("Americas", AMERICAS),
    ("Middle East, Africa", SOUTH),
    ("Asia-Pacific", PACIFIC),
)
"""Whose countries are whose, in the order of the representatives (DOMAIN §5)."""
BIGGEST = frozenset(
    "brenlicht nordvik lakesidelumen pacifica alnahr harbourvolt mapleglow ostral".split()
)
"""Eight customers of forty make 60 % of the turnover."""
WEIGHTS = {"A": 7.0, "B": 3.3, "C": 2.0, "D": 1.7}


def weight_of(name: str, grade: str | None) -> float:
    """How often a customer asks and orders, beside the others."""
    return WEIGHTS["A" if is_big(name) else grade or "C"]


def is_big(name: str) -> bool:
    """Whether a customer is one of the biggest."""
    return any(firm.name == name and firm.root in BIGGEST for firm in FIRMS)
