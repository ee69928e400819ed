"""Document numbers: gap-free per company, allotted in the transaction of the first submission."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import String, UniqueConstraint, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from core.context import Ctx
from core.declare import Number
from core.kinds import Id
from core.records import CompanyRow

_SEQUENCE = re.compile(r"\{seq(?::0?(\d+))?\}")


class NumberSeries(CompanyRow):
    """The last number given in a series and period; its row lock makes numbers gap-free."""

    __tablename__ = "core_number_series"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    series: Mapped[str] = mapped_column(String(80))
    period: Mapped[str] = mapped_column(String(10), default="")
    last: Mapped[int] = mapped_column(default=0)
    __table_args__ = (UniqueConstraint("company_id", "series", "period"),)


def period_of(rule: Number, moment: datetime) -> str:
    """"", "2026" or "2026-11", as the rule resets."""
    return {"never": "", "yearly": f"{moment:%Y}", "monthly": f"{moment:%Y-%m}"}[rule.reset]


def written(rule: Number, sequence: int, moment: datetime, **parts: Any) -> str:
    """The number in words: pattern QT{yy}{mm}{seq:04}, 23 → QT26110023."""
    text, year = rule.pattern, str(moment.year)
    text = text.replace("{yyyy}", year).replace("{yy}", year[2:])
    text = text.replace("{mm}", f"{moment.month:02}")
    text = _SEQUENCE.sub(lambda m: str(sequence).zfill(int(m.group(1) or 1)), text)
    for name, value in parts.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def next_sequence(ctx: Ctx, series: str, period: str = "") -> int:
    """The next number of a series; the row stays locked until the transaction ends."""
    return next_sequences(ctx, series, period, 1)


def next_sequences(ctx: Ctx, series: str, period: str, count: int) -> int:
    """Take `count` numbers at once and return the last of them: one statement, one row lock."""
    given = {"company": ctx.company.id, "series": series, "period": period, "count": count}
    return int(ctx.session.connection().scalar(_taking(ctx.database.sqlite), given) or 0)


@cache
def _taking(on_sqlite: bool) -> Any:
    table: Any = NumberSeries.__table__
    insert = sqlite.insert if on_sqlite else postgresql.insert
    count: Any = bindparam("count", type_=table.c.last.type)
    opened = insert(table).values(
        company_id=bindparam("company"), series=bindparam("series"), period=bindparam("period"),
        last=count)
    return opened.on_conflict_do_update(
        index_elements=["company_id", "series", "period"], set_={"last": table.c.last + count}
    ).returning(table.c.last)


def allot(ctx: Ctx, rule: Number, series: str, **parts: Any) -> str:
    """Take the next number of a rule, in the company's time zone."""
    moment = ctx.now.astimezone(ctx.zone)
    sequence = next_sequence(ctx, rule.series or series, period_of(rule, moment))
    return written(rule, sequence, moment, **parts)
