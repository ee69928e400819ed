"""What plugins declare for the engine: ready flows, automatic cards, ways to find people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Workflow:
    """A flow that ships with a plugin; the company may edit it.

    `gate` is the full key of the step that it holds, `on_event` an event that starts it.
    `facts(ctx, record)` adds values that are no fields of the record; `fact_fields` declares them.
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


@dataclass(frozen=True)
class StepType:
    """An automatic card of the designer: `run(ctx, record, config)`; `undo` takes it back."""

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
