"""What the product costs: python -m bench [--url postgresql://…] [--only pages|exchange|api]

Loads the demo company into a scratch database and measures, on this machine, now: how long it
takes to start and to load, what pages cost, how fast documents are numbered, how fast background
work is done; then Excel both ways and the API against their floors, with bar and verdict. Prints a
table. Loopback only; nothing of an installation is touched.
"""

from __future__ import annotations

import argparse
import os
import platform as machine
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select, text

from bench import api, exchange
from bench import workflow as workflow_bench
from bench.report import Table
from core import workflow
from core.accounts import Browser, open_signin
from core.app import create_app
from core.context import utc_now
from core.db import ALL
from core.declare import Number
from core.jobs import drain
from core.migrate import create_everything
from core.numbers import allot
from core.outbox import EventRow
from core.people import Company, User
from core.platform import Platform, build_platform
from core.testing import World, make_settings
from plugins.operations.demo import load_demo

PAGES = (
    ("home", "/"), ("list of customers", "/r/crm.customer"),
    ("list of quotes", "/r/quotes.quotation"),
    ("board of inquiries", "/r/crm.inquiry?view=kanban"), ("an order", "/r/orders.order/1"),
    ("a customer", "/r/crm.customer/1"), ("search", "/search?q=LED"),
)
ROUNDS = 20
THREADS = 8


@contextmanager
def _scratch(url: str | None) -> Iterator[Platform]:
    with tempfile.TemporaryDirectory() as folder:
        platform = build_platform(make_settings(Path(folder), url))
        platform.gatekeeper = workflow.gatekeeper()
        create_everything(platform)
        try:
            yield platform
        finally:
            platform.database.engine.dispose()


def _start() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "core.cli", "--version"], check=True, capture_output=True)
    return time.perf_counter() - begun


def _pages(world: World, table: Table) -> None:
    client = world.app.test_client()
    with world.platform.database.transaction(ALL) as session:
        user = session.scalar(select(User).where(User.login == "sm"))
        home = session.scalar(select(Company.id).order_by(Company.id).limit(1))
        secret = open_signin(session, user, home, Browser("127.0.0.1"), utc_now())
    with client.session_transaction() as cookie:
        cookie.update(_user_id=secret, _fresh=True)
    for name, path in PAGES:
        times = []
        for _round in range(ROUNDS + 2):
            begun = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - begun) * 1000)
        with world.statements() as asked:
            client.get(path)
        times = sorted(times[2:])
        table.row(
            f"page: {name}",
            f"{answer.status_code}, median {statistics.median(times):.0f} ms, "
            f"95 % below {times[int(len(times) * 0.95) - 1]:.0f} ms, {len(asked)} statements, "
            f"{len(answer.data) // 1024} KB",
        )


def _numbering(platform: Platform, seconds: float, table: Table) -> None:
    """Many writers who each allot the next number and write a row, then the proof."""
    company = platform.companies()[0]
    end = time.perf_counter() + seconds
    counts, waits, failures = [0] * THREADS, [], []

    def work(index: int) -> None:
        while time.perf_counter() < end:
            begun = time.perf_counter()
            try:
                with platform.act(company) as ctx:
                    number = allot(ctx, Number("B{seq:08}"), "bench")
                    ctx.session.add(EventRow(name="bench", data={"n": number}, at=ctx.now))
                counts[index] += 1
            except Exception as error:  # noqa: BLE001 - counted and shown
                failures.append(error)
            waits.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with platform.act(company, readonly=True) as ctx:
        rows = ctx.session.scalars(select(EventRow.data).where(EventRow.name == "bench"))
        numbers = [row["n"] for row in rows]
    waits.sort()
    slow = waits[int(len(waits) * 0.99) - 1] * 1000
    table.row(
        f"numbered rows, {THREADS} writers, {seconds:.0f} s",
        f"{sum(counts) / seconds:.0f}/s, 99 % below {slow:.0f} ms, "
        f"{len(failures)} failed, {len(numbers) - len(set(numbers))} doubled, "
        f"{sum(counts) - len(numbers)} lost",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="address of an EMPTY PostgreSQL database")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--only", choices=("pages", "workflow", "exchange", "api"),
                        help="one part only")
    parser.add_argument("--rows", type=int, default=10_000, help="customers to import and export")
    parser.add_argument("--memory", action="store_true", help="also import 50,000 customers")
    parser.add_argument("--customers", type=int, default=100_000, help="customers in lists")
    chosen = parser.parse_args()
    print(f"{machine.platform()}, Python {machine.python_version()}, {os.cpu_count()} cores\n")
    table = Table()
    if chosen.only in (None, "pages"):
        _product(table, chosen.url, chosen.seconds)
    if chosen.only in (None, "workflow"):
        workflow_bench.measure(table, rounds=100)
    if chosen.only in (None, "exchange"):
        exchange.measure(table, chosen.url, chosen.rows, chosen.memory)
    if chosen.only in (None, "api"):
        api.measure(table, chosen.url, chosen.customers, rounds=40)
    print(f"\n{table.missed} missed their bar")


def _product(table: Table, url: str | None, seconds: float) -> None:
    """Start, demo company, pages and numbers."""
    table.row("start of the command line", f"{min(_start() for _time in range(3)):.1f} s")
    with _scratch(url) as platform:
        with platform.database.engine.connect() as connection:
            sqlite = platform.database.sqlite
            ask = "SELECT sqlite_version()" if sqlite else "SHOW server_version"
            version = connection.scalar(text(ask))
        table.row("database", f"{'SQLite' if sqlite else 'PostgreSQL'} {version}")
        begun = time.perf_counter()
        load_demo(platform, lambda _line: None)
        table.row("loading the demo companies", f"{time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        count = drain(platform)
        took = time.perf_counter() - begun
        table.row("background work after it", f"{count} pieces, {count / max(took, 0.001):.0f}/s")
        begun = time.perf_counter()
        create_app(platform.settings, platform)
        table.row("building the web application", f"{time.perf_counter() - begun:.2f} s")
        _pages(World(platform), table)
        _numbering(platform, seconds, table)


if __name__ == "__main__":
    main()
