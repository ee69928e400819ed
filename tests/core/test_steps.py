"""Steps are the only way a state changes; a refused one changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.api import (
    AuditRow,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    find,
    offers,
    perform,
    save,
)
from core.testing import World
from tests.core.toy import Purchase, Toy


def _order(world: World) -> int:
    with world.act("sm") as ctx:
        toy = save(ctx, Toy, {"name": "Kite", "price": "2.50"}).id
    with world.act("rep") as ctx:
        order = save(ctx, Purchase, {"shop": "S", "lines": [{"toy_id": toy, "pieces": 4}]})
        return int(order.id)


def test_without_a_workflow_a_step_goes_straight_through(both_toys: World) -> None:
    ident = _order(both_toys)
    with both_toys.act("rep") as ctx:
        order = find(ctx, Purchase, ident)
        assert order.number is None
        perform(ctx, order, "place")
    with both_toys.act("rep") as ctx:
        order = find(ctx, Purchase, ident)
        assert (order.state, order.total) == ("placed", 10)
        assert order.number == f"P{ctx.now.astimezone(ctx.zone):%y%m}0001"
        actions = ctx.session.scalars(
            select(AuditRow.action).where(AuditRow.record_id == ident)
        ).all()
        assert "toy.purchase.place" in actions


def test_a_step_in_the_wrong_state_is_refused_in_words(both_toys: World) -> None:
    ident = _order(both_toys)
    with both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "place")
    with pytest.raises(Refused, match="Place.*Placed"), both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "place")


def test_parameters_are_asked_for(both_toys: World) -> None:
    ident = _order(both_toys)
    with pytest.raises(Invalid) as error, both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "cancel", {"reason": " "})
    assert "reason" in error.value.by_field()


def test_a_refusal_in_run_leaves_no_trace(both_toys: World) -> None:
    with both_toys.act("rep") as ctx:
        ident = save(ctx, Purchase, {"shop": "Empty"}).id
    with pytest.raises(Refused), both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "place")
    with both_toys.act("rep") as ctx:
        order = find(ctx, Purchase, ident)
        assert (order.state, order.number) == ("draft", None)


def test_the_number_of_a_refused_step_is_given_again(both_toys: World) -> None:
    with both_toys.act("rep") as ctx:
        empty = save(ctx, Purchase, {"shop": "Empty"}).id
    with pytest.raises(Refused), both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, empty), "place")
    ident = _order(both_toys)
    with both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "place")
        assert find(ctx, Purchase, ident).number.endswith("0001")


def test_stale_unknown_and_forbidden_steps(both_toys: World) -> None:
    ident = _order(both_toys)
    with pytest.raises(Conflict), both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "place", version=99)
    with pytest.raises(NotFound), both_toys.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "explode")
    with both_toys.act("gm") as ctx:
        order = find(ctx, Purchase, ident)
    with pytest.raises((Forbidden, NotFound)), both_toys.act("guest") as ctx:
        perform(ctx, ctx.session.get(Purchase, order.id), "place")


def test_buttons_show_what_fits_the_state(both_toys: World) -> None:
    ident = _order(both_toys)
    with both_toys.act("rep") as ctx:
        order = find(ctx, Purchase, ident)
        assert [o.step.key for o in offers(ctx, order)] == ["cancel", "place"]
        perform(ctx, order, "place")
        assert [o.step.key for o in offers(ctx, order)] == ["cancel"]
