"""Taking a plugin out of an installation: its data stays, or goes with it.

What people made is theirs and stays either way: their fields, saved views, workflows and rights on
the plugin's records work again when it comes back.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select

from core.api import (
    Activity,
    Comment,
    Ctx,
    FileRow,
    Platform,
    Refused,
    _,
    operations,
)


def uninstall(platform: Platform, name: str, *, with_data: bool) -> list[str]:
    """Switch a plugin off in every company and, with `with_data`, remove its tables.

    Returns a line for each thing done. Raises Refused while other plugins need it, while cases
    run on its records, or when its tables shall go and its code, which knows them, is gone.
    """
    if with_data:
        _may_lose_data(platform, name)
    with platform.database.session(operations.ALL, readonly=True) as session:
        users = list(
            session.scalars(
                select(operations.CompanyPlugin.company_id).where(
                    operations.CompanyPlugin.plugin == name
                )
            )
        )
    done = []
    for company_id in platform.companies():
        with platform.act(company_id, via="command") as ctx:
            _no_running_cases(ctx, name)
            if company_id in users:
                switch_off(ctx, name)
                done.append(f"switched off in {ctx.company.code}")
            if with_data:
                _forget_traces(ctx, name)
    if with_data:
        operations.downgrade(platform, name)
        done.append("its tables are gone")
    return done


def switch_off(ctx: Ctx, name: str) -> None:
    """Switch a plugin off for the company, also when its code is gone and cannot object."""
    if name in ctx.registry.plugins:
        operations.disable_plugin(ctx, name)
    else:
        ctx.session.execute(
            delete(operations.CompanyPlugin).where(operations.CompanyPlugin.plugin == name)
        )


def _may_lose_data(platform: Platform, name: str) -> None:
    found = platform.registry.plugins
    if name not in found:
        raise Refused(
            _(
                "The code of “%(name)s” is not installed; only it can remove its tables. "
                "Install it again first.",
                name=name,
            )
        )
    if found[name].manifest.essential:
        raise Refused(_("This app is always on: the system does not work without it."))
    needed = sorted(other for other, plugin in found.items() if name in plugin.manifest.needs)
    if needed:
        raise Refused(
            _("Other plugins need it. Uninstall them first: %(names)s.", names=", ".join(needed))
        )


def _no_running_cases(ctx: Ctx, name: str) -> None:
    running = ctx.session.scalar(
        select(func.count(operations.CaseRow.id)).where(
            operations.CaseRow.record_key.startswith(f"{name}."),
            operations.CaseRow.state.in_(operations.LIVE_CASES),
        )
    )
    if running:
        raise Refused(
            _(
                "%(count)s cases of workflows run on its records in %(company)s. End or "
                "cancel them first.",
                count=running,
                company=ctx.company.code,
            )
        )


def _forget_traces(ctx: Ctx, name: str) -> None:
    """Comments, reminders and files at records that will not exist; the audit trail stays."""
    for row in (Comment, Activity, FileRow):
        ctx.session.execute(
            delete(row).where(row.record_key.startswith(f"{name}.")),
            execution_options={"synchronize_session": False},
        )
