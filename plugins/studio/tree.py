"""Changing the block tree of a definition: pure, on a copy; places are called slots.

A slot is "<block>/<branch>:<index>", with "" for the top: ":0" is before the first card,
"c1/b2:1" after the first card of branch b2 of block c1, "l1/:0" inside a loop.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from core.api import Refused, _, design

NEW: dict[str, dict[str, Any]] = {
    "approve": {"who": [{"rule": "manager", "level": 1}], "vote": {"mode": "any"},
                "due": {"work_minutes": 480, "ladder": [{"at": 50, "do": "remind"}]}},
    "handle": {"who": [{"rule": "starter"}]},
    "copy": {"who": [{"rule": "starter"}]},
    "choice": {"branches": [{"key": "b1", "when": None, "body": []},
                            {"key": "else", "else": True, "body": []}]},
    "every": {"branches": [{"key": "b1", "when": None, "body": []},
                           {"key": "else", "else": True, "body": []}]},
    "parallel": {"join": "all", "branches": [{"key": "b1", "body": []}, {"key": "b2", "body": []}]},
    "loop": {"most": 3, "body": []},
    "each": {"items": "", "body": []},
    "delay": {"work_minutes": 480},
    "wait": {"message": ""},
    "subflow": {"flow": "", "wait": True},
    "end": {"result": "rejected"},
}


def bodies(definition: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """All lists of cards with their places: ("", top), ("c1/b1", ...), ("l1/", ...)."""
    def walk(place: str, body: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        yield place, body
        for card in body:
            if isinstance(card.get("body"), list):
                yield from walk(f"{card['key']}/", card["body"])
            for branch in card.get("branches") or []:
                yield from walk(f"{card['key']}/{branch['key']}", branch.setdefault("body", []))

    yield from walk("", definition.setdefault("body", []))


def body_at(definition: dict[str, Any], place: str) -> list[dict[str, Any]]:
    """The list of cards at a place; Refused if it is gone."""
    for found, body in bodies(definition):
        if found == place:
            return body
    raise Refused(_("This place is no longer in the workflow. Load the page again."))


def find_card(definition: dict[str, Any], key: str) -> tuple[list[dict[str, Any]], int]:
    """The list that holds a card, and its index."""
    for _place, body in bodies(definition):
        for n, card in enumerate(body):
            if card["key"] == key:
                return body, n
    raise Refused(_("This card is no longer in the workflow. Load the page again."))


def card_of(definition: dict[str, Any], key: str) -> dict[str, Any]:
    """A card by its key."""
    body, n = find_card(definition, key)
    return body[n]


def _split(slot: str) -> tuple[str, int]:
    place, _colon, index = slot.rpartition(":")
    if not index.isdecimal() or len(index) > 4:
        raise Refused(_("This place is no longer in the workflow. Load the page again."))
    return place, int(index)


def free_key(definition: dict[str, Any], kind: str) -> str:
    """A card key that is not used yet: approve1, approve2, …"""
    used = {card["key"] for card in design.cards_of(definition.get("body", []))}
    return next(f"{kind}{n}" for n in range(1, 1000) if f"{kind}{n}" not in used)


def add(definition: dict[str, Any], slot: str, kind: str) -> tuple[dict[str, Any], str]:
    """A copy with a new card of a kind at a slot, and its key.

    `kind` is one of NEW, or "step:<key>" for an automatic card.
    """
    changed = copy.deepcopy(definition)
    if sum(1 for _card in design.cards_of(changed.get("body", []))) >= design.MOST_CARDS:
        raise Refused(_("At most %(n)s cards.", n=design.MOST_CARDS))
    kind, _colon, step = kind.partition(":")
    if kind != "step" and kind not in NEW:
        raise Refused(_("There is no card of this kind."))
    place, index = _split(slot)
    body = body_at(changed, place)
    key = free_key(changed, kind)
    card = {"key": key, "type": kind, **copy.deepcopy(NEW.get(kind, {}))}
    if kind == "step":
        card["step"] = step
    body.insert(min(index, len(body)), card)
    return changed, key


def move(definition: dict[str, Any], key: str, slot: str) -> dict[str, Any]:
    """A copy with a card moved to a slot; it cannot go into itself."""
    changed = copy.deepcopy(definition)
    place, index = _split(slot)
    source, n = find_card(changed, key)
    card = source[n]
    inside = {found for found, _body in bodies({"body": [card]})} - {""}
    if place in inside:
        raise Refused(_("A block cannot be moved into itself."))
    target = body_at(changed, place)
    source.pop(n)
    if target is source and index > n:
        index -= 1
    target.insert(min(index, len(target)), card)
    return changed


def remove(definition: dict[str, Any], key: str) -> dict[str, Any]:
    """A copy without a card and what is inside it."""
    changed = copy.deepcopy(definition)
    body, n = find_card(changed, key)
    body.pop(n)
    return changed


def duplicate(definition: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """A copy with the card twice; keys inside the copy are new."""
    changed = copy.deepcopy(definition)
    body, n = find_card(changed, key)
    twin = copy.deepcopy(body[n])
    body.insert(n + 1, twin)
    used = {c["key"] for c in design.cards_of(definition.get("body", []))}
    for card in design.cards_of([twin]):
        number = 1
        while f"{card['type']}{number}" in used:
            number += 1
        card["key"] = f"{card['type']}{number}"
        used.add(card["key"])
    return changed, twin["key"]


def add_branch(definition: dict[str, Any], key: str) -> dict[str, Any]:
    """A copy with one more branch in a block; before "otherwise" in a condition."""
    changed = copy.deepcopy(definition)
    card = card_of(changed, key)
    branches = card.get("branches")
    if branches is None or len(branches) >= 20:
        raise Refused(_("No more branches are possible here."))
    used = {b["key"] for b in branches}
    name = next(f"b{n}" for n in range(1, 100) if f"b{n}" not in used)
    new: dict[str, Any] = {"key": name, "body": []}
    if card["type"] != "parallel":
        new["when"] = None
    ends = branches and branches[-1].get("else")
    branches.insert(len(branches) - 1 if ends else len(branches), new)
    return changed


def remove_branch(definition: dict[str, Any], key: str, branch: str) -> dict[str, Any]:
    """A copy without a branch; a block keeps at least two, "otherwise" stays."""
    changed = copy.deepcopy(definition)
    branches = card_of(changed, key).get("branches", [])
    chosen = next((b for b in branches if b["key"] == branch), None)
    if chosen is None or chosen.get("else") or len(branches) <= 2:
        raise Refused(_("A block needs two branches, and a condition its “otherwise”."))
    branches.remove(chosen)
    return changed


def shift_branch(definition: dict[str, Any], key: str, branch: str, by: int) -> dict[str, Any]:
    """A copy with a branch moved left (-1) or right (+1); "otherwise" stays last."""
    changed = copy.deepcopy(definition)
    branches = card_of(changed, key).get("branches", [])
    now = next((n for n, b in enumerate(branches) if b["key"] == branch), None)
    if now is None:
        raise Refused(_("This place is no longer in the workflow. Load the page again."))
    last = len(branches) - (1 if branches[-1].get("else") else 0)
    to = now + by
    if not branches[now].get("else") and 0 <= to < last:
        branches.insert(to, branches.pop(now))
    return changed
