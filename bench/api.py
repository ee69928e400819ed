"""The API against bare floors, over HTTP: python -m bench.api [--url …] [--customers 20000].

The floor is bare Flask and the raw driver on tables of the same columns and indexes, without
sign-in, rights, hooks, audit or outbox (QUALITY §10). Both are served by the same web server in
processes of their own to a client that keeps its connection, and take turns, so that the ratios are
of one run. The bar is judged by the clock; the servers' CPU per request stands beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from bench.crossing import crossing
from bench.exchange import COUNTRIES, scratch
from bench.floor import FIELDS, copy_tables
from bench.report import Table
from bench.serving import Client, Pace, race, served
from core.people import User
from core.testing.world import World
from plugins.crm.api import Customer
from plugins.orders.api import Order
from plugins.products.api import PaymentTerm
from plugins.rest.tokens import add_token

PLUGINS = ["crm", "orders", "reports", "rest", "webhooks"]
BATCH = 5_000
API = "/api/v1"


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


class Api:
    """The product in this process, to count what a call asks of the database."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.app.config["REST_PER_MINUTE"] = 10_000_000
        with world.act("gm") as ctx:
            user = ctx.session.scalar(select(User).where(User.login == "gm"))
            _row, self.secret = add_token(ctx, user.id, "bench", ["*"])
        self.client = world.app.test_client()

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request without a network; the answer's JSON."""
        answer = self.client.open(API + path, method=method, json=body,
                                  headers={"Authorization": f"Bearer {self.secret}"})
        if answer.status_code not in (200, 201):
            raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
        return answer.get_json()

    def statements(self, method: str, path: str, body: Any = None) -> int:
        """How many statements a request takes."""
        with self.world.statements() as asked:
            self.send(method, path, body)
        return len(asked)


def show(table: Table, what: str, mine: Pace, floor: Pace, bar: float) -> None:
    """A line with the ratio by the clock, and by CPU beside it."""
    ratio = mine.clock / floor.clock
    table.at_most(what, ratio, bar, f"{ratio:.1f} × ({mine}; floor {floor}; fastest tenth "
                  f"{mine.best / floor.best:.1f} ×, by CPU {mine.cpu / floor.cpu:.1f} ×)",
                  " × floor")


def lists(mine: Client, floor: Client, table: Table, rounds: int, count: int) -> None:
    """The lists of QUALITY §10: sorted, filtered, name contains, deep pages."""
    path = f"{API}/crm/customer?fields=" + ",".join(FIELDS[2:]) + "&sort=-created_at"
    middle = f"{count // 2 * 7919 % count:07}"
    contains = json.dumps({"f": "name", "op": "contains", "v": middle}, separators=(",", ":"))
    for what, ours, theirs in (
        (f"list of 80 of {count:,}", path, "/list"),
        ("filtered by country", f"{path}&country=DE", "/list?country=DE"),
        ("name contains", f"{path}&filter={contains}", f"/list?q={middle}"),
    ):
        bottom, took = race(rounds, lambda p=theirs: floor.ask("GET", p),
                            lambda p=ours: mine.ask("GET", p))
        show(table, what, took, bottom, 2)
    half = datetime(2024, 1, 1) + timedelta(seconds=count // 2 * 60)
    before = json.dumps({"f": "created_at", "op": "lt", "v": half.isoformat()},
                        separators=(",", ":"))
    first = mine.ask("GET", path).json()["next"]
    deep = mine.ask("GET", f"{path}&filter={before}").json()["next"]
    near, far = race(rounds, lambda: mine.ask("GET", f"{path}&after={first}"),
                     lambda: mine.ask("GET", f"{path}&after={deep}"))
    ratio = far.clock / near.clock
    table.at_most("page in the middle by keyset", ratio, 1.2,
                  f"{ratio:.2f} × ({far}; page two {near})", " × page two")


def creates(api: Api, mine: Client, floor: Client, table: Table, rounds: int) -> None:
    """A customer, an order with five lines, and its confirmation."""
    counter = iter(range(10**9))

    def customer(mark: str) -> dict[str, Any]:
        n = next(counter)
        return {"name": f"{mark} bench {n} Ltd", "country": "GB", "email": f"a@{mark}{n}.example",
                "phone": f"+44 20 7946 {n % 10_000:04}"}

    bottom, took = race(
        rounds, lambda: floor.ask("POST", "/create", customer("floor")),
        lambda: mine.ask("POST", f"{API}/crm/customer", customer("mine")))
    show(table, "create customer", took, bottom, 4)
    table.row("statements of it", str(api.statements("POST", "/crm/customer", customer("own"))))
    orders(api, mine, floor, table, rounds)


def order_body(world: World) -> dict[str, Any]:
    """An order with five lines of free text for some customer."""
    with world.act("adm") as ctx:
        term = ctx.session.scalar(select(func.min(PaymentTerm.id)))
        customer = ctx.session.scalar(select(func.max(Customer.id)))
    return {"customer_id": customer, "payment_term_id": term, "currency": "USD",
            "rate": "7.1", "delivery_date": "2027-03-01", "lines": [
                {"description_en": f"Lamp {n}", "quantity": 100 + n, "price": "12.50"}
                for n in range(5)]}


def orders(api: Api, mine: Client, floor: Client, table: Table, rounds: int) -> None:
    """An order with five lines, and its signing with everything that hangs on it."""
    body = order_body(api.world)
    bare = {"head": {"customer_id": body["customer_id"]}, "lines": [
        {"description_en": line["description_en"], "quantity": line["quantity"] * 10_000,
         "price": 125_000} for line in body["lines"]]}
    bottom, took = race(rounds, lambda: floor.ask("POST", "/order", bare),
                        lambda: mine.ask("POST", f"{API}/orders/order", body))
    show(table, "create order with 5 lines", took, bottom, 4)
    table.row("statements of it", str(api.statements("POST", "/orders/order", body)))
    count = rounds + rounds // 10 + 10
    ready = [api.send("POST", "/orders/order", body)["id"] for _n in range(count)]
    for ident in ready:  # as after the approval, which people give
        api.send("POST", f"/orders/order/{ident}/steps/submit")
    approve(api.world, ready)
    own = iter(ready)
    others = iter([floor.ask("POST", "/order", bare).json()["id"] for _n in range(count)])
    bottom, took = race(
        rounds, lambda: floor.ask("POST", f"/sign/{next(others)}"),
        lambda: mine.ask("POST", f"{API}/orders/order/{next(own)}/steps/sign", {}))
    show(table, "confirm order", took, bottom, 6)
    asked = api.statements("POST", f"/orders/order/{next(own)}/steps/sign", {})
    table.at_most("statements of it", asked, 25, str(asked))


def approve(world: World, idents: list[int]) -> None:
    """Whatever decides on orders here has decided: they are approved."""
    with world.act("gm") as ctx:
        for order in ctx.session.scalars(select(Order).where(Order.id.in_(idents))):
            order.state = "approved"


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
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    table.row("database", "PostgreSQL" if url else "SQLite")
    table.row("load of the machine", f"{load:.1f} for each core")
    cold_start(table)
    with scratch(url, PLUGINS) as world, ExitStack() as running:
        fill(world, customers)
        api = Api(world)
        api.send("POST", "/orders/order", order_body(world))
        copy_tables(world.platform.database.engine)
        address = world.platform.database.url.render_as_string(hide_password=False)
        folder = world.platform.settings.data_dir
        ports = [running.enter_context(served(kind, address, folder, PLUGINS))
                 for kind in ("product", "floor")]
        mine, floor = Client(ports[0], api.secret), Client(ports[1])
        lists(mine, floor, table, rounds, customers)
        creates(api, mine, floor, table, rounds)
        crossing(world, table, 100_000, customers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="PostgreSQL; a database of its own is made there")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=60)
    chosen = parser.parse_args()
    measure(Table(), chosen.url, chosen.customers, chosen.rounds)


if __name__ == "__main__":
    main()
