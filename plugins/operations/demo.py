"""The demo companies: users with role codes as logins, and the stories of every plugin.

What is loaded is a function of a seed and a day: dates are offsets from that day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.api import Company, Ctx, Platform, Refused, User, _, in_locale, operations

STAGES = ("reference", "stories")
Tell = Callable[[str], None]
Show = Callable[[float, str], None]
MORNING = clock_time(9)


@dataclass(frozen=True)
class Firm:
    """A demo company; `people` are (login, name, role, login of the manager)."""

    code: str
    name: str
    name_en: str
    people: tuple[tuple[str, str, str, str | None], ...]
    plugins: tuple[str, ...] = ()  # with what they need; empty: all that are installed
    profile: dict[str, str] = field(default_factory=dict)


# DOMAIN §5: logins are the codes of roles; one person works in both companies
XILAN = Firm("xilan", "宁波汐岚光电有限公司", "Ningbo Xilan Lumen Co., Ltd.", (
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
    ("both", "两家 Both", "rep", "sm"),
), profile={
    "address": "浙江省宁波市汐岚路 18 号", "address_en": "18 Xilan Road, Ningbo, Zhejiang, China",
    "tax_no": "91330299MADEMTW014", "phone": "+86 574 5550 0100", "email": "sales@xilan.example",
})
SECOND = Firm("demo-b", "演示公司乙", "Demo Company B", (
    ("b-admin", "B Admin", "adm", None),
    ("b-rep", "B Rep", "rep", "b-admin"),
    ("both", "两家 Both", "rep", "b-admin"),
), plugins=("crm",))


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
    with platform.database.transaction(operations.ALL) as session:
        if session.scalar(select(Company.id).where(Company.code == XILAN.code)) is not None:
            tell(str(_("The demo company is there already.")))
            return
    for firm in (XILAN, SECOND):
        _found(platform, firm, tell, play)


def _plugins(platform: Platform, firm: Firm) -> list[str]:
    """The firm's plugins and what they need, in order of their needs."""
    installed = platform.registry.plugins
    wanted: set[str] = set()
    todo = [name for name in firm.plugins or installed if name in installed]
    while todo:
        name = todo.pop()
        wanted.add(name)
        todo += [n for n in installed[name].manifest.needs if n not in wanted]
    return [found.name for found in operations.in_order(installed) if found.name in wanted]


def _found(platform: Platform, firm: Firm, tell: Tell, play: Play) -> None:
    """The company, its people, and what its plugins tell, each in a transaction of its own."""
    now = play.moment(platform.clock())
    plugins = _plugins(platform, firm)
    with platform.database.transaction(operations.ALL) as session:
        company = operations.create_company(
            session, firm.code, firm.name, firm.name_en, now, demo=True)
        company.profile = dict(firm.profile)
        company_id = company.id
    with platform.act(company_id, via="demo", now=now) as ctx:
        for plugin in plugins:
            operations.enable_plugin(ctx, plugin)
        for person in firm.people:
            _person(ctx, *person)
    parts = [(stage, plugin) for stage in STAGES for plugin in plugins]
    begun = time.monotonic()
    for number, (stage, plugin) in enumerate(parts):
        words = f"{firm.code} {stage} {plugin}"
        with platform.act(company_id, via="demo", now=now) as ctx, in_locale("zh"):
            ctx.session.info["demo"] = play
            ctx.progress = _part(play, words, number, len(parts))
            ctx.progress(0)
            calls = _calls(ctx, stage, plugin)
            if calls:  # said as it begins: a log shows what takes its time
                tell(f"  {number / len(parts):4.0%} {time.monotonic() - begun:5.1f} s  {words} …")
            for call in calls:
                call()
    tell(f"  100% {time.monotonic() - begun:5.1f} s  {firm.code}")
    play.show(1.0, firm.code)


def _part(play: Play, words: str, number: int, count: int) -> Any:
    """What a plugin calls with the percent of its own part."""
    return lambda percent, **_more: play.show((number + percent / 100) / count, words)


def _person(ctx: Ctx, login: str, name: str, role: str, boss: str | None) -> None:
    user = ctx.session.scalar(select(User).where(User.login == login))
    if user is None:
        user = User(
            login=login, name=name, email=f"{login}@xilan.example", created_at=ctx.now,
            password_hash=operations.demo_hash(), preferences={}, failed=0,
        )
        ctx.session.add(user)
        ctx.session.flush()
    manager = ctx.session.scalar(select(User.id).where(User.login == boss)) if boss else None
    operations.add_member(ctx, user, [role], manager_id=manager)


def _calls(ctx: Ctx, stage: str, plugin: str) -> list[Callable[[], Any]]:
    """What a plugin has to tell at a stage, its glue included; often nothing."""
    return [call for owner, call in ctx.hooks.each("company_demo", ctx=ctx, stage=stage)
            if owner == plugin]
