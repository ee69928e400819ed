"""Credit score, grade and suggested limit (DOMAIN §1.5, §6.3); defaults are settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
MAXIMA = {
    "payment": 30,
    "financials": 20,
    "years": 15,
    "country": 15,
    "volume": 10,
    "insurer": 10,
}
GRADES = {"A": 80, "B": 65, "C": 50}
CAPS = {"A": Decimal(300_000), "B": Decimal(150_000), "C": Decimal(50_000), "D": ZERO}


def read_points(text: str) -> dict[str, int]:
    """"payment:30,years:15" as a mapping in that order; ValueError where it cannot be read."""
    found = {}
    for part in str(text).split(","):
        name, points = part.split(":")
        found[name.strip()] = int(points)
    return found


def read_scorecard(text: str) -> dict[str, int]:
    """The most points of each row; ValueError unless the known rows are there and make 100."""
    found = read_points(text)
    if set(found) != set(MAXIMA) or sum(found.values()) != 100 or min(found.values()) < 0:
        raise ValueError("the rows must be the known ones and add up to 100")
    return found


def read_grades(text: str) -> dict[str, int]:
    """The least points of grades A, B and C; ValueError unless they fall."""
    found = read_points(text)
    if list(found) != ["A", "B", "C"] or list(found.values()) != sorted(
        found.values(), reverse=True
    ):
        raise ValueError("A, B, C with falling points")
    return found


def score(points: Mapping[str, int], maxima: Mapping[str, int] = MAXIMA) -> int:
    """Sum of the scorecard; ValueError for an unknown row or points outside 0 … maximum."""
    for key, value in points.items():
        if key not in maxima or not 0 <= value <= maxima[key]:
            raise ValueError(f"score row {key!r} takes 0 to {maxima.get(key, 0)} points")
    return sum(points.values())


def grade(total: int, grades: Mapping[str, int] = GRADES) -> str:
    """A from 80, B from 65, C from 50, else D."""
    return next((name for name, least in grades.items() if total >= least), "D")


def suggested_limit(
    monthly: Decimal,
    credit_days: int,
    grade_name: str,
    insurer: Decimal | None = None,
    caps: Mapping[str, Decimal] = CAPS,
) -> Decimal:
    """min(monthly × (credit days / 30 + 1), insurer limit if insured, cap of the grade)."""
    wanted = monthly * (Decimal(credit_days) / 30 + 1)
    limits = [wanted, caps[grade_name], *([insurer] if insurer is not None else [])]
    return min(limits).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Path:
    """Who must decide on a credit review, in this order."""

    finance: bool
    sales: bool
    boss: bool


def decision_path(
    limit: Decimal,
    grade_name: str,
    on_credit: bool,
    excess: Decimal,
    current: Decimal,
    sales_from: Decimal = Decimal(50_000),
    boss_from: Decimal = Decimal(150_000),
    excess_share: Decimal = Decimal("0.20"),
) -> Path:
    """Finance always; sales manager above `sales_from` or for grade C/D; the boss above
    `boss_from`, for C/D on credit, or for a temporary excess above `excess_share` of the
    limit (DOMAIN §6.3, step 4). Amounts in USD.
    """
    weak = grade_name not in ("A", "B")
    boss = (
        limit > boss_from
        or (weak and on_credit)
        or (excess > 0 and excess > current * excess_share)
    )
    return Path(True, limit > sales_from or weak or boss, boss)
