"""Two definitions side by side: what is new, changed, moved and gone, in words."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, _, design
from plugins.studio.showing import Painter
from plugins.studio.starting import in_words

ASPECTS = {
    "label": _("Name"), "help": _("Help"), "who": _("Who"), "vote": _("How many decide"),
    "on_reject": _("When rejected"), "due": _("Deadline"), "fields": _("Fields"),
    "branches": _("Branches"), "config": _("Settings"), "params": _("Settings"),
    "join": _("Go on after"), "empty_as_else": _("Empty fields"), "work_minutes": _("Time"),
    "until": _("Until"), "most": _("Rounds"), "items": _("For each of"), "flow": _("Workflow"),
    "result": _("The workflow ends"), "message": _("Event to wait for"), "step": _("Step"),
}


def difference(
    ctx: Ctx, workflow: Any, old: dict[str, Any], new: dict[str, Any]
) -> list[tuple[str, str, str, str]]:
    """What `new` does differently: (word, card, before, after), in the order of the cards."""
    before, after = _cards(old), _cards(new)
    painter = Painter(ctx, workflow, [], {})
    found: list[tuple[str, str, str, str]] = []
    if old.get("start") != new.get("start"):
        texts = in_words(ctx, workflow, old), in_words(ctx, workflow, new)
        found.append((str(_("changed")), str(_("Start")), *(texts if texts[0] != texts[1]
                                                            else ("", ""))))
    for key, (card, place) in after.items():
        name = _name(card)
        if key not in before:
            found.append((str(_("new")), name, "", painter.sentence(card)))
            continue
        was, where = before[key]
        if place != where:
            found.append((str(_("moved")), name, "", ""))
        if was != card:
            found += _aspects(painter, name, was, card)
    found += [(str(_("gone")), _name(card), painter.sentence(card), "")
              for key, (card, _place) in before.items() if key not in after]
    if old.get("policy") != new.get("policy"):
        found.append((str(_("changed")), str(_("Rules for the whole workflow")), "", ""))
    if not found and _order(old) != _order(new):
        found.append((str(_("moved")), str(_("Order of the cards")), "", ""))
    return found


def _aspects(
    painter: Painter, name: str, was: dict[str, Any], card: dict[str, Any]
) -> list[tuple[str, str, str, str]]:
    """Each changed option of a card; who, when and the deadline with both sentences."""
    found = []
    word = str(_("changed"))
    for key in dict.fromkeys((*was, *card)):
        if was.get(key) == card.get(key):
            continue
        title = f"{name}: {ASPECTS.get(key, key)}"
        if key == "who":
            found.append((word, title, painter.people(was), painter.people(card)))
        elif key == "due":
            found.append((word, title, painter.deadline(was), painter.deadline(card)))
        elif key == "branches":
            texts = [" / ".join(painter.condition(b["when"]) for b in one["branches"]
                                if b.get("when")) for one in (was, card)]
            found.append((word, title, *texts))
        else:
            found.append((word, title, *(_plain(one.get(key)) for one in (was, card))))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, dict) and set(value) & {"zh", "en"}:
        return str(design.words(value))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _cards(definition: dict[str, Any]) -> dict[str, tuple[dict[str, Any], str]]:
    """Every card without what is inside it, and its place."""
    found: dict[str, tuple[dict[str, Any], str]] = {}

    def walk(body: list[dict[str, Any]], place: str) -> None:
        for card in body:
            own = {k: v for k, v in card.items() if k != "body"}
            if "branches" in card:
                own["branches"] = [{k: v for k, v in b.items() if k != "body"}
                                   for b in card["branches"]]
            found[card["key"]] = (own, place)
            walk(card.get("body") or [], f"{place}/{card['key']}")
            for branch in card.get("branches") or []:
                walk(branch.get("body") or [], f"{place}/{card['key']}/{branch['key']}")

    walk(definition.get("body", []), "")
    return found


def _order(definition: dict[str, Any]) -> list[str]:
    return list(_cards(definition))


def _name(card: dict[str, Any]) -> str:
    return str(design.label_of(card)) if card.get("label") else str(
        design.KINDS.get(card.get("type", ""), card.get("key", "")))
