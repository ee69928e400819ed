"""Signing in: passwords, second factor, the limit on guesses, and sessions that can be ended.

The browser's cookie holds a random secret; the row `core_signin` holds its hash (QUALITY A1).
Every guess is counted before anything is hashed (A3). Counts are kept per account and address,
per account for browsers that never signed in to it, and per address, so that a stranger cannot
lock out a person who signs in from her usual browser.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import String, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import ALL, CompanySession, Database
from core.errors import Invalid, Refusal, Refused
from core.i18n import _
from core.kinds import Moment
from core.people import Company, Member, SignIn, User
from core.records import Base
from core.vault import decrypt, encrypt

SHORTEST_PASSWORD = 10
SESSION_DAYS = 30
RESET_SECONDS = 3600
WINDOW = timedelta(minutes=15)
PER_ACCOUNT_AND_ADDRESS, PER_ACCOUNT, PER_ADDRESS = 8, 20, 40

_hasher = PasswordHasher()
# the demo accounts' password is hashed at a cost of its own: by that their hashes are known
DEMO_PASSWORD = "demo"  # noqa: S105 - refused in production mode
DEMO_HASH = "$argon2id$v=19$m=8192,t=1,p=1$"
_demo_hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
_DUMMY = _hasher.hash("nobody has this password")


class Attempt(Base):
    """How many wrong guesses were made under one key in the current window."""

    __tablename__ = "core_attempt"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Browser:
    """Where a guess comes from; `known` is the content of the known-browser cookie."""

    address: str
    agent: str = ""
    known: str = ""


def hash_password(password: str) -> str:
    """The argon2 hash of a password that follows the rule; Invalid names the fault."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid([Refusal(
            _("Take at least %(n)s characters.", n=SHORTEST_PASSWORD), "password", "too-short"
        )])
    if len(password) > 200:
        raise Invalid([Refusal(_("Take at most 200 characters."), "password", "too-long")])
    return _hasher.hash(password)


def demo_hash() -> str:
    """A hash of the demo password, which no rule of length allows; production refuses to start."""
    return _demo_hasher.hash(DEMO_PASSWORD)


def password_fits(user: User | None, password: str) -> bool:
    """Whether the password is the user's; takes the same time for a user who does not exist."""
    stored = (user.password_hash if user else None) or _DUMMY
    try:
        _hasher.verify(stored, password[:1000])
    except (VerificationError, InvalidHashError):
        return False
    return user is not None and user.active and bool(user.password_hash)


# ---- the limit on guesses
def _keys(login: str, browser: Browser, known: bool) -> list[tuple[str, int]]:
    login = login.strip().lower()
    both = [(f"both:{login}:{browser.address}:{known}", PER_ACCOUNT_AND_ADDRESS)]
    if known:
        return [(_digest(key), most) for key, most in both]
    wide = [(f"account:{login}", PER_ACCOUNT), (f"address:{browser.address}", PER_ADDRESS)]
    return [(_digest(key), most) for key, most in both + wide]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _count(session: Session, keys: list[tuple[str, int]], now: datetime) -> bool:
    """Count one guess under each key; False if one of them is used up."""
    free = True
    for key, most in keys:
        row = session.get(Attempt, key, with_for_update=True)
        if row is None:
            try:
                with session.begin_nested():
                    session.execute(insert(Attempt).values(key=key, count=1, since=now))
            except IntegrityError:
                continue  # another guess of the same moment wrote the row first
        elif now - row.since > WINDOW:
            row.count, row.since = 1, now
        elif row.count >= most:
            free = False
        else:
            row.count += 1
    return free


def _forgive(session: Session, keys: list[tuple[str, int]]) -> None:
    session.execute(delete(Attempt).where(Attempt.key.in_([key for key, _most in keys])))


def unlock(session: Session, login: str) -> None:
    """Forget the wrong guesses on an account (an administrator's act)."""
    key = _digest(f"account:{login.strip().lower()}")
    session.execute(delete(Attempt).where(Attempt.key == key))


# ---- known browsers
def known_browser_cookie(secret: str, login: str) -> str:
    """The content of the cookie of a browser that signed in to the account."""
    return hmac.new(secret.encode(), b"browser:" + login.lower().encode(), "sha256").hexdigest()


# ---- signing in
def sign_in(
    database: Database, secret_keys: Sequence[str], login: str, password: str, code: str,
    browser: Browser, now: datetime,
) -> str:
    """Check login, password and code; returns the secret for the cookie.

    Refused with code "too-many" when the limit is reached, "wrong" when login or password do
    not fit, "code" when a second factor is asked for or wrong. Nothing tells a stranger whether
    the account exists.
    """
    proof = known_browser_cookie(secret_keys[0], login.strip())
    known = hmac.compare_digest(proof, browser.known or "-")
    keys = _keys(login, browser, known)
    with database.transaction() as session:
        free = _count(session, keys, now)
    if not free:
        raise Refused([Refusal(
            _("Too many attempts. Wait 15 minutes, or ask an administrator."), None, "too-many"
        )])
    with database.session(readonly=True) as session:
        user = session.scalar(select(User).where(User.login == login.strip().lower()))
    if not password_fits(user, password) or user is None:
        raise Refused([Refusal(_("Login or password is wrong."), "password", "wrong")])
    if user.totp_secret and not _code_fits(secret_keys, user, code, now):
        text = _("This code is wrong or too old.") if code else _("Enter the code of your app.")
        raise Refused([Refusal(text, "code", "code")])
    with database.transaction(ALL) as session:
        _forgive(session, keys)
        company = _first_company(session, user)
        secret = open_signin(session, user, company.id if company else None, browser, now)
        stored = user.password_hash or DEMO_HASH  # that of a demo account stays as it is known
        if not stored.startswith(DEMO_HASH) and _hasher.check_needs_rehash(stored):
            change = update(User).where(User.id == user.id)
            session.execute(change.values(password_hash=_hasher.hash(password)))
    return secret


def _first_company(session: CompanySession, user: User) -> Company | None:
    mine = companies_of(session, user.id)
    last = (user.preferences or {}).get("company")
    return next((company for company in mine if company.id == last), mine[0] if mine else None)


def companies_of(session: CompanySession, user_id: int) -> list[Company]:
    """The companies in which the user is an active member, by name; needs an ALL session."""
    query = (
        select(Company).join(Member, Member.company_id == Company.id)
        .where(Member.user_id == user_id, Member.active).order_by(Company.id)
    )
    return list(session.scalars(query))


# ---- sessions
def open_signin(
    session: Session, user: User, company_id: int | None, browser: Browser, now: datetime
) -> str:
    """Add a session row and return its secret (256 random bits)."""
    secret = secrets.token_urlsafe(32)
    session.add(SignIn(
        user_id=user.id, company_id=company_id, secret_hash=_digest(secret), created_at=now,
        seen_at=now, address=browser.address[:60], agent=browser.agent[:200],
    ))
    session.flush()
    return secret


def find_signin(session: Session, secret: str, now: datetime) -> tuple[SignIn, User] | None:
    """The running session of a cookie's secret and its active user."""
    row = session.execute(
        select(SignIn, User).join(User, User.id == SignIn.user_id).where(
            SignIn.secret_hash == _digest(secret), SignIn.ended_at.is_(None), User.active,
            SignIn.created_at > now - timedelta(days=SESSION_DAYS),
        )
    ).first()
    return (row[0], row[1]) if row else None


def renew_signin(
    session: Session, old: SignIn, user: User, company_id: int | None, now: datetime
) -> str:
    """End `old` and open a session in another company: a switch takes a new secret (A1)."""
    old.ended_at = now
    return open_signin(session, user, company_id, Browser(old.address, old.agent), now)


def end_signins(
    session: Session, user_id: int, now: datetime, *, only: int | None = None,
    but: int | None = None,
) -> None:
    """End all sessions of a user: one (`only`), or all except one (`but`)."""
    change = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    if only is not None:
        change = change.where(SignIn.id == only)
    if but is not None:
        change = change.where(SignIn.id != but)
    session.execute(change.values(ended_at=now), execution_options={"synchronize_session": False})


# ---- password reset
def _resets(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="password reset")


def reset_token(secret: str, user: User) -> str:
    """A token that sets the user's password once, within the hour."""
    return str(_resets(secret).dumps([user.id, _digest(user.password_hash or "")[:16]]))


def reset_password(
    session: Session, secret: str, token: str, password: str, now: datetime
) -> User:
    """Set the password for a reset token and end all sessions; Refused if it is used or old."""
    stale = Refused([Refusal(_("This link is used or too old. Ask for a new one."), None, "stale")])
    try:
        user_id, mark = _resets(secret).loads(token, max_age=RESET_SECONDS)
    except (BadData, ValueError):
        raise stale from None
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise stale
    if not hmac.compare_digest(mark, _digest(user.password_hash or "")[:16]):
        raise stale
    user.password_hash = hash_password(password)
    end_signins(session, user.id, now)
    return user


# ---- second factor
def new_totp_secret() -> str:
    """A secret for an authenticator app."""
    return pyotp.random_base32()


def totp_address(secret: str, login: str) -> str:
    """The otpauth address that the app reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Tradewind")


def totp_fits(secret: str, code: str, now: datetime) -> bool:
    """Whether the six digits are right, allowing one step of 30 seconds either way."""
    return pyotp.TOTP(secret).verify(code.replace(" ", ""), for_time=now, valid_window=1)


def keep_totp(secret_keys: Sequence[str], user: User, secret: str) -> None:
    """Ask this user for a code from now on; the secret is stored encrypted."""
    user.totp_secret = encrypt(secret_keys, secret)


def _code_fits(secret_keys: Sequence[str], user: User, code: str, now: datetime) -> bool:
    return totp_fits(decrypt(secret_keys, user.totp_secret or ""), code, now)
