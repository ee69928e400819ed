"""Rows of a list past the machinery of the ORM: the statement is compiled once, then sent as it is.

What is compiled is the statement of the query layer with the wall in it, so that company, row
scope, archived rows and conditions are in the SQL; only the values of a request are put in anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select

from core.api import Ctx, walled

MOST = 500
Convert = Callable[[Any], Any]
_plans: dict[Any, Plan] = {}


@dataclass
class Plan:
    """A compiled statement: its text, and how values go in and come out.

    `compiled` is the compiler's result, `places` the names of its values in the order of the text
    where the driver counts them; `results` are known after the first answer.
    """

    compiled: Any
    text: str
    places: Sequence[str] | None
    binds: dict[str, Convert]
    results: list[tuple[int, Convert]] | None = None

    def values(self, given: Any) -> Any:
        """The values of a request as the driver takes them."""
        found = self.compiled.construct_params(extracted_parameters=given)
        for name, convert in self.binds.items():
            found[name] = convert(found[name])
        return found if self.places is None else tuple(found[name] for name in self.places)


def fetch(ctx: Ctx, query: Select[Any]) -> Sequence[Sequence[Any]]:
    """The rows of a query of columns, in a transaction that only reads; as the ORM reads them."""
    if not ctx.session.info["readonly"]:
        return ctx.session.execute(query).all()
    query = walled(ctx.session, query)
    key: Any = query._generate_cache_key()
    connection = ctx.session.connection()
    place = (connection.dialect, key.key)
    plan = _plans.get(place)
    if plan is None:
        plan = _plan(connection, query, key)
        if plan is None:
            return connection.execute(query).all()
        if len(_plans) >= MOST:
            _plans.clear()
        _plans[place] = plan
    answer = connection.exec_driver_sql(plan.text, plan.values(key.bindparams))
    cursor: Any = answer.cursor
    rows = cursor.fetchall()
    if plan.results is None:
        plan.results = _results(connection, plan.compiled, cursor.description)
    answer.close()
    return _converted(rows, plan.results)


def _plan(connection: Connection, query: Select[Any], key: Any) -> Plan | None:
    """None for statements whose text depends on their values (lists of people in a row scope)."""
    compiled: Any = query.compile(dialect=connection.dialect, cache_key=key)
    if compiled.post_compile_params or compiled.literal_execute_params:
        return None
    places = compiled.positiontup if compiled.positional else None
    return Plan(compiled, str(compiled), places, dict(compiled._bind_processors))


def _results(
    connection: Connection, compiled: Any, description: Any
) -> list[tuple[int, Convert]]:
    found = []
    for n, (column, told) in enumerate(zip(compiled._result_columns, description, strict=True)):
        kind = column.type.dialect_impl(connection.dialect)
        convert = kind.result_processor(connection.dialect, told[1])
        if convert is not None:
            found.append((n, convert))
    return found


def _converted(
    rows: Sequence[Sequence[Any]], results: list[tuple[int, Convert]]
) -> Sequence[Sequence[Any]]:
    if not results or not rows:
        return rows
    columns: list[Any] = list(zip(*rows, strict=True))
    for n, convert in results:
        columns[n] = [convert(value) for value in columns[n]]
    return list(zip(*columns, strict=True))
