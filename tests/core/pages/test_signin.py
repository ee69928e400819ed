"""Signing in and the account: guesses are limited, sessions end, a second factor counts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from argon2.exceptions import VerifyMismatchError
from flask.testing import FlaskClient
from sqlalchemy import select

from core import accounts
from core.accounts import Browser, find_signin, hash_password, sign_in
from core.api import Refused, _, notify
from core.context import utc_now
from core.db import ALL
from core.outbox import OutboxRow
from core.people import SignIn, User
from core.testing.world import World

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def passwords(world: World) -> None:
    with world.platform.database.transaction(ALL) as session:
        for user in session.scalars(select(User).where(User.login.in_(("rep", "adm", "b-rep")))):
            user.password_hash = hash_password(PASSWORD)


def enter(client: FlaskClient, login: str = "rep", password: str = PASSWORD, **more: str) -> Any:
    data = {"login": login, "password": password, **more}
    return client.post("/login", data=data, headers={"Accept-Language": "en"})


def test_signing_in_leads_where_one_wanted_to_go(world: World) -> None:
    client = world.client()
    assert client.get("/r/shop.deal").location == "/login?next=/r/shop.deal"
    assert enter(client, next="/r/shop.deal").location == "/r/shop.deal"
    assert client.get("/r/shop.deal").status_code == 200
    assert enter(world.client(), next="https://evil.example").location == "/"


def test_a_wrong_password_and_an_unknown_login_look_alike(world: World) -> None:
    texts = []
    for login in ("rep", "nobody"):
        page = enter(world.client(), login, "wrong words here")
        assert page.status_code == 422
        text = re.sub(r'(content|value)="[\w.-]{60,}"', "", page.text)
        texts.append(text.replace(f'value="{login}"', 'value="X"'))
    assert texts[0] == texts[1]
    assert "Login or password is wrong." in texts[0]


def test_guesses_are_limited_before_anything_is_hashed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    real = accounts.password_fits
    monkeypatch.setattr(accounts, "password_fits",
                        lambda user, word: hashed.append(1) or real(user, word))
    monkeypatch.setattr(accounts, "_hasher", _Quick())
    statuses = [enter(world.client(), "rep", f"guess {n}").status_code for n in range(60)]
    assert statuses.count(429) > 40 and len(hashed) <= accounts.PER_ACCOUNT_AND_ADDRESS
    keys = world.platform.settings.secret_keys
    refused = 0
    for n in range(60):  # the same account from many addresses
        try:
            here = Browser(f"10.0.0.{n}")
            sign_in(world.platform.database, keys, "rep", "x", "", here, utc_now())
        except Refused as error:
            refused += error.reasons[0].code == "too-many"
    assert refused >= 60 - accounts.PER_ACCOUNT


class _Quick:
    def verify(self, _hash: str, _word: str) -> bool:
        raise VerifyMismatchError

    def check_needs_rehash(self, _hash: str) -> bool:
        return False


def test_strangers_cannot_lock_out_a_known_browser(world: World) -> None:
    home = world.client()
    enter(home)
    keys, database = world.platform.settings.secret_keys, world.platform.database
    for n in range(40):
        with pytest.raises(Refused):
            sign_in(database, keys, "rep", "x", "", Browser(f"10.9.0.{n % 250}"), utc_now())
    home.post("/logout")
    assert enter(home).status_code == 303
    assert enter(world.client()).status_code == 429


def test_the_limit_passes_with_time(world: World) -> None:
    keys, database, now = world.platform.settings.secret_keys, world.platform.database, utc_now()
    for _n in range(20):
        with pytest.raises(Refused):
            sign_in(database, keys, "rep", "x", "", Browser("10.1.1.1"), now)
    later = now + timedelta(minutes=16)
    assert sign_in(database, keys, "rep", PASSWORD, "", Browser("10.1.1.1"), later)


def test_signing_out_makes_the_cookie_worthless(world: World) -> None:
    client = world.client()
    enter(client)
    with client.session_transaction() as session:
        secret = session["_user_id"]
    client.post("/logout")
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = secret, True
    assert client.get("/").status_code == 302


def test_the_database_does_not_hold_the_cookies_secret(world: World) -> None:
    secret = world.sign_in("rep")
    with world.platform.database.session(ALL, readonly=True) as session:
        assert secret not in {row.secret_hash for row in session.scalars(select(SignIn))}
        assert find_signin(session, secret, utc_now()) is not None
        assert find_signin(session, secret, utc_now() + timedelta(days=31)) is None


def test_a_closed_account_is_out_at_the_next_click(world: World) -> None:
    client = world.client("rep")
    assert client.get("/").status_code == 200
    with world.platform.database.transaction(ALL) as session:
        session.scalar(select(User).where(User.login == "rep")).active = False
    assert client.get("/").status_code == 302
    assert enter(world.client()).status_code == 422


def test_sessions_are_listed_and_ended(world: World) -> None:
    here, there = world.client("rep"), world.client("rep")
    assert here.get("/account").text.count('name="signin"') == 1
    here.post("/account/sessions")
    assert here.get("/").status_code == 200 and there.get("/").status_code == 302


def test_a_new_password_ends_other_sessions(world: World) -> None:
    here, there = world.client("rep"), world.client("rep")
    data = {"old": PASSWORD, "password": "another long one", "again": "another long one"}
    wrong = here.post("/account/password", data={**data, "old": "no"})
    assert wrong.status_code == 422 and "This is not your password." in wrong.text
    short = here.post("/account/password", data={**data, "password": "abc", "again": "abc"})
    assert "Take at least 10 characters." in short.text
    assert here.post("/account/password", data=data).status_code == 303
    assert here.get("/").status_code == 200 and there.get("/").status_code == 302
    assert enter(world.client(), password="another long one").status_code == 303


def test_a_second_factor_is_asked_for_and_kept_secret(world: World) -> None:
    client = world.client("rep")
    client.post("/account/totp", data={"do": "offer"})
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", client.get("/account").text)
    assert secret is not None
    code = pyotp.TOTP(secret.group(1))
    assert client.post("/account/totp", data={"do": "confirm", "code": "000000"}).status_code == 422
    client.post("/account/totp", data={"do": "confirm", "code": code.now()})
    with world.platform.database.session(ALL, readonly=True) as session:
        kept = session.scalar(select(User.totp_secret).where(User.login == "rep"))
    assert kept and secret.group(1) not in kept
    asked = enter(world.client())
    assert asked.status_code == 422 and 'name="code"' in asked.text
    assert enter(world.client(), code="123456").status_code == 422
    assert enter(world.client(), code=code.now()).status_code == 303


def test_a_forgotten_password_is_set_once_by_a_mailed_link(world: World) -> None:
    client = world.client()
    known = client.post("/forgot", data={"login": "rep"}).text
    unknown = client.post("/forgot", data={"login": "nobody"}).text
    cut = [re.sub(r'(content|value)="[\w.-]{60,}"', "", text) for text in (known, unknown)]
    assert cut[0] == cut[1]
    with world.act() as ctx:
        mail = ctx.session.scalar(select(OutboxRow).where(OutboxRow.topic == "core.mail"))
    assert mail.payload["to"] == "rep@tradewind.example"
    link = urlsplit(re.search(r"http\S+", mail.payload["text"]).group(0)).path  # type: ignore[union-attr]
    old = world.client("rep")
    data = {"password": "a fresh long one", "again": "a fresh long one"}
    assert client.post(link, data={**data, "again": "x"}).status_code == 422
    assert client.post(link, data=data).status_code == 303
    assert client.post(link, data=data).status_code == 409
    assert old.get("/").status_code == 302
    assert enter(world.client(), password="a fresh long one").status_code == 303
    world.work()
    assert list((world.platform.settings.data_dir / "mail").glob("*.eml"))


def test_a_mailed_link_does_not_follow_a_forged_host(world: World) -> None:
    world.platform.settings = replace(world.platform.settings, public_url="https://trade.example")
    client = world.client()
    client.post("/forgot", data={"login": "rep"}, headers={"Host": "evil.example"})
    with world.act() as ctx:
        mail = ctx.session.scalar(select(OutboxRow).where(OutboxRow.topic == "core.mail"))
    assert "https://trade.example/reset/" in mail.payload["text"]
    assert "evil" not in mail.payload["text"]


def test_unread_notices_are_mailed_once_to_those_who_want(world: World) -> None:
    world.client("rep").post("/account", data={"name": "Rep", "email": "rep@tradewind.example",
                                               "mail_notices": "1", "locale": "en"})
    with world.act() as ctx:
        notify(ctx, world.user_id("rep"), _("Saved."), "/r/shop.deal/1")
        notify(ctx, world.user_id("adm"), _("Saved."), "/r/shop.deal/1")
    for _round in range(2):
        with world.act() as ctx:
            ctx.enqueue("core.notices")
        world.work()
    mails = list((world.platform.settings.data_dir / "mail").glob("*.eml"))
    assert len(mails) == 1
    assert "To: rep@tradewind.example" in mails[0].read_text()


def test_a_person_of_two_companies_switches_with_a_new_secret(world: World) -> None:
    with world.act(company="b") as ctx:
        from core.companies import add_member

        user = ctx.session.scalar(select(User).where(User.login == "rep"))
        add_member(ctx, user, ["rep"])
        other = ctx.company.id
    client = world.client()
    enter(client)
    with client.session_transaction() as session:
        before = session["_user_id"]
    assert "Company b" in client.get("/companies").text
    client.post("/company", data={"company": str(other)})
    with client.session_transaction() as session:
        assert session["_user_id"] != before
    assert "Company b" in client.get("/").text
    stranger = world.client("b-rep")
    assert stranger.post("/company", data={"company": "1"}).status_code == 409


def test_language_is_the_users(world: World) -> None:
    client = world.client("rep")
    client.post("/language", data={"locale": "zh", "next": "/account"})
    assert 'lang="zh-CN"' in client.get("/account").text
    assert 'lang="en"' in world.client("adm").get("/account").text
