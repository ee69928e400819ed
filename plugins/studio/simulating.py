"""How long cases would take by a definition: waits drawn from the log (WORKFLOW §5.14).

Every simulated case is one of the past documents. It begins after a pause that is drawn from the
pauses between past cases; at each card it waits as long as a task there once did (in working
minutes), at a new card as long as any task. The same seed gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select

from core.api import Ctx, calendar_of, design
from plugins.studio.walking import Reader, Stop, Walk, walk

RUNS, SEED, MOST_TASKS = 200, 20_260, 5_000


@dataclass
class Outlook:
    """Working minutes from start to end (median, 9 in 10), and open tasks of each person."""

    p50: int
    p90: int
    load: dict[str, float] = field(default_factory=dict)


@dataclass
class Log:
    """What the past says: working minutes by card, and between two starts."""

    waits: dict[str, list[int]]
    pauses: list[int]

    def draw(self, random: Random, card: str) -> int:
        """How long a task at a card waits."""
        known = self.waits.get(card) or [m for found in self.waits.values() for m in found]
        return random.choice(known) if known else 0


def read_log(ctx: Ctx, workflow: Any) -> Log:
    """The waits of done tasks and the pauses between cases of a workflow."""
    case, task, calendar = design.CaseRow, design.TaskRow, calendar_of(ctx)
    waits: dict[str, list[int]] = defaultdict(list)
    for node, created, done in ctx.session.execute(
        select(task.node, task.created_at, task.done_at).join(case, case.id == task.case_id)
        .where(case.workflow_id == workflow.id, task.state == "done", task.kind != "read")
        .order_by(task.id.desc()).limit(MOST_TASKS)
    ):
        waits[node].append(calendar.working_minutes_between(created, done))
    starts = sorted(ctx.session.scalars(select(case.started_at).where(
        case.workflow_id == workflow.id).order_by(case.id.desc()).limit(MOST_TASKS)))
    pauses = [calendar.working_minutes_between(a, b)
              for a, b in zip(starts, starts[1:], strict=False)]
    return Log(waits, pauses)


class _Drawn(Reader):
    """Reads a walk with waits out of the log instead of deadlines."""

    def __init__(self, ctx: Ctx, plan: Any, walked: Walk, began: datetime, draw: Any) -> None:
        super().__init__(ctx, plan, walked, began)
        self.draw = draw

    def on_deadline(self, node: Any, effect: Any) -> None:
        self._later(node, effect, {"work_minutes": self.draw(node.key)})


def outlook(
    ctx: Ctx, plan: Any, subjects: list[dict[str, Any]], log: Log, seed: int = SEED
) -> Outlook | None:
    """Simulate RUNS cases; None where nothing is known to draw from."""
    if not subjects or not log.waits:
        return None
    random = Random(seed)  # noqa: S311 - a simulation that can be repeated, no secret
    calendar, began = calendar_of(ctx), ctx.now
    first = calendar.add_working_minutes(began, 0)
    walks: dict[int, Walk] = {}
    took: list[int] = []
    busy: dict[str, int] = defaultdict(int)
    for _n in range(RUNS):
        n = random.randrange(len(subjects))
        if n not in walks:
            one = subjects[n]
            walks[n] = walk(ctx, plan, one["facts"], one["starter"], one["record"],
                            outcomes=one["outcomes"], choices=one["choices"])
        reader = _Drawn(ctx, plan, walks[n], began, lambda card: log.draw(random, card))
        stops = reader.run()
        end = max([began, *reader.clock.values()])
        took.append(calendar.working_minutes_between(began, end))
        for stop in stops:
            _count(calendar, stop, busy)
        if log.pauses:
            began = calendar.add_working_minutes(began, random.choice(log.pauses))
    span = max(1, calendar.working_minutes_between(first, began) + max(took))
    took.sort()
    return Outlook(took[len(took) // 2], took[len(took) * 9 // 10],
                   {name: round(minutes / span, 2) for name, minutes in busy.items()})


def _count(calendar: Any, stop: Stop, busy: dict[str, int]) -> None:
    if stop.status == "asked" and stop.due and stop.came:
        for name, _why in stop.people:
            busy[name] += calendar.working_minutes_between(stop.came, stop.due)
