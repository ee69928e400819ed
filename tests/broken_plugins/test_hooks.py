"""Whatever a plugin does in a hook: it is named, nothing is half-saved, the rest works (P1)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.audit import Notice
from core.errors import Refused
from core.health import HookFailed
from core.outbox import OutboxRow
from core.saving import archive, save
from core.steps import perform
from core.testing import World
from core.testing.world import Templates, postgres_world
from tests.broken_plugins import chaos
from tests.core import toy

MODULES = {"toy": toy, "chaos": chaos}
IN_SAVE = ("check_save", "before_save", "after_save")


@pytest.fixture(params=["sqlite", "postgres"])
def world(
    request: pytest.FixtureRequest, templates: Templates, tmp_path: Path
) -> Iterator[World]:
    """Company a and b with the toys and with chaos."""
    chaos.plan.clear()
    chaos.calls.clear()
    if request.param == "sqlite":
        made = templates.world(tmp_path, tuple(MODULES), MODULES)
        yield made
        made.platform.database.engine.dispose()
    elif not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    else:
        with postgres_world(tmp_path, tuple(MODULES), MODULES) as made:
            yield made
    chaos.plan.clear()


def _toy(world: World, name: str = "Kite") -> int:
    with world.act("adm") as ctx:
        return int(save(ctx, "toy.toy", {"name": name}).id)


def _count(world: World) -> int:
    with world.act() as ctx:
        return int(ctx.session.scalar(select(func.count(toy.Toy.id))) or 0)


def _named(error: HookFailed, hook: str) -> None:
    assert (error.plugin, error.hook) == ("chaos", hook)
    text = str(error)
    assert "chaos" in text
    assert hook in text
    assert "Nothing was saved" in text
    assert "secret detail" not in text, "details are for the log"


def test_what_a_hook_does_wrong_refuses_the_operation_and_names_it(world: World) -> None:
    kite = _toy(world)
    for hook in IN_SAVE:
        for act in chaos.ACTS:
            world.registry.health.recover("chaos", 1)
            chaos.plan[hook] = act
            with pytest.raises(HookFailed) as caught, world.act("adm") as ctx:
                save(ctx, "toy.toy", {"name": f"{hook} {act.__name__}"})
            _named(caught.value, hook)
            chaos.plan.clear()
    assert _count(world) == 1, "something was half-saved"
    _toy(world, "Ball")
    with world.act("adm") as ctx:
        assert ctx.session.get(toy.Toy, kite).name == "Kite"


def test_steps_and_archiving_are_refused_too(world: World) -> None:
    with world.act("adm") as ctx:
        thing = save(ctx, chaos.Thing, {"name": "Vase"}).id
    every = [(h, act) for h in ("check_step", "after_step", "check_archive") for act in chaos.ACTS]
    for hook, act in every:
        world.registry.health.recover("chaos", 1)
        chaos.plan.clear()
        chaos.plan[hook] = act
        with pytest.raises(HookFailed) as caught, world.act("adm") as ctx:
            record = ctx.session.get(chaos.Thing, thing)
            if hook == "check_archive":
                archive(ctx, record)
            else:
                perform(ctx, record, "shut")
        _named(caught.value, hook)
    with world.act("adm") as ctx:
        record = ctx.session.get(chaos.Thing, thing)
        assert (record.state, record.archived_at) == ("open", None)


def test_an_answer_of_the_wrong_type_is_named(world: World) -> None:
    chaos.plan["check_save"] = chaos.wrong_type
    with pytest.raises(HookFailed, match="returns a list of Refusal, not str"):
        _toy(world)


def test_a_failing_box_loses_its_slot_and_the_page_stands(world: World) -> None:
    kite = _toy(world)
    client = world.client("adm")
    for act in (*chaos.ACTS, chaos.wrong_type):
        world.registry.health.recover("chaos", 1)
        for hook in ("show_panels", "show_cards", "show_search"):
            chaos.plan[hook] = act
        for path in (f"/r/toy.toy/{kite}", "/", "/search?q=kite"):
            page = client.get(path)
            assert page.status_code == 200, (act, path)
        assert "chaos" in client.get("/").text, "administrators see who failed"
        assert 'href="/r/toy.toy"' in client.get("/").text, "the other boxes stand"


def test_a_failing_listener_hurts_nobody(world: World) -> None:
    chaos.plan["on_event"] = chaos.raises
    _toy(world)
    world.work()
    with world.act() as ctx:
        rows = ctx.session.scalars(select(OutboxRow).where(OutboxRow.topic == "chaos")).all()
        assert {row.state for row in rows} == {"failed"}
        assert "chaos" in (rows[0].error or "")
        assert "on_event" in (rows[0].error or "")
    chaos.plan.clear()
    later = world.platform.clock() + timedelta(hours=1)
    world.platform.clock = lambda: later
    world.work()
    with world.act() as ctx:
        states = set(ctx.session.scalars(select(OutboxRow.state)))
        assert states == {"done"}


def test_five_failures_let_it_rest_in_that_company_alone(world: World) -> None:
    clock = [0.0]
    world.registry.health.clock = lambda: clock[0]
    with world.act("adm") as ctx:
        thing = save(ctx, chaos.Thing, {"name": "Vase"}).id
    chaos.plan["after_save"] = chaos.raises
    client = world.client("adm")
    for _time in range(5):
        answer = client.post("/r/toy.purchase/new", data={"f.shop": "Kiosk"})
        assert (answer.status_code, "Switch it off" in answer.text) == (422, True)
    chaos.plan.clear()
    with world.act("adm") as ctx:
        told = ctx.session.scalars(select(Notice).where(Notice.user_id == ctx.user_id)).all()
        assert [row.text["values"]["plugin"] for row in told] == ["chaos"]
    chaos.calls.clear()
    page = client.get(f"/r/chaos.thing/{thing}")
    assert page.status_code == 200, "its records can be read"
    assert "It failed several times" in client.get("/admin/apps").text
    assert "show_panels" not in chaos.calls
    with pytest.raises(Refused, match="rests"), world.act("adm") as ctx:
        save(ctx, chaos.Thing, {"name": "Cup"})
    with pytest.raises(Refused, match="rests"), world.act("adm") as ctx:
        perform(ctx, ctx.session.get(chaos.Thing, thing), "shut")
    _toy(world)  # what is not its own goes on
    world.work()
    assert "on_event" not in chaos.calls, "it hears nothing"
    with world.act("b-adm") as ctx:
        save(ctx, chaos.Thing, {"name": "Cup"})  # the other company never had trouble
    clock[0] += 601
    with world.act("adm") as ctx:
        save(ctx, chaos.Thing, {"name": "Cup"})
    later = world.platform.clock() + timedelta(minutes=11)
    world.platform.clock = lambda: later
    world.work()
    assert "on_event" in chaos.calls, "what it missed is told afterwards"


def test_sleeping_and_chattering_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.health.WARN_SECONDS", 0.02)
    monkeypatch.setattr("core.health.SLOW_SECONDS", 0.05)
    chaos.plan["after_save"] = chaos.sleeps
    for n in range(5):
        _toy(world, f"Kite {n}")
    assert _count(world) == 5, "slow is not wrong"
    assert "plugin chaos took" in caplog.text
    assert "plugin toy took" not in caplog.text, "the time is its own"
    assert world.registry.health.rests("chaos", 1)
    chaos.plan["after_save"] = chaos.logs
    _toy(world)
