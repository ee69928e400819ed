"""Every POST of the API keeps its Idempotency-Key, and the tasks have their walls."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.api import record_class, save
from core.audit import AuditRow
from core.testing import World
from plugins.rest.records import Answer
from plugins.rest.tokens import add_token

pytestmark = pytest.mark.plugins("crm", "products", "quotes", "orders", "rest")


class Caller:
    """A program of one person."""

    def __init__(self, world: World, login: str, scopes: tuple[str, ...] = ("*",)) -> None:
        with world.act(login) as ctx:
            _row, self.secret = add_token(ctx, ctx.user_id or 0, "test", list(scopes))
        self.client: FlaskClient = world.client()

    def post(self, path: str, key: str = "", **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.post(f"/api/v1/{path}", headers=headers, **sent)


def _pending(world: World) -> int:
    """A quotation that waits; returns its id."""
    with world.act() as ctx:
        save(ctx, "products.exchange_rate", {"currency": "USD", "kind": "quote",
                                             "valid_from": "2020-01-01", "rate": "7.05"})
        product = save(ctx, "products.product", {
            "hs_code_id": ctx.session.query(record_class("products.hs_code")).filter_by(
                code="9405429000").one().id,
            "code": "FL-50W", "name_en": "Floodlight", "name_zh": "投光灯", "cost_price": "68",
            "pieces_per_carton": 8, "carton_length": 46, "carton_width": 40, "carton_height": 32,
            "carton_gross": "13.6", "carton_net": "12.0"})
        term = ctx.session.query(record_class("products.payment_term")).filter_by(
            code="TT30C").one()
        goods, term_id = product.id, term.id
    rep = Caller(world, "rep")
    firm = rep.post("crm/customer", json={"name": "Lumora GmbH", "country": "DE", "grade": "B"})
    made = rep.post("quotes/quotation", json={
        "customer_id": firm.json["id"], "currency": "USD", "incoterm": "FOB", "place": "Ningbo",
        "payment_term_id": term_id, "lines": [
            {"product_id": goods, "quantity": "9200", "basis": "price", "price": "11.20"}]})
    assert made.status_code == 201, made.get_data(as_text=True)
    answer = rep.post(f"quotes/quotation/{made.json['id']}/steps/submit", json={})
    assert answer.json.get("state") == "submitted", answer.get_data(as_text=True)
    world.work()
    return int(made.json["id"])


def _asked(world: World, ident: int) -> tuple[str, int]:
    """Who is asked about the quotation, and the task."""
    for login in ("sm", "fin", "gm"):
        caller = Caller(world, login)
        rows = caller.client.get(
            "/api/v1/tasks", headers={"Authorization": f"Bearer {caller.secret}"}).json["items"]
        for row in rows:
            if (row["record"], row["record_id"]) == ("quotes.quotation", ident):
                return login, row["id"]
    raise AssertionError("nobody is asked")


def _changes(world: World) -> int:
    with world.act() as ctx:
        return int(ctx.session.scalar(select(func.count(AuditRow.id))) or 0)


def test_every_post_repeats_its_answer(world: World) -> None:
    """One call per POST rule of the url map; a rule without a call here fails the test."""
    with world.act() as ctx:
        lead = save(ctx, "crm.lead", {"company_name": "Lumo", "email": "a@lumo.example"}).id
        firm = save(ctx, "crm.customer", {"name": "Nordlys AS", "country": "NO"}).id
    approver, task = _asked(world, _pending(world))
    record = "/api/v1/<plugin>/<name>/<int:ident>"
    calls: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "/api/v1/<plugin>/<name>": [
            ("crm/customer", {"json": {"name": "Once Ltd", "country": "GB"}}),
            ("crm/customer:batch", {"json": {"items": [{"name": "Two", "country": "FR"}]}})],
        f"{record}/<any(archive,restore):action>": [
            (f"crm/customer/{firm}/archive", {}), (f"crm/customer/{firm}/restore", {})],
        f"{record}/steps/<step>": [
            (f"crm/lead/{lead}/steps/invalidate", {"json": {"reason": "spam"}})],
        f"{record}/attachments": [(f"crm/customer/{firm}/attachments", {"data": None})],
        "/api/v1/tasks/<int:ident>": [(f"tasks/{task}", {"json": {"outcome": "approve"}})],
    }
    rules = {rule.rule for rule in world.app.url_map.iter_rules()
             if rule.rule.startswith("/api/v1/") and "POST" in (rule.methods or ())}
    assert rules == set(calls)
    program, person = Caller(world, "gm"), Caller(world, approver)
    for rule, several in calls.items():
        for n, (path, sent) in enumerate(several):
            caller, key = person if "tasks" in rule else program, f"{rule}{n}"
            answers, trail = [], []
            for _time in range(2):
                if "data" in sent:  # a client that repeats a form draws a new boundary
                    sent = {"data": {"file": (io.BytesIO(b"hello"), "note.txt")}}
                answers.append(caller.post(path, key, **sent))
                trail.append(_changes(world))
            first, again = answers
            assert first.status_code in (200, 201), (path, first.get_data(as_text=True))
            assert (again.status_code, again.json) == (first.status_code, first.json), path
            assert again.headers["Idempotent-Replay"] == "true", path
            assert trail[0] == trail[1], f"{path} was done twice"


def test_a_refused_post_leaves_its_key_free(world: World) -> None:
    caller = Caller(world, "gm")
    assert caller.post("crm/customer", "k", json={"name": ""}).status_code == 422
    with world.act() as ctx:
        assert ctx.session.scalar(select(func.count(Answer.id))) == 0
    assert caller.post(
        "crm/customer", "k", json={"name": "Lumora", "country": "DE"}).status_code == 201
    other = caller.post("crm/customer", "k", json={"name": "Other", "country": "DE"})
    assert other.status_code == 409


def test_tasks_are_answered_by_those_who_are_asked(world: World) -> None:
    ident = _pending(world)
    approver, task = _asked(world, ident)
    yes = {"outcome": "approve"}
    assert Caller(world, "rep").post(f"tasks/{task}", json=yes).status_code == 404
    assert Caller(world, "b-gm").post(f"tasks/{task}", json=yes).status_code == 404
    narrow = Caller(world, approver, ("quotes.*",))
    assert narrow.post(f"tasks/{task}", json=yes).status_code == 403
    person = Caller(world, approver)
    for wrong, field in (({"outcome": "perhaps"}, "outcome"), ({}, "outcome"),
                         ({**yes, "comment": "\0"}, "comment"), ({**yes, "more": 1}, "more")):
        answer = person.post(f"tasks/{task}", json=wrong)
        assert answer.status_code == 422
        assert [e["field"] for e in answer.json["errors"]] == [field]
    unfounded = person.post(f"tasks/{task}", json={"outcome": "reject"})
    assert unfounded.status_code == 409, "a rejection needs a reason"
    assert person.post(f"tasks/{task}", json=yes).status_code == 200
    assert person.post(f"tasks/{task}", json=yes).status_code == 404


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "crm/customer/-5", 404), ("GET", "crm", 404), ("DELETE", "crm/customer/1", 405),
    ("PUT", "crm/customer/1", 405), ("POST", "crm/customer/1/nothing/here", 404),
])
def test_wrong_addresses_are_problems_too(
    world: World, method: str, path: str, status: int
) -> None:
    caller = Caller(world, "gm")
    answer = caller.client.open(f"/api/v1/{path}", method=method, headers={
        "Authorization": f"Bearer {caller.secret}"})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    if status == 405:
        assert answer.headers["Allow"] == "GET, PATCH"
