"""A client that a public generator makes from the document does business: inquiry to order."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import typing
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from core.api import record_class, save
from core.testing import World
from plugins.rest.openapi import document
from plugins.rest.tokens import add_token

pytestmark = pytest.mark.plugins("crm", "products", "quotes", "orders", "rest")
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


def _goods(world: World) -> tuple[int, int]:
    """A product with its rates, and a payment term."""
    with world.act() as ctx:
        for kind in ("quote", "book"):
            save(ctx, "products.exchange_rate", {
                "currency": "USD", "kind": kind, "valid_from": "2020-01-01", "rate": "7.05"})
        term = record_class("products.payment_term")
        product = save(ctx, "products.product", {
            "code": "FL-50W-B", "name_en": "LED floodlight 50 W", "name_zh": "LED投光灯50W",
            "hs_code_id": ctx.session.query(record_class("products.hs_code")).filter_by(
                code="9405429000").one().id,
            "cost_price": "68.00", "pieces_per_carton": 8, "carton_length": 46,
            "carton_width": 40, "carton_height": 32, "carton_gross": "13.6",
            "carton_net": "12.0", "list_price": "12.90", "list_currency": "USD"})
        return product.id, ctx.session.query(term).filter_by(code="TT30C").one().id


def _approved(people: list[Program], record: str, ident: int) -> int:
    """Everybody who is asked says yes; how many were asked."""
    answered = 0
    for person in people:
        for task in person("tasks")["items"]:
            if (task["record"], task["record_id"]) == (record, ident):
                person("answer_task", task["id"], body={"outcome": "approve"})
                answered += 1
    return answered


def test_from_the_inquiry_to_the_signed_order(world: World, package: Path) -> None:
    product, term = _goods(world)
    rep = Program(world, package, "rep")
    bosses = [Program(world, package, login) for login in ("sm", "fin", "gm")]

    lead = rep("create_crm_lead", body={
        "company_name": "Brenlicht Handels GmbH", "country": "DE", "contact_name": "Petra Vogel",
        "email": "petra@brenlicht.example", "product_id": product, "est_qty": "9200"})
    lead = rep("crm_lead_convert", lead["id"], body={"subject": "9,200 floodlights"})
    assert lead["state"] == "converted"
    customer = rep.send("get_crm_customer", lead["customer_id"])
    rep("change_crm_customer", lead["customer_id"], if_match=customer.headers["ETag"], body={
        "country": "DE", "grade": "B", "currency": "USD", "incoterm": "FOB", "port": "Ningbo",
        "payment_term_id": term})

    inquiry = rep.found("list_crm_inquiry", "customer_id", lead["customer_id"])
    rep("crm_inquiry_quote", inquiry["id"])
    quotation = rep.found("list_quotes_quotation", "inquiry_id", inquiry["id"])
    quotation = rep("change_quotes_quotation", quotation["id"],
                    if_match=f'"{quotation["version"]}"', body={
        "incoterm": "FOB", "place": "Ningbo", "payment_term_id": term, "lines": [
            {"product_id": product, "quantity": "9200", "basis": "price", "price": "11.20"}]})
    assert quotation["amount"] == "103040"

    ident = quotation["id"]
    assert rep("quotes_quotation_submit", ident)["state"] == "submitted"
    refused = rep.send("quotes_quotation_send", ident)
    assert refused.status_code == HTTPStatus.CONFLICT, "a pending quotation is not final"
    assert _approved(bosses, "quotes.quotation", ident) >= 1
    rep("quotes_quotation_send", ident)
    rep("quotes_quotation_accept", ident, body={"customer_po": "BL-4711"})
    rep("quotes_quotation_to_order", ident)

    order = rep.found("list_orders_order", "customer_id", lead["customer_id"])["id"]
    rep("orders_order_submit", order)
    _approved(bosses, "orders.order", order)
    rep("orders_order_send", order)
    signed = rep("orders_order_sign", order)
    assert (signed["state"], signed["total"]) == ("signed", "103040")
    assert rep("get_crm_inquiry", inquiry["id"])["state"] == "won"
