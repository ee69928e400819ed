"""Boards: one lane per value of a choice field; dragging a card is a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.context import Ctx
from core.layout import Column, ListScreen, column_of
from core.pages.listing import Wanted, groups_of, read_rows, row_cells
from core.pages.show import Cell, Names, choices_of
from core.steps import steps_of

MOST_CARDS = 400


@dataclass(frozen=True)
class Lane:
    """A lane of a board; `url` is the list of all its records."""

    value: str
    label: str
    colour: str
    cards: list[dict[str, Any]]
    count: int
    sums: list[Cell]
    url: str


def board_data(
    ctx: Ctx, screen: ListScreen, wanted: Wanted, names: Names
) -> dict[str, Any]:
    """The lanes with their cards, counts and sums: a constant number of queries."""
    axis = screen.view.kanban or "state"
    declared = column_of(ctx, screen.cls, axis)
    if declared is None:
        return {"lanes": [], "axis": axis, "cut": False}
    columns = _card_columns(ctx, screen)
    found = read_rows(ctx, screen, wanted, [declared, *columns], limit=MOST_CARDS)
    cells = row_cells(ctx, columns, found.rows, names)
    groups = groups_of(ctx, screen, wanted, axis, names)
    colours = {option.value: option.colour for option in declared.field.choices}
    cards: dict[Any, list[dict[str, Any]]] = {}
    for row, line in zip(found.rows, cells, strict=True):
        cards.setdefault(row[axis], []).append({
            "id": row["id"], "title": line[0], "cells": line[1:],
            "url": wanted.record_url(row["id"]),
        })
    lanes = []
    for value, label in choices_of(ctx, declared.field):
        group = groups.get(value)
        if colours.get(value) == "red" and group is None:
            continue
        lanes.append(Lane(
            value, label, colours.get(value, "grey"), cards.get(value, []),
            group.count if group else 0, _first_money(group.sums) if group else [],
            wanted.url(view=None, **{f"f.{axis}": value}),
        ))
    targets = {s.target or "" for s in steps_of(ctx, wanted.record) if s.axis == axis}
    return {"lanes": lanes, "axis": axis, "targets": sorted(targets), "card_columns": columns,
            "cut": found.next is not None}


def _first_money(sums: dict[str, list[Cell]]) -> list[Cell]:
    """The sums of the first money column, by currency."""
    return next((cells for cells in sums.values() if cells and cells[0].unit), [])


def _card_columns(ctx: Ctx, screen: ListScreen) -> list[Column]:
    """The title first, then the fields that the view names (or the first columns)."""
    title = column_of(ctx, screen.cls, screen.cls.title) or screen.columns[0]
    axis = screen.view.kanban
    named = screen.view.kanban_fields or tuple(c.path for c in screen.columns[:4])
    rest = [column_of(ctx, screen.cls, path) for path in named]
    return [title, *(c for c in rest if c and c.path not in (title.path, axis))]
