"""Excel both ways against its floors: python -m bench.exchange [--url …] [--rows N] [--memory].

Each ratio is taken within one run: an import beside SQLAlchemy Core's bulk insert of the same
rows, an export beside XlsxWriter writing the same cells. With --memory an import of 5,000 and of
50,000 customers runs in a process of its own each, and their highest resident memory is compared.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import create_engine, delete, insert, select, text
from sqlalchemy.engine import make_url

from bench.report import Table
from core import workflow
from core.context import Ctx
from core.jobs import perform_row
from core.migrate import create_everything
from core.outbox import OutboxRow
from core.platform import build_platform
from core.testing.world import World, build_world, make_settings
from plugins.crm.api import Customer
from plugins.exchange.export import Wanted, csv_of, fields_and_heads, rows_of, workbook_of
from plugins.exchange.mapping import guess
from plugins.exchange.records import Batch
from plugins.exchange.running import choose_columns, start_batch

HEADS = ("Legal name", "Short name", "Country", "Region", "Address", "Website", "E-mail", "Phone",
         "Type", "Currency")
COUNTRIES = ("DE", "ES", "FR", "IT", "PL", "NL", "US", "MX", "BR", "AE")
KINDS = ("importer", "distributor", "retailer")
COLUMNS = ["number", "name", "short_name", "country", "region", "address", "website", "email",
           "phone", "kind", "currency", "created_at"]


def rows_of_customers(count: int, mark: str = "a") -> Iterator[list[Any]]:
    """Invented customers, each another one."""
    for n in range(count):
        name = f"{mark}firm{n}"
        yield [f"{name.title()} Leuchten GmbH", name[:40], COUNTRIES[n % 10], f"Region {n % 40}",
               f"Hafenstrasse {n}, 20457 Hamburg", f"https://{name}.example",
               f"office@{name}.example", f"+49 30 {2_000_000 + n}", KINDS[n % 3], "EUR"]


def workbook(path: Path, count: int, mark: str = "a") -> bytes:
    """A file of that many customers, as a company would bring it."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADS)
    for n, row in enumerate(rows_of_customers(count, mark), start=1):
        sheet.write_row(n, 0, row)
    book.close()
    return path.read_bytes()


@contextmanager
def scratch(url: str | None, only: Sequence[str] = ("crm", "exchange")) -> Iterator[World]:
    """A world of some plugins and what they need on an empty database."""
    with tempfile.TemporaryDirectory() as folder, _database(url) as address:
        platform = build_platform(make_settings(Path(folder), address), only=list(only))
        platform.gatekeeper = workflow.gatekeeper()
        create_everything(platform)
        build_world(platform)
        try:
            yield World(platform)
        finally:
            platform.database.engine.dispose()


@contextmanager
def _database(url: str | None) -> Iterator[str | None]:
    """A new database beside the one at `url`, dropped afterwards; None: SQLite."""
    if url is None:
        yield None
        return
    home = make_url(url).set(drivername="postgresql+psycopg")
    name = f"tradewind_bench_{secrets.token_hex(4)}"
    engine = create_engine(home, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield home.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def prepare(world: World, content: bytes, match: str = "") -> int:
    """Upload a file and choose its columns; the batch."""
    with world.act("adm") as ctx:
        batch = start_batch(ctx, "crm.customer", "customers.xlsx", content)
        chosen = guess(ctx, "crm.customer", HEADS)
        choose_columns(ctx, batch, chosen, match)
        return batch.id


def work(world: World, batch_id: int, rehearse: bool) -> float:
    """Rehearse or import as the worker does; the seconds it took."""
    with world.act("adm") as ctx:
        job = ctx.enqueue("exchange.run", {"batch": batch_id, "rehearse": rehearse})
        company = ctx.company.id
    begun = time.perf_counter()
    perform_row(world.platform, company, job or 0)
    took = time.perf_counter() - begun
    with world.act("adm") as ctx:
        row = ctx.session.get(OutboxRow, job)
        if row is None or row.state != "done":
            raise SystemExit(f"the import failed: {row.error if row else 'lost'}")
    return took


def floor(ctx: Ctx, count: int) -> float:
    """SQLAlchemy Core's bulk insert of as many customers, with all their columns."""
    table = Customer.__table__
    kept = ctx.session.execute(
        select(*table.c).where(table.c.name.like("Afirm%")).limit(count),
        execution_options={"outside_the_wall": True}).mappings().all()
    rows = [{k: v for k, v in row.items() if k != "id"} for row in kept]
    for n, row in enumerate(rows):
        row["number"], row["name_key"] = f"F{n}", f"floor {n}"
    connection = ctx.session.connection()
    begun = time.perf_counter()
    connection.execute(insert(table), rows)
    took = time.perf_counter() - begun
    connection.execute(delete(table).where(table.c.number.like("F%")))
    return took


def imports(world: World, table: Table, count: int) -> None:
    """Import `count` customers through full validation, and the floor beside it."""
    with tempfile.TemporaryDirectory() as folder:
        content = workbook(Path(folder) / "customers.xlsx", count)
        begun = time.perf_counter()
        batch_id = prepare(world, content)
        uploaded = time.perf_counter() - begun
        rehearsed = work(world, batch_id, True)
        used = time.process_time()
        took = work(world, batch_id, False)
        used = time.process_time() - used
    with world.act("adm") as ctx:
        report = ctx.session.get(Batch, batch_id).report
        if report["created"] != count:
            raise SystemExit(f"of {count} rows {report['created']} were created: {report}")
        bottom = min(floor(ctx, min(count, 10_000)) for _round in range(3))
        ctx.session.rollback()
    rate, base = count / took, min(count, 10_000) / bottom
    table.row("upload and count of the file", f"{count / uploaded:,.0f} rows/s")
    table.row("rehearsal", f"{count / rehearsed:,.0f} rows/s")
    table.at_least("import of customers", rate, 5_000,
                   f"{rate:,.0f} rows/s ({count / used:,.0f} in a second of its CPU)", " rows/s")
    table.at_least("the same ÷ Core's bulk insert", rate / base, 0.1,
                   f"{rate / base:.2f} ({base:,.0f} rows/s)")


def exports(world: World, table: Table) -> None:
    """All customers to a workbook and to CSV; XlsxWriter with the same cells beside it."""
    wanted = Wanted("crm.customer", COLUMNS, sort="number")
    with tempfile.TemporaryDirectory() as folder, world.act("adm") as ctx:
        path = Path(folder) / "out.xlsx"
        fields, heads = fields_and_heads(ctx, wanted)
        cells = list(rows_of(ctx, wanted, fields))
        ratios, rates = [], []
        for _round in range(3):
            begun = time.perf_counter()
            bare_workbook(path, heads, cells)
            bare = time.perf_counter() - begun
            begun = time.perf_counter()
            count = workbook_of(ctx, wanted, path)
            took = time.perf_counter() - begun
            ratios.append(bare / took)
            rates.append(count / took)
        begun = time.perf_counter()
        with (Path(folder) / "out.csv").open("w", encoding="utf-8", newline="") as out:
            for piece in csv_of(ctx, wanted):
                out.write(piece)
        rate = len(cells) / (time.perf_counter() - begun)
    best = sorted(ratios)[1]
    table.at_least("XLSX export ÷ XlsxWriter alone", best, 0.7,
                   f"{best:.2f} ({max(rates):,.0f} rows/s of {len(COLUMNS)} columns)")
    table.at_least("CSV export", rate, 50_000, f"{rate:,.0f} rows/s", " rows/s")


def bare_workbook(path: Path, heads: list[str], cells: list[list[Any]]) -> None:
    """The floor of an export: the same cells, in constant memory, typed alike."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False,
                                           "strings_to_urls": False, "remove_timezone": True})
    sheet = book.add_worksheet()
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, heads)
    for n, row in enumerate(cells, start=1):
        for c, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(n, c, value.astimezone(UTC).replace(tzinfo=None), moment)
            elif value is not None:
                sheet.write_string(n, c, value)
    book.close()


def highest(rows: int, url: str | None) -> dict[str, Any]:
    """Import `rows` customers in a process of its own: its memory before, and at its highest."""
    command = [sys.executable, "-m", "bench.exchange", "--child", str(rows)]
    done = subprocess.run([*command, *(["--url", url] if url else [])], check=True,
                          capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def child(rows: int, url: str | None) -> None:
    """What `highest` starts; prints JSON."""
    import resource

    with scratch(url) as world, tempfile.TemporaryDirectory() as folder:
        batch_id = prepare(world, workbook(Path(folder) / "first.xlsx", 1_000, "warm"))
        work(world, batch_id, False)
        content = workbook(Path(folder) / "file.xlsx", rows)
        batch_id = prepare(world, content)
        seconds = [work(world, batch_id, True), work(world, batch_id, False)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "peak": peak, "seconds": seconds}))


def memory(table: Table, url: str | None) -> None:
    """Whether memory grows with the file."""
    small, large = highest(5_000, url), highest(50_000, url)
    growth = large["peak"] / small["peak"]
    rehearsed, ran = large["seconds"]
    table.at_most("memory of 50,000 ÷ 5,000 customers", growth, 1.1,
                  f"{growth:.2f} ({small['peak']:.0f} → {large['peak']:.0f} MiB)")
    table.row("50,000 customers", f"rehearsed in {rehearsed:.0f} s, imported in {ran:.0f} s")


def measure(table: Table, url: str | None, rows: int, with_memory: bool) -> None:
    """Everything of this module, on one database."""
    table.row("database", "PostgreSQL" if url else "SQLite")
    with scratch(url) as world:
        imports(world, table, rows)
        exports(world, table)
    if with_memory:
        memory(table, url)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="PostgreSQL; a database of its own is made there")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child, chosen.url)
        return
    measure(Table(), chosen.url, chosen.rows, chosen.memory)


if __name__ == "__main__":
    main()
