"""Cases on tables: a held step, votes, returns, withdrawal, signatures, rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core import doctor
from core.api import Forbidden, Refused, find, perform, save
from core.errors import Conflict
from core.testing import World
from core.workflow import commands as c
from core.workflow.case import broken_link
from core.workflow.inbox import task_count, tasks_of
from core.workflow.model import CaseEvent, CaseRow, Delegation, TaskRow, TokenRow
from tests.core.toy import Purchase
from tests.core.workflow.conftest import flow, state, submit, use


def inbox(world: World, who: str) -> list[Any]:
    with world.act(who) as ctx:
        return tasks_of(ctx, 50)


def decide(world: World, who: str, outcome: str = "approve", comment: str = "fine") -> Any:
    task = inbox(world, who)[0]
    with world.act(who) as ctx:
        return c.decide(ctx, task.id, outcome, comment)


def test_a_held_step_waits_for_the_manager_and_then_completes(both_flows: World) -> None:
    ident = submit(both_flows)
    assert state(both_flows, ident) == "waiting"
    assert inbox(both_flows, "rep") == []
    task, = inbox(both_flows, "sm")
    assert (task.kind, task.starter, task.workflow) == ("approve", "REP", "Placing")
    assert decide(both_flows, "sm")["outcome"] == "approved"
    assert state(both_flows, ident) == "placed"
    with both_flows.act("sm") as ctx:
        assert task_count(ctx) == 0


def test_a_rejection_needs_a_reason_and_takes_the_record_back(flows: World) -> None:
    ident = submit(flows)
    with pytest.raises(Refused):
        decide(flows, "sm", "reject", " ")
    decide(flows, "sm", "reject", "too dear")
    assert state(flows, ident) == "draft"
    with flows.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "place")
    assert state(flows, ident) == "waiting"


def test_nobody_else_may_decide_and_a_refusal_leaves_no_event(flows: World) -> None:
    submit(flows)
    task, = inbox(flows, "sm")
    before = events(flows)
    for who in ("rep", "gm", "guest"):
        with flows.act(who) as ctx, pytest.raises(Forbidden):
            c.decide(ctx, task.id, "approve")
    assert events(flows) == before


def events(world: World) -> int:
    with world.act(None) as ctx:
        return int(ctx.session.scalar(select(func.count(CaseEvent.id))) or 0)


def test_a_record_under_approval_cannot_be_changed(flows: World) -> None:
    ident = submit(flows)
    with flows.act("rep") as ctx, pytest.raises(Refused, match="under approval"):
        save(ctx, Purchase, {"shop": "Other"}, find(ctx, Purchase, ident))


def test_one_changed_cent_voids_the_signature(flows: World) -> None:
    ident = submit(flows)
    with flows.act(None) as ctx:
        find(ctx, Purchase, ident).lines[0].pieces += 1
    with pytest.raises(Refused, match="changed after it was submitted"):
        decide(flows, "sm")
    assert state(flows, ident) == "waiting"


def test_repeating_a_command_gives_the_same_answer_and_no_new_event(both_flows: World) -> None:
    submit(both_flows)
    task, = inbox(both_flows, "sm")
    with both_flows.act("sm") as ctx:
        first = c.decide(ctx, task.id, "approve", key="form-1")
    count = events(both_flows)
    with both_flows.act("sm") as ctx:
        assert c.decide(ctx, task.id, "approve", key="form-1") == first
    assert events(both_flows) == count
    with both_flows.act("gm") as ctx, pytest.raises(Refused):
        c.decide(ctx, task.id, "approve", key="form-1")


def test_a_form_sent_twice_counts_once_while_the_case_runs(flows: World) -> None:
    two = [{"rule": "person", "user": "sm"}, {"rule": "person", "user": "gm"}]
    use(flows, flow({"key": "a", "type": "approve", "who": two, "vote": {"mode": "all"}}))
    submit(flows)
    task, = inbox(flows, "sm")
    answers = []
    for _n in range(2):
        with flows.act("sm") as ctx:
            answers.append(c.decide(ctx, task.id, "approve", key="form"))
    assert answers[0] == answers[1] and answers[0]["state"] == "running"
    assert len(inbox(flows, "gm")) == 1


def test_the_slower_one_is_told_who_was_faster(flows: World) -> None:
    use(flows, flow({"key": "a", "type": "approve", "vote": {"mode": "any"},
                     "who": [{"rule": "person", "user": "sm"}, {"rule": "person", "user": "gm"}]},
                    {"key": "b", "type": "handle", "who": [{"rule": "person", "user": "guest"}]}))
    submit(flows)
    task, = inbox(flows, "gm")
    decide(flows, "sm")
    with flows.act("gm") as ctx, pytest.raises(Conflict, match=r"SM decided this at .* with GUEST"):
        c.decide(ctx, task.id, "approve")


def test_the_starter_withdraws_until_somebody_has_decided(flows: World) -> None:
    two = [{"rule": "person", "user": "sm"}, {"rule": "person", "user": "gm"}]
    use(flows, flow({"key": "a", "type": "approve", "who": two, "vote": {"mode": "all"}}))
    ident = submit(flows)
    with flows.act("rep") as ctx:
        c.withdraw(ctx, ctx.session.scalar(select(CaseRow.id)))
    assert state(flows, ident) == "draft"
    ident = submit(flows)
    decide(flows, "sm")
    with flows.act("rep") as ctx, pytest.raises(Refused, match="no longer be withdrawn"):
        c.withdraw(ctx, ctx.session.scalar(
            select(CaseRow.id).where(CaseRow.ended_at.is_(None))))
    decide(flows, "gm")
    assert state(flows, ident) == "placed"


PARALLEL = flow(
    {"key": "first", "type": "approve", "who": [{"rule": "person", "user": "sm"}]},
    {"key": "both", "type": "parallel", "join": "all", "branches": [
        {"key": "x", "body": [{"key": "left", "type": "approve",
                               "who": [{"rule": "person", "user": "gm"}]}]},
        {"key": "y", "body": [{"key": "right", "type": "approve",
                               "who": [{"rule": "person", "user": "guest"}]}]},
    ]},
)


def test_a_return_out_of_a_branch_cancels_the_siblings(both_flows: World) -> None:
    use(both_flows, PARALLEL)
    ident = submit(both_flows)
    decide(both_flows, "sm")
    task, = inbox(both_flows, "gm")
    with both_flows.act("gm") as ctx:
        c.send_back(ctx, task.id, "first", "look again")
    assert inbox(both_flows, "guest") == [] and len(inbox(both_flows, "sm")) == 1
    for who in ("sm", "guest", "gm"):
        decide(both_flows, who)
    assert state(both_flows, ident) == "placed"
    with both_flows.act(None) as ctx:
        live = ctx.session.scalars(select(TokenRow.state)).all()
        assert set(live) <= {"consumed", "cancelled"}
        assert not ctx.session.scalars(select(TaskRow.id).where(TaskRow.state == "open")).all()


def test_history_is_chained_without_holes(flows: World) -> None:
    submit(flows)
    decide(flows, "sm")
    with flows.act(None) as ctx:
        rows = ctx.session.scalars(select(CaseEvent).order_by(CaseEvent.seq)).all()
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert broken_link(ctx, rows[0].case_id) is None
        rows[2].data = {"forged": True}
        ctx.session.flush()
        assert broken_link(ctx, rows[0].case_id) == 3
        case = rows[0].case_id
    found = [f for f in doctor.read_everything(flows.platform) if f.subject == "cases"]
    assert [f.level for f in found] == ["fault", "ok"], "company a, company b"
    assert f"#{case} " in found[0].text


def test_hand_over_and_signers(flows: World) -> None:
    submit(flows)
    task, = inbox(flows, "sm")
    ids = {who: flows.user_id(who) for who in ("sm", "gm", "rep", "guest")}
    with flows.act("sm") as ctx:
        for bad in ("sm", "rep"):
            with pytest.raises(Refused):
                c.hand_over(ctx, task.id, ids[bad])
        c.add_signers(ctx, task.id, [ids["guest"]], "before", "you know the shop")
    assert inbox(flows, "sm") == []
    decide(flows, "guest")
    task, = inbox(flows, "sm")
    with flows.act("sm") as ctx:
        c.hand_over(ctx, task.id, ids["gm"], "please")
    assert decide(flows, "gm")["outcome"] == "approved"


def test_the_starter_decides_neither_by_role_nor_as_a_substitute(flows: World) -> None:
    use(flows, flow({"key": "a", "type": "approve", "who": [{"rule": "role", "role": "rep"}]}))
    submit(flows)
    assert inbox(flows, "rep") == [] and len(inbox(flows, "rep2")) == 1
    use(flows, flow({"key": "a", "type": "approve", "who": [{"rule": "person", "user": "sm"}]}))
    submit(flows)
    task, = inbox(flows, "sm")
    with flows.act("sm") as ctx:
        ctx.session.add(Delegation(
            principal_id=ctx.user_id, delegate_id=flows.user_id("rep"), reason="",
            valid_from=ctx.now, valid_until=ctx.now + timedelta(days=1)))
    with flows.act("rep") as ctx, pytest.raises(Forbidden, match="own request"):
        c.decide(ctx, task.id, "approve")


def test_a_substitute_has_one_voice_in_a_vote(flows: World) -> None:
    two = [{"rule": "person", "user": "sm"}, {"rule": "person", "user": "gm"}]
    use(flows, flow({"key": "a", "type": "approve", "who": two, "vote": {"mode": "all"}}))
    submit(flows)
    with flows.act("sm") as ctx:
        ctx.session.add(Delegation(
            principal_id=ctx.user_id, delegate_id=flows.user_id("gm"), reason="",
            valid_from=ctx.now, valid_until=ctx.now + timedelta(days=1)))
    first, second = inbox(flows, "gm")
    with flows.act("gm") as ctx:
        for act in (lambda: c.hand_over(ctx, first.id, flows.user_id("sm")),
                    lambda: c.add_signers(ctx, first.id, [flows.user_id("sm")], "with")):
            with pytest.raises(Refused, match="asked here already|decide"):
                act()
        c.decide(ctx, first.id, "approve")
    with flows.act("gm") as ctx, pytest.raises(Refused, match="decided here already"):
        c.decide(ctx, second.id, "approve")


def test_a_card_may_open_fields_to_its_person(flows: World) -> None:
    use(flows, flow({"key": "fill", "type": "handle", "who": [{"rule": "role", "role": "sm"}],
                     "fields": {"wanted": "require"}}))
    ident = submit(flows)
    task, = inbox(flows, "sm")
    with flows.act("sm") as ctx, pytest.raises(Exception, match="Fill in"):
        c.decide(ctx, task.id, "done")
    with flows.act("sm") as ctx:
        c.decide(ctx, task.id, "done", values={"wanted": "2026-12-24", "shop": "Thief"})
    with flows.act("sm") as ctx:
        record = find(ctx.system(), Purchase, ident)
        assert (str(record.wanted), record.shop, record.state) == ("2026-12-24", "Corner", "placed")


def test_what_is_returned_to_the_starter_may_be_changed_and_is_routed_anew(flows: World) -> None:
    big = {"key": "c", "type": "choice", "branches": [
        {"key": "far", "when": {"f": "country", "op": "eq", "v": "DE"}, "body": [
            {"key": "g", "type": "approve", "who": [{"rule": "person", "user": "gm"}]}]},
        {"key": "else", "else": True, "body": []}]}
    use(flows, flow({"key": "a", "type": "approve", "who": [{"rule": "person", "user": "sm"}]},
                    big, {"key": "z", "type": "handle", "who": [{"rule": "person", "user": "sm"}]}))
    ident = submit(flows, country="FR")
    task, = inbox(flows, "sm")
    with flows.act("sm") as ctx:
        c.send_back(ctx, task.id, "start", "which country?")
    with flows.act("gm") as ctx, pytest.raises(Refused, match="under approval"):
        save(ctx, Purchase, {"country": "DE"}, find(ctx, Purchase, ident))
    with flows.act("rep") as ctx:
        save(ctx, Purchase, {"country": "DE"}, find(ctx, Purchase, ident))
    decide(flows, "rep", "done")
    with flows.act("rep") as ctx, pytest.raises(Refused, match="under approval"):
        save(ctx, Purchase, {"country": "FR"}, find(ctx, Purchase, ident))
    decide(flows, "sm")
    assert [len(inbox(flows, who)) for who in ("gm", "sm")] == [1, 0]


def test_a_workflow_may_leave_fields_open_under_approval(flows: World) -> None:
    use(flows, flow({"key": "a", "type": "approve", "who": [{"rule": "person", "user": "sm"}]},
                    open_fields=["wanted"]))
    ident = submit(flows)
    with flows.act("rep") as ctx:
        record = find(ctx, Purchase, ident)
        save(ctx, Purchase, {"wanted": "2026-12-24"}, record)
        with pytest.raises(Refused, match="under approval"):
            save(ctx, Purchase, {"wanted": "2026-12-25", "shop": "Other"}, record)
        ctx.session.rollback()
    decide(flows, "sm")
    assert state(flows, ident) == "placed"
