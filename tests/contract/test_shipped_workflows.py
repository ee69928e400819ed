"""Every workflow that a plugin ships can be published as it is."""

from __future__ import annotations

from sqlalchemy import select

from core.i18n import in_locale
from core.testing import World
from core.workflow.checks import check_definition
from core.workflow.model import WorkflowRow


def test_shipped_workflows_have_no_errors(world: World) -> None:
    with world.act("gm") as ctx, in_locale("en"):
        rows = list(ctx.session.scalars(select(WorkflowRow)))
        assert {row.key for row in rows} == set(world.registry.workflows)
        faults = {}
        for row in rows:
            definition = world.registry.workflows[row.key].definition
            faults[row.key] = [f"{p.card}: {p.text}" for p in check_definition(ctx, row, definition)
                               if p.level == "E"]
            if row.gate:
                step = world.registry.step(row.gate)
                assert step.pending, f"{row.gate} cannot be held: it has no pending state"
        assert not any(faults.values()), faults
