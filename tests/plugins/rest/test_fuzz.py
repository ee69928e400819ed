"""The document drives the API: fitting and unfitting requests at every operation, and no surprise.

All bundled plugins are on. Two people send: an administrator who may do everything, and a sales
rep who may do little and asks for the same. `make fuzz CASES=10000 SEED=1` sends more of them; in
the suite it is a sample with a fixed seed.
"""

from __future__ import annotations

import copy
import os
import random
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup

from core.api import record_class, save
from core.testing import World
from plugins.rest.openapi import document
from plugins.rest.tokens import add_token
from tests.safety.filling import Filler

pytestmark = pytest.mark.timeout(3600)
CASES = int(os.environ.get("FUZZ_CASES", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "20261201"))
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance")
UNKNOWN = 987_654_321


def _rows(world: World) -> dict[str, list[int]]:
    """A record of every type, and a trade that can go on; the ids of each record type."""
    with world.act() as ctx:
        Filler(ctx).everything()
        firm = save(ctx, "crm.customer", {"name": "Lumora GmbH", "country": "DE",
                                          "currency": "USD"})
        save(ctx, "crm.lead", {"company_name": "Lumo Trading", "email": "a@lumo.example"})
        term = ctx.session.query(record_class("products.payment_term")).first()
        for kind in ("quote", "book"):
            save(ctx, "products.exchange_rate", {"currency": "USD", "kind": kind,
                                                 "valid_from": "2020-01-01", "rate": "7.05"})
        lamp = save(ctx, "products.product", {"code": "FL-50W", "name_en": "Floodlight",
                                              "name_zh": "投光灯", "cost_price": "68"})
        deal = {"customer_id": firm.id, "currency": "USD", "incoterm": "FOB", "place": "Ningbo",
                "payment_term_id": term.id}
        line = {"product_id": lamp.id, "quantity": "10"}
        save(ctx, "quotes.quotation", deal | {"lines": [line | {"basis": "price", "price": "9"}]})
        save(ctx, "orders.order", deal | {"rate": "7.05", "lines": [line | {
            "description_en": "Floodlight", "unit": "PCS", "price": "9.5"}]})
    found = {}
    with world.act("adm") as ctx:
        for key, cls in ctx.registry.records.items():
            found[key] = sorted(row.id for row in ctx.session.query(cls).limit(20))
    return found


def _with_real_ids(spec: dict[str, Any], rows: dict[str, list[int]]) -> dict[str, Any]:
    """The document with numbers that exist wherever a record is named by its number."""
    spec = copy.deepcopy(spec)
    for path, item in spec["paths"].items():
        key = ".".join(path.split("/")[3:5])
        for n, part in enumerate(item.get("parameters", ())):
            if part.get("$ref", "").endswith("/id"):
                real = copy.deepcopy(spec["components"]["parameters"]["id"])
                real["schema"]["enum"] = [*rows.get(key, ()), UNKNOWN]
                item["parameters"][n] = real
    for name, schema in spec["components"]["schemas"].items():
        if name.endswith(("Input", "Patch")):  # what is answered may name any record
            _links(schema, rows)
    _links(spec["paths"], rows)
    return spec


def _links(part: Any, rows: dict[str, list[int]]) -> None:
    if isinstance(part, list):
        for each in part:
            _links(each, rows)
    elif isinstance(part, dict):
        target = part.get("x-record")
        if isinstance(target, str) and rows.get(target) and "type" in part:
            part.pop("x-record")
            kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
            part["enum"] = [*rows[target], *([None] if "null" in kinds else [])]
        for each in part.values():
            _links(each, rows)


class Fuzz:
    """Sends cases and gathers what the document did not promise."""

    def __init__(self, world: World, login: str) -> None:
        world.app.config["REST_PER_MINUTE"] = 10**9
        world.app.testing = False  # a fault is answered as for a user, and found as a 500
        rows = _rows(world)
        with world.act("adm") as ctx:
            spec = document(ctx)
        with world.act(login) as ctx:
            _row, secret = add_token(ctx, ctx.user_id or 0, "fuzz", ["*"])
        self.schema = schemathesis.openapi.from_dict(_with_real_ids(spec, rows))
        self.schema.app = world.app
        self.headers = {"Authorization": f"Bearer {secret}"}
        load_all_checks()
        self.checks = schemathesis.checks.CHECKS.get_by_names(list(CHECKS))
        self.faults: dict[tuple[str, str], str] = {}
        self.statuses: Counter[int] = Counter()

    def operations(self) -> list[Any]:
        found = [op.ok() for op in self.schema.get_all_operations()]
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        return [(op, mode) for op in found for mode in modes]

    def send(self, operation: Any, mode: GenerationMode, cases: int) -> None:
        name = operation.definition.raw["operationId"]

        def one(case: Any) -> None:
            try:
                response = case.call(headers=self.headers)
                self.statuses[response.status_code] += 1
                case.validate_response(response, checks=self.checks)
            except FailureGroup as group:
                for fault in group.exceptions:
                    self.faults.setdefault((name, type(fault).__name__), f"{mode.value}: {group}")
            except Exception as error:  # noqa: BLE001 - a fault in the product is what we look for
                self.faults.setdefault((name, repr(error)[:200]), f"{mode.value}: {case!r}")

        run = settings(max_examples=cases, database=None, deadline=None, phases=[Phase.generate],
                       suppress_health_check=list(HealthCheck))(
            seed(SEED)(given(operation.as_strategy(mode))(one)))
        run()


@pytest.mark.parametrize(("login", "expected"), [("adm", {200, 422}), ("rep", {200, 403, 404})])
def test_no_answer_is_a_surprise(world: World, login: str, expected: set[int]) -> None:
    fuzz = Fuzz(world, login)
    chosen = fuzz.operations()
    random.Random(SEED).shuffle(chosen)
    cases = CASES // 2
    each = max(3, -(-cases // len(chosen)))
    for operation, mode in chosen[: -(-cases // each)]:
        fuzz.send(operation, mode, each)
    print(f"\n{login}: {sum(fuzz.statuses.values())} requests to {len(chosen) // 2} operations, "
          f"answers {sorted(fuzz.statuses.items())}")
    assert not fuzz.faults, "\n\n".join(f"{k}: {v[:1500]}" for k, v in fuzz.faults.items())
    assert expected <= set(fuzz.statuses), "requests got nowhere"
