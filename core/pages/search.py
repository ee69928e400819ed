"""Finding things: global search, the command palette, and choosing a linked record."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from core.conditions import parse_condition
from core.context import Ctx
from core.i18n import _
from core.layout import list_of
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import page, pages, readable_class, shown
from core.pages.listing import wanted_of
from core.pages.shell import admin_menu, menu_of
from core.query import Paths, may_read, read_page, titles
from core.records import record_class
from core.schemas import readable_fields

PER_RECORD = 6
PICKED = 20
RECENT = 8


def searchable(ctx: Ctx) -> list[str]:
    """Record types that the user may read and that have a searchable field."""
    return [
        key for key, cls in ctx.registry.records.items()
        if may_read(ctx, key) and any(f.search for f in readable_fields(ctx, cls).values())
    ]


def hits_of(ctx: Ctx, text: str, per_record: int = PER_RECORD) -> list[dict[str, Any]]:
    """Records that fit a text, by type; one query per record type and one for the names."""
    found = []
    for key in searchable(ctx) if text.strip() else ():
        cls = record_class(key)
        rows = read_page(ctx, key, ["state"] if cls.states else [], search=text,
                         limit=per_record).rows
        if not rows:
            continue
        names = titles(ctx, key, [row["id"] for row in rows])
        found.append({
            "label": cls.plural, "icon": cls.icon, "record": key,
            "url": url_for("pages.list", record=key, q=text),
            "items": [
                {"text": names.get(row["id"], ""), "state": cls.state_of(row.get("state") or ""),
                 "url": url_for("pages.form", record=key, ident=row["id"])}
                for row in rows
            ],
        })
    return found


@pages.get("/search", endpoint="search")
@for_members
def search() -> Response:
    """Results of the global search over all records and plugins."""
    ctx = current_ctx()
    text = request.args.get("q", "").strip()[:100]
    extra = list(shown(ctx, "show_search", text=text)) if text else []
    return page("search.html", text=text, groups=hits_of(ctx, text), extra=extra)


@pages.get("/palette", endpoint="palette")
@for_members
def palette() -> Any:
    """Pages, create actions and records that fit a text, in groups, as JSON for the palette."""
    ctx = current_ctx()
    text = request.args.get("q", "").strip()[:100]
    words = text.casefold()
    groups = [
        (str(_("Go to")), [
            {"label": str(item.label), "url": item.url, "hint": str(group.label),
             "icon": item.icon}
            for group in menu_of(ctx) for item in group.items
        ] + [{"label": str(item.label), "url": item.url, "hint": str(_("Administration")),
              "icon": item.icon}
             for item in admin_menu(ctx)]),
        (str(_("New")), [
            {"label": str(_("New: %(label)s", label=cls.label)), "hint": "",
             "url": url_for("pages.new", record=key), "icon": "plus"}
            for key, cls in ctx.registry.records.items() if may_create(ctx, key)
        ]),
    ]
    found = []
    if not text and (opened := _recent(ctx, request.args.get("recent", ""))):
        found.append({"label": str(_("Opened lately")), "items": opened})
    for label, items in groups:
        fitting = [item for item in items if words in item["label"].casefold()][:8]
        if fitting:
            found.append({"label": label, "items": fitting})
    for group in hits_of(ctx, text, 5) if text else ():
        found.append({"label": str(group["label"]), "items": [
            {"label": item["text"], "url": item["url"], "icon": group["icon"],
             "hint": str(item["state"].label) if item["state"] else ""}
            for item in group["items"]
        ]})
    return jsonify(groups=found)


def _recent(ctx: Ctx, text: str) -> list[dict[str, Any]]:
    """The records that the browser remembers as "record:id", as far as the user may read them."""
    wanted = [(key, int(ident)) for key, _dot, ident in (
        part.partition(":") for part in text.split(",")[:RECENT]) if ident.isdigit()
        and len(ident) < 18 and may_read(ctx, key)]
    names = {key: named(ctx, key, [ident for one, ident in wanted if one == key])
             for key in {key for key, _ident in wanted}}
    return [
        {"label": names[key][ident], "url": url_for("pages.form", record=key, ident=ident),
         "icon": record_class(key).icon, "hint": str(record_class(key).label)}
        for key, ident in wanted if ident in names[key]
    ]


def named(ctx: Ctx, key: str, ids: list[int]) -> dict[int, str]:
    """Names of the records among `ids` that the user may read."""
    rule = {"f": "id", "op": "in", "v": ids}
    where = parse_condition(rule, Paths(ctx, record_class(key)).declared)
    seen = {row["id"] for row in read_page(ctx, key, [], where=where, archived=None).rows}
    return {ident: name for ident, name in titles(ctx, key, seen).items() if ident in seen}


def may_create(ctx: Ctx, key: str) -> bool:
    """Whether the user may make a record of this kind from its list."""
    view = ctx.registry.lists.get(key)
    return may_read(ctx, key) and ctx.can(f"{key}.create") and bool(view and view.create)


@pages.get("/pick/<record>", endpoint="pick")
@for_members
def pick(record: str) -> Any:
    """Records to choose from, as JSON: [{value, text}]; `f.<field>` narrows them down."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    text = request.args.get("q", "").strip()[:100]
    where = wanted_of(ctx, list_of(ctx, cls)).where
    rows = read_page(ctx, record, [], where=where, search=text, sort=cls.default_sort,
                     limit=PICKED).rows
    names = titles(ctx, record, [row["id"] for row in rows])
    return jsonify([{"value": row["id"], "text": names.get(row["id"], "")} for row in rows])
