"""How a case begins: by hand, on a schedule, with chosen people; and who may start it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from core.api import Forbidden, Invalid, Refused, find, save
from core.testing import World
from core.workflow import commands as c
from core.workflow.model import CaseRow, TaskRow, WorkflowRow
from core.workflow.publishing import create_workflow, publish, save_draft, workflow_by_key
from core.workflow.starting import slot, start_by_hand, startable
from core.workflow.work import sweep
from tests.core import toy
from tests.core.toy import Purchase
from tests.core.workflow.conftest import flow, state, submit, use
from tests.core.workflow.test_cases import decide, inbox

SHANGHAI = ZoneInfo("Asia/Shanghai")
GM = [{"rule": "person", "user": "gm"}]
ASK_GM = {"key": "a", "type": "approve", "who": GM}


def make(world: World, key: str, definition: dict[str, Any], **start: Any) -> WorkflowRow:
    with world.act("gm") as ctx:
        row = create_workflow(ctx, key, {"en": key}, "toy.purchase", event=start.pop("event", None),
                              definition={**definition, "start": start})
        publish(ctx, row)
        return row


def purchase(world: World, **values: Any) -> int:
    with world.act("rep") as ctx:
        ball = save(ctx.system(), toy.Toy, {"name": "ball", "price": "10"}).id
        return int(save(ctx, Purchase, {
            "shop": "Corner", "lines": [{"toy_id": ball, "pieces": 2}], **values}).id)


def offered(world: World, who: str, ident: int) -> list[str]:
    with world.act(who) as ctx:
        return [key for key, _label in startable(ctx, find(ctx, Purchase, ident))]


def test_what_is_offered_to_whom(flows: World) -> None:
    make(flows, "toy.below", flow(ASK_GM))
    make(flows, "toy.above", flow({"key": "s", "type": "subflow", "flow": "toy.below"}))
    make(flows, "toy.after", flow(ASK_GM), event="toy.purchase.place.approved")
    make(flows, "toy.both", flow(ASK_GM), event="toy.purchase.cancelled", hand=True)
    make(flows, "toy.daily", flow(ASK_GM), every={"at": "08:00"})
    make(flows, "toy.boss", flow(ASK_GM), roles=["sm"])
    ident = purchase(flows)
    assert offered(flows, "rep", ident) == ["toy.above", "toy.both"]
    assert offered(flows, "sm", ident) == ["toy.above", "toy.both", "toy.boss"]
    with flows.act("rep") as ctx:
        record = find(ctx, Purchase, ident)
        start_by_hand(ctx, workflow_by_key(ctx, "toy.above"), record)
        for key in ("toy.above", "toy.below", "toy.boss", "toy.place"):
            with pytest.raises(Refused, match="by hand"):
                start_by_hand(ctx, workflow_by_key(ctx, key), record)


def test_a_start_asks_for_fields_before_the_facts_are_frozen(flows: World) -> None:
    make(flows, "toy.form", flow(ASK_GM), fields={"wanted": "require", "shop": "edit"})
    ident = purchase(flows)
    with flows.act("rep") as ctx:
        record, row = find(ctx, Purchase, ident), workflow_by_key(ctx, "toy.form")
        with pytest.raises(Invalid, match="Fill in"):
            start_by_hand(ctx, row, record)
        case = start_by_hand(ctx, row, record, values={"wanted": "2026-12-24", "note": "no"})
        assert case.facts["wanted"] == "2026-12-24"


def test_a_role_may_be_kept_from_starting_with_a_step(flows: World) -> None:
    use(flows, {**flow(ASK_GM), "start": {"roles": ["sm"]}})
    with pytest.raises(Forbidden, match="may not start"):
        submit(flows, "rep")
    assert state(flows, submit(flows, "sm")) == "waiting"


@pytest.mark.parametrize(("every", "day", "fits"), [
    ({"at": "08:30"}, 5, True), ({"at": "08:30", "days": [1, 2]}, 5, False),
    ({"at": "08:30", "days": [6]}, 5, True), ({"at": "08:30", "day": 31}, 30, True),
    ({"at": "08:30", "day": 31}, 29, False), ({"at": "08:30", "day": 5}, 5, True)])
def test_days_of_a_schedule(every: dict[str, Any], day: int, fits: bool) -> None:
    local = datetime(2026, 9, day, 23, 59, tzinfo=SHANGHAI)  # the 5th is a Saturday
    assert slot(every, local) == (local.replace(hour=8, minute=30) if fits else None)


def test_a_schedule_starts_what_fits_once_a_day(flows: World) -> None:
    now = [datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)]
    flows.platform.clock = lambda: now[0]
    row = make(flows, "toy.daily", flow(ASK_GM), every={"at": "08:00", "days": [1, 2]})
    with flows.act("gm") as ctx:
        ctx.session.get(WorkflowRow, row.id).when = {"f": "shop", "op": "eq", "v": "Corner"}
    wanted, other = purchase(flows), purchase(flows, shop="Elsewhere")

    def cases() -> list[int]:
        for _n in range(2):
            with flows.act(None) as ctx:
                sweep(ctx, {})
            flows.work()
        with flows.act(None) as ctx:
            return list(ctx.session.scalars(select(CaseRow.record_id).order_by(CaseRow.id)))

    assert cases() == []  # it was published after today's time
    now[0] += timedelta(hours=22, minutes=59)
    assert cases() == []
    now[0] += timedelta(minutes=1)
    assert cases() == [wanted]
    decide(flows, "gm")
    assert cases() == [wanted]
    now[0] += timedelta(days=1)  # a Wednesday
    assert cases() == [wanted]
    now[0] += timedelta(days=5)
    assert cases() == [wanted, wanted]
    now[0] += timedelta(days=1)  # one is running
    assert cases() == [wanted, wanted] and other


def test_several_people_are_chosen_by_the_starter_and_by_the_one_before(flows: World) -> None:
    both = [{"rule": "chosen_by_starter", "most": 2}]
    use(flows, flow(
        {"key": "a", "type": "approve", "who": both, "vote": {"mode": "all"}},
        {"key": "b", "type": "handle", "who": [{"rule": "chosen_by_previous", "most": 2}]}))
    ids = {who: flows.user_id(who) for who in ("sm", "gm", "guest", "rep2")}
    make(flows, "toy.free", flow({"key": "a", "type": "approve", "who": both}))
    ident = purchase(flows)
    with flows.act("rep") as ctx:
        row, record = workflow_by_key(ctx, "toy.free"), find(ctx, Purchase, ident)
        for wrong in ([], [999], [ids["sm"], ids["gm"], ids["guest"]]):
            with pytest.raises(Invalid) as caught:
                start_by_hand(ctx, row, record, choices={"a": wrong})
            assert caught.value.reasons[0].field == "choose.a"
        start_by_hand(ctx, row, record, choices={"a": [ids["sm"], ids["gm"]]})
        asked = ctx.session.scalars(select(TaskRow.principal)).all()
        assert sorted(asked) == sorted([ids["sm"], ids["gm"]])
    page = flows.client("rep")
    held = purchase(flows)
    form = {"asked": "1", "version": "1",
            "f.choose.a": ids["sm"], "f.choose.a.2": ids["gm"]}
    assert page.post(f"/r/toy.purchase/{held}/step/place", data=form).status_code in (302, 303)
    mine = [t for t in inbox(flows, "gm") if t.record_id == held]
    assert len(mine) == 1
    for who in ("sm", "gm"):
        task = next(t for t in inbox(flows, who) if t.record_id == held)
        with flows.act(who) as ctx:
            chosen = {"b": [ids["guest"], ids["rep2"]]}
            with pytest.raises(Invalid):
                c.decide(ctx, task.id, "approve", choose={"b": [*chosen["b"], ids["sm"]]})
            ctx.session.rollback()
        with flows.act(who) as ctx:
            c.decide(ctx, task.id, "approve", choose=chosen)
    assert [len(inbox(flows, who)) for who in ("guest", "rep2")] == [1, 1]


def test_a_button_that_a_card_leaves_out_is_forbidden(flows: World) -> None:
    use(flows, flow({**ASK_GM, "buttons": ["ask"]}))
    submit(flows)
    task, = inbox(flows, "gm")
    guest = flows.user_id("guest")
    with flows.act("gm") as ctx:
        for act in (lambda: c.send_back(ctx, task.id, "start", "no"),
                    lambda: c.hand_over(ctx, task.id, guest),
                    lambda: c.add_signers(ctx, task.id, [guest], "with")):
            with pytest.raises(Forbidden, match="does not offer"):
                act()
        c.ask(ctx, task.id, guest, "Really?")


@pytest.mark.parametrize("start", [
    {"every": {"at": "8:00"}}, {"every": {"at": "08:00", "days": []}}, {"roles": "sm"},
    {"every": {"at": "08:00", "day": 32}}, {"fields": {"nothing": "edit"}}, []])
def test_a_start_that_makes_no_sense_is_not_published(flows: World, start: Any) -> None:
    with flows.act("gm") as ctx:
        row = workflow_by_key(ctx, "toy.place")
        save_draft(ctx, row, {**flow(ASK_GM), "start": start})
        with pytest.raises(Invalid) as caught:
            publish(ctx, row)
        assert caught.value.reasons[0].field == "start"
