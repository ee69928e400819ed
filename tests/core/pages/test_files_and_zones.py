"""Files that are missing, and moments on the clock of the person who reads them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.api import Comment
from core.files import FileRow
from core.testing.world import World

from . import shop
from .conftest import words

Make = Callable[..., int]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _send(world: World, name: str, content: bytes, ident: str = "") -> tuple[int, str]:
    """Status and page of a new item with a file in its upload field."""
    answer = world.client("adm").post("/r/shop.item/new", data={
        "f.name": "Lamp", "f.sheet_id": ident, "f.sheet_id.upload": (io.BytesIO(content), name),
    }, content_type="multipart/form-data")
    return answer.status_code, answer.text


@pytest.mark.parametrize(("name", "content", "ident", "says"), [
    ("empty.pdf", b"", "", "The file is empty."),
    ("page.html", b"<b>", "", "Files of this type are not accepted."),
    ("", b"", "999999", "does not exist"),
])
def test_a_missing_file_is_said_at_its_field(
    world: World, name: str, content: bytes, ident: str, says: str
) -> None:
    status, page = _send(world, name, content, ident)
    assert status == 422
    at_field = page.partition('name="f.sheet_id.upload"')[2].partition("</div>")[0]
    assert says in at_field.partition("tw-field__fault")[2], at_field
    assert 'aria-invalid="true"' in at_field, "a screen reader hears it too"
    assert 'value="Lamp"' in page, "what was typed is still there"
    with world.act() as ctx:
        assert not ctx.session.scalar(select(func.count(shop.Item.id)))


def test_nothing_chosen_is_said_where_files_are_attached(world: World, item: Make) -> None:
    answer = world.client("adm").post(f"/r/shop.item/{item()}/files", data={})
    assert (answer.status_code, "Choose a file first." in words(answer)) == (422, True)


def test_a_file_whose_content_is_gone_is_a_sentence(world: World) -> None:
    _send(world, "plan.pdf", b"%PDF-1.4 plan")
    client = world.client("adm")
    with client.get("/files/1") as answer:
        assert answer.data == b"%PDF-1.4 plan"
    with world.act() as ctx:
        place = ctx.session.scalar(select(FileRow.place))
        Path(ctx.session.info["files"], str(ctx.company.id), str(place)).unlink()
    for path in ("/files/1", "/files/1?show=1"):
        gone = client.get(path)
        assert (gone.status_code, "This file does not exist." in words(gone)) == (404, True)
    assert "plan.pdf" in words(client.get("/r/shop.item/1")), "the record still opens"


def test_moments_are_shown_on_the_clock_of_the_reader(world: World, item: Make) -> None:
    ident = item()
    with world.act() as ctx:
        ctx.session.add(Comment(company_id=ctx.company.id, record_key="shop.item", at=NOON,
                                record_id=ident, body="seen"))
    client = world.client("adm")
    shown = {"": "2026-11-20 20:00", "Europe/Berlin": "2026-11-20 13:00",
             "America/New_York": "2026-11-20 07:00", "Pacific/Auckland": "2026-11-21 01:00"}
    for zone, moment in shown.items():
        saved = client.post("/account", data={"name": "ADM", "locale": "en", "timezone": zone})
        assert saved.status_code == 303
        assert f'title="{moment}"' in client.get(f"/r/shop.item/{ident}").text
    assert client.post("/account", data={"name": "ADM", "timezone": "Mars"}).status_code == 422
    assert 'title="2026-11-20 20:00"' in world.client("reader").get(f"/r/shop.item/{ident}").text
