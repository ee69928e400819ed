"""Excel both ways: what is exported can be edited and brought back; nothing is written unseen."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from core.api import Field, Invalid, save
from core.people import CustomField
from core.testing import World
from plugins.crm.api import Customer
from plugins.exchange.reading import read_rows
from plugins.exchange.records import Batch, Fault, Trace
from plugins.exchange.writing import safe_text, write_workbook

pytestmark = pytest.mark.plugins("crm", "exchange")


def _customers(world: World, *names: str) -> None:
    with world.act("gm") as ctx:
        for name in names:
            save(ctx, Customer, {"name": name, "country": "DE"})


def _workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rehearse(world: World, content: bytes, name: str = "customers.xlsx", match: str = "") -> Any:
    """Upload, accept the guessed columns, rehearse; returns the batch."""
    client = world.client("adm")
    up = client.post("/exchange/import/crm.customer", data={"file": (io.BytesIO(content), name)})
    assert up.status_code == 302, up.get_data(as_text=True)[:2000]
    page = client.get(up.headers["Location"]).get_data(as_text=True)
    form = {}
    for part in page.split('<select class="tw-input" name="column-')[1:]:
        chosen = part.split("</select>")[0].split(" selected")
        value = chosen[0].rpartition('value="')[2].split('"')[0] if len(chosen) > 1 else ""
        form[f"column-{part.split(chr(34))[0]}"] = value
    answer = client.post(up.headers["Location"], data={**form, "match": match})
    assert answer.status_code == 302, answer.get_data(as_text=True)[:3000]
    world.work()
    with world.act("adm") as ctx:
        batch = ctx.session.scalars(select(Batch).order_by(Batch.id.desc())).first()
        ctx.session.expunge(batch)
    return batch


def _run(world: World, batch: Any) -> Any:
    answer = world.client("adm").post(f"/exchange/batches/{batch.id}/run")
    assert answer.status_code == 302
    world.work()
    with world.act("adm") as ctx:
        found = ctx.session.get(Batch, batch.id)
        ctx.session.expunge(found)
    return found


def test_a_list_is_exported_as_it_is_seen(world: World) -> None:
    _customers(world, "Brenlicht Handels GmbH", "=SUM(A1:A9)", "Nordlys AS")
    answer = world.client("gm").get("/exchange/export/crm.customer?q=SUM&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert "=SUM(A1:A9)" in rows[1]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    text = world.client("gm").get("/exchange/export/crm.customer?format=csv").get_data(as_text=True)
    assert "'=SUM(A1:A9)" in text


def test_the_rehearsal_shows_everything_and_writes_nothing(world: World) -> None:
    _customers(world, "Nordlys AS")
    batch = _rehearse(world, _workbook([
        ["Legal name", "Country", "Website"], ["Solmar S.L.", "ES", "https://solmar.example"],
        ["", "FR", None], ["Elba", "Germany", None],
    ]))
    assert batch.state == "rehearsed"
    assert (batch.report["created"], batch.report["refused"]) == (1, 2)
    with world.act("gm") as ctx:
        assert list(ctx.session.scalars(select(Fault.row).order_by(Fault.row))) == [3, 4]
        assert ctx.session.scalar(select(func.count(Customer.id))) == 1


def test_the_import_runs_keeps_where_it_came_from_and_can_be_taken_back(world: World) -> None:
    batch = _run(world, _rehearse(world, _workbook([
        ["Legal name", "Country"], ["Solmar S.L.", "ES"], ["Elba Elektro", "IT"],
    ])))
    assert (batch.state, batch.report["created"]) == ("done", 2)
    with world.act("gm") as ctx:
        assert ctx.session.scalar(select(func.count(Trace.id))) == 2
    assert world.client("adm").post(f"/exchange/batches/{batch.id}/undo").status_code == 302
    with world.act("gm") as ctx:
        assert ctx.session.scalar(select(func.count(Customer.id)).where(
            Customer.archived_at.is_(None))) == 0


def test_undo_is_refused_when_somebody_went_on_working(world: World) -> None:
    batch = _run(world, _rehearse(world, _workbook([["Legal name", "Country"], ["Solmar", "ES"]])))
    with world.act("gm") as ctx:
        row = ctx.session.scalars(select(Customer)).one()
        save(ctx, Customer, {"website": "https://new.example"}, row)
    assert world.client("adm").post(f"/exchange/batches/{batch.id}/undo").status_code == 409


def test_round_trip_three_edited_cells_are_exactly_three_changes(world: World) -> None:
    _customers(world, *(f"Firm {n} GmbH" for n in range(12)))
    answer = world.client("gm").get("/exchange/export/crm.customer?sort=number&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    column = heads.index("Short name") + 1
    for row, text in ((2, "F0"), (5, "F3"), (9, "F7")):
        sheet.cell(row, column, text)
    out = io.BytesIO()
    book.save(out)
    batch = _rehearse(world, out.getvalue(), match="number")
    report = batch.report
    assert (report["created"], report["changed"], report["cells"]) == (0, 3, 3), report
    assert report["same"] == 9
    done = _run(world, batch)
    assert done.report["changed"] == 3
    with world.act("gm") as ctx:
        names = set(ctx.session.scalars(select(Customer.short_name)))
    assert {"F0", "F3", "F7"} <= names


def test_refused_rows_come_back_with_their_reasons(world: World) -> None:
    batch = _rehearse(world, _workbook([["Legal name", "Country"], ["Elba", "Germany"]]))
    answer = world.client("adm").get(f"/exchange/batches/{batch.id}/refused")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[1][:2] == ("Elba", "Germany")
    assert "Germany" in rows[1][2]


def test_only_those_who_may_can_import_or_export(world: World) -> None:
    rep = world.client("rep")
    assert rep.get("/exchange/imports").status_code == 403
    assert world.client().get("/exchange/export/crm.customer").status_code == 302


@pytest.mark.parametrize("content", [
    b"", b"PK\x03\x04 not a zip", b"\x00\x01\x02binary", b"one heading only\n",
])
def test_files_that_are_no_tables_are_refused_in_words(world: World, content: bytes) -> None:
    client = world.client("adm")
    answer = client.post("/exchange/import/crm.customer", data={
        "file": (io.BytesIO(content), "x.xlsx")})
    assert answer.status_code == 422
    assert "tw-msg--bad" in answer.get_data(as_text=True)


def test_bombs_burst_outside(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (150 * 2**20))
    with pytest.raises(Invalid):
        list(read_rows(path))


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "xxe.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    with pytest.raises(Invalid):
        list(read_rows(path))


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    fields = [Field("text", "Name"), Field("money", "Amount"), Field("date", "Day")]
    write_workbook(path, fields, ["Name", "Amount", "Day"], [["+49", Decimal("12.50"), None]])
    rows = list(read_rows(path))
    assert rows[1][:2] == ["+49", Decimal("12.5")]
    assert safe_text("@cmd") == "'@cmd"


def test_a_custom_field_leaves_and_comes_back(world: World) -> None:
    with world.act("adm") as ctx:
        ctx.session.add(CustomField(
            company_id=ctx.company.id, record="crm.customer", name="x_rating", kind="integer",
            label={"en": "Rating", "zh": "评级"}, choices=[]))
    with world.act("gm") as ctx:
        for name, rating in (("Nordlys AS", 2), ("Elba Elektro", 5)):
            save(ctx, Customer, {"name": name, "country": "DE", "x_rating": rating})
    client = world.client("gm")
    client.post("/r/crm.customer/columns", data={"column": ["number", "name", "x_rating"]})
    answer = client.get("/exchange/export/crm.customer?sort=number&format=xlsx")
    rows = [list(row) for row in openpyxl.load_workbook(
        io.BytesIO(answer.data)).active.iter_rows(values_only=True)]
    at = rows[0].index("Rating")
    assert [row[at] for row in rows[1:]] == [2, 5]
    rows[1][at], rows[2][at] = 4, "many"
    batch = _rehearse(world, _workbook(rows), match="number")
    assert (batch.report["changed"], batch.report["refused"]) == (1, 1)
    _run(world, batch)
    with world.act("gm") as ctx:
        found = ctx.session.scalars(select(Customer).order_by(Customer.id))
        assert [row.custom["x_rating"] for row in found] == [4, 5]
