"""`tradewind plugin`, `tradewind user`, `tradewind company` and `tradewind demo`."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from core.api import (
    Company,
    NotFound,
    Platform,
    Refused,
    RoleRow,
    User,
    _,
    in_locale,
    operations,
)
from plugins.operations.demo import Play, load_demo
from plugins.operations.scaffold import new_plugin
from plugins.operations.uninstall import switch_off, uninstall

OF_COMPANY = click.option("--company", "code", help="Code of the company, if there are several.")
CONFORMANCE = """from core.testing import Conformance


class TestConformance(Conformance):
    plugin = {name!r}
"""


def _company(platform: Platform, code: str | None) -> str:
    """The code of the company that is meant; Refused if it must be named."""
    with platform.database.session(operations.ALL, readonly=True) as session:
        codes = list(session.scalars(select(Company.code).order_by(Company.id)))
    if code is None and len(codes) != 1:
        names = ", ".join(codes) or "none yet: tradewind company add CODE NAME"
        raise Refused(f"Say which company: --company CODE. There are: {names}.")
    if code is not None and code not in codes:
        raise NotFound(_("There is no company “%(name)s”.", name=code))
    return code or codes[0]


def _no_plugin(name: str) -> NotFound:
    return NotFound(_("There is no plugin “%(name)s”. `tradewind plugin list` names them.",
                      name=name))


@click.group()
def plugin() -> None:
    """Plugins: see them, switch them on and off for a company, write a new one."""


@plugin.command(name="list")
def list_plugins() -> None:
    """Installed plugins, what each needs, and the companies that use it."""
    platform = operations.open_platform(skip_broken=True)
    users: dict[str, list[str]] = {}
    with platform.database.session(operations.ALL, readonly=True) as session:
        if platform.database.engine.dialect.has_table(session.connection(), "core_company"):
            rows = session.execute(
                select(operations.CompanyPlugin.plugin, Company.code)
                .join(Company, Company.id == operations.CompanyPlugin.company_id)
                .order_by(Company.id)
            )
            for name, code in rows:
                users.setdefault(name, []).append(code)
    with in_locale("en"):
        for name, found in platform.registry.plugins.items():
            manifest = found.manifest
            needs = f" needs {', '.join(manifest.needs)}" if manifest.needs else ""
            used = ", ".join(users.get(name, [])) or "no company"
            used = "every company" if manifest.essential else used
            click.echo(f"{name:<12} {manifest.version:<6} {manifest.title}{needs}; used by {used}")
    for name, fault in platform.registry.broken.items():
        click.echo(f"{name:<12} broken: {fault}")


@plugin.command()
@click.argument("name")
@OF_COMPANY
@operations.with_platform
def enable(platform: Platform, name: str, code: str | None) -> None:
    """Switch plugin NAME on for a company, with all it needs."""
    with platform.act(_company(platform, code), via="command") as ctx:
        done = operations.enable_plugin(ctx, name)
    click.echo(f"switched on: {', '.join(done)}" if done else f"{name} is on already")


@plugin.command()
@click.argument("name")
@OF_COMPANY
@operations.with_platform
def disable(platform: Platform, name: str, code: str | None) -> None:
    """Switch plugin NAME off for a company; its data stays."""
    with platform.act(_company(platform, code), via="command") as ctx:
        switch_off(ctx, name)
    click.echo(f"switched off: {name}")


@plugin.command(name="uninstall")
@click.argument("name")
@click.option("--with-data", is_flag=True, help="Remove its tables too; what was in them is lost.")
@click.option("--yes", is_flag=True, help="Do not ask before data is lost.")
@operations.with_platform
def uninstall_plugin(platform: Platform, name: str, with_data: bool, yes: bool) -> None:
    """Switch plugin NAME off in every company; its data stays unless --with-data is given."""
    if with_data and not yes:
        click.confirm(f"Everything that {name} keeps will be lost. Go on?", abort=True)
    for line in uninstall(platform, name, with_data=with_data):
        click.echo(f"{name}: {line}")
    click.echo(f"Now remove its code, for example: pip uninstall {name}")


@plugin.command()
@click.argument("name")
@click.option("--title", default="", help="What people call it.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write it (default: plugins_dir, else plugins/ of the checkout).",
)
def new(name: str, title: str, folder: Path | None) -> None:
    """Write the files of a new plugin NAME."""
    bundled = operations.ROOT / "plugins"
    target = folder or operations.load_settings().plugins_dir or bundled
    module = f"plugins.{name}" if target.resolve() == bundled else name
    for path in new_plugin(target, name, title, module):
        click.echo(f"wrote {path}")
    if target.resolve() != bundled:
        click.echo(f"Set TRADEWIND_PLUGINS_DIR={target.resolve()} so that it is found.")
    click.echo(f"Next: tradewind migrate, then tradewind plugin check {name}")


@plugin.command()
@click.argument("name")
@operations.with_platform
def check(platform: Platform, name: str) -> None:
    """Run the rules that every plugin keeps to against plugin NAME."""
    if name not in platform.registry.plugins:
        raise _no_plugin(name)
    try:
        import pytest
    except ImportError:
        raise click.ClickException("This needs pytest: pip install tradewind[test]") from None
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / f"test_{name}.py"
        test.write_text(CONFORMANCE.format(name=name), encoding="utf-8")
        own = platform.registry.plugins[name].folder / "tests"
        paths = [str(test), *([str(own)] if own.is_dir() else [])]
        sys.exit(
            int(
                pytest.main(
                    [
                        *paths,
                        "-q",
                        "--rootdir",
                        folder,
                        "-p",
                        "no:cacheprovider",
                        "--import-mode=importlib",
                        "--confcutdir",
                        folder,
                    ]
                )
            )
        )


@click.group()
def user() -> None:
    """Users: add one, set a password."""


def _user(session: operations.CompanySession, login: str) -> User:
    row = session.scalar(select(User).where(User.login == login))
    if row is None:
        fault = _("There is no user “%(name)s”.", name=login)
        raise NotFound(f"{fault} → tradewind user add {login} --company CODE --role ROLE")
    return row


@user.command(name="add")
@click.argument("login")
@click.option("--name", default="", help="The person's name.")
@click.option("--email", help="Where mails go.")
@click.option("--role", "roles", multiple=True, help="Key of a role; may be given several times.")
@click.password_option(help="Asked for if not given.")
@OF_COMPANY
@operations.with_platform
def add_user(platform: Platform, login: str, password: str, code: str | None, **given: Any) -> None:
    """Make LOGIN a member of a company; a user who exists keeps password and name."""
    with platform.act(_company(platform, code), via="command") as ctx:
        known = set(ctx.session.scalars(select(RoleRow.key)))
        roles = list(given["roles"])
        wrong = [role for role in roles if role not in known]
        if wrong or not roles:
            fault = f"There is no role {wrong[0]!r}." if wrong else "Give at least one --role."
            raise Refused(f"{fault} Roles of {ctx.company.code}: {', '.join(sorted(known))}.")
        row = ctx.session.scalar(select(User).where(User.login == login))
        if row is None:
            row = User(
                login=login,
                name=given["name"] or login,
                email=given["email"],
                password_hash=operations.hash_password(password),
                created_at=ctx.now,
                preferences={},
                failed=0,
            )
            ctx.session.add(row)
            ctx.session.flush()
        operations.add_member(ctx, row, roles)
        click.echo(f"{login} is in {ctx.company.code} as {', '.join(roles)}")


@user.command()
@click.argument("login")
@click.password_option(help="Asked for if not given.")
@operations.with_platform
def password(platform: Platform, login: str, password: str) -> None:
    """Set the password of LOGIN, end all sessions and lift a lock."""
    with platform.database.transaction(operations.ALL) as session:
        row = _user(session, login)
        row.password_hash = operations.hash_password(password)
        operations.end_signins(session, row.id, platform.clock())
        operations.unlock(session, login)
    click.echo(f"{login} has a new password; every session has ended")


@click.group()
def company() -> None:
    """Companies: add one."""


@company.command(name="add")
@click.argument("code")
@click.argument("name")
@click.option("--name-en", default="", help="The name on English documents.")
@click.option("--plugin", "plugins", multiple=True, help="Plugin to switch on; default: all.")
@operations.with_platform
def add_company(
    platform: Platform, code: str, name: str, name_en: str, plugins: tuple[str, ...]
) -> None:
    """Found company CODE with the name NAME."""
    operations.upgrade(platform, click.echo)
    unknown = [p for p in plugins if p not in platform.registry.plugins]
    if unknown:
        raise _no_plugin(unknown[0])
    with platform.database.transaction(operations.ALL) as session:
        if session.scalar(select(Company.id).where(Company.code == code)) is not None:
            raise Refused(f"There is a company {code!r} already. Choose another code.")
        row = operations.create_company(session, code, name, name_en or name, platform.clock())
        company_id = row.id
    installed = platform.registry.plugins
    chosen = plugins or [n for n, found in installed.items() if found.manifest.by_default]
    with platform.act(company_id, via="command") as ctx:
        for each in chosen:
            operations.enable_plugin(ctx, each)
        click.echo(f"{code}: plugins {', '.join(sorted(ctx.enabled - {'core'})) or 'none'}")


@click.command()
@click.option("--seed", type=int, default=0, help="Another seed tells another year.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day of the demo (today).")
@click.option("--scale", type=float, default=1.0, help="Share of the full size, as 0.2.")
@operations.with_platform
def demo(platform: Platform, seed: int, as_of: datetime | None, scale: float) -> None:
    """Create the tables and load the two demo companies; twice is safe."""
    def bar(share: float, words: str) -> None:
        done = "█" * int(share * 30)
        click.echo(f"\r  {done:░<30} {share:4.0%} {words:<32}", nl=share == 1)

    operations.upgrade(platform, click.echo)
    play = Play(seed, as_of.date() if as_of else None, scale)
    if not sys.stdout.isatty():
        load_demo(platform, click.echo, play)
        return
    play.show = bar
    load_demo(platform, lambda text: None if text.startswith("  ") else click.echo(text), play)
