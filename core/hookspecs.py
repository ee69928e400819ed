"""Every hook of the core. The prefix says when it runs and what a failure does (DESIGN §3).

`register_` once at boot, pure; an error stops the boot. `check_` inside the transaction, returns
refusals that are shown together. `before_`/`after_` inside the transaction, raising rolls back.
`on_` after commit through the outbox, at least once. `show_` while rendering, read only; a
failing plugin loses its slot. `company_` with the switch of a plugin for a company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from core.context import Ctx
    from core.declare import (
        Arranged,
        Card,
        ColumnPatch,
        Document,
        Event,
        FormView,
        Hit,
        Job,
        ListView,
        Menu,
        Panel,
        Permission,
        Role,
        RoleGrant,
        Setting,
        Step,
        ViewPatch,
    )
    from core.errors import Refusal
    from core.records import Extension, Line, Record

PROJECT = "tradewind"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_hookspecs() -> Any:
    """Return a module with hook specifications that this plugin offers to others.

    When: at boot, before any plugin's other hooks are read. Since: 0.1.
    """


@hookspec
def register_records() -> list[type[Record] | type[Line]]:
    """Return the record and line classes of the plugin. When: at boot. Since: 0.1."""


@hookspec
def register_extensions() -> list[type[Extension]]:
    """Return the extensions of other plugins' records. When: at boot. Since: 0.1."""


@hookspec
def register_steps() -> list[Step]:
    """Return the steps on records, own or another plugin's. When: at boot. Since: 0.1."""


@hookspec
def register_views() -> list[ListView | FormView | ViewPatch | ColumnPatch]:
    """Return lists, forms and patches of other plugins' views. When: at boot. Since: 0.1."""


@hookspec
def register_menus() -> list[Menu]:
    """Return entries of the main menu. When: at boot. Since: 0.1."""


@hookspec
def register_permissions() -> list[Permission]:
    """Return rights beyond the automatic ones of records. When: at boot. Since: 0.1."""


@hookspec
def register_roles() -> list[Role | RoleGrant]:
    """Return roles that a new company starts with, or grants to roles of others.

    When: at boot; rows are written when the plugin is enabled for a company. Since: 0.1.
    """


@hookspec
def register_settings() -> list[Setting]:
    """Return the settings that each company may set. When: at boot. Since: 0.1."""


@hookspec
def register_documents() -> list[Document]:
    """Return printable documents. When: at boot. Since: 0.1."""


@hookspec
def register_jobs() -> list[Job]:
    """Return background and scheduled work. When: at boot. Since: 0.1."""


@hookspec
def register_blueprint() -> Blueprint:
    """Return a Flask blueprint named like the plugin. When: at boot.

    Its routes answer only to signed-in members of a company that enabled the plugin; each view
    names its permission with `needs()` or is open to members with `for_members`. Since: 0.1.
    """


@hookspec
def register_commands() -> list[click.Command]:
    """Return commands of the command line, `tradewind <command>`. When: it starts. Since: 0.1."""


@hookspec
def register_workflows() -> list[Any]:
    """Return Workflow declarations: flows that a company may edit. When: at boot. Since: 0.1."""


@hookspec
def register_step_types() -> list[Any]:
    """Return StepType declarations: automatic cards of the designer. When: at boot. Since: 0.1."""


@hookspec
def register_assignee_rules() -> list[Any]:
    """Return AssigneeRule declarations: ways to find who decides. When: at boot. Since: 0.1."""


@hookspec
def check_save(ctx: Ctx, record: Record, values: dict[str, Any]) -> list[Refusal] | None:
    """Say why `record` may not be saved; `values` are the cleaned changes, already applied.

    When: before a save, inside its transaction. Returns refusals, all shown together. Since: 0.1.
    """


@hookspec
def check_saves(ctx: Ctx, records: list[Record]) -> list[list[Refusal]] | None:
    """The chunk form of `check_save`, for records of one type that are created together.

    When: an import, instead of asking `check_save` of the same module for each. Returns one list
    for each record, in order; None: ask one by one. Since: 0.1.
    """


@hookspec
def check_step(ctx: Ctx, record: Record, step: str, params: dict[str, Any]) -> list[Refusal] | None:
    """Say why the step with full key `step` may not be done. When: before it runs. Since: 0.1."""


@hookspec
def check_archive(ctx: Ctx, record: Record) -> list[Refusal] | None:
    """Say why the record may not be archived. When: before it is archived. Since: 0.1."""


@hookspec
def before_save(ctx: Ctx, record: Record, values: dict[str, Any]) -> None:
    """Fill in values before the checks; may change `record`. Same transaction. Since: 0.1."""


@hookspec
def after_save(ctx: Ctx, record: Record, changes: dict[str, Any]) -> None:
    """Act on a saved record; `changes` is {field: (old, new)}. Same transaction. Since: 0.1."""


@hookspec
def after_step(ctx: Ctx, record: Record, step: str, params: dict[str, Any]) -> None:
    """Act on a step that was done (when gated: also after it completed). Since: 0.1."""


@hookspec
def before_event(ctx: Ctx, name: str) -> bool | None:
    """Say False if the plugin does not want to hear of events called `name`; saves a delivery.

    When: before the deliveries of an event are written. Transaction: the event's. Since: 0.1.
    """


@hookspec
def on_event(ctx: Ctx, event: Event) -> None:
    """Act on a committed event. Own transaction, at least once: be idempotent. Since: 0.1."""


@hookspec
def show_panels(ctx: Ctx, record: Record) -> list[Panel] | None:
    """Return boxes for the form of `record`. Read only. Since: 0.1."""


@hookspec
def show_form(
    ctx: Ctx, cls: type[Record], record: Record | None, form: Arranged
) -> Arranged | None:
    """Arrange the form of a record type anew; `record` is None for a new one.

    Rights stay as they are: what the user may not see or change stays so. Read only. Since: 0.1.
    """


@hookspec
def show_marks(ctx: Ctx, record: Record) -> list[tuple[str, str]] | None:
    """Return (input "f.x" or "lines-<id>-x" of the form, remark). Read only. Since: 0.1."""


@hookspec
def show_actions(ctx: Ctx, record: Record) -> list[dict[str, Any]] | None:
    """Return links for the menu of a record's page: {"label", "url", "icon"}.

    Read only. Since: 0.1.
    """


@hookspec
def show_cards(ctx: Ctx) -> list[Card] | None:
    """Return cards for the home page of the signed-in user. Read only. Since: 0.1."""


@hookspec
def show_list_actions(ctx: Ctx, record: str, query: str) -> list[dict[str, Any]] | None:
    """Return links for the list of a record: {"label", "url", "icon"}.

    With "ticked" the link also stands beside ticked rows and gets their `ids=1,2`; with "fills" it
    is offered by an empty list. `query` is the list's address after the `?`: filter, sort and
    columns. Read only. Since: 0.1.
    """


@hookspec
def show_search(ctx: Ctx, text: str) -> list[Hit] | None:
    """Return results of the global search beyond records. Read only. Since: 0.1."""


@hookspec
def company_enabled(ctx: Ctx) -> None:
    """Prepare a company that just enabled the plugin. Transaction: the switch's. Since: 0.1."""


@hookspec
def company_disabled(ctx: Ctx) -> list[Refusal] | None:
    """Object to being disabled. Transaction: the switch's. Since: 0.1."""


@hookspec
def company_demo(ctx: Ctx, stage: str) -> None:
    """Load the demo stories of the plugin, through services and steps, safe to run twice.

    `stage` is "reference" (called for every plugin first) or "stories". Since: 0.1.
    """
