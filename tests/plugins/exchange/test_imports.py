"""Imports in chunks: the same rules as one by one, killed and resumed, kept, and for every type."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from core.api import AuditRow, EventRow, in_locale, reader_of, record_class, save
from core.schemas import read_input
from core.testing import World
from plugins.crm.api import Customer
from plugins.exchange.mapping import guess, targets
from plugins.exchange.records import Batch, Fault, Trace
from plugins.exchange.running import undo
from plugins.exchange.sheets import refused_sheet, template_sheet
from tests.plugins.exchange.making import all_of, prepared, worked

ONLY = pytest.mark.plugins("crm", "exchange")
HEADS = ["Legal name", "Country", "E-mail", "Phone"]
VALUES: tuple[Any, ...] = (
    None, "", "  ", "text", "x" * 400, 7, Decimal("12.5"), Decimal("0.123456789"), True, False,
    "yes", "DE", "de", "EUR", "2026-11-20", date(2026, 1, 2), "1,234.50", "30%", "a@b.example",
    "+49 30 901820", "firm.example", "a, b；c", "-1", "99999999999999999", 10**30,
)


@ONLY
def test_a_chunk_is_kept_on_both_databases_with_number_trail_and_event(both: World) -> None:
    rows = [[f"Solmar {n} S.L.", "ES", f"a@s{n}.example", f"+34 91 {5000000 + n}"]
            for n in range(30)]
    batch = worked(both, prepared(both, "crm.customer", [HEADS, *rows]), True, False)
    assert (batch.state, batch.report["created"], batch.report["refused"]) == ("done", 30, 0)
    found = all_of(both, "crm.customer")
    assert len({row.number for row in found}) == 30
    assert found[0].phone == "+34915000000"
    assert found[0].name_key == "solmar 0"
    with both.act("adm") as ctx:
        for cls, what in ((AuditRow, AuditRow.action), (EventRow, EventRow.name)):
            count = select(func.count()).select_from(cls).where(what == "crm.customer.created")
            assert ctx.session.scalar(count) == 30
        assert ctx.session.scalar(select(func.count(Trace.id))) == 30
        save(ctx, Customer, {"website": "https://s0.example"}, ctx.session.get(
            Customer, found[0].id))  # its version is a saved row's
    with both.act("adm") as ctx:
        again = save(ctx, Customer, {"name": "Elba", "country": "IT"})
        assert again.id > found[-1].id  # ids taken for the chunk are not given twice


@ONLY
def test_known_companies_are_refused_in_one_look_up_a_chunk(world: World) -> None:
    with world.act("gm") as ctx:
        save(ctx, Customer, {"name": "Nordlys AS", "country": "NO"})
    rows = [[f"Firm {n}", "NO", f"a@f{n}.example", None] for n in range(40)]
    rows[7][0], rows[21][0] = "NORDLYS A.S.", "Firm 3"
    batch_id = prepared(world, "crm.customer", [HEADS, *rows])
    with world.statements() as asked:
        batch = worked(world, batch_id, True)
    assert (batch.report["created"], batch.report["refused"]) == (38, 2)
    assert sum("name_key" in s and "SELECT" in s for s in asked) == 1
    with world.act("adm") as ctx:
        faults = {f.row: f.texts for f in ctx.session.scalars(select(Fault))}
    assert "Nordlys AS" in faults[9][0]
    assert "twice" in faults[23][0]


@ONLY
def test_owner_and_date_of_creation_are_kept_where_the_file_gives_them(both: World) -> None:
    heads = ["Legal name", "Country", "Owner", "Created"]
    rows = [["Elba", "IT", "REP", date(2019, 5, 4)], ["Solmar", "ES", None, None],
            ["Lumen", "DE", "nobody", None]]
    batch = worked(both, prepared(both, "crm.customer", [heads, *rows]), True, False)
    assert (batch.report["created"], batch.report["refused"]) == (2, 1)
    elba, solmar = all_of(both, "crm.customer")
    assert elba.owner_id == both.user_id("rep")
    assert elba.created_at.astimezone(UTC).date() in (date(2019, 5, 3), date(2019, 5, 4))
    assert solmar.owner_id == both.user_id("adm")
    assert solmar.created_at.year > 2019


@ONLY
def test_refused_rows_come_back_as_they_were(world: World, tmp_path: Path) -> None:
    rows = [["Legal name", "Country", "Remark"], ["Elba", "Germany", 12.5], [None, None, None],
            ["Solmar", "ES", None], [None, "FR", date(2026, 1, 2)]]
    batch_id = prepared(world, "crm.customer", rows)
    worked(world, batch_id, True)
    with world.act("adm") as ctx:
        path = tmp_path / "refused.xlsx"
        path.write_bytes(refused_sheet(ctx, ctx.session.get(Batch, batch_id)))
        assert list(ctx.session.scalars(select(Fault.row).order_by(Fault.row))) == [2, 5]
    found = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert found[0] == ("Legal name", "Country", "Remark", "What is wrong")
    assert found[1][:3] == ("Elba", "Germany", 12.5)
    assert found[1][3].startswith("Country: ")
    assert found[2][:2] == (None, "FR")
    assert len(found) == 3


@ONLY
def test_a_killed_import_goes_on_where_it_stopped(world: World) -> None:
    count = 4_000
    rows = [[f"Firm {n} GmbH", "DE", f"a@f{n}.example", None] for n in range(count)]
    batch_id = prepared(world, "crm.customer", [HEADS, *rows])
    with world.act("adm") as ctx:
        ctx.session.get(Batch, batch_id).state = "rehearsed"
        job = ctx.enqueue("exchange.run", {"batch": batch_id})
        company = ctx.company.id
    settings = world.platform.settings
    code = (
        "import sys; from pathlib import Path\n"
        "from core.testing.world import make_settings\n"
        "from core.platform import build_platform\nfrom core.jobs import perform_row\n"
        "folder, company, job = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])\n"
        "perform_row(build_platform(make_settings(folder, sys.argv[4])), company, job)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(settings.data_dir), str(company),
                              str(job), settings.database_url])
    asked = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))
    end = time.monotonic() + 120
    while time.monotonic() < end and child.poll() is None:
        if asked.execute("SELECT max(reached) FROM exchange_batch").fetchone()[0]:
            break
        time.sleep(0.005)
    child.kill()
    child.wait()
    asked.close()
    with world.act("adm") as ctx:
        reached = ctx.session.get(Batch, batch_id).reached
    assert 0 < reached < count, "killed too early or too late to show anything"
    batch = worked(world, batch_id, False)
    assert (batch.state, batch.reached, batch.report["created"]) == ("done", count, count)
    found = all_of(world, "crm.customer")
    assert len(found) == len({row.name for row in found}) == len({r.number for r in found}) == count
    with world.act("adm") as ctx:
        assert ctx.session.scalar(select(func.count(Trace.id))) == count


@ONLY
def test_undo_takes_back_creations_and_changes(both: World) -> None:
    with both.act("gm") as ctx:
        known = save(ctx, Customer, {"name": "Nordlys AS", "country": "NO", "region": "Oslo"})
        number = known.number
    heads = ["Number", "Legal name", "Country", "Region"]
    rows = [[number, "Nordlys AS", "NO", "Bergen"], [None, "Elba", "IT", "Toscana"]]
    batch_id = prepared(both, "crm.customer", [heads, *rows], "number")
    batch = worked(both, batch_id, True, False)
    assert (batch.report["created"], batch.report["changed"], batch.report["cells"]) == (1, 1, 1)
    with both.act("adm") as ctx:
        assert undo(ctx, ctx.session.get(Batch, batch_id)) == 2
    nordlys, elba = all_of(both, "crm.customer")
    assert (nordlys.region, nordlys.archived_at) == ("Oslo", None)
    assert elba.archived_at is not None


@ONLY
def test_rows_are_read_in_a_chunk_as_they_are_one_by_one(world: World) -> None:
    """The reader without marshmallow says what the schema says, for every field and odd value."""
    with world.act("adm") as ctx:
        for key in ("crm.customer", "crm.lead", "crm.contact", "products.product"):
            cls = record_class(key)
            read = reader_of(ctx, cls)
            for name in (*targets(ctx, key), "nothing"):
                for value in VALUES:
                    given, wrong = read_input(ctx, cls, {name: value}, partial=True)
                    found, faults = read({name: value}, partial=True)
                    assert found == given, (key, name, value)
                    assert [(f.field, str(f.text)) for f in faults] == [
                        (w.field, str(w.text)) for w in wrong], (key, name, value)
            assert {f.field for f in read({})[1]} == {
                w.field for w in read_input(ctx, cls, {}, partial=False)[1]}


def test_every_record_type_has_a_template_whose_headings_are_guessed(
    world: World, tmp_path: Path
) -> None:
    """Each record type of each plugin, with its lines, in both languages."""
    path = tmp_path / "template.xlsx"
    seen = 0
    with world.act("adm") as ctx:
        for key in ctx.registry.records:
            fields = {n: f for n, f in targets(ctx, key).items() if f.kind not in ("file", "json")}
            for locale in ("zh", "en"):
                with in_locale(locale):
                    path.write_bytes(template_sheet(ctx, key))
                sheet = openpyxl.load_workbook(path).worksheets[0]
                heads = [cell.value for cell in sheet[1]] if fields else []
                guessed = guess(ctx, key, heads)
                assert set(guessed.values()) == set(fields), (key, locale)
            seen += 1
    assert seen > 40


def test_every_record_type_can_be_rehearsed_with_links_by_name(world: World) -> None:
    """A row of words: links that are not there are refused at their field, nothing breaks."""
    broken = {}
    with world.act("adm") as ctx:
        keys = [key for key in ctx.registry.records if ctx.can(f"{key}.create")]
        links = {key: [n for n, f in targets(ctx, key).items() if f.kind in ("link", "user")]
                 for key in keys}
        heads = {key: [n for n, f in targets(ctx, key).items() if f.kind not in ("file", "json")]
                 for key in keys}
    for key in keys:
        if not heads[key]:
            continue
        words = ["nowhere" if n in links[key] else "7" for n in heads[key]]
        batch = worked(world, prepared(world, key, [heads[key], words]), True)
        if batch.state != "rehearsed" or batch.report["created"] + batch.report["refused"] != 1:
            broken[key] = batch.state
        elif links[key]:
            with world.act("adm") as ctx:
                texts = ctx.session.scalar(select(Fault.texts).where(Fault.batch_id == batch.id))
            if not any("nowhere" in text for text in texts or ()):
                broken[key] = texts
    assert broken == {}
    assert len(keys) > 40
