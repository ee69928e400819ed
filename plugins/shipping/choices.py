"""Closed lists of customs and carriers (DOMAIN §3.6, §3.7); the keys are the official codes."""

from __future__ import annotations

from core.api import _

TRANSPORT = (
    ("2", _("Sea")), ("3", _("Rail")), ("4", _("Road")), ("5", _("Air")), ("6", _("Mail")),
)
SUPERVISION = (
    ("0110", _("General trade (0110)")), ("3010", _("Samples and advertising (3010)")),
    ("3100", _("Free replacement (3100)")), ("4561", _("Returned goods (4561)")),
    ("9610", _("E-commerce B2C (9610)")), ("9710", _("E-commerce B2B direct (9710)")),
    ("9810", _("E-commerce overseas warehouse (9810)")), ("1039", _("Market purchase (1039)")),
)
LEVY = (("101", _("General levy (101)")), ("299", _("Other statutory (299)")))
DEAL_TERMS = (
    ("1", _("CIF (1)")), ("2", _("C&F (2)")), ("3", _("FOB (3)")), ("4", _("C&I (4)")),
    ("7", _("EXW (7)")),
)
PACKAGES = (
    ("22", _("Cartons (22)")), ("23", _("Wooden boxes (23)")),
    ("92", _("Pallets of reprocessed wood (92)")), ("93", _("Pallets of natural wood (93)")),
    ("00", _("Bulk (00)")), ("06", _("Bags (06)")), ("99", _("Other (99)")),
)
PACKAGES_ZH = {
    "22": "纸制或纤维板制盒/箱", "23": "木制或竹藤等植物性材料制盒/箱", "92": "再生木托",
    "93": "天然木托", "00": "散装", "06": "包/袋", "99": "其他包装",
}
SUPERVISION_ZH = {
    "0110": "一般贸易", "3010": "货样广告品", "3100": "无代价抵偿", "4561": "退运货物",
    "9610": "电子商务", "9710": "跨境电商B2B直接出口", "9810": "跨境电商出口海外仓",
    "1039": "市场采购",
}
TRANSPORT_ZH = {"2": "水路运输", "3": "铁路运输", "4": "公路运输", "5": "航空运输", "6": "邮件运输"}
DEAL_ZH = {"1": "CIF", "2": "C&F", "3": "FOB", "4": "C&I", "7": "EXW"}
DEAL_OF = {
    "EXW": "7", "FCA": "3", "FAS": "3", "FOB": "3", "CFR": "2", "CPT": "2", "CIF": "1",
    "CIP": "1", "DAP": "1", "DPU": "1", "DDP": "1",
}
"""成交方式 by Incoterm (DOMAIN §3.7)."""
WITH_FREIGHT, WITH_INSURANCE = frozenset("12"), frozenset("14")
FREIGHT_TERMS = (("prepaid", _("Freight prepaid")), ("collect", _("Freight collect")))
VGM_METHODS = (
    ("1", _("Method 1: the loaded container is weighed")),
    ("2", _("Method 2: goods, packing and tare are added")),
)
