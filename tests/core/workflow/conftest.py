"""Worlds with the toy plugin and a workflow on placing purchases."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from core.api import Field, Step, StepType, Workflow, _, find, hookimpl, in_locale, perform, save
from core.testing import World
from core.workflow.model import WorkflowRow
from core.workflow.publishing import create_workflow, publish, save_draft, workflow_by_key
from tests.core import toy
from tests.core.toy import Purchase

CALLS: list[str] = []
CRASH: list[str] = []  # "before" or "after": where the automatic card crashes


def note_run(ctx: Any, record: Any, config: dict[str, Any]) -> dict[str, Any]:
    """A step type that leaves a trace in the record itself."""
    CALLS.append("run")
    if "before" in CRASH:
        raise RuntimeError("before the effect")
    record.custom = {**record.custom, "runs": record.custom.get("runs", 0) + 1}
    if config.get("fail") == "crash" or "after" in CRASH:
        ctx.session.flush()
        raise RuntimeError("the printer is on fire")
    if config.get("fail") == "refuse":
        raise toy.Refused(_("Not today."))
    return {"outcome": "ok", "facts": {"noted": True}}


def note_undo(ctx: Any, record: Any, config: dict[str, Any]) -> None:
    record.custom = {**record.custom, "runs": record.custom.get("runs", 0) - 1}


class Extras:
    """Hooks beside those of the toy plugin."""


@hookimpl
def register_step_types() -> list[StepType]:
    return [StepType("toy.note", _("Note"), note_run, undo=note_undo)]


@hookimpl
def register_workflows() -> list[Workflow]:
    return [Workflow(
        "toy.place", _("Placing"), "toy.purchase", gate="toy.purchase.place",
        fact_fields=(Field("integer", _("Lines"), "line_count"),),
        facts=lambda ctx, record: {"line_count": len(record.lines)},
        definition=flow({"key": "boss", "type": "approve", "who": [{"rule": "manager"}]}),
    )]


def flow(*body: dict[str, Any], **policy: Any) -> dict[str, Any]:
    """A definition on purchases."""
    return {"schema": 1, "subject": "toy.purchase", "body": list(body), "policy": policy}


def plugin_module() -> ModuleType:
    """The toy plugin with a workflow and an automatic step."""
    module = ModuleType("tests.core.workflow.toyflow")
    for name, value in vars(toy).items():
        setattr(module, name, value)
    module.register_step_types = register_step_types  # type: ignore[attr-defined]
    module.register_workflows = register_workflows  # type: ignore[attr-defined]
    module.__file__ = toy.__file__
    return module


MODULE = plugin_module()


@pytest.fixture(autouse=True)
def english() -> Any:
    """Sentences are compared in English."""
    with in_locale("en"):
        yield


@pytest.fixture
def flows(templates: Any, tmp_path: Any) -> Any:
    """Company a with the toy plugin and its workflow, on SQLite."""
    world = templates.world(tmp_path, ("toy",), {"toy": MODULE})
    yield world
    world.platform.database.engine.dispose()


@pytest.fixture
def pg_flows(tmp_path: Any) -> Any:
    """The same on PostgreSQL."""
    import os

    from core.testing.world import postgres_world

    if not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    with postgres_world(tmp_path, ("toy",), {"toy": MODULE}) as world:
        yield world


@pytest.fixture(params=["sqlite", "postgres"])
def both_flows(request: pytest.FixtureRequest) -> Any:
    """On both databases."""
    return request.getfixturevalue("flows" if request.param == "sqlite" else "pg_flows")


def use(world: World, definition: dict[str, Any]) -> int:
    """Publish a definition as the workflow that holds `place`; returns its id."""
    with world.act("gm") as ctx:
        row: WorkflowRow = workflow_by_key(ctx, "toy.place")
        save_draft(ctx, row, definition)
        publish(ctx, row)
        return row.id


def submit(world: World, who: str = "rep", prepare: Callable[[Any], None] | None = None,
           **values: Any) -> int:
    """Make a purchase and place it; returns its id."""
    with world.act("gm") as ctx:
        ball = save(ctx, toy.Toy, {"name": "ball", "price": "10"}).id
    with world.act(who) as ctx:
        record = save(ctx, Purchase, {
            "shop": "Corner", "lines": [{"toy_id": ball, "pieces": 2}], **values})
        if prepare is not None:
            prepare(record)
        perform(ctx, record, "place")
        return int(record.id)


def state(world: World, ident: int) -> str:
    """The state of a purchase."""
    with world.act(None) as ctx:
        return str(find(ctx, Purchase, ident).state)


__all__ = ["CALLS", "Step", "create_workflow", "flow", "state", "submit", "use"]
