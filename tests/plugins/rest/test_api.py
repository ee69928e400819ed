"""The API: the same rights, walls and refusals as the pages, for programs."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from core.api import AuditRow, Invalid
from core.people import CustomField
from core.testing import World
from plugins.crm.api import Customer
from plugins.rest.commands import add
from plugins.rest.tokens import add_token, revoke_token

pytestmark = pytest.mark.plugins("crm", "rest")


class Api:
    """A program with a token."""

    def __init__(self, world: World, login: str = "gm", scopes: tuple[str, ...] = ("*",)) -> None:
        with world.act(login) as ctx:
            row, self.secret = add_token(ctx, ctx.user_id or 0, "test", list(scopes))
            self.token_id = row.id
        self.client: FlaskClient = world.client()

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.secret}"}
        sent |= {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.open(f"/api/v1/{path}", method=method, headers=sent, json=body)


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


def _customer(api: Api, name: str = "Brenlicht Handels GmbH", **more: Any) -> dict[str, Any]:
    answer = api("POST", "crm/customer", {"name": name, "country": "DE", **more})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.json)


def test_without_a_living_token_nothing_answers(world: World, api: Api) -> None:
    bare = world.client()
    for headers in ({}, {"Authorization": "Bearer tw_wrong"}, {"Authorization": "Basic x"}):
        answer = bare.get("/api/v1/crm/customer", headers=headers)
        assert answer.status_code == 401
        assert answer.mimetype == "application/problem+json"
    with world.act("gm") as ctx:
        revoke_token(ctx, api.token_id)
    assert api("GET", "crm/customer").status_code == 401


def test_a_token_never_widens_rights_and_its_scope_narrows_them(world: World) -> None:
    narrow = Api(world, "gm", ("crm.customer.read",))
    listed = narrow("GET", "crm/customer")
    assert listed.status_code == 200, listed.get_data(as_text=True)
    assert narrow("POST", "crm/customer", {"name": "X", "country": "DE"}).status_code == 403
    assert narrow("GET", "crm/lead").status_code == 404
    rep = Api(world, "rep")
    mine = _customer(Api(world, "rep2"), "Sonnfeld Solar AG")
    assert rep("GET", f"crm/customer/{mine['id']}").status_code == 404


def test_create_read_change_with_the_version_that_was_read(api: Api) -> None:
    made = _customer(api)
    path = f"crm/customer/{made['id']}"
    read = api("GET", path)
    assert read.json["name"] == "Brenlicht Handels GmbH"
    mark = read.headers["ETag"]
    assert api("PATCH", path, {"website": "https://brenlicht.example"}).status_code == 428
    changed = api("PATCH", path, {"website": "https://brenlicht.example"}, If_Match=mark)
    assert changed.status_code == 200
    stale = api("PATCH", path, {"website": "https://other.example"}, If_Match=mark)
    assert stale.status_code == 412
    assert stale.json["changes"]["website"]["theirs"] == "https://brenlicht.example"
    assert api("GET", path, If_None_Match=changed.headers["ETag"]).status_code == 304


def test_faults_name_their_fields(api: Api) -> None:
    answer = api(
        "POST", "crm/customer", {"name": "", "country": "Germany", "company_id": 7, "id": 3}
    )
    assert answer.status_code == 422
    assert {e["field"] for e in answer.json["errors"]} == {"name", "country", "company_id", "id"}
    broken = api.client.post("/api/v1/crm/customer", data=b"{", headers={
        "Authorization": f"Bearer {api.secret}"})
    assert broken.status_code == 422


def test_the_same_key_makes_one_record(api: Api) -> None:
    body = {"name": "Nordlys AS", "country": "NO"}
    first = api("POST", "crm/customer", body, Idempotency_Key="k1")
    again = api("POST", "crm/customer", body, Idempotency_Key="k1")
    assert first.json == again.json
    assert again.headers["Idempotent-Replay"] == "true"
    other = api("POST", "crm/customer", {"name": "Other", "country": "NO"}, Idempotency_Key="k1")
    assert other.status_code == 409
    assert len(api("GET", "crm/customer").json["items"]) == 1


def test_lists_filter_sort_page_and_never_count_unasked(api: Api) -> None:
    for n in range(7):
        _customer(api, f"Firm {n}", **({"website": "https://x.example"} if n % 2 else {}))
    page = api("GET", "crm/customer?sort=name&limit=3&fields=name").json
    assert [i["name"] for i in page["items"]] == ["Firm 0", "Firm 1", "Firm 2"]
    assert "count" not in page
    second = api("GET", f"crm/customer?sort=name&limit=3&fields=name&after={page['next']}").json
    assert [i["name"] for i in second["items"]] == ["Firm 3", "Firm 4", "Firm 5"]
    rule = json.dumps({"f": "name", "op": "contains", "v": "6"})
    assert len(api("GET", f"crm/customer?filter={rule}").json["items"]) == 1
    assert api("GET", "crm/customer?count=1&limit=1").json["count"] == 7
    assert len(api("GET", "crm/customer?country=DE").json["items"]) == 7


@pytest.mark.parametrize("query", [
    "filter={", "sort=password_hash", "fields=nothing", "after=!!!", "limit=0", "limit=x",
    "expand=nothing", "secret=1", "archived=perhaps", 'filter={"f":"x","op":"eq","v":1}',
])
def test_wrong_questions_are_answered_with_400(api: Api, query: str) -> None:
    answer = api("GET", f"crm/customer?{query}")
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert answer.json["errors"]


def test_steps_and_their_refusals(api: Api, world: World) -> None:
    answer = api("POST", "crm/lead", {"company_name": "Lumo Trading", "email": "a@lumo.example"})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    lead = answer.json
    offered = api("GET", f"crm/lead/{lead['id']}/steps").json["items"]
    assert offered
    refused = api("POST", f"crm/lead/{lead['id']}/steps/explode", {})
    assert refused.status_code == 404
    missing = api("POST", f"crm/lead/{lead['id']}/steps/invalidate", {})
    assert missing.status_code in (404, 409, 422)


def test_upsert_by_the_key_of_another_system(api: Api) -> None:
    path = "crm/customer/external/shop/4711"
    assert api("PUT", path, {"name": "Shopper", "country": "FR"}).status_code == 201
    again = api("PUT", path, {"website": "https://shopper.example"})
    assert again.status_code == 200
    assert again.json["name"] == "Shopper"


def test_batches_are_all_or_nothing(api: Api) -> None:
    good, bad = {"name": "A1", "country": "DE"}, {"name": "", "country": "DE"}
    answer = api("POST", "crm/customer:batch", {"items": [good, bad]})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "items.1.name"
    assert api("GET", "crm/customer").json["items"] == []
    assert len(api("POST", "crm/customer:batch", {"items": [good]}).json["items"]) == 1


def test_files_come_back_as_they_went(api: Api) -> None:
    made = _customer(api)
    path = f"/api/v1/crm/customer/{made['id']}/attachments"
    headers = {"Authorization": f"Bearer {api.secret}"}
    kept = api.client.post(path, headers=headers, data={"file": (io.BytesIO(b"hello"), "note.txt")})
    assert kept.status_code == 201
    back = api.client.get(f"{path}/{kept.json['id']}", headers=headers)
    assert back.data == b"hello"
    assert "attachment" in back.headers["Content-Disposition"]
    refused = api.client.post(
        path, headers=headers, data={"file": (io.BytesIO(b"<svg/>"), "x.svg")}
    )
    assert refused.status_code == 422


def test_the_feed_has_no_gaps_and_goes_on_where_it_ended(api: Api) -> None:
    _customer(api, "First")
    page = api("GET", "changes?since=0").json
    numbers = [i["sequence"] for i in page["items"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "crm.customer.created" in {i["event"] for i in page["items"]}
    assert api("GET", f"changes?since={page['next']}").json["items"] == []
    _customer(api, "Second")
    assert len(api("GET", f"changes?since={page['next']}").json["items"]) >= 1


def test_another_company_sees_nothing_of_it(world: World, api: Api) -> None:
    made = _customer(api)
    other = Api(world, "b-gm")
    unknown = other("GET", "crm/customer/999999")
    answer = other("GET", f"crm/customer/{made['id']}")
    assert answer.status_code == 404
    assert answer.get_data() == unknown.get_data()
    assert other("GET", "crm/customer").json["items"] == []
    assert all(i["record"] != "crm.customer" for i in other("GET", "changes?since=0").json["items"])


def test_too_many_requests_are_slowed_down(world: World, api: Api) -> None:
    world.app.config["REST_PER_MINUTE"] = 3
    answers = [api("GET", "crm/customer") for _n in range(5)]
    assert [a.status_code for a in answers][:3] == [200, 200, 200]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 0


def test_the_document_describes_what_the_user_may_do(world: World) -> None:
    spec = world.client("gm").get("/api/openapi.json").json
    assert spec["openapi"].startswith("3.1")
    assert "/api/v1/crm/customer" in spec["paths"]
    ids = [
        o["operationId"] for p in spec["paths"].values() for v, o in p.items() if v != "parameters"
    ]
    assert len(ids) == len(set(ids))
    for path in spec["paths"].values():
        for verb, operation in path.items():
            if verb in ("post", "patch", "put", "get"):
                assert {"401", "404"} <= set(operation["responses"])
    assert world.client("gm").get("/api/docs").status_code == 200


def test_the_token_is_shown_once(world: World) -> None:
    client = world.client("gm")
    made = client.post("/account/tokens", data={"label": "shop", "scopes": "crm.*", "days": "30"})
    assert b"tw_" in made.data
    secret = made.get_data(as_text=True).split("<pre id=\"tw-secret\">")[1].split("<")[0]
    assert secret not in client.get("/account/tokens").get_data(as_text=True)
    bad = client.post("/account/tokens", data={"label": "", "days": "0"})
    assert bad.status_code == 422
    for scope in ("xx", "crm", "crm*", "crm.custmer.*", "orders.order.raed"):
        vain = client.post("/account/tokens", data={"label": "shop", "scopes": f"crm.* {scope}"})
        assert (vain.status_code, f"No right is called “{scope}”." in vain.text) == (422, True)


def test_saved_through_the_api_is_on_the_trail(world: World, api: Api) -> None:
    made = _customer(api)
    with world.act("gm") as ctx:
        rows = ctx.session.query(AuditRow).filter(AuditRow.record_id == made["id"]).all()
        assert "api" in {row.via for row in rows}
        assert ctx.session.get(Customer, made["id"]).name == made["name"]


def test_custom_fields_appear_by_themselves(world: World, api: Api) -> None:
    with world.act("adm") as ctx:
        ctx.session.add(CustomField(
            company_id=ctx.company.id, record="crm.customer", name="x_rating", kind="integer",
            label={"en": "Rating", "zh": "评级"}, choices=[]))
    spec = world.client("gm").get("/api/openapi.json").json
    assert spec["components"]["schemas"]["CrmCustomerInput"]["properties"]["x_rating"]["title"]
    made = _customer(api, x_rating=4)
    assert made["x_rating"] == 4
    wrong = api("PATCH", f"crm/customer/{made['id']}", {"x_rating": "many"}, If_Match='"1"')
    assert [e["field"] for e in wrong.json["errors"]] == ["x_rating"]
    path = f"crm/customer/{_customer(api, 'Nordlys AS', x_rating=2)['id']}"
    changed = api("PATCH", path, {"x_rating": 3}, If_Match='"1"')
    assert (changed.status_code, changed.json["x_rating"]) == (200, 3)
    assert api("GET", path).json["x_rating"] == 3
    listed = api("GET", "crm/customer?x_rating=4&fields=name,x_rating").json["items"]
    assert [(i["name"], i["x_rating"]) for i in listed] == [("Brenlicht Handels GmbH", 4)]


def test_links_are_expanded_and_items_of_a_batch_named(api: Api) -> None:
    firm = _customer(api)
    made = api("POST", "crm/contact", {"customer_id": firm["id"], "name": "Petra Vogel"})
    assert made.status_code == 201, made.get_data(as_text=True)
    (row,) = api("GET", "crm/contact?expand=customer&fields=name,customer_id").json["items"]
    assert row["customer"]["id"] == firm["id"]
    assert "Brenlicht" in row["customer"]["name"]
    batch = api("POST", "crm/customer:batch", {"items": [
        {"name": "Good Ltd", "country": "GB"}, {"name": "", "country": "GB"},
        {"id": 10**6, "name": "x"}]})
    assert batch.status_code == 422
    assert {e["field"].rpartition(".")[0] for e in batch.json["errors"]} == {"items.1", "items.2"}
    assert len(api("GET", "crm/customer").json["items"]) == 1


def test_rate_limits_and_tags_are_told_in_headers(api: Api) -> None:
    answer = api("GET", "crm/customer")
    assert answer.headers["RateLimit-Limit"] == "600"
    assert int(answer.headers["RateLimit-Remaining"]) < 600
    assert int(answer.headers["RateLimit-Reset"]) <= 60


def test_a_token_is_made_on_the_command_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    said = CliRunner().invoke(add, ["gm", "--scope", "crm.*", "--days", "30"], obj=world.platform)
    assert said.exit_code == 0, said.output
    secret = said.output.strip()
    headers = {"Authorization": f"Bearer {secret}"}
    assert world.client().get("/api/v1/crm/customer", headers=headers).status_code == 200
    wrong = CliRunner().invoke(add, ["nobody"], obj=world.platform)
    assert wrong.exit_code == 1
    assert "no user 'nobody'" in wrong.output
    vain = CliRunner().invoke(add, ["gm", "--scope", "xx"], obj=world.platform)
    assert isinstance(vain.exception, Invalid)
    assert "crm.*" in str(vain.exception)
