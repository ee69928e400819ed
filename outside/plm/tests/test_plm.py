"""A lamp and its driver: first release, a change with approval, and what must be impossible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from tradewind_plm import demo
from tradewind_plm.records import Change, Part, ProductLifecycle, Revision
from tradewind_plm.services import next_code

from core.api import (
    AuditRow,
    Invalid,
    Refused,
    decide,
    extension_of,
    find,
    in_locale,
    perform,
    save,
    tasks_of,
)
from core.testing import World
from plugins.products.api import Product

pytestmark = pytest.mark.plugins("plm")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are looked for in English."""
    with in_locale("en"):
        yield


@pytest.fixture
def lamp(world: World) -> dict[str, int]:
    """A lamp that is sold, its driver, and the first revisions of both, released."""
    with world.act("adm") as ctx:
        product = save(ctx, Product, {"code": "FL-50", "name_en": "LED floodlight 50 W"})
        sold = {"code": "P-100", "name": "Lamp", "product_id": product.id}
        top = save(ctx, Part, sold)
        driver = save(ctx, Part, {"code": "P-200", "name": "Driver", "kind": "bought"})
        perform(ctx, save(ctx, Revision, {"part_id": driver.id}), "release")
        first = save(ctx, Revision, {
            "part_id": top.id, "bom": [{"part_id": driver.id, "quantity": "1"}],
        })
        perform(ctx, first, "release")
        return {"product": product.id, "top": top.id, "driver": driver.id, "first": first.id}


def revise(world: World, part: int, **values: Any) -> tuple[int, int]:
    """A new revision of the part and a change that lists it, submitted by the engineer."""
    with world.act("tec") as ctx:
        revision = perform(ctx, find(ctx, Part, part), "start", {"what_changed": "Better driver"})
        change = save(ctx, Change, {
            "subject": "Driver", "reason": "Flicker", **values,
            "affected": [{"revision_id": revision.id}],
        })
        perform(ctx, change, "submit")
        return revision.id, change.id


def agree(world: World, login: str) -> None:
    with world.act(login) as ctx:
        task = tasks_of(ctx, 1)[0]
        decide(ctx, task.id, "approve")
    world.work()


def states(world: World, *keys: tuple[type[Any], int]) -> list[str]:
    with world.act() as ctx:
        return [find(ctx, cls, ident).state for cls, ident in keys]


def test_letters_go_on_after_z() -> None:
    assert [next_code(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_the_first_release_reaches_the_product(world: World, lamp: dict[str, int]) -> None:
    with world.act() as ctx:
        row = extension_of(ctx, ProductLifecycle, ctx.session.get(Product, lamp["product"]))
        assert (row.revision, row.lifecycle) == ("A", "production")
        assert find(ctx, Part, lamp["top"]).revision == "A"


def test_a_change_is_approved_released_and_reaches_the_product(
    world: World, lamp: dict[str, int]
) -> None:
    new, change = revise(world, lamp["top"])
    assert states(world, (Revision, new), (Change, change)) == ["draft", "review"]
    agree(world, "qc")
    assert states(world, (Revision, new), (Change, change)) == ["draft", "review"]
    agree(world, "gm")
    assert states(world, (Revision, new), (Change, change)) == ["released", "approved"]
    assert states(world, (Revision, lamp["first"])) == ["obsolete"]
    with world.act() as ctx:
        row = extension_of(ctx, ProductLifecycle, ctx.session.get(Product, lamp["product"]))
        assert row.revision == "B"
        trail = ctx.session.scalars(select(AuditRow).where(
            AuditRow.record_key == "products.product", AuditRow.record_id == lamp["product"],
        ).order_by(AuditRow.id.desc())).first()
        assert trail is not None and trail.data["changes"] == {"plm.revision": ["A", "B"]}
        assert [line.part_id for line in find(ctx, Revision, new).bom] == [lamp["driver"]]


def test_an_urgent_change_or_one_without_product_needs_quality_only(
    world: World, lamp: dict[str, int]
) -> None:
    new, change = revise(world, lamp["driver"])
    agree(world, "qc")
    assert states(world, (Revision, new), (Change, change)) == ["released", "approved"]
    new, change = revise(world, lamp["top"], urgent=True)
    agree(world, "qc")
    assert states(world, (Revision, new), (Change, change)) == ["released", "approved"]


def test_a_rejected_change_releases_nothing(world: World, lamp: dict[str, int]) -> None:
    new, change = revise(world, lamp["top"])
    with world.act("qc") as ctx:
        decide(ctx, tasks_of(ctx, 1)[0].id, "reject", comment="Test report is missing")
    world.work()
    assert states(world, (Revision, new), (Change, change)) == ["draft", "rejected"]


def test_a_later_revision_cannot_be_released_without_a_change(
    world: World, lamp: dict[str, int]
) -> None:
    with world.act("tec") as ctx:
        part = find(ctx, Part, lamp["top"])
        new = perform(ctx, part, "start")
        assert new.code == "B"
        with pytest.raises(Refused, match="engineering change"):
            perform(ctx, new, "release")
        with pytest.raises(Refused, match="still a draft"):
            perform(ctx, part, "start")
    with pytest.raises(Invalid, match="still a draft"), world.act("tec") as ctx:
        save(ctx, Revision, {"part_id": lamp["top"]})


def test_a_released_revision_cannot_be_changed(world: World, lamp: dict[str, int]) -> None:
    with world.act("tec") as ctx:
        first = find(ctx, Revision, lamp["first"])
        with pytest.raises(Refused, match="Only a draft"):
            save(ctx, Revision, {"what_changed": "Nothing, really"}, record=first)


def test_no_part_contains_itself(world: World, lamp: dict[str, int]) -> None:
    for inside in (lamp["top"], lamp["driver"]):
        with pytest.raises(Invalid, match="cannot contain itself"), world.act("tec") as ctx:
            bom = [{"part_id": inside, "quantity": "1"}]
            save(ctx, Revision, {"part_id": lamp["driver"], "bom": bom})


def test_a_component_is_released_first(world: World, lamp: dict[str, int]) -> None:
    with world.act("tec") as ctx:
        lens = save(ctx, Part, {"code": "P-300", "name": "Lens"})
        frame = save(ctx, Part, {"code": "P-400", "name": "Frame"})
        upper = save(ctx, Revision, {
            "part_id": frame.id, "bom": [{"part_id": lens.id, "quantity": "4"}],
        })
        with pytest.raises(Refused, match="P-300"):
            perform(ctx, upper, "release")


def test_the_report_counts_uses_and_changes(world: World, lamp: dict[str, int]) -> None:
    revise(world, lamp["top"])
    page = world.client("tec").get("/plm/report").get_data(as_text=True)
    assert "P-100" in page and "P-200" in page
    only = world.client("tec").get("/plm/report?only=open").get_data(as_text=True)
    assert "P-100" in only and "P-200" not in only
    assert world.client("rep").get("/plm/report").status_code == 403


def test_the_card_is_in_the_palette(world: World) -> None:
    kind = world.registry.step_types["plm.release"]
    assert kind.subject == "plm.change"
    with world.act() as ctx:
        assert ctx.session.scalars(select(Part)).all() == []


def test_the_demo_company_has_stories(world: World) -> None:
    for stage in ("reference", "stories", "stories"):
        for plugin in ("products", "crm", "plm"):
            with world.act() as ctx:
                for owner, call in ctx.hooks.each("company_demo", ctx=ctx, stage=stage):
                    if owner == plugin:
                        call()
    with world.act() as ctx:
        assert ctx.session.query(Part).count() == len(demo.COMPONENTS) + demo.LAMPS
        assert sorted(c.state for c in ctx.session.query(Change)) == [
            "approved", "draft", "review"]
