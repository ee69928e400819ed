"""The pages of workflows as people use them."""

from __future__ import annotations

from sqlalchemy import select

from core.api import find, perform, save
from core.testing import World
from core.workflow.inbox import tasks_of
from core.workflow.model import CaseEvent
from core.workflow.publishing import publish
from tests.core.toy import Purchase
from tests.core.workflow.conftest import create_workflow, flow, state, submit, use


def first(world: World, who: str) -> int:
    with world.act(who) as ctx:
        return tasks_of(ctx, 1)[0].id


def test_an_approver_finds_reads_and_decides(flows: World) -> None:
    ident = submit(flows)
    page = flows.client("sm")
    assert "Corner" in page.get("/inbox").text
    task = first(flows, "sm")
    shown = page.get(f"/inbox/{task}")
    assert "You are the starter&#39;s manager of level 1." in shown.text
    assert "ball" in shown.text and shown.status_code == 200
    refused = page.post(f"/inbox/{task}", data={"do": "reject", "comment": ""})
    assert refused.status_code == 409 and "Give a reason" in refused.text
    done = page.post(f"/inbox/{task}", data={"do": "approve", "comment": "ok", "key": "k1"})
    assert done.status_code == 303 and state(flows, ident) == "placed"
    again = page.post(f"/inbox/{task}", data={"do": "approve", "comment": "ok", "key": "k1"})
    assert again.status_code == 303
    for tab in ("todo", "read", "started", "done"):
        assert page.get(f"/inbox?tab={tab}").status_code == 200


def test_every_forbidden_button_answers_403_or_404(flows: World) -> None:
    ident = submit(flows)
    task = first(flows, "sm")
    for who in ("rep", "gm", "rep2"):
        for do in ("approve", "reject", "return", "hand_over", "add", "ask", "claim", "release"):
            answer = flows.client(who).post(
                f"/inbox/{task}", data={"do": do, "comment": "x", "person": "1", "to": "start"})
            assert answer.status_code in (403, 404, 409), (who, do)
    assert state(flows, ident) == "waiting"
    assert flows.client("b-gm").get(f"/inbox/{task}").status_code == 404
    assert flows.client("rep").get("/workflow/incidents").status_code == 403


def test_bulk_case_and_substitutes(flows: World) -> None:
    idents = [submit(flows), submit(flows)]
    page = flows.client("sm")
    with flows.act("sm") as ctx:
        tasks = [t.id for t in tasks_of(ctx, 9)]
    page.post("/inbox/approve", data={"task": [str(t) for t in tasks], "key": "b"})
    assert [state(flows, i) for i in idents] == ["placed", "placed"]
    third = submit(flows)
    with flows.act("sm") as ctx:
        case = tasks_of(ctx, 1)[0].id // (1 << 20)
    assert flows.client("rep").get(f"/cases/{case}").status_code == 200
    assert flows.client("gm").get("/workflow/incidents").status_code == 200
    wrong = page.post("/inbox/substitutes", data={"person": "", "from": "x", "until": "x"})
    assert wrong.status_code == 422
    page.post("/inbox/substitutes", data={"person": str(flows.user_id("gm")), "from": "2026-01-01",
                                          "until": "2099-01-01"})
    assert "GM" in page.get("/inbox/substitutes").text
    task = first(flows, "gm")
    assert "for SM" in flows.client("gm").get("/inbox").text
    flows.client("gm").post(f"/inbox/{task}", data={"do": "approve"})
    assert state(flows, third) == "placed"


def test_the_record_shows_where_it_stands(flows: World) -> None:
    ident = submit(flows)
    own = flows.client("rep").get(f"/r/toy.purchase/{ident}").text
    assert "Placing" in own and "Withdraw" in own and "SM" in own
    assert "Your decision" in flows.client("sm").get(f"/r/toy.purchase/{ident}").text


def test_the_starter_chooses_who_decides(flows: World) -> None:
    use(flows, flow({"key": "boss", "type": "approve", "label": "Boss", "who": [
        {"rule": "chosen_by_starter", "role": "sm"}]}))
    with flows.act("gm") as ctx:
        ball = save(ctx, "toy.toy", {"name": "ball", "price": "10"}).id
    with flows.act("rep") as ctx:
        ident = save(ctx, "toy.purchase", {
            "shop": "Corner", "lines": [{"toy_id": ball, "pieces": 2}]}).id
    client, path = flows.client("rep"), f"/r/toy.purchase/{ident}/step/place"
    dialog = client.post(path, data={}).get_data(as_text=True)
    assert "f.choose.boss" in dialog
    assert "SM" in dialog
    for nobody in ("", str(flows.user_id("guest")), "x"):
        refused = client.post(path, data={"asked": "1", "f.choose.boss": nobody})
        assert refused.status_code == 422
    done = client.post(path, data={"asked": "1", "f.choose.boss": str(flows.user_id("sm"))})
    assert done.status_code == 303
    with flows.act("sm") as ctx:
        assert len(tasks_of(ctx, 5)) == 1


def test_the_one_before_chooses_who_goes_on(flows: World) -> None:
    use(flows, flow(
        {"key": "boss", "type": "approve", "label": "Boss", "who": [{"rule": "manager"}]},
        {"key": "both", "type": "parallel", "branches": [
            {"key": "a", "body": [{"key": "expert", "type": "approve", "label": "Expert", "who": [
                {"rule": "chosen_by_previous", "role": "rep"}]}]},
            {"key": "b", "body": []}]}))
    ident = submit(flows)
    task, client = first(flows, "sm"), flows.client("sm")
    page = client.get(f"/inbox/{task}").text
    assert "Who does “Expert” next" in page and "REP2" in page
    for nobody in ("", str(flows.user_id("rep")), str(flows.user_id("gm"))):  # rep is the starter
        refused = client.post(f"/inbox/{task}", data={"do": "approve", "choose.expert": nobody})
        assert refused.status_code == 422 and "Choose who does “Expert”." in refused.text
    client.post("/inbox/approve", data={"task": str(task), "key": "b"})
    assert first(flows, "sm") == task  # not in bulk either: somebody must be chosen
    done = client.post(f"/inbox/{task}", data={
        "do": "approve", "choose.expert": str(flows.user_id("rep2"))})
    assert done.status_code == 303
    flows.client("rep2").post(f"/inbox/{first(flows, 'rep2')}", data={"do": "approve"})
    assert state(flows, ident) == "placed"


def test_a_workflow_without_step_and_event_is_started_by_hand(flows: World) -> None:
    with flows.act("gm") as ctx:
        look = {"key": "look", "type": "handle", "label": "Look", "who": [
            {"rule": "chosen_by_starter", "role": "sm"}]}
        row = create_workflow(ctx, "toy.look", {"en": "Second look"}, "toy.purchase",
                              definition=flow(look))
        publish(ctx, row)
    ident = submit(flows)
    rep, path = flows.client("rep"), f"/workflow/toy.look/start/{ident}"
    form = f"/r/toy.purchase/{ident}"
    assert path in rep.get(form).text and "Look" in rep.get(path).text
    assert flows.client("b-rep").get(path).status_code == 404
    assert rep.post(path, data={"choose.look": str(flows.user_id("gm"))}).status_code == 422
    assert rep.post(path, data={"choose.look": str(flows.user_id("sm"))}).status_code == 303
    with flows.act("sm") as ctx:
        assert "Second look" in [task.workflow for task in tasks_of(ctx, 5)]
    assert path not in rep.get(form).text
    assert rep.post(path, data={"choose.look": str(flows.user_id("sm"))}).status_code == 409
    assert rep.get(f"/workflow/toy.place/start/{ident}").status_code == 409
    reader = flows.client("guest")
    assert path not in reader.get(form).text and reader.get(path).status_code in (403, 404, 409)


def test_a_rejection_marks_fields_until_they_are_changed_or_sent_again(flows: World) -> None:
    """DOMAIN §6.1: reject → draft with marks at fields, of the record and of its lines."""
    ident, page = submit(flows), flows.client("sm")
    with flows.act() as ctx:
        line = f"lines-{find(ctx, Purchase, ident).lines[0].id}-pieces"
    task, form = first(flows, "sm"), f"/r/toy.purchase/{ident}/edit"
    shown = page.get(f"/inbox/{task}").text
    assert 'value="f.shop"' in shown and f'value="{line}"' in shown
    reject = {"do": "reject", "comment": "Not like this", "key": "m1"}
    refused = page.post(f"/inbox/{task}", data={**reject, "mark": "", "remark": "Which shop?"})
    assert "Choose the field" in refused.text and "Which shop?" in refused.text
    page.post(f"/inbox/{task}", data={
        **reject, "mark": ["f.shop", line, "f.nothing"], "remark": ["Which shop?", "", "x"]})
    mine = flows.client("rep")
    drawn = mine.get(form).text
    assert ": Which shop?" in drawn
    assert ": Not like this" in drawn and ": x<" not in drawn
    assert "To be corrected" in mine.get(f"/r/toy.purchase/{ident}").text
    with flows.act("rep") as ctx:
        save(ctx, Purchase, {"shop": "Mall"}, find(ctx, Purchase, ident))
    drawn = mine.get(form).text
    assert "Which shop?" not in drawn and ": Not like this" in drawn
    with flows.act("rep") as ctx:
        perform(ctx, find(ctx, Purchase, ident), "place")
    assert "Not like this" not in mine.get(form).text


def test_what_is_returned_to_the_starter_is_marked_until_it_is_sent_on(flows: World) -> None:
    ident = submit(flows)
    flows.client("sm").post(f"/inbox/{first(flows, 'sm')}", data={
        "do": "return", "to": "start", "comment": "Again", "mark": "f.wanted", "remark": "No date"})
    mine, form = flows.client("rep"), f"/r/toy.purchase/{ident}/edit"
    assert ": No date" in mine.get(form).text
    assert mine.post(f"/inbox/{first(flows, 'rep')}", data={"do": "done"}).status_code == 303
    assert "No date" not in mine.get(form).text
    flows.client("sm").post(f"/inbox/{first(flows, 'sm')}", data={
        "do": "approve", "mark": "f.wanted", "remark": "By the way"})
    with flows.act() as ctx:  # what is approved is marked nowhere
        told = select(CaseEvent).where(CaseEvent.type == "marked")
        assert [e.data["marks"]["f.wanted"]["text"] for e in ctx.session.scalars(told)] == [
            "No date"]
