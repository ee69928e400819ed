"""Yields, OEE and sampling by attributes, single, normal (DOMAIN §2.9; figures of ISO 2859-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO, ONE = Decimal(0), Decimal(1)

# Highest lot size of a row; letters at inspection level I, II, III.
LOT_LETTERS: tuple[tuple[int | None, str], ...] = (
    (8, "AAB"), (15, "ABC"), (25, "BCD"), (50, "CDE"), (90, "CEF"), (150, "DFG"),
    (280, "EGH"), (500, "FHJ"), (1_200, "GJK"), (3_200, "HKL"), (10_000, "JLM"),
    (35_000, "KMN"), (150_000, "LNP"), (500_000, "MPQ"), (None, "NQR"),
)
LETTERS = "ABCDEFGHJKLMNPQR"
SAMPLES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1_250, 2_000)
AQLS = tuple(map(Decimal, ("0.65", "1.0", "1.5", "2.5", "4.0", "6.5")))
ACCEPT = (1, 2, 3, 5, 7, 10, 14, 21)
LEVELS = ("I", "II", "III")


@dataclass(frozen=True)
class Plan:
    """Take `sample` pieces; accept the lot up to `accept` defective ones, reject from `reject`."""

    letter: str
    sample: int
    accept: int
    reject: int


def code_letter(lot: int, level: str = "II") -> str:
    """The code letter of a lot of at least 2 pieces at inspection level I, II or III."""
    if lot < 1:
        raise ValueError("a lot has at least one piece")
    row = next(letters for most, letters in LOT_LETTERS if most is None or lot <= most)
    return row[LEVELS.index(level)]


def sample_plan(lot: int, aql: Decimal, level: str = "II") -> Plan:
    """The plan for one AQL; where the table points up or down, the plan it points to.

    From the 0/1 plan of an AQL the table points up once, down once, and then accepts 1, 2, 3, 5,
    7, 10, 14, 21; each higher AQL begins one letter earlier. A sample as large as the lot means
    that every piece is looked at.
    """
    if aql not in AQLS:
        known = ", ".join(str(value) for value in AQLS)
        raise ValueError(f"AQL {aql} is not in the table; use one of {known}")
    zero = LETTERS.index("F") - AQLS.index(aql)
    place = LETTERS.index(code_letter(lot, level))
    if place <= zero + 1:
        place, accept = zero, 0
    else:
        step = min(max(place - zero - 3, 0), len(ACCEPT) - 1, len(LETTERS) - 1 - zero - 3)
        place, accept = zero + 3 + step, ACCEPT[step]
    return Plan(LETTERS[place], min(SAMPLES[place], lot), accept, accept + 1)


def critical_plan(lot: int, level: str = "II") -> Plan:
    """Critical defects: always 0/1 on the sample of the code letter."""
    letter = code_letter(lot, level)
    return Plan(letter, min(SAMPLES[LETTERS.index(letter)], lot), 0, 1)


@dataclass(frozen=True)
class Finding:
    """Verdict for one class of defects."""

    kind: str
    plan: Plan
    found: int

    @property
    def passed(self) -> bool:
        return self.found <= self.plan.accept


def verdict(
    lot: int,
    critical: int,
    major: int,
    minor: int,
    aql_major: Decimal = Decimal("2.5"),
    aql_minor: Decimal = Decimal("4.0"),
    level: str = "II",
) -> tuple[bool, list[Finding]]:
    """Whether the lot passes, with the finding of each class; it fails if any class fails."""
    findings = [
        Finding("critical", critical_plan(lot, level), critical),
        Finding("major", sample_plan(lot, aql_major, level), major),
        Finding("minor", sample_plan(lot, aql_minor, level), minor),
    ]
    return all(finding.passed for finding in findings), findings


def defect_rate(defective: Decimal, inspected: Decimal) -> Decimal:
    """Defective ÷ inspected; 0 when nothing was inspected."""
    return defective / inspected if inspected else ZERO


def first_pass_yield(first_good: Decimal, entered: Decimal) -> Decimal | None:
    """Good without rework ÷ in; None when nothing came in."""
    return first_good / entered if entered else None


def rolled_yield(yields: Sequence[Decimal]) -> Decimal:
    """The product of the first-pass yields of the operations."""
    result = ONE
    for value in yields:
        result *= value
    return result


def oee(
    planned_minutes: Decimal, run_minutes: Decimal, standard_minutes: Decimal,
    good: Decimal, total: Decimal,
) -> Decimal:
    """Availability × performance × quality (DOMAIN §7, simple form).

    Availability = run ÷ planned minutes, performance = standard minutes of the output ÷ run
    minutes, quality = good ÷ total. 0 when there was no time or no output.
    """
    if not planned_minutes or not run_minutes or not total:
        return ZERO
    return (run_minutes / planned_minutes) * (standard_minutes / run_minutes) * (good / total)
