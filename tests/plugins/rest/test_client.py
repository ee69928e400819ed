"""A client that a public generator makes from the document does business: inquiry to cash."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import typing
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from core.testing import World
from plugins.rest.openapi import document
from plugins.rest.tokens import add_token
from tests.scenarios.office import Office

pytestmark = pytest.mark.plugins(
    "crm", "products", "quotes", "orders", "mes", "finance", "rest")
PACKAGE = "tradewind_client"


@pytest.fixture
def package(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The generated client, importable."""
    with world.act("gm") as ctx:
        (tmp_path / "openapi.json").write_text(json.dumps(document(ctx)), encoding="utf-8")
    (tmp_path / "generator.yaml").write_text("post_hooks: []\n", encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json",
         "--meta", "none", "--output-path", PACKAGE, "--config", "generator.yaml",
         "--fail-on-warning"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / PACKAGE


class Program:
    """The generated client with the token of one person."""

    def __init__(self, world: World, package: Path, login: str) -> None:
        with world.act(login) as ctx:
            _row, secret = add_token(ctx, ctx.user_id or 0, "program", ["*"])
        self.world = world
        self.modules = {file.stem: f"{PACKAGE}.api.{file.parent.name}.{file.stem}"
                        for file in (package / "api").glob("*/*.py")}
        client: Any = importlib.import_module(f"{PACKAGE}.client")
        self.client = client.AuthenticatedClient(
            base_url="http://tradewind.example", token=secret, raise_on_unexpected_status=True,
            httpx_args={"transport": httpx.WSGITransport(app=world.app)})

    def send(self, operation: str, *path: int, body: Any = None, **more: Any) -> Any:
        """Call an operation; the answer as the generated code has read it."""
        module: ModuleType = importlib.import_module(self.modules[operation])
        if body is not None:
            hint = typing.get_type_hints(module.sync_detailed)["body"]
            kinds = [k for k in (hint, *typing.get_args(hint)) if hasattr(k, "from_dict")]
            more["body"] = kinds[0].from_dict(body)
        answer = module.sync_detailed(*path, client=self.client, **more)
        self.world.work()
        return answer

    def __call__(self, operation: str, *path: int, **more: Any) -> dict[str, Any]:
        answer = self.send(operation, *path, **more)
        assert answer.status_code in (200, 201), answer.content.decode()
        return dict(answer.parsed.to_dict())

    def found(self, operation: str, field: str, value: int) -> dict[str, Any]:
        """The one record whose field has the value."""
        rule = json.dumps({"f": field, "op": "eq", "v": value})
        (row,) = self(operation, filter_=rule)["items"]
        return dict(row)


def _approved(people: list[Program], record: str, ident: int) -> int:
    """Everybody who is asked says yes; how many were asked."""
    answered = 0
    for person in people:
        for task in person("tasks")["items"]:
            if (task["record"], task["record_id"]) == (record, ident):
                person("answer_task", task["id"], body={"outcome": "approve"})
                answered += 1
    return answered


class Trade:
    """One deal, done by programs of the people whose work it is."""

    def __init__(self, world: World, package: Path) -> None:
        self.office = Office(world)
        self.office.prepare()
        self.people = {login: Program(world, package, login)
                       for login in ("rep", "sm", "gm", "fin", "mer", "ppc", "wh", "doc")}
        self.ids = self.office.ids
        with world.act() as ctx:
            self.today = ctx.today

    def __call__(self, login: str, operation: str, *path: int, **more: Any) -> dict[str, Any]:
        return self.people[login](operation, *path, **more)

    def change(self, login: str, what: str, ident: int, body: dict[str, Any]) -> dict[str, Any]:
        """Read a record and change it, with the mark of what was read."""
        read = self.people[login].send(f"get_{what}", ident)
        return self(login, f"change_{what}", ident, if_match=read.headers["ETag"], body=body)

    def approved(self, record: str, ident: int) -> int:
        bosses = [self.people[login] for login in ("sm", "fin", "gm")]
        return _approved(bosses, record, ident)

    def money(self, amount: str) -> None:
        """A receipt that finance confirms, allocates, reports and posts."""
        made = self("fin", "create_finance_receipt", body={
            "bank_account_id": self.ids["account"], "value_date": self.today.isoformat(),
            "payer": "Brenlicht Handels GmbH", "currency": "USD", "net": amount, "rate": "7.05"})
        self("fin", "finance_receipt_confirm", made["id"],
             body={"customer_id": self.ids["customer"]})
        for step in ("allocate", "report_bop", "post"):
            done = self("fin", f"finance_receipt_{step}", made["id"])
        assert done["state"] == "posted"


def _quoted(trade: Trade) -> int:
    """From the website's message to the quotation that the customer accepts; returns its id."""
    term, product = trade.ids["term"], trade.ids["product"]
    lead = trade("rep", "create_crm_lead", body={
        "company_name": "Brenlicht Handels GmbH", "country": "DE", "contact_name": "Petra Vogel",
        "email": "petra@brenlicht.example", "product_id": product, "est_qty": "9200"})
    lead = trade("rep", "crm_lead_convert", lead["id"], body={"subject": "9,200 floodlights"})
    assert lead["state"] == "converted"
    trade.ids["customer"] = lead["customer_id"]
    trade.change("rep", "crm_customer", lead["customer_id"], {
        "country": "DE", "grade": "B", "currency": "USD", "incoterm": "FOB", "port": "Ningbo",
        "payment_term_id": term})
    rep = trade.people["rep"]
    inquiry = rep.found("list_crm_inquiry", "customer_id", lead["customer_id"])
    rep("crm_inquiry_quote", inquiry["id"])
    quotation = rep.found("list_quotes_quotation", "inquiry_id", inquiry["id"])
    quotation = trade.change("rep", "quotes_quotation", quotation["id"], {
        "incoterm": "FOB", "place": "Ningbo", "payment_term_id": term, "lines": [
            {"product_id": product, "quantity": "9200", "basis": "price", "price": "11.20"}]})
    assert quotation["amount"] == "103040"
    ident = int(quotation["id"])
    assert rep("quotes_quotation_submit", ident)["state"] == "submitted"
    refused = rep.send("quotes_quotation_send", ident)
    assert refused.status_code == HTTPStatus.CONFLICT, "a pending quotation is not final"
    assert trade.approved("quotes.quotation", ident) >= 1
    rep("quotes_quotation_send", ident)
    rep("quotes_quotation_accept", ident, body={"customer_po": "BL-4711"})
    return ident


def _signed(trade: Trade, quotation: int) -> int:
    """The order of the quotation, signed; returns its id."""
    rep = trade.people["rep"]
    rep("quotes_quotation_to_order", quotation)
    order = rep.found("list_orders_order", "customer_id", trade.ids["customer"])["id"]
    rep("orders_order_submit", order)
    trade.approved("orders.order", order)
    rep("orders_order_send", order)
    signed = rep("orders_order_sign", order)
    assert (signed["state"], signed["total"]) == ("signed", "103040")
    return int(order)


def _delivered(trade: Trade, order: int) -> None:
    """Made by the shop floor and on board of a ship."""
    work = trade.people["ppc"].found("list_mes_work_order", "order_id", order)["id"]
    trade("ppc", "mes_work_order_release", work)
    trade("wh", "mes_work_order_issue", work)
    trade("ppc", "mes_work_order_report", work, body={"operation": 10, "good": "9200"})
    trade("ppc", "mes_work_order_finish", work)
    trade("doc", "orders_order_plan_delivery", order)
    delivery = trade.people["doc"].found("list_orders_delivery", "order_id", order)["id"]
    trade.change("doc", "orders_delivery", delivery, {"quality_passed": True})
    today = trade.today
    trade("doc", "orders_delivery_book", delivery, body={
        "booking": "SO1", "etd": (today + timedelta(days=1)).isoformat()})
    trade("doc", "orders_delivery_on_board", delivery, body={
        "bl_number": "BL1", "bl_date": today.isoformat()})


def test_from_the_inquiry_to_the_closed_order(world: World, package: Path) -> None:
    trade = Trade(world, package)
    order = _signed(trade, _quoted(trade))
    assert trade("rep", "get_crm_inquiry", 1)["state"] == "won"
    trade.money("30912")
    assert trade("mer", "orders_order_release", order)["state"] == "released"
    _delivered(trade, order)
    trade.money("72128")
    rule = json.dumps({"f": "order_id", "op": "eq", "v": order})
    owed = trade("fin", "list_finance_receivable", filter_=rule)["items"]
    assert [row["state"] for row in owed] == ["paid", "paid"]
    assert trade("mer", "orders_order_close", order)["state"] == "closed"
