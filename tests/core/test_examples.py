"""The examples of the documentation work, and the hooks that only they use."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.audit import Notice
from core.companies import disable_plugin
from core.discovery import discover
from core.errors import Invalid, Refused
from core.layout import form_of
from core.query import read_page
from core.records import record_class
from core.saving import save
from core.steps import perform
from core.testing import World
from core.testing.world import Templates

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def examples(templates: Templates, tmp_path: Path) -> Iterator[World]:
    """Companies that use the example plugins."""
    names = ("visits", "loyalty", "followups", "crm", "products")
    modules = discover(ROOT / "plugins", ROOT / "examples", names)
    world = templates.world(tmp_path, names, modules)
    yield world
    world.platform.database.engine.dispose()


def test_the_smallest_plugin_has_list_form_and_step(examples: World) -> None:
    with examples.act("adm") as ctx:
        visit = save(ctx, record_class("visits.visit"), {"name": "Brightway", "met_on": ctx.today})
        perform(ctx, visit, "answer", {})
        assert visit.state == "answered"
        assert re.fullmatch(r"V\d{2}0001", visit.number)
        ident = visit.id
    client = examples.client("adm")
    assert "Brightway" in client.get("/r/visits.visit").text
    assert f"/r/visits.visit/{ident}/step/answer" not in client.get(f"/r/visits.visit/{ident}").text
    assert "Visits" in client.get("/").text


def _customer(world: World, **values: object) -> int:
    with world.act("adm") as ctx:
        names = {"name": "Lumen Test GmbH", "country": "DE", **values}
        return int(save(ctx, record_class("crm.customer"), names).id)


def test_another_plugins_record_gets_fields(examples: World) -> None:
    ident = _customer(examples, **{"loyalty.points": 120})
    with examples.act("adm") as ctx:
        page = read_page(ctx, "crm.customer", ["name", "loyalty.points"])
        assert dict(page.rows[0])["loyalty.points"] == 120
        form = form_of(ctx, record_class("crm.customer"))
        assert "loyalty.points" in [slot.name for slot in form.slots]
    shown = examples.client("adm").get(f"/r/crm.customer/{ident}").text
    assert "Loyalty points" in shown
    assert "120" in shown


def test_the_extending_plugin_may_refuse(examples: World) -> None:
    ident = _customer(examples, **{"loyalty.points": 5})
    with pytest.raises(Invalid, match="At most 1000") as caught, examples.act("adm") as ctx:
        customer = ctx.session.get(record_class("crm.customer"), ident)
        save(ctx, type(customer), {"loyalty.points": 1001}, customer)
    assert set(caught.value.by_field()) == {"loyalty.points"}
    loyalty = importlib.import_module("loyalty")
    with examples.act("adm") as ctx:
        assert ctx.session.get(loyalty.LoyaltyOfCustomer, ident).points == 5


def test_the_extending_plugin_is_found_by_search(examples: World) -> None:
    _customer(examples, **{"loyalty.points": 7})
    assert "Lumen Test GmbH" in examples.client("adm").get("/search?q=loyal").text


def test_a_plugin_may_object_to_being_switched_off(examples: World) -> None:
    ident = _customer(examples, **{"loyalty.points": 7})
    with pytest.raises(Refused, match="Redeem them first"), examples.act("adm") as ctx:
        disable_plugin(ctx, "loyalty")
    with examples.act("adm") as ctx:
        customer = ctx.session.get(record_class("crm.customer"), ident)
        save(ctx, type(customer), {"loyalty.points": 0}, customer)
    with examples.act("adm") as ctx:
        disable_plugin(ctx, "loyalty")
    shown = examples.client("adm").get(f"/r/crm.customer/{ident}").text
    assert "Loyalty points" not in shown


def test_quiet_customers_are_noticed(examples: World) -> None:
    ident = _customer(examples)
    later = examples.platform.clock() + timedelta(days=20)
    with examples.act("adm", now=later) as ctx:
        job = ctx.registry.jobs["followups.daily"]
        assert job.run(ctx, {}) == {"reminded": 1}
        customer = ctx.session.get(record_class("crm.customer"), ident)
        card = ctx.registry.step_types["followups.tell"]
        assert card.run(ctx, customer, {}) == "told"
        assert {key for key, _label in card.outcomes} == {"told", "nobody"}
        told = ctx.session.scalars(select(Notice).where(Notice.user_id == customer.owner_id)).all()
        assert len(told) == 2
        assert "gone quiet" in told[0].text["text"]
    shown = examples.client("adm").get(f"/r/crm.customer/{ident}").text
    assert "Quiet for (days)" in shown


def test_the_guide_shows_the_example_as_it_is() -> None:
    guide = (ROOT / "docs" / "writing-a-plugin.md").read_text(encoding="utf-8")
    for name in ("visits", "loyalty", "followups"):
        source = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
        for block in re.findall(rf"```python {name}\n(.*?)```", guide, re.S):
            assert block.strip() in source, f"the guide shows {name} as it is not:\n{block}"
    assert guide.count("```python ") >= 7
