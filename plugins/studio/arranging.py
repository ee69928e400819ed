"""The company's own arrangement of a form: data laid over what plugins declare.

A layout is {"schema": 1, "tabs": [{"key", "label"?, "parts": [{"key", "label"?, "fields": [...]}
or {"key", "lines": true}]}], "hidden": [...], "labels": {name: {zh, en}}, "required": [...],
"locked": {name: condition or true}}; the first tab is the main sheet. Fields and sections that it
names and nobody declares any more are passed over, but kept; what it does not know because a
plugin brought it later stands where the plugin put it. So a layout survives upgrades.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.api import Arranged, LinesSection, Refused, Section, Tab, TradewindError, _, design

MAIN = "main"
MOST_STEPS = 60
Layout = dict[str, Any]


def layout_of(form: Arranged) -> Layout:
    """A declared form as a layout that changes nothing."""
    def parts(found: tuple[Section | LinesSection, ...]) -> list[dict[str, Any]]:
        return [{"key": part.key, "fields": list(part.fields)} if isinstance(part, Section)
                else {"key": part.key, "lines": True} for part in found]

    tabs = [{"key": MAIN, "parts": parts(form.sections)}]
    tabs += [{"key": tab.key, "parts": parts(tab.sections)} for tab in form.tabs]
    return {"schema": 1, "tabs": tabs, "hidden": [], "labels": {}, "required": [], "locked": {}}


def completed(layout: Layout, form: Arranged) -> Layout:
    """The layout with everything that plugins brought later, where they put it."""
    found, declared = copy.deepcopy(layout), layout_of(form)
    known = set(found["hidden"]) | {n for _t, p in parts_of(found) for n in p.get("fields", [])}
    keys = {part["key"] for _tab, part in parts_of(found)}
    for tab in declared["tabs"]:
        for part in tab["parts"]:
            new = [name for name in part.get("fields", []) if name not in known]
            if part["key"] in keys:
                if new:
                    part_at(found, part["key"])["fields"].extend(new)
            elif new or part.get("lines"):
                home = next((t for t in found["tabs"] if t["key"] == tab["key"]), None)
                if home is None:
                    home = {"key": tab["key"], "parts": []}
                    found["tabs"].append(home)
                home["parts"].append({**part, **({"fields": new} if new else {})})
    return found


def arranged(layout: Layout, form: Arranged, facts: Mapping[str, Any] | None, env: Any,
             fields: Mapping[str, Any]) -> Arranged:
    """The declared form as the layout says; `facts` decide what is locked for a record."""
    layout = completed(layout, form)
    declared = {part.key: part for part in (*form.sections, *(
        p for tab in form.tabs for p in tab.sections))}
    names = {n for part in declared.values() if isinstance(part, Section) for n in part.fields}
    tabs = [Tab(tab["key"], _label(tab, next((t.label for t in form.tabs if t.key == tab["key"]),
                                              "")), tuple(filter(None, (
        _part(part, declared.get(part["key"]), names) for part in tab["parts"]))))
        for tab in layout["tabs"]]
    labels = {name: str(design.words(label)) for name, label in layout["labels"].items()}
    return Arranged(
        tabs[0].sections, tuple(tabs[1:]), {n: t for n, t in labels.items() if t},
        frozenset(layout["required"]),
        frozenset(name for name, when in layout["locked"].items()
                  if holds(when, facts, env, fields)))


def _part(
    part: dict[str, Any], declared: Section | LinesSection | None, names: set[str]
) -> Section | LinesSection | None:
    if isinstance(declared, LinesSection) or part.get("lines"):
        return declared if isinstance(declared, LinesSection) else None
    fields = tuple(name for name in part["fields"] if name in names)
    if declared is None:
        return Section(part["key"], _label(part, ""), fields)
    return replace(declared, fields=fields, label=_label(part, declared.label))


def _label(data: Mapping[str, Any], declared: object) -> object:
    return design.words(data["label"]) if data.get("label") else declared


def holds(
    when: Any, facts: Mapping[str, Any] | None, env: Any, fields: Mapping[str, Any]
) -> bool:
    """Whether a rule that locks a field holds; one that cannot be read any more locks too."""
    if when is True:
        return True
    if facts is None:
        return False
    try:
        return design.parse_condition(when, fields).test(facts, env) is True
    except TradewindError:
        return True


# ---- changing a layout
def parts_of(layout: Layout) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (tab, part) in order."""
    return [(tab, part) for tab in layout["tabs"] for part in tab["parts"]]


def part_at(layout: Layout, key: str) -> dict[str, Any]:
    """A section or the lines by key; Refused if it is gone."""
    for _tab, part in parts_of(layout):
        if part["key"] == key:
            return part
    raise Refused(_("This section is no longer in the form. Load the page again."))


def tab_at(layout: Layout, key: str) -> dict[str, Any]:
    """A tab by key; Refused if it is gone."""
    for tab in layout["tabs"]:
        if tab["key"] == key:
            found: dict[str, Any] = tab
            return found
    raise Refused(_("This tab is no longer in the form. Load the page again."))


def place(layout: Layout, name: str, part: str, index: int) -> None:
    """Put a field into a section at an index, from wherever it is."""
    target = part_at(layout, part)
    if target.get("lines"):
        raise Refused(_("The lines keep their own columns."))
    for _tab, other in parts_of(layout):
        if name in other.get("fields", []):
            other["fields"].remove(name)
    if name in layout["hidden"]:
        layout["hidden"].remove(name)
    target["fields"].insert(max(0, min(index, len(target["fields"]))), name)


def shift(layout: Layout, name: str, by: int) -> None:
    """Move a field one place on, into the next or previous section at the end of its own."""
    parts = [part for _tab, part in parts_of(layout) if not part.get("lines")]
    at = next((n for n, part in enumerate(parts) if name in part["fields"]), None)
    if at is None:
        raise Refused(_("This field is no longer in the form. Load the page again."))
    index = parts[at]["fields"].index(name) + by
    if 0 <= index < len(parts[at]["fields"]):
        place(layout, name, parts[at]["key"], index)
    elif 0 <= at + by < len(parts):
        place(layout, name, parts[at + by]["key"],
              0 if by > 0 else len(parts[at + by]["fields"]))


def hide(layout: Layout, name: str, needed: bool) -> None:
    """Take a field off the form; its values stay. One that must be filled cannot be hidden."""
    if needed:
        raise Refused(_("This field must be filled, so it cannot be hidden."))
    for _tab, part in parts_of(layout):
        if name in part.get("fields", []):
            part["fields"].remove(name)
    if name not in layout["hidden"]:
        layout["hidden"].append(name)


def move_part(layout: Layout, key: str, tab: str, index: int) -> None:
    """Move a section or the lines to a place in a tab."""
    part = part_at(layout, key)
    target = tab_at(layout, tab)["parts"]
    for found in layout["tabs"]:
        if part in found["parts"]:
            found["parts"].remove(part)
    target.insert(max(0, min(index, len(target))), part)


def add_part(layout: Layout, tab: str, label: Any) -> str:
    """A new, empty section at the end of a tab; its key."""
    used = {part["key"] for _tab, part in parts_of(layout)}
    key = next(f"own{n}" for n in range(1, 999) if f"own{n}" not in used)
    tab_at(layout, tab)["parts"].append({"key": key, "label": label, "fields": []})
    return key


def add_tab(layout: Layout, label: Any) -> str:
    """A new tab with one empty section; its key."""
    used = {tab["key"] for tab in layout["tabs"]}
    key = next(f"tab{n}" for n in range(1, 999) if f"tab{n}" not in used)
    layout["tabs"].append({"key": key, "label": label, "parts": []})
    add_part(layout, key, label)
    return key


def remove_part(layout: Layout, key: str) -> None:
    """Take an empty section of the company's own away, and a tab that is empty then."""
    part = part_at(layout, key)
    if part.get("lines") or part["fields"]:
        raise Refused(_("Move or hide the fields of the section first."))
    for tab in layout["tabs"]:
        if part in tab["parts"]:
            tab["parts"].remove(part)
    layout["tabs"] = [t for n, t in enumerate(layout["tabs"]) if n == 0 or t["parts"]]
