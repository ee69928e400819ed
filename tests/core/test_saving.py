"""One door for writes: everything wrong is said at once, nothing is half saved."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.api import AuditRow, Conflict, EventRow, Forbidden, Invalid, NotFound, Refused, find, save
from core.saving import archive
from core.testing import World
from tests.core.toy import Purchase, Toy


def _toy(world: World, name: str = "Kite", price: str = "12.50") -> int:
    with world.act("sm") as ctx:
        return int(save(ctx, Toy, {"name": name, "price": price}).id)


def test_a_record_gets_number_owner_and_trail(both_toys: World) -> None:
    ident = _toy(both_toys)
    with both_toys.act("sm") as ctx:
        toy = find(ctx, Toy, ident)
        assert (toy.number, toy.price, toy.version) == ("T0001", Decimal("12.5"), 1)
        assert toy.owner_id == ctx.user_id
        trail = ctx.session.scalars(
            select(AuditRow.action).where(AuditRow.record_id == ident)
        ).all()
        assert "toy.toy.created" in trail
        events = ctx.session.scalars(select(EventRow.name)).all()
        assert events == ["toy.toy.created"]


def test_all_faults_come_at_once_and_nothing_is_saved(both_toys: World) -> None:
    with pytest.raises(Invalid) as error, both_toys.act("sm") as ctx:
        save(ctx, Toy, {"name": " ", "price": "much", "colour": "green", "weight": 3})
    assert set(error.value.by_field()) == {"name", "price", "colour", "weight"}
    with both_toys.act("sm") as ctx:
        assert ctx.session.scalars(select(Toy)).all() == []


def test_the_number_of_a_refused_record_is_not_lost(both_toys: World) -> None:
    with pytest.raises(Invalid), both_toys.act("sm") as ctx:
        save(ctx, Toy, {"name": "bomb"})
    first = _toy(both_toys)
    with both_toys.act("sm") as ctx:
        assert find(ctx, Toy, first).number == "T0001"


def test_lines_are_kept_changed_and_taken_away(both_toys: World) -> None:
    kite, ball = _toy(both_toys, "Kite"), _toy(both_toys, "Ball")
    with both_toys.act("rep") as ctx:
        order = save(ctx, Purchase, {"shop": "Spielwelt", "lines": [
            {"toy_id": kite, "pieces": "2"}, {"toy_id": ball, "pieces": 3}]})
        ident, first = order.id, order.lines[0].id
    with both_toys.act("rep") as ctx:
        order = find(ctx, Purchase, ident)
        save(
            ctx,
            Purchase,
            {"lines": [{"toy_id": ball, "pieces": 1}, {"id": first, "pieces": 7}]},
            order,
        )
    with both_toys.act("rep") as ctx:
        order = find(ctx, Purchase, ident)
        assert [(line.toy_id, line.pieces) for line in order.lines] == [(ball, 1), (kite, 7)]
        assert order.lines[1].id == first
        assert order.version == 2


def test_faults_in_lines_name_the_line(both_toys: World) -> None:
    with pytest.raises(Invalid) as error, both_toys.act("rep") as ctx:
        save(ctx, Purchase, {"shop": "S", "lines": [{"toy_id": 999, "pieces": "0"}]})
    assert set(error.value.by_field()) == {"lines.0.toy_id", "lines.0.pieces"}


def test_a_stale_form_is_refused_with_both_values(both_toys: World) -> None:
    ident = _toy(both_toys)
    with both_toys.act("sm") as ctx:
        save(ctx, Toy, {"name": "Dragon"}, find(ctx, Toy, ident), version=1)
    with pytest.raises(Conflict) as error, both_toys.act("sm") as ctx:
        save(ctx, Toy, {"name": "Snake"}, find(ctx, Toy, ident), version=1)
    assert error.value.changes["name"] == ("Snake", "Dragon")


def test_rights_are_asked_for(both_toys: World) -> None:
    ident = _toy(both_toys)
    with pytest.raises(Forbidden), both_toys.act("rep") as ctx:
        save(ctx, Toy, {"name": "Mine"}, find(ctx, Toy, ident))
    with pytest.raises(Forbidden), both_toys.act("guest") as ctx:
        find(ctx, Toy, ident)


def test_a_rep_sees_own_rows_the_manager_those_of_the_team(both_toys: World) -> None:
    with both_toys.act("rep") as ctx:
        mine = save(ctx, Purchase, {"shop": "Mine"}).id
    with pytest.raises(NotFound), both_toys.act("rep2") as ctx:
        find(ctx, Purchase, mine)
    with both_toys.act("sm") as ctx:
        assert find(ctx, Purchase, mine).shop == "Mine"


def test_system_fields_cannot_be_sent(both_toys: World) -> None:
    for name in ("id", "company_id", "state", "version", "created_at", "number", "total"):
        with pytest.raises(Invalid), both_toys.act("rep") as ctx:
            save(ctx, Purchase, {"shop": "S", name: "1"})


def test_archived_records_leave_the_lists_but_stay(both_toys: World) -> None:
    ident = _toy(both_toys)
    with both_toys.act("sm") as ctx:
        archive(ctx, find(ctx, Toy, ident))
    with both_toys.act("sm") as ctx:
        assert find(ctx, Toy, ident).archived_at is not None


def test_a_hook_may_not_commit(both_toys: World) -> None:
    with both_toys.act("sm") as ctx, pytest.raises(RuntimeError):
        ctx.session.info["in_hook"] = "toy"
        try:
            ctx.session.commit()
        finally:
            ctx.session.info["in_hook"] = None
            ctx.session.rollback()


def test_refusals_of_plugins_name_the_field(both_toys: World) -> None:
    with pytest.raises((Invalid, Refused)) as error, both_toys.act("sm") as ctx:
        save(ctx, Toy, {"name": "bomb"})
    assert error.value.reasons[0].field == "name"
