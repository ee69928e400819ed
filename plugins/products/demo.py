"""The demo company's products, exchange rates and freight: a pure function of the day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, save
from plugins.products.records import Category, Product
from plugins.products.reference import FreightRate, HsCode, Unit
from plugins.products.seeding import table
from plugins.products.services import keep_rate
from plugins.products.sharing import rounded

DAYS = 420
LEVELS = {"EUR": Decimal("7.86"), "GBP": Decimal("9.12"), "AUD": Decimal("4.62")}
LANES = {
    "DEHAM": 2900, "NLRTM": 2850, "GBFXT": 2950, "FRLEH": 3000, "ESVLC": 2800, "ITGOA": 2750,
    "PLGDN": 3150, "SEGOT": 3200, "USLAX": 2300, "USNYC": 3500, "CAVAN": 2400, "MXZLO": 2600,
    "BRSSZ": 3900, "CLSAI": 2900, "AEJEA": 1900, "SAJED": 2400, "NGAPP": 4300, "KEMBA": 3100,
    "ZADUR": 3000, "THLCH": 500, "AUSYD": 1800, "AUMEL": 1850,
}
PARAMETERS = {
    "Power": "功率", "Luminous flux": "光通量", "CCT": "色温", "CRI": "显色指数", "IP": "防护等级",
    "Voc": "开路电压", "Isc": "短路电流", "Efficiency": "效率", "Voltage": "电压",
    "Capacity": "容量", "Energy": "能量", "Cycles": "循环次数", "Input": "输入", "Output": "输出",
}


def load(ctx: Ctx) -> None:
    """Products, a year of rates and of freight; what is there already is left alone."""
    if ctx.session.scalar(select(Product.id).limit(1)) is not None:
        return
    _products(ctx)
    seed = getattr(ctx.session.info.get("demo"), "seed", 0)
    _rates(ctx, random.Random(f"rates {seed}"))  # noqa: S311 - demo data
    _freight(ctx, random.Random(f"freight {seed}"))  # noqa: S311 - demo data


def _products(ctx: Ctx) -> None:
    groups = {
        row["code"]: save(ctx, Category, dict(row)).id for row in table("demo_categories")
    }
    units = {code: ident for code, ident in ctx.session.execute(select(Unit.code, Unit.id))}
    codes = {code: ident for code, ident in ctx.session.execute(select(HsCode.code, HsCode.id))}
    for row in table("demo_products"):
        save(ctx, Product, {
            "code": row["code"], "name_en": row["name_en"], "name_zh": row["name_zh"],
            "category_id": groups[row["category"]], "unit_id": units[row["unit"]],
            "hs_code_id": codes[row["hs"]], "pieces_per_carton": row["pcs"],
            "carton_length": row["l"], "carton_width": row["w"], "carton_height": row["h"],
            "carton_gross": row["gw"], "carton_net": row["nw"], "cost_price": row["cost"],
            "list_price": row["list"], "moq": row["moq"], "lead_days": row["lead"],
            "warranty_years": 3, "certificates": ["CE", "RoHS"], **_paper(row["code"]),
            "un_number": "UN3480" if row["code"].startswith("BAT") else None,
            "tiers": _tiers(int(row["moq"]), Decimal(row["list"])),
            "specs": [_spec(words) for words in row["specs"].split("|")],
        })


def _paper(code: str) -> dict[str, Any]:
    """Two small-scale suppliers bill at 1 % (DOMAIN §5)."""
    return {"invoice": "simplified", "invoice_rate": "0.01"} if code in ("SG-3W", "T8-18W") else {}


def _tiers(moq: int, price: Decimal) -> list[dict[str, Any]]:
    steps = ((1, Decimal(1)), (4, Decimal("0.965")), (10, Decimal("0.93")))
    return [{"from_quantity": moq * n, "price": rounded(price * part)} for n, part in steps]


def _spec(words: str) -> dict[str, Any]:
    name, _equals, value = words.partition("=")
    return {"name_en": name, "name_zh": PARAMETERS.get(name), "value": value}


def _weekdays(until: date) -> list[date]:
    days = (until - timedelta(days=n) for n in range(DAYS, -1, -1))
    return [day for day in days if day.weekday() < 5]


def _rates(ctx: Ctx, chance: random.Random) -> None:
    usd = Decimal("7.12")
    crosses = dict(LEVELS)
    for n, day in enumerate(_weekdays(ctx.today)):
        step = Decimal(str(round(chance.gauss(0, 0.0015), 6)))
        usd = min(max(rounded(usd * (1 + step), 4), Decimal("6.95")), Decimal("7.20"))
        keep_rate(ctx, "USD", "book", day, usd, "demo")
        if n % 5 == 0:
            keep_rate(ctx, "USD", "bank_buy", day, usd - Decimal("0.0130"), "demo")
            for code, level in crosses.items():
                drift = Decimal(str(round(chance.gauss(0, 0.004), 6)))
                crosses[code] = rounded(level * (1 + drift) * 3 / 4 + LEVELS[code] / 4, 4)
                keep_rate(ctx, code, "book", day, crosses[code], "demo")
    ctx.session.flush()


def _freight(ctx: Ctx, chance: random.Random) -> None:
    months = sorted({(ctx.today - timedelta(days=30 * n)).replace(day=1) for n in range(13)})
    factor = 1.0
    for index, since in enumerate(months):
        factor = min(max(factor * (1 + chance.gauss(0.0, 0.06)), 0.7), 1.45)
        until = months[index + 1] - timedelta(days=1) if index + 1 < len(months) else None
        for port, base in LANES.items():
            for box, share in (("20GP", 0.58), ("40GP", 0.97), ("40HQ", 1.0)):
                price = Decimal(int(base * factor * share / 10) * 10)
                ctx.session.add(FreightRate(
                    company_id=ctx.company.id, custom={}, lane=f"CNNGB-{port}", container=box,
                    currency="USD", price=price, valid_from=since, valid_to=until,
                ))
    ctx.session.flush()
