"""Known technical parameters, their names, units and ranges (DOMAIN §1.3, §1.13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.api import _


@dataclass(frozen=True)
class Parameter:
    """One parameter: names for papers, its unit, and what a value must look like."""

    name_en: str
    name_zh: str
    label: object
    unit: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    pattern: str = ""
    example: str = ""


def _number(
    en: str, zh: str, label: object, unit: str, least: str = "0", most: str | None = None
) -> Parameter:
    return Parameter(en, zh, label, unit, Decimal(least), Decimal(most) if most else None)


PARAMETERS: dict[str, Parameter] = {
    "power": _number("Power", "功率", _("Power"), "W", "1", "1000"),
    "flux": _number("Luminous flux", "光通量", _("Luminous flux"), "lm"),
    "efficacy": _number("Luminous efficacy", "光效", _("Luminous efficacy"), "lm/W"),
    "cct": _number("CCT", "色温", _("Colour temperature"), "K", "2200", "6500"),
    "cri": _number("CRI", "显色指数", _("Colour rendering index"), "", "70", "98"),
    "beam": _number("Beam angle", "光束角", _("Beam angle"), "°", "1", "360"),
    "ip": Parameter("IP", "防护等级", _("Protection (IP)"), pattern=r"IP\d[0-9X]", example="IP66"),
    "ik": Parameter("IK", "抗冲击等级", _("Impact (IK)"), pattern=r"IK\d\d", example="IK08"),
    "input": Parameter("Input", "输入电压", _("Input voltage and frequency"), "V/Hz"),
    "driver": Parameter("Driver", "驱动电源", _("Driver")),
    "pf": _number("Power factor", "功率因数", _("Power factor"), "", "0", "1"),
    "warranty": _number("Warranty", "质保", _("Warranty"), "years", "1", "10"),
    "certificates": Parameter("Certificates", "认证", _("Certificates")),
    "wp": _number("Peak power", "峰值功率", _("Peak power"), "Wp"),
    "voc": _number("Voc", "开路电压", _("Open-circuit voltage"), "V"),
    "isc": _number("Isc", "短路电流", _("Short-circuit current"), "A"),
    "cell": Parameter("Cell type", "电池片类型", _("Cell type")),
    "efficiency": _number("Efficiency", "转换效率", _("Efficiency"), "%", "0", "100"),
    "dimensions": Parameter("Dimensions", "尺寸", _("Dimensions"), "mm"),
    "voltage": _number("Voltage", "电压", _("Voltage"), "V"),
    "capacity": _number("Capacity", "容量", _("Capacity"), "Ah"),
    "energy": _number("Energy", "能量", _("Energy"), "Wh"),
    "cycles": _number("Cycle life", "循环寿命", _("Cycle life"), ""),
    "un": Parameter("UN no.", "联合国编号", _("UN number"), pattern=r"UN\d{4}", example="UN3480"),
}
OTHER = "other"
_MEASURED = re.compile(r"([\d.,]+)\s+(\S+)")
CHOICES = (*((code, row.label) for code, row in PARAMETERS.items()), (OTHER, _("Other")))


def code_of(name: str) -> str:
    """The code of a parameter by its English name; `other` if it is none of ours."""
    wanted = name.strip().lower()
    return next((code for code, row in PARAMETERS.items() if row.name_en.lower() == wanted), OTHER)


def apart(code: str, value: str) -> tuple[str, str]:
    """Number and unit of a measured parameter: "50 W" → ("50", "W"); others stay whole."""
    row = PARAMETERS.get(code)
    if row is None or row.least is None:
        return value, ""
    found = _MEASURED.fullmatch(value.strip())
    return (found[1], found[2]) if found else (value, "")


def wrong_value(code: str, value: str) -> object | None:
    """Why a value does not fit its parameter, None if it does."""
    row = PARAMETERS.get(code)
    if row is None:
        return None
    if row.pattern and not re.fullmatch(row.pattern, value):
        return _("%(name)s looks like %(example)s.", name=row.label, example=row.example)
    if row.least is None:
        return None
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        return _("%(name)s must be a number.", name=row.label)
    if number < row.least or (row.most is not None and number > row.most):
        if row.most is None:
            return _("%(name)s must be at least %(least)s.", name=row.label, least=row.least)
        return _("%(name)s lies between %(least)s and %(most)s.",
                 name=row.label, least=row.least, most=row.most)
    return None
