"""What plugins declare for the engine: ready flows, automatic cards, ways to find people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Workflow:
    """A flow that ships with a plugin; the company may edit it.

    `gate` is the full key of the step that it holds, `on_event` an event that starts it.
    `facts(ctx, record)` adds values that are no fields of the record; `fact_fields` declares them
    (core Fields). Facts are frozen at submission. With `on_event`, `when` is a condition on the
    event's record, and `ended(ctx, record, outcome)` is called when the case has ended.
    """

    key: str
    label: object
    subject: str
    definition: dict[str, Any]
    gate: str | None = None
    on_event: str | None = None
    facts: Callable[..., dict[str, Any]] | None = None
    fact_fields: tuple[Any, ...] = ()
    help: object = ""
    when: dict[str, Any] | None = None
    ended: Callable[..., None] | None = None
    icon: str = "git-branch"


@dataclass(frozen=True)
class StepType:
    """An automatic card of the designer: `run(ctx, record, config)`; `undo` takes it back.

    `run` works from the outbox, at least once, in one transaction with the progress of the case.
    It may return an outcome word, or {"outcome": word, "facts": {name: value}}. `check(config)`
    returns sentences that say what is wrong with a configuration.
    """

    key: str
    label: object
    run: Callable[..., Any]
    schema: type | None = None
    undo: Callable[..., Any] | None = None
    subject: str | None = None
    icon: str = "settings"
    describe: Callable[..., object] | None = None
    check: Callable[..., list[object]] | None = None
    outcomes: tuple[tuple[str, object], ...] = ()
    external: bool = False


@dataclass(frozen=True)
class AssigneeRule:
    """A way to find who decides: `find(ctx, record, config)` returns user ids in order."""

    key: str
    label: object
    find: Callable[..., list[int]]
    schema: type | None = None
    describe: Callable[..., object] | None = None
    config: dict[str, Any] = field(default_factory=dict)
