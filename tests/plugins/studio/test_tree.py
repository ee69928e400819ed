"""Changing the tree of cards: every change is on a copy, keys stay unique, blocks stay whole."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api import Refused, design
from plugins.studio import tree

EMPTY: dict[str, Any] = {"schema": 1, "subject": "crm.customer", "body": []}


def _keys(definition: dict[str, Any]) -> list[str]:
    return [c["key"] for c in design.cards_of(definition["body"])]


def test_cards_are_put_where_the_slot_is() -> None:
    one, first = tree.add(EMPTY, ":0", "approve")
    two, block = tree.add(one, ":0", "choice")
    three, inner = tree.add(two, f"{block}/b1:0", "handle")
    assert [c["key"] for c in three["body"]] == [block, first]
    assert three["body"][0]["branches"][0]["body"][0]["key"] == inner
    assert EMPTY["body"] == []


def test_a_block_does_not_go_into_itself() -> None:
    flow, block = tree.add(EMPTY, ":0", "parallel")
    with pytest.raises(Refused):
        tree.move(flow, block, f"{block}/b1:0")


def test_a_condition_keeps_its_otherwise() -> None:
    flow, block = tree.add(EMPTY, ":0", "choice")
    more = tree.add_branch(flow, block)
    assert [b["key"] for b in tree.card_of(more, block)["branches"]] == ["b1", "b2", "else"]
    with pytest.raises(Refused):
        tree.remove_branch(more, block, "else")
    assert len(tree.card_of(tree.remove_branch(more, block, "b1"), block)["branches"]) == 2


def test_a_copy_has_keys_of_its_own() -> None:
    flow, block = tree.add(EMPTY, ":0", "parallel")
    flow, _inner = tree.add(flow, f"{block}/b1:0", "approve")
    twice, twin = tree.duplicate(flow, block)
    assert len(set(_keys(twice))) == 4
    assert twin != block


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "move", "remove", "duplicate", "branch"]),
                          st.integers(0, 50), st.integers(0, 50),
                          st.sampled_from(sorted(tree.NEW))), max_size=12))
def test_any_sequence_of_changes_leaves_a_whole_tree(
    steps: list[tuple[str, int, int, str]],
) -> None:
    flow = copy.deepcopy(EMPTY)
    for op, a, b, kind in steps:
        slots = [f"{place}:{n}" for place, body in tree.bodies(flow) for n in range(len(body) + 1)]
        keys = _keys(flow)
        before = copy.deepcopy(flow)
        try:
            if op == "add":
                flow, _key = tree.add(flow, slots[a % len(slots)], kind)
            elif keys and op == "move":
                moved = tree.move(flow, keys[a % len(keys)], slots[b % len(slots)])
                assert sorted(_keys(moved)) == sorted(keys)
                flow = moved
            elif keys and op == "remove":
                flow = tree.remove(flow, keys[a % len(keys)])
            elif keys and op == "duplicate" and len(keys) < 60:
                flow, _key = tree.duplicate(flow, keys[a % len(keys)])
            elif keys and op == "branch":
                flow = tree.add_branch(flow, keys[a % len(keys)])
        except Refused:
            assert flow == before
        assert len(_keys(flow)) == len(set(_keys(flow)))
        if _keys(flow):
            design.compile_plan(flow)
