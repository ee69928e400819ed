"""Mass assignment (QUALITY T7): nothing but the declared open fields is taken from anybody."""

from __future__ import annotations

from typing import Any

from core.records import fields_of, record_class
from core.saving import has_input
from tests.safety.conftest import House
from tests.safety.test_doors import state_of

SMUGGLED = ("company_id", "created_at", "created_by_id", "updated_at", "archived_at", "number",
            "custom", "key", "__class__", "is_admin", "owner", "x_unknown", "rest.secret")


class Api:
    """The API with an administrator's token."""

    def __init__(self, house: House) -> None:
        self.client = house.world.client()
        self.head = {"Authorization": f"Bearer {house.tokens['adm']}"}

    def patch(self, key: str, ident: int, values: dict[str, Any]) -> int:
        path = f"/api/v1/{key.replace('.', '/')}/{ident}"
        answer = self.client.patch(path, json=values, headers={**self.head, "If-Match": "*"})
        return answer.status_code


def test_closed_fields_are_refused_for_every_record(house: House) -> None:
    api, before = Api(house), state_of(house.world)
    for n, (key, ident) in enumerate(house.ids.items()):
        fields = fields_of(record_class(key)).items()
        closed = [name for name, field in fields if field.system or field.computed]
        for name in {*(SMUGGLED * 2)[n % 13:][:3], *closed[-2:], "state"}:
            assert api.patch(key, ident, {name: 1}) in (403, 409, 422), f"{key}.{name}"
    assert state_of(house.world) == before


def test_lines_that_steps_write_cannot_be_emptied(house: House) -> None:
    """Milestones with money on them, allocations, overrides, commission parts."""
    api, closed = Api(house), []
    for key, cls in house.world.registry.records.items():
        for name in cls.line_sets:
            if not has_input(cls, name):
                closed.append(f"{key}.{name}")
                for rows in ([], [{}]):
                    assert api.patch(key, house.ids[key], {name: rows}) in (409, 422), closed[-1]
    assert {"orders.order.milestones", "orders.order.overrides", "finance.receipt.allocations",
            "finance.commission.parts"} <= set(closed)


def test_an_empty_body_is_never_a_fault(house: House) -> None:
    """Every record type answers an empty creation with a message or with a record, never 500."""
    client = house.world.client()
    head = {"Authorization": f"Bearer {house.tokens['b-adm']}"}
    for key in house.world.registry.records:
        answer = client.post(f"/api/v1/{key.replace('.', '/')}", json={}, headers=head)
        assert answer.status_code in (201, 403, 409, 422), f"{key}: {answer.status_code}"
