"""Forms that a company arranges: what is shown, what is kept, what survives an upgrade."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.api import Arranged, Invalid, Refused, Section, Tab, drawing, record_class, save
from core.layout import form_of
from core.testing import World
from plugins.studio import arranging, forming

pytestmark = pytest.mark.plugins("crm", "studio")
KEY = "crm.customer"
PAGE = f"/studio-forms/{KEY}"
FORM = Arranged(
    (Section("main", "Main", ("name", "country")), Section("more", "More", ("note",))),
    (Tab("money", "Money", (Section("terms", "Terms", ("term", "limit")),)),))


def names(form: Arranged) -> dict[str, tuple[str, ...]]:
    parts = (*form.sections, *(part for tab in form.tabs for part in tab.sections))
    return {part.key: part.fields for part in parts if isinstance(part, Section)}


def test_a_layout_survives_fields_that_come_and_go() -> None:
    layout = arranging.layout_of(FORM)
    assert names(arranging.arranged(layout, FORM, None, None, {})) == names(FORM)
    arranging.place(layout, "limit", "main", 0)
    arranging.hide(layout, "country", False)
    newer = Arranged(
        (Section("main", "Main", ("name", "country", "vat")),
         Section("brand", "Brand new", ("logo",))),
        (Tab("money", "Money", (Section("terms", "Terms", ("term", "limit")),)),))
    found = names(arranging.arranged(layout, newer, None, None, {}))
    assert found["main"] == ("limit", "name", "vat")  # `note` is gone, `vat` came
    assert found["brand"] == ("logo",) and found["terms"] == ("term",)
    again = names(arranging.arranged(layout, FORM, None, None, {}))
    assert again["more"] == ("note",)  # what is passed over is not forgotten


def test_moves_reach_every_place_and_refuse_what_would_lose_data() -> None:
    layout = arranging.layout_of(FORM)
    seen = []
    for _n in range(5):
        arranging.shift(layout, "name", 1)
        seen.append(next((part["key"], part["fields"].index("name"))
                         for _tab, part in arranging.parts_of(layout) if "name" in part["fields"]))
    assert seen == [("main", 1), ("more", 0), ("more", 1), ("terms", 0), ("terms", 1)]
    with pytest.raises(Refused):
        arranging.hide(layout, "name", True)
    with pytest.raises(Refused):
        arranging.remove_part(layout, "more")
    tab = arranging.add_tab(layout, {"en": "Own"})
    arranging.remove_part(layout, arranging.tab_at(layout, tab)["parts"][0]["key"])
    assert [t["key"] for t in layout["tabs"]] == ["main", "money"]


def do(world: World, op: str, **more: Any) -> Any:
    return world.client("adm").post(f"{PAGE}/change", json={"op": op, **more})


def first(world: World) -> dict[str, Any]:
    with world.act("adm") as ctx:
        return arranging.layout_of(drawing.declared_form(ctx, record_class(KEY)))["tabs"][0]


def test_an_administrator_arranges_a_form_for_everybody(world: World) -> None:
    main = first(world)["parts"][0]
    client, rep = world.client("adm"), world.client("rep")
    assert client.get(PAGE).status_code == 200 and client.get("/studio-forms").status_code == 200
    assert rep.get(PAGE).status_code == rep.post(f"{PAGE}/change").status_code == 403
    assert do(world, "new", kind="text", label="Paint code", part=main["key"]).status_code == 200
    assert do(world, "hide", field="website").status_code == 200
    saved = client.post(f"{PAGE}/field/short_name", data={
        "label": "Nickname", "required": "1", "lock": ""})
    assert saved.status_code == 302
    with world.act("rep") as ctx:
        before = [slot.name for slot in form_of(ctx, record_class(KEY)).slots]
    assert "website" in before  # until it is published
    assert "Nickname" in client.get(f"/r/{KEY}/new?layout=draft").text
    assert "Nickname" not in rep.get(f"/r/{KEY}/new?layout=draft").text
    assert client.post(f"{PAGE}/publish").status_code == 302
    page = rep.get(f"/r/{KEY}/new").text
    assert "Nickname" in page and "Paint code" in page and 'name="f.website"' not in page
    with pytest.raises(Invalid) as refused, world.act("rep") as ctx:
        save(ctx, KEY, {"name": "Lumen", "country": "DE"})
    assert refused.value.by_field()["short_name"]
    with world.act("rep") as ctx:
        kept = save(ctx, KEY, {"name": "Lumen", "country": "DE", "short_name": "L",
                               "website": "https://lumen.example", "x_paint_code": "RAL 9016"})
        assert kept.website == "https://lumen.example"  # hidden is not lost
    do(world, "reset")
    client.post(f"{PAGE}/publish")
    assert 'name="f.website"' in rep.get(f"/r/{KEY}/new").text


def test_a_field_is_locked_by_a_condition(world: World) -> None:
    client = world.client("adm")
    when = '{"f": "country", "op": "eq", "v": "DE"}'
    client.post(f"{PAGE}/field/short_name", data={"label": "", "lock": "when", "when": when})
    client.post(f"{PAGE}/publish")
    with world.act("rep") as ctx:
        german = save(ctx, KEY, {"name": "Lumen", "country": "DE", "short_name": "L"})
        danish = save(ctx, KEY, {"name": "Lys", "country": "DK", "short_name": "Y"})
        for record, locked in ((german, True), (danish, False), (None, False)):
            screen = form_of(ctx, record_class(KEY), record)
            slot = next(s for s in screen.slots if s.name == "short_name")
            assert slot.locked is locked
        for record, count in ((german, 1), (danish, 0)):
            with world.app.test_request_context(f"/r/{KEY}/{record.id}"):
                assert len(forming.check(ctx, record, {"short_name": "Z"})) == count
        assert forming.check(ctx, german, {"short_name": "Z"}) == []  # a step writes it


def test_every_change_is_undone_and_done_again(world: World) -> None:
    main = first(world)["parts"][0]

    def shown() -> list[str]:
        page = world.client("adm").get(PAGE).text
        return re.findall(r'data-field="(\w+)"', page.split(f'data-fields="{main["key"]}"')[1]
                          .split("</div>")[0])

    start = shown()
    do(world, "down", field=start[0])
    do(world, "down", field=start[0])
    assert shown()[:3] == [start[1], start[2], start[0]]
    do(world, "undo")
    do(world, "undo")
    assert shown() == start
    assert do(world, "undo").status_code == 409
    do(world, "redo")
    assert shown()[:2] == [start[1], start[0]]
    for wrong in ({"op": "place", "field": "nothing", "part": main["key"]},
                  {"op": "place", "field": start[0], "part": "nowhere"},
                  {"op": "title", "part": "nowhere", "label": "x"}, {"op": "nonsense"},
                  {"op": "new", "kind": "spell", "part": main["key"]}):
        assert do(world, **wrong).status_code == 409
    assert world.client("adm").get("/studio-forms/crm.nothing").status_code == 404
