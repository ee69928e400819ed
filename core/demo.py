"""The demo companies: users with role codes as logins, and the stories of every plugin.

What is loaded is a function of a seed and a day: dates are offsets from that day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock_time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.accounts import demo_hash
from core.companies import add_member, create_company, enable_plugin
from core.db import ALL
from core.errors import Refused
from core.i18n import _, in_locale
from core.people import Company, User
from core.platform import Platform
from core.plugins import in_order

PASSWORD = "demo"  # noqa: S105 - refused in production mode
STAGES = ("reference", "stories")
A = "xilan"
B = "demo-b"
Tell = Callable[[str], None]
Show = Callable[[float, str], None]
MORNING = clock_time(9)

# login, name, role, manager (DOMAIN §5)
PEOPLE: tuple[tuple[str, str, str, str | None], ...] = (
    ("gm", "Chen", "gm", None),
    ("admin", "管理员 Administrator", "adm", "gm"),
    ("sm", "Lan", "sm", "gm"),
    ("rep", "Yue", "rep", "sm"),
    ("rep2", "Hao", "rep", "sm"),
    ("rep3", "Jing", "rep", "sm"),
    ("rep4", "Tao", "rep", "sm"),
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


@dataclass
class Play:
    """What is played: `scale` 1 is the full company; `show` hears the share done and of what."""

    seed: int = 0
    as_of: date | None = None
    scale: float = 1.0
    show: Show = field(default=lambda share, words: None)

    def moment(self, now: datetime) -> datetime:
        """Nine in the morning of the day, so that the same day gives the same data."""
        here = now.astimezone(ZoneInfo("Asia/Shanghai"))
        start = datetime.combine(self.as_of or here.date(), MORNING, here.tzinfo)
        return start.astimezone(now.tzinfo) if self.as_of else min(start, here).astimezone(
            now.tzinfo)


def load_demo(platform: Platform, tell: Tell = print, play: Play | None = None) -> None:
    """Create the demo companies through the same services that people use; twice is safe."""
    play = play or Play()
    if platform.settings.mode == "production":
        raise Refused(_("Demo data is refused in production mode. Use mode = \"development\"."))
    with platform.database.transaction(ALL) as session:
        if session.scalar(select(Company.id).where(Company.code == A)) is not None:
            tell(str(_("The demo company is there already.")))
            return
    main = [p.name for p in in_order(platform.registry.plugins)]
    small = [n for n in main if n in _needed(platform, ("crm",))]
    _company(platform, A, "宁波汐岚光电有限公司", "Ningbo Xilan Lumen Co., Ltd.", main, tell, play)
    _company(platform, B, "演示公司乙", "Demo Company B", small, tell, play)


def _needed(platform: Platform, names: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    todo = [n for n in names if n in platform.registry.plugins]
    while todo:
        name = todo.pop()
        found.add(name)
        todo += [n for n in platform.registry.plugins[name].manifest.needs if n not in found]
    return found


def _company(
    platform: Platform, code: str, name: str, name_en: str, plugins: list[str], tell: Tell,
    play: Play,
) -> None:
    now = play.moment(platform.clock())
    with platform.database.transaction(ALL) as session:
        company = create_company(session, code, name, name_en, now, demo=True)
        company.profile = PROFILE if code == A else {}
        company_id = company.id
    with platform.act(company_id, via="demo", now=now) as ctx:
        for plugin in plugins:
            enable_plugin(ctx, plugin)
        people = PEOPLE if code == A else (("b-admin", "B Admin", "adm", None),
                                           ("b-rep", "B Rep", "rep", "b-admin"))
        both = ("both", "两家 Both", "rep", "sm" if code == A else "b-admin")
        for login, person, role, boss in (*people, both):
            _person(ctx, login, person, role, boss)
    parts = [(stage, plugin) for stage in STAGES for plugin in in_order(platform.registry.plugins)
             if plugin.name in plugins]
    for number, (stage, plugin) in enumerate(parts):
        words = f"{code} {stage} {plugin.name}"
        begun = time.monotonic()
        with platform.act(company_id, via="demo", now=now) as ctx, in_locale("zh"):
            ctx.session.info["demo"] = play
            ctx.progress = _part(play, words, number, len(parts))
            ctx.progress(0)
            worked = _tell(ctx, stage, plugin.name)
        if worked:
            tell(f"  {words:<32} {time.monotonic() - begun:5.1f} s")
    play.show(1.0, code)


def _part(play: Play, words: str, number: int, count: int) -> Any:
    """What a plugin calls with the percent of its own part."""
    return lambda percent, **_more: play.show((number + percent / 100) / count, words)


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


def _tell(ctx: Any, stage: str, plugin: str) -> bool:
    """Let a plugin tell its part, in a transaction of its own; False if it has none."""
    calls = [call for owner, call in ctx.hooks.each("company_demo", ctx=ctx, stage=stage)
             if owner == plugin]
    for call in calls:
        call()
    return bool(calls)
