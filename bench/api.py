"""The API against bare floors: python -m bench.api [--url …] [--customers 100000] [--rounds 40].

The floor is bare Flask and the raw driver, in this process and through the same test client, on
the same tables with the same indexes, without sign-in, rights, hooks, audit or outbox (QUALITY
§10). Floor and product take turns in rounds, so that the ratios are of one run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import Engine, func, insert, select, text

from bench.exchange import COUNTRIES, scratch
from bench.report import Table
from core.people import User
from core.testing.world import World
from plugins.crm.api import Customer
from plugins.products.api import PaymentTerm
from plugins.rest.tokens import add_token

PLUGINS = ["crm", "orders", "reports", "rest", "webhooks"]
FIELDS = ("id", "version", "number", "state", "name", "short_name", "country", "region", "website",
          "email", "phone", "kind", "grade", "currency", "owner_id", "created_at", "updated_at")
BATCH = 5_000
Call = Callable[[], Any]


def fill(world: World, count: int) -> None:
    """Invented customers by Core, as many as wanted."""
    table: Any = Customer.__table__
    with world.act("adm") as ctx:
        start = datetime(2024, 1, 1, tzinfo=ctx.now.tzinfo)
        shared = {"company_id": ctx.company.id, "custom": {}, "state": "prospect", "version": 1,
                  "owner_id": world.user_id("rep"), "pool": "private", "hold": False,
                  "currency": "USD", "language": "en"}
        connection = ctx.session.connection()
        for first in range(0, count, BATCH):
            connection.execute(insert(table), [{
                **shared, "number": f"B{n:07}", "name": f"Firm {n * 7919 % count:07} Leuchten GmbH",
                "short_name": f"F{n}", "country": COUNTRIES[n % 10], "region": f"Region {n % 40}",
                "website": f"https://b{n}.example", "email": f"office@b{n}.example",
                "phone": f"+4930{n:07}", "kind": "importer", "grade": "ABC"[n % 3],
                "name_key": f"firm {n * 7919 % count:07} leuchten", "domain_key": f"b{n}.example",
                "email_key": f"office@b{n}.example", "phone_key": f"+4930{n:07}",
                "created_at": start + timedelta(seconds=n * 60),
                "updated_at": start + timedelta(seconds=n * 60),
            } for n in range(first, min(first + BATCH, count))])
    with world.platform.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


class Floor:
    """Bare Flask and the raw driver."""

    def __init__(self, engine: Engine) -> None:
        self.sqlite = engine.dialect.name == "sqlite"
        self.pooled = engine.raw_connection()  # kept, or the pool would give it to others
        self.connection: Any = self.pooled.driver_connection
        self.mark = "?" if self.sqlite else "%s"
        if not self.sqlite:
            self.ask("SELECT set_config('app.all', 'on', false)")  # row level security lets it see
            self.connection.commit()
        self.app = Flask("floor")
        self.app.add_url_rule("/list", view_func=self.list)
        self.app.add_url_rule("/create", view_func=self.create, methods=["POST"])
        self.app.add_url_rule("/lines", view_func=self.lines, methods=["POST"])
        self.client = self.app.test_client()

    def ask(self, sql: str, *values: Any) -> list[Any]:
        cursor = self.connection.cursor()
        cursor.execute(sql.replace("?", self.mark), values)
        return list(cursor.fetchall()) if cursor.description else []

    def list(self) -> Response:
        where, values = "", []
        if "country" in request.args:
            where, values = " AND country = ?", [request.args["country"]]
        if "q" in request.args:
            like = "LIKE" if self.sqlite else "ILIKE"
            where, values = f" AND name {like} ?", [f"%{request.args['q']}%"]
        order = "created_at DESC, id DESC"
        rows = self.ask(
            f"SELECT {', '.join(FIELDS)} FROM crm_customer WHERE company_id = 1 AND "
            f"archived_at IS NULL{where} ORDER BY {order} LIMIT 80", *values)
        self.connection.rollback()
        if not rows:
            raise SystemExit("the floor sees no rows")
        body = [dict(zip(FIELDS, row, strict=True)) for row in rows]
        return Response(orjson.dumps({"items": body}), mimetype="application/json")

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> int:
        names = list(rows[0])
        marks = ", ".join(f"({', '.join('?' * len(names))})" for _row in rows)
        values = [value for row in rows for value in row.values()]
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES {marks} RETURNING id"
        return int(self.ask(sql, *values)[0][0])

    def create(self) -> Response:
        body = orjson.loads(request.get_data())
        moment = datetime.now(UTC).isoformat()
        ident = self._insert("crm_customer", [{
            "company_id": 1, "custom": "{}", "state": "prospect", "version": 1, "pool": "private",
            "hold": False, "created_at": moment, "updated_at": moment, "number": body["name"],
            **body}])
        self.connection.commit()
        return Response(orjson.dumps({"id": ident, **body}), 201, mimetype="application/json")

    def lines(self) -> Response:
        """A record and its five lines, in two statements (scratch tables of the same width)."""
        body = orjson.loads(request.get_data())
        parent = self._insert("bench_order", [{"company_id": 1, "body": json.dumps(body["head"])}])
        self._insert("bench_line", [
            {"company_id": 1, "parent_id": parent, "body": json.dumps(line)}
            for line in body["lines"]])
        self.connection.commit()
        return Response(orjson.dumps({"id": parent}), 201, mimetype="application/json")


def race(rounds: int, *calls: Call) -> list[float]:
    """The median milliseconds of each call, taken in turns."""
    times: list[list[float]] = [[] for _call in calls]
    for n in range(rounds + 3):
        for place, call in enumerate(calls):
            begun = time.perf_counter()
            call()
            if n >= 3:
                times[place].append((time.perf_counter() - begun) * 1000)
    return [statistics.median(one) for one in times]


class Api:
    """The product's API with a token of the sales manager."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.app.config["REST_PER_MINUTE"] = 10_000_000
        with world.act("gm") as ctx:
            user = ctx.session.scalar(select(User).where(User.login == "gm"))
            _row, secret = add_token(ctx, user.id, "bench", ["*"])
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.client = world.app.test_client()

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
        return answer

    def post(self, path: str, body: Any) -> Any:
        answer = self.client.post(f"/api/v1{path}", headers=self.headers, json=body)
        if answer.status_code not in (200, 201):
            raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
        return answer.get_json()


def lists(api: Api, floor: Floor, table: Table, rounds: int, count: int) -> None:
    """The lists of QUALITY §10: sorted, filtered, name contains, deep pages."""
    path = "/crm/customer?fields=" + ",".join(FIELDS[2:]) + "&sort=-created_at"
    middle = f"{count // 2 * 7919 % count:07}"
    for what, mine, theirs in (
        (f"list of 80 of {count:,}", path, "/list"),
        ("filtered by country", f"{path}&country=DE", "/list?country=DE"),
        ("name contains", f"{path}&filter=" + json.dumps(
            {"f": "name", "op": "contains", "v": middle}), f"/list?q={middle}"),
    ):
        bottom, took = race(rounds, lambda p=theirs: floor.client.get(p),
                            lambda p=mine: api.get(p))
        table.at_most(what, took / bottom, 2, f"{took / bottom:.1f} × ({took:.1f} ms, floor "
                      f"{bottom:.1f} ms)", " × floor")
    half = datetime(2024, 1, 1) + timedelta(seconds=count // 2 * 60)
    first = api.get(path).get_json()
    deep = api.get(path + "&filter=" + json.dumps(
        {"f": "created_at", "op": "lt", "v": half.isoformat()})).get_json()
    near, far = race(rounds, lambda: api.get(f"{path}&after={first['next']}"),
                     lambda: api.get(f"{path}&after={deep['next']}"))
    table.at_most("page in the middle by keyset", far / near, 1.2,
                  f"{far / near:.2f} × ({far:.1f} ms, page two {near:.1f} ms)", " × own first")


def creates(api: Api, floor: Floor, table: Table, rounds: int) -> None:
    """A customer, an order with five lines, and its confirmation."""
    counter = iter(range(10**9))

    def customer(mark: str) -> dict[str, Any]:
        n = next(counter)
        return {"name": f"{mark} bench {n} Ltd", "country": "GB", "email": f"a@{mark}{n}.example",
                "phone": f"+44 20 7946 {n:04}"}

    bottom, took = race(
        rounds, lambda: floor.client.post("/create", json=customer("floor")),
        lambda: api.post("/crm/customer", customer("mine")))
    table.at_most("create customer", took / bottom, 4, f"{took / bottom:.1f} × ({took:.1f} ms, "
                  f"floor {bottom:.1f} ms)", " × floor")
    with api.world.statements() as asked:
        api.post("/crm/customer", customer("mine"))
    table.row("statements of it", str(len(asked)))
    orders(api, floor, table, rounds)


def orders(api: Api, floor: Floor, table: Table, rounds: int) -> None:
    """An order with five lines, and its signing with everything that hangs on it."""
    kind = "INTEGER PRIMARY KEY" if floor.sqlite else "BIGSERIAL PRIMARY KEY"
    floor.ask(f"CREATE TABLE bench_order (id {kind}, company_id BIGINT, body TEXT)")
    floor.ask(f"CREATE TABLE bench_line (id {kind}, company_id BIGINT, parent_id BIGINT, "
              "body TEXT)")
    floor.connection.commit()
    with api.world.act("adm") as ctx:
        term = ctx.session.scalar(select(func.min(PaymentTerm.id)))
        customer = ctx.session.scalar(select(func.max(Customer.id)))
    head = {"customer_id": customer, "payment_term_id": term, "currency": "USD"}
    five = [{"description_en": f"Lamp {n}", "quantity": 100 + n, "price": "12.50"}
            for n in range(5)]
    made: list[int] = []

    def create() -> None:
        made.append(api.post("/orders/order", {**head, "lines": five})["id"])

    bottom, took = race(
        rounds, lambda: floor.client.post("/lines", json={"head": head, "lines": five}), create)
    table.at_most("create order with 5 lines", took / bottom, 4, f"{took / bottom:.1f} × "
                  f"({took:.1f} ms, floor {bottom:.1f} ms)", " × floor")
    with api.world.statements() as asked:
        create()
    table.row("statements of it", str(len(asked)))


def cold_start(table: Table) -> None:
    """A fresh process until the application could answer, and its memory then."""
    code = ("import resource,time,sys;b=time.perf_counter()\n"
            "from core.app import create_app\nfrom core.config import load_settings\n"
            "create_app(load_settings({'TRADEWIND_MODE': 'test'}))\n"
            "print(time.perf_counter()-b, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024)")
    runs = []
    for _time in range(3):
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True,
                              text=True)
        runs.append([float(word) for word in done.stdout.split()])
    seconds, memory = min(run[0] for run in runs), min(run[1] for run in runs)
    table.at_most("cold start", seconds, 1.7, f"{seconds:.2f} s", " s")
    table.at_most("memory then", memory, 160, f"{memory:.0f} MiB", " MiB")


def measure(table: Table, url: str | None, customers: int, rounds: int) -> None:
    """Everything of this module, on one database."""
    table.row("database", "PostgreSQL" if url else "SQLite")
    cold_start(table)
    with scratch(url, PLUGINS) as world:
        fill(world, customers)
        floor, api = Floor(world.platform.database.engine), Api(world)
        lists(api, floor, table, rounds, customers)
        creates(api, floor, table, rounds)
        floor.pooled.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="PostgreSQL; a database of its own is made there")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    chosen = parser.parse_args()
    measure(Table(), chosen.url, chosen.customers, chosen.rounds)


if __name__ == "__main__":
    main()
