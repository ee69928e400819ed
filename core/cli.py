"""The command `tradewind`."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from core import __version__, doctor, web
from core.accounts import DEMO_PASSWORD
from core.backup import backup, restore
from core.bell import run_worker
from core.command import EXPECTED, open_platform, with_platform
from core.db import ALL
from core.errors import ConfigError, MigrationError
from core.i18n import set_locale
from core.migrate import differences, make_in_scratch, pending, upgrade
from core.people import Company, Member, User
from core.platform import Platform


class Tradewind(click.Group):
    """The core's commands, and those of plugins; expected errors are sentences, not traces."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            return sorted({*super().list_commands(ctx), *self._of_plugins(ctx)})
        except EXPECTED:  # help must stand; `tradewind check` says what is wrong
            return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, name) or self._of_plugins(ctx).get(name)

    def _of_plugins(self, ctx: click.Context) -> dict[str, click.Command]:
        if ctx.obj is None:
            ctx.obj = open_platform(skip_broken=True)
        lists = ctx.obj.registry.manager.hook.register_commands()
        return {command.name: command for commands in lists for command in commands}

    def invoke(self, ctx: click.Context) -> Any:
        set_locale(_terminal_language())
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            fault = str(error.orig).splitlines()[0]
            cure = "`tradewind check` says what to do."
            raise click.ClickException(f"The database refused: {fault}. {cure}") from error


def _terminal_language() -> str:
    """The language of the terminal, as far as we speak it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].startswith("zh") else "en"
    return "en"


@click.group(cls=Tradewind, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tradewind")
def main() -> None:
    """Tradewind 信风: ERP-lite for foreign-trade companies."""


@main.command()
@click.option("--prepare", is_flag=True, help="Also load the demo company if there is none.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--skip-broken", is_flag=True, help="Start without broken plugins.")
@click.pass_context
def serve(
    context: click.Context, prepare: bool, host: str | None, port: int | None, skip_broken: bool
) -> None:
    """Serve the pages, the API and (unless switched off) background work."""
    platform = open_platform(skip_broken, host=host, port=port)
    settings = platform.settings
    if settings.faults():
        raise ConfigError("\n".join(settings.faults()))
    _port_is_free(settings.host, settings.port)
    _migrate(platform)
    loading = main.get_command(context, "demo") if prepare else None
    if loading is not None:
        context.obj = platform
        context.invoke(loading)
    _may_start(platform)
    _greet(platform)
    platform.database.engine.dispose()
    web.serve(settings, skip_broken)


def _port_is_free(host: str, port: int) -> None:
    """Say so before a minute of preparing, not after it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            cure = "Take another: PORT=8001 make run, or tradewind serve --port 8001."
            raise ConfigError(f"Port {port} of {host}: {error.strerror}. {cure}") from error


def _migrate(platform: Platform) -> None:
    """In production somebody decides when the tables change; else they are brought up to date."""
    if platform.settings.mode == "production":
        waiting = pending(platform)
        if waiting:
            names = ", ".join(area.name for area in waiting)
            raise MigrationError(f"The tables of {names} are old. Run: tradewind migrate")
        return
    upgrade(platform, click.echo)


def _may_start(platform: Platform) -> None:
    if platform.settings.mode == "production":
        weak = doctor.demo_passwords(platform)
        if weak:
            raise ConfigError(
                f"These users have the demo password: {', '.join(weak)}. Production mode refuses "
                "to start with it. Change each: tradewind user password LOGIN"
            )


def _greet(platform: Platform) -> None:
    settings = platform.settings
    with platform.database.session(ALL, readonly=True) as session:
        members = select(User.login).join(Member, Member.user_id == User.id).where(
            Member.company_id.in_(select(Company.id).where(Company.demo)))
        logins = list(dict.fromkeys(session.scalars(members.order_by(Member.id))))
        has_users = session.scalar(select(User.id).limit(1)) is not None
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104
    click.echo(f"\n  Tradewind 信风 {__version__}   http://{host}:{settings.port}\n")
    if logins:
        click.echo(f"  Demo accounts, password {DEMO_PASSWORD!r}:\n    {' '.join(logins)}\n")
    elif not has_users:
        click.echo(
            "  There is no user yet. For a look around: tradewind demo\n"
            "  For your company: tradewind company add CODE NAME, then "
            "tradewind user add LOGIN --company CODE --role adm\n"
        )
    sys.stdout.flush()


@main.command()
@click.option("--burst", is_flag=True, help="End when nothing is due.")
@with_platform
def worker(platform: Platform, burst: bool) -> None:
    """Perform background work; with Redis any number of these on any machines."""
    web.set_up_logging()
    if platform.settings.faults():
        raise ConfigError("\n".join(platform.settings.faults()))
    count = run_worker(platform, burst)
    if burst:
        click.echo(f"{count} pieces of work done")


@main.command()
@click.option("--check", is_flag=True, help="Only say what is to be done; exit code 1 if anything.")
@click.option("--make", "name", help="Write the next migration of a plugin (or core).")
@click.option("--words", default="", help="What the migration does, in a few words.")
@with_platform
def migrate(platform: Platform, check: bool, name: str | None, words: str) -> None:
    """Bring the tables to the newest version of core and every plugin."""
    if name:
        path = make_in_scratch(platform, name, words)
        click.echo(f"wrote {path}" if path else "nothing changed")
        return
    if check:
        todo = [f"{area.name} → {area.head()}" for area in pending(platform)]
        todo = todo or differences(platform)
        click.echo("\n".join(todo) or "The tables are as the code wants them.")
        sys.exit(1 if todo else 0)
    done = upgrade(platform, click.echo)
    click.echo("\n".join(done) if done else "The tables are up to date.")


@main.command()
@click.option("--deep", is_flag=True, help="Also read the whole database and the audit trail.")
def check(deep: bool) -> None:
    """Look at settings, database, Redis, fonts, assets and plugins; say the cure of each fault."""
    findings = doctor.examine(deep)
    for finding in findings:
        colour = {"ok": "green", "note": "yellow", "fault": "red"}[finding.level]
        mark = {"ok": "✓", "note": "!", "fault": "✗"}[finding.level]
        click.echo(click.style(f"{mark} {finding.subject}: ", fg=colour) + finding.text)
        if finding.cure:
            click.echo(f"    → {finding.cure}")
    sys.exit(1 if any(f.level == "fault" for f in findings) else 0)


@main.command(name="backup")
@click.argument("target", required=False)
@with_platform
def backup_command(platform: Platform, target: str | None) -> None:
    """Write database and files into one archive (default: below data_dir/backups)."""
    click.echo(f"wrote {backup(platform, target)}")


@main.command(name="restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Replace a database that is not empty.")
@click.option("--other-key", is_flag=True, help="Accept an archive made with another secret key.")
@with_platform
def restore_command(platform: Platform, archive: str, replace: bool, other_key: bool) -> None:
    """Bring back database and files from an archive that `tradewind backup` wrote."""
    for line in restore(platform, archive, replace=replace, other_key=other_key):
        click.echo(line)


if __name__ == "__main__":
    main()
