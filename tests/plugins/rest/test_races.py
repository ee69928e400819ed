"""Two programs at the same moment: one answer for one key, no lost update, a feed without gaps."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from core.api import archive, save
from core.testing import World
from plugins.crm.api import Customer
from plugins.rest.records import ExternalKey
from plugins.rest.tokens import add_token

pytestmark = pytest.mark.plugins("crm", "rest")
WRITERS, WRITES = 4, 12


def _caller(world: World, login: str = "gm") -> Callable[..., Any]:
    with world.act(login) as ctx:
        _row, secret = add_token(ctx, ctx.user_id or 0, "race", ["*"])
    world.app.config["REST_PER_MINUTE"] = 10**6

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {secret}",
                **{k.replace("_", "-"): v for k, v in headers.items()}}
        return world.app.test_client().open(
            f"/api/v1/{path}", method=method, json=body, headers=sent)

    return call


def _together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do the work `count` times, all beginning at once."""
    gate = threading.Barrier(count)

    def one(n: int) -> Any:
        gate.wait()
        return work(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_two_equal_new_keys_make_one_record(both: World) -> None:
    call = _caller(both)
    body = {"name": "Nordlys AS", "country": "NO"}
    for n in range(4):
        body = {"name": f"Nordlys {n} AS", "country": "NO"}
        answers = _together(3, lambda _n, b=body, k=f"k{n}": call(
            "POST", "crm/customer", b, Idempotency_Key=k))
        assert [a.status_code for a in answers] == [201] * 3, answers[0].get_data(as_text=True)
        assert len({a.json["id"] for a in answers}) == 1
        assert sorted("Idempotent-Replay" in a.headers for a in answers) == [False, True, True]


def test_two_equal_new_external_keys_make_one_record(both: World) -> None:
    call = _caller(both)
    for n in range(4):
        answers = _together(3, lambda i, n=n: call(
            "PUT", f"crm/customer/external/shop/{n}", {"name": f"Shopper {n}", "country": "FR",
                                                      "website": f"https://{i}.example"}))
        assert sorted(a.status_code for a in answers) == [200, 200, 201]
        assert len({a.json["id"] for a in answers}) == 1
    with both.act() as ctx:
        assert ctx.session.scalar(select(func.count(ExternalKey.id))) == 4


def test_of_two_changes_of_one_version_one_wins(both: World) -> None:
    call = _caller(both)
    made = call("POST", "crm/customer", {"name": "Nordlys AS", "country": "NO"})
    path, mark = f"crm/customer/{made.json['id']}", made.headers["ETag"]
    for n in range(4):
        answers = _together(3, lambda i, n=n, mark=mark: call(
            "PATCH", path, {"website": f"https://{n}-{i}.example"}, If_Match=mark))
        assert sorted(a.status_code for a in answers) == [200, 412, 412], [
            a.get_data(as_text=True) for a in answers]
        assert {a.mimetype for a in answers if a.status_code == 412} == {
            "application/problem+json"}
        mark = next(a.headers["ETag"] for a in answers if a.status_code == 200)


def test_what_nobody_expected_is_a_problem_document_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _caller(world)
    world.app.testing = False

    def broken(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("plugins.rest.routes.save", broken)
    answer = call("POST", "crm/customer", {"name": "Nordlys AS", "country": "NO"})
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.json["id"] in answer.json["detail"]
    assert "secret" not in answer.get_data(as_text=True)


# ---- the feed
def _write(world: World, ids: list[int], n: int) -> None:
    """Several records in one transaction, in a drawn order, some of which is taken back."""
    dice = random.Random(n)
    for _round in range(WRITES):
        chosen = sorted(dice.sample(ids, 2))
        try:
            with world.act("gm") as ctx:
                for ident in chosen:
                    row = ctx.session.get(Customer, ident)
                    ctx.session.refresh(row, with_for_update=True)
                    if dice.random() < 0.2:
                        archive(ctx, row, row.archived_at is None)
                    else:
                        save(ctx, Customer, {"website": f"https://{dice.random()}.example"}, row)
                    time.sleep(dice.random() / 200)
                if dice.random() < 0.2:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue


def test_the_feed_is_whole_and_in_order_while_others_write(pg_world: World) -> None:
    """What a reader gathers while four write is exactly what was committed, in its order."""
    call = _caller(pg_world)
    with pg_world.act("gm") as ctx:
        ids = [save(ctx, Customer, {"name": f"Firm {n}", "country": "NO"}).id for n in range(4)]
    seen: list[dict[str, Any]] = []
    ended = threading.Event()

    def read() -> None:
        since = 0
        while True:
            last = ended.is_set()
            page = call("GET", f"changes?since={since}").json
            seen.extend(page["items"])
            since = page["next"]
            if last and not page["items"]:
                return

    reader = threading.Thread(target=read)
    reader.start()
    _together(WRITERS, lambda n: _write(pg_world, ids, n))
    ended.set()
    reader.join(60)
    numbers = [item["sequence"] for item in seen]
    assert numbers == list(range(1, len(numbers) + 1)), "a gap, a repetition or another order"
    again = []
    while True:
        page = call("GET", f"changes?since={again[-1]['sequence'] if again else 0}").json
        if not page["items"]:
            break
        again += page["items"]
    assert again == seen, "the past of the feed changed"
    names = {item["event"] for item in seen}
    assert {"crm.customer.archived", "crm.customer.changed"} <= names, "deletions belong to it"
    with pg_world.act() as ctx:
        for ident in ids:
            told = [i for i in seen if i["id"] == ident and i["record"] == "crm.customer"]
            version = ctx.session.get(Customer, ident).version
            assert len(told) == version, "each committed change once, none that was taken back"


def test_the_feed_shows_only_what_the_reader_may_see(world: World) -> None:
    with world.act("rep2") as ctx:
        hers = save(ctx, Customer, {"name": "Sonnfeld Solar AG", "country": "DE"}).id
    with world.act("rep") as ctx:
        mine = save(ctx, Customer, {"name": "Nordlys AS", "country": "NO"}).id
    told = {i["id"] for i in _caller(world, "rep")("GET", "changes").json["items"]
            if i["record"] == "crm.customer"}
    assert told == {mine}
    both = {i["id"] for i in _caller(world)("GET", "changes").json["items"]
            if i["record"] == "crm.customer"}
    assert both == {mine, hers}
