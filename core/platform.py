"""One running Tradewind: settings, registry and database, and the contexts made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from core.config import Settings
from core.context import Ctx, utc_now
from core.db import ALL, CompanySession, Database
from core.discovery import discover
from core.errors import NotFound
from core.i18n import _, in_locale
from core.outbox import OutboxRow
from core.people import Company, User
from core.plugins import Registry, build_registry
from core.upkeep import JOBS, tell_administrators
from core.workflow import declare_core, gatekeeper

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Platform:
    """Everything that an app, a worker or a command needs; two may live in one process."""

    settings: Settings
    registry: Registry
    database: Database
    gatekeeper: Any = field(default_factory=gatekeeper)
    ring: Callable[[], None] = lambda: None
    clock: Callable[[], datetime] = utc_now
    extra: dict[str, Any] = field(default_factory=dict)

    def context(
        self, session: CompanySession, company: Company, user: User | None = None, **options: Any
    ) -> Ctx:
        """A context on an open session; from here on the session's changes are audited."""
        options.setdefault("now", self.clock())
        ctx = Ctx(self.registry, self.database, session, company, user, **options)
        session.info.update(
            ctx=ctx, files=self.settings.data_dir / "files", gatekeeper=self.gatekeeper,
            ring=self.ring, platform=self,
        )
        return ctx

    @contextmanager
    def act(
        self, company: int | str, user: int | str | None = None, *, readonly: bool = False,
        **options: Any,
    ) -> Iterator[Ctx]:
        """Work for a company (id or code) as a user (id or login): commits at the end.

        Without a user it is system work, which asks for no rights.
        """
        company_id, user_row = self._who(company, user)
        session = self.database.session(company_id, readonly)
        try:
            row = session.get(Company, company_id)
            ctx = self.context(session, row, user_row, **options)
            with in_locale(ctx.locale):
                yield ctx
            if not readonly:
                session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def _who(self, company: int | str, user: int | str | None) -> tuple[int, User | None]:
        with self.database.session(ALL, readonly=True) as session:
            by = Company.id if isinstance(company, int) else Company.code
            company_id = session.scalar(select(Company.id).where(by == company))
            if company_id is None:
                raise NotFound(_("There is no company “%(name)s”.", name=company))
            if user is None:
                return company_id, None
            which = User.id if isinstance(user, int) else User.login
            row = session.scalar(select(User).where(which == user))
            if row is None:
                raise NotFound(_("There is no user “%(name)s”.", name=user))
            session.expunge(row)
            return company_id, row

    def tell_of_resting(self) -> None:
        """Tell administrators of plugins that now rest; call it while no session is open."""
        for plugin, company_id in self.registry.health.untold():
            with self.act(company_id, via="upkeep") as ctx:
                tell_administrators(ctx, _(
                    "The plugin “%(plugin)s” failed several times and rests for ten minutes; until "
                    "then its records can only be read.", plugin=plugin), "/admin/apps")

    def companies(self) -> list[int]:
        """The ids of all companies."""
        with self.database.session(ALL, readonly=True) as session:
            return list(session.scalars(select(Company.id).order_by(Company.id)))


@event.listens_for(CompanySession, "before_flush")
def _new_work(session: CompanySession, _context: Any, _instances: Any) -> None:
    if any(isinstance(row, OutboxRow) for row in session.new):
        session.info["wake"] = True


@event.listens_for(CompanySession, "after_commit")
def _ring(session: CompanySession) -> None:
    """Wake the worker; a lost bell only costs the poller's interval."""
    if session.info.pop("wake", False):
        session.info.get("ring", lambda: None)()


def build_platform(
    settings: Settings, *, skip_broken: bool = False, only: list[str] | None = None,
    modules: dict[str, Any] | None = None,
) -> Platform:
    """Find plugins, or take `modules` and the essential ones; open the database; no SQL."""
    bundled = ROOT / "plugins"
    if modules is None:
        found = discover(bundled, settings.plugins_dir, only)
    else:
        found = {**discover(bundled, None, ()), **modules}
    registry = build_registry(found, skip_broken)
    registry.jobs.update({job.key: job for job in JOBS})
    declare_core(registry)
    return Platform(settings, registry, Database(settings.database_url))
