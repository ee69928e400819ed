"""The demo companies: users with role codes as logins, and the stories of every plugin."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import select

from core.accounts import demo_hash
from core.companies import add_member, create_company, enable_plugin
from core.db import ALL
from core.errors import Refused
from core.i18n import _, in_locale
from core.people import Company, User
from core.platform import Platform
from core.plugins import Gate, in_order

PASSWORD = "demo"  # noqa: S105 - refused in production mode
STAGES = ("reference", "stories")
A = "xilan"
B = "demo-b"
Tell = Callable[[str], None]

# login, name, role, manager (DOMAIN §5)
PEOPLE: tuple[tuple[str, str, str, str | None], ...] = (
    ("gm", "Chen", "gm", None),
    ("admin", "管理员 Administrator", "adm", "gm"),
    ("sm", "Lan", "sm", "gm"),
    ("rep", "Yue", "rep", "sm"),
    ("rep2", "Hao", "rep", "sm"),
    ("mer", "Xue", "mer", "sm"),
    ("tec", "Bo", "tec", "gm"),
    ("fin", "Ping", "fin", "gm"),
    ("doc", "Ning", "doc", "sm"),
    ("ppc", "Gang", "ppc", "gm"),
    ("pur", "Mei", "pur", "gm"),
    ("wh", "Qiang", "wh", "ppc"),
    ("qc", "Wen", "qc", "gm"),
    ("afs", "Yan", "afs", "sm"),
)

PROFILE = {
    "address": "浙江省宁波市汐岚路 18 号", "address_en": "18 Xilan Road, Ningbo, Zhejiang, China",
    "tax_no": "91330299MADEMTW014", "phone": "+86 574 5550 0100", "email": "sales@xilan.example",
}


def load_demo(platform: Platform, tell: Tell = print) -> None:
    """Create the demo companies through the same services that people use; twice is safe."""
    if platform.settings.mode == "production":
        raise Refused(_("Demo data is refused in production mode. Use mode = \"development\"."))
    with platform.database.transaction(ALL) as session:
        if session.scalar(select(Company.id).where(Company.code == A)) is not None:
            tell(str(_("The demo company is there already.")))
            return
    main = [p.name for p in in_order(platform.registry.plugins)]
    small = [n for n in main if n in _needed(platform, ("crm",))]
    _company(platform, A, "宁波汐岚光电有限公司", "Ningbo Xilan Lumen Co., Ltd.", main, tell)
    _company(platform, B, "演示公司乙", "Demo Company B", small, tell)


def _needed(platform: Platform, names: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    todo = [n for n in names if n in platform.registry.plugins]
    while todo:
        name = todo.pop()
        found.add(name)
        todo += [n for n in platform.registry.plugins[name].manifest.needs if n not in found]
    return found


def _company(
    platform: Platform, code: str, name: str, name_en: str, plugins: list[str], tell: Tell
) -> None:
    with platform.database.transaction(ALL) as session:
        company = create_company(session, code, name, name_en, platform.clock(), demo=True)
        company.profile = PROFILE if code == A else {}
        company_id = company.id
    with platform.act(company_id, via="demo") as ctx:
        for plugin in plugins:
            enable_plugin(ctx, plugin)
        people = PEOPLE if code == A else (("b-admin", "B Admin", "adm", None),
                                           ("b-rep", "B Rep", "rep", "b-admin"))
        both = ("both", "两家 Both", "rep", "sm" if code == A else "b-admin")
        for login, person, role, boss in (*people, both):
            _person(ctx, login, person, role, boss)
    for stage in STAGES:
        _stage(platform, company_id, stage, tell)


@cache
def _hash() -> str:
    """One hash for all demo accounts: they share the word."""
    return demo_hash(PASSWORD)


def _person(ctx: Any, login: str, name: str, role: str, boss: str | None) -> None:
    user = ctx.session.scalar(select(User).where(User.login == login))
    if user is None:
        user = User(
            login=login, name=name, email=f"{login}@xilan.example", created_at=ctx.now,
            password_hash=_hash(), preferences={}, failed=0,
        )
        ctx.session.add(user)
        ctx.session.flush()
    manager = ctx.session.scalar(select(User.id).where(User.login == boss)) if boss else None
    add_member(ctx, user, [role], manager_id=manager)


def _stage(platform: Platform, company_id: int, stage: str, tell: Tell) -> None:
    """Let each plugin tell its part, in dependency order, each in its own transaction."""
    for plugin in in_order(platform.registry.plugins):
        begun = time.monotonic()
        with platform.act(company_id, via="demo") as ctx, in_locale("zh"):
            if plugin.name not in ctx.enabled:
                continue
            gate = Gate(platform.registry, ctx.enabled)
            worked = False
            for owner, call in gate.each("company_demo", ctx=ctx, stage=stage):
                if owner == plugin.name:
                    call()
                    worked = True
        if worked:
            tell(f"  {stage:<10} {plugin.name:<12} {time.monotonic() - begun:5.1f} s")
