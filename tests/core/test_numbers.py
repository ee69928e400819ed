"""Numbers without gaps: 32 writers at once, some of whom change their mind (QUALITY S1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.declare import Number
from core.numbers import allot
from core.testing import World

pytestmark = pytest.mark.plugins("crm")
WRITERS, EACH = 32, 6


def test_numbers_have_no_gap_and_no_double_under_32_writers(both: World) -> None:
    rule = Number("N{seq:05}")

    def write(writer: int) -> list[str]:
        kept = []
        for turn in range(EACH):
            try:
                with both.act() as ctx:
                    number = allot(ctx, rule, "race")
                    if (writer + turn) % 3 == 0:
                        raise InterruptedError  # rolled back: the number is given again
            except InterruptedError:
                continue
            kept.append(number)
        return kept

    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = sorted(n for kept in pool.map(write, range(WRITERS)) for n in kept)
    assert numbers == [f"N{n:05}" for n in range(1, WRITERS * EACH * 2 // 3 + 1)]
