"""The reference data that a company starts with, read from `data/` (DOMAIN §4)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.api import Ctx, write_audit
from plugins.products.reference import (
    CertificateRule,
    Coded,
    ContainerType,
    HsCode,
    HsTerm,
    Incoterm,
    PaymentPart,
    PaymentTerm,
    Port,
    TradeCurrency,
    Unit,
)

DATA = Path(__file__).parent / "data"
RULES_SINCE = date(2020, 1, 1)


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of our CSV files."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def seed(ctx: Ctx) -> int:
    """Add what is missing of the reference data; rows that exist are left as the company has them.

    Returns how many rows were added.
    """
    added = 0
    for cls, rows in (
        (Unit, _units()),
        (Port, _ports()),
        (Incoterm, _incoterms()),
        (TradeCurrency, _currencies()),
        (ContainerType, _containers()),
        (PaymentTerm, _payment_terms(ctx)),
        (HsCode, _hs_codes(ctx)),
        (CertificateRule, _certificates()),
    ):
        added += _add(ctx, cls, rows)
    if added:
        ctx.session.flush()
        write_audit(ctx, "products.reference.loaded", rows=added)
    return added


def _add(ctx: Ctx, cls: type[Any], rows: Iterator[dict[str, Any]]) -> int:
    known = set(ctx.session.scalars(select(cls.code)))
    added = 0
    for row in rows:
        if row["code"] in known:
            continue
        since = {"valid_from": RULES_SINCE} if issubclass(cls, Coded) else {}
        ctx.session.add(cls(company_id=ctx.company.id, custom={}, **since, **row))
        added += 1
    return added


def _names(row: dict[str, str]) -> dict[str, Any]:
    return {"code": row["code"], "name_en": row["name_en"], "name_zh": row["name_zh"]}


def _units() -> Iterator[dict[str, Any]]:
    for row in table("units"):
        yield {
            **_names(row), "customs_code": row["customs_code"], "unece": row["unece"],
            "base": row["base"] or None, "factor": Decimal(row["factor"]),
        }


def _ports() -> Iterator[dict[str, Any]]:
    for row in table("ports"):
        yield {**_names(row), "country": row["code"][:2]}


def _incoterms() -> Iterator[dict[str, Any]]:
    for row in table("incoterms"):
        yield {**_names(row), "sea_only": row["sea_only"] == "1", "year": int(row["year"])}


def _currencies() -> Iterator[dict[str, Any]]:
    for row in table("currencies"):
        yield {
            "code": row["code"], "minor_units": int(row["minor_units"]),
            "price_places": int(row["price_places"]), "valid_from": RULES_SINCE,
        }


def _containers() -> Iterator[dict[str, Any]]:
    for row in table("containers"):
        whole = {name: int(row[name]) for name in ("length", "width", "height")}
        exact = {name: Decimal(row[name]) for name in ("gross_cbm", "plan_cbm", "payload")}
        yield {
            "code": row["code"], "name_en": row["code"], "name_zh": row["code"],
            "iso": row["iso"], **whole, **exact,
        }


def _payment_terms(ctx: Ctx) -> Iterator[dict[str, Any]]:
    for row in table("payment_terms"):
        parts = []
        for position, words in enumerate(row["parts"].split("|"), start=1):
            kind, share, trigger, days, *gates = words.split()
            parts.append(
                PaymentPart(
                    company_id=ctx.company.id, custom={}, position=position, kind=kind,
                    share=Decimal(share), trigger=trigger, days=int(days), gates=gates,
                )
            )
        yield {
            **_names(row), "risk": row["risk"], "weight": Decimal(row["weight"]),
            "days": int(row["days"]), "parts": parts,
        }


def _hs_codes(ctx: Ctx) -> Iterator[dict[str, Any]]:
    for row in table("hs_codes"):
        terms = [
            HsTerm(
                company_id=ctx.company.id, custom={}, position=position,
                valid_from=date.fromisoformat(term["valid_from"]),
                valid_to=date.fromisoformat(term["valid_to"]) if term["valid_to"] else None,
                vat=Decimal(term["vat"]), refund=Decimal(term["refund"]),
                regime=term["regime"], source=term["source"],
            )
            for position, term in enumerate(_terms_of(row["terms"]), start=1)
        ]
        yield {
            **_names(row), "unit1": row["unit1"], "unit2": row["unit2"] or None, "terms": terms,
            "elements": row["elements"] or None,
        }


def _terms_of(group: str) -> list[dict[str, str]]:
    return [term for term in table("hs_terms") if term["group"] == group]


def _certificates() -> Iterator[dict[str, Any]]:
    for row in table("certificates"):
        english, _space, chinese = row["market"].rpartition(" ")
        yield {
            "code": row["code"], "name_en": english, "name_zh": chinese,
            "certificates": row["certificates"].split(),
        }
