"""The context of one request, job or command: who acts, for which company, when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.declare import Event
from core.errors import Forbidden
from core.i18n import _
from core.outbox import add_event, add_job
from core.people import Company, CompanyPlugin, Member, RoleRow, SettingRow, User
from core.plugins import Gate, Registry

if TYPE_CHECKING:
    from core.db import CompanySession, Database

SCOPES = ("own", "team", "subtree", "all")


def utc_now() -> datetime:
    """The one clock of the product; tests replace it through `Ctx(now=...)`."""
    return datetime.now(UTC)


def matches(grants: frozenset[str], permission: str) -> bool:
    """Whether a set of grants, some ending in `*`, covers the permission."""
    if permission in grants or "*" in grants:
        return True
    parts = permission.split(".")
    return any(".".join((*parts[:n], "*")) in grants for n in range(1, len(parts)))


class Ctx:
    """Passed to every service, step and hook; never read from a global.

    `user` is None for system work; `system()` gives a context that skips the user's rights.
    """

    def __init__(
        self,
        registry: Registry,
        database: Database,
        session: CompanySession,
        company: Company,
        user: User | None = None,
        *,
        now: datetime | None = None,
        locale: str | None = None,
        rights: bool = True,
        via: str = "page",
    ) -> None:
        self.registry, self.database, self.session = registry, database, session
        self.company, self.user = company, user
        self.now = now or utc_now()
        self.locale = locale or (user.locale if user else None) or company.locale
        self.rights = rights and user is not None
        self.via = via
        # a token's scopes, narrower than its owner's rights
        self.limits: frozenset[str] | None = None
        self.progress: Any = lambda percent, **result: None
        self.cache: dict[Any, Any] = {}

    # ---- who
    def system(self) -> Ctx:
        """The same company and transaction, without asking for rights."""
        other = Ctx(
            self.registry, self.database, self.session, self.company, self.user,
            now=self.now, locale=self.locale, rights=False, via=self.via,
        )
        other.cache = self.cache
        return other

    @property
    def user_id(self) -> int | None:
        return self.user.id if self.user else None

    @property
    def member(self) -> Member | None:
        """The user's place in the company."""
        if self.user is None:
            return None
        return self._once(("member", self.user.id), lambda: self.session.scalar(
            select(Member).where(Member.user_id == self.user_id, Member.active)
        ))

    @property
    def roles(self) -> list[RoleRow]:
        """The roles that the user holds here."""
        keys = self.member.roles if self.member else []
        return self._once(("roles", self.user_id), lambda: [
            role for role in self.session.scalars(select(RoleRow).order_by(RoleRow.sequence))
            if role.key in keys
        ])

    def has_role(self, *keys: str) -> bool:
        """Whether the user holds one of the roles."""
        return self.member is not None and any(key in self.member.roles for key in keys)

    @property
    def grants(self) -> frozenset[str]:
        return self._once(("grants", self.user_id), lambda: frozenset(
            grant for role in self.roles for grant in role.grants
        ))

    def can(self, permission: str, record: Any = None) -> bool:
        """Whether the user holds the permission (row scope is the query layer's matter)."""
        if self.limits is not None and not matches(self.limits, permission):
            return False
        return not self.rights or matches(self.grants, permission)

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the user holds the permission."""
        if not self.can(permission):
            raise Forbidden(_("You lack the right for this (%(right)s). Ask an administrator.",
                              right=permission))

    def scope_for(self, permission: str) -> str:
        """The widest row scope among the roles that grant the permission."""
        if not self.rights:
            return "all"
        found = [
            SCOPES.index(role.scope) for role in self.roles
            if matches(frozenset(role.grants), permission)
        ]
        return SCOPES[max(found)] if found else "own"

    def field_hidden(self, record: str, name: str) -> bool:
        """Whether every role of the user that may read the record hides the field."""
        return self._field_rule("hidden_fields", record, name)

    def field_locked(self, record: str, name: str) -> bool:
        """Whether the user may not change the field."""
        return self._field_rule("locked_fields", record, name)

    def _field_rule(self, rule: str, record: str, name: str) -> bool:
        if not self.rights:
            return False
        closed: frozenset[str] = self._once((rule, self.user_id), lambda: frozenset.intersection(
            *(frozenset(getattr(role, rule)) for role in self.roles)
        ) if self.roles else frozenset())
        return bool(closed) and f"{record}.{name}" in closed

    # ---- when and where
    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the company: business dates are its dates."""
        return ZoneInfo(self.company.timezone)

    @property
    def user_zone(self) -> str:
        return (self.user.timezone if self.user else None) or self.company.timezone

    @property
    def today(self) -> date:
        """The company's date of this moment."""
        return self.now.astimezone(self.zone).date()

    # ---- plugins and settings
    @property
    def enabled(self) -> frozenset[str]:
        """Names of the installed plugins that the company enabled or that are essential."""
        return self._once("enabled", lambda: frozenset(
            self.session.scalars(select(CompanyPlugin.plugin))
        ) & frozenset(self.registry.plugins) | self.registry.essential)

    @property
    def hooks(self) -> Gate:
        """Hook callers restricted to the enabled plugins."""
        return self._once("gate", lambda: Gate(self.registry, self.enabled))

    def setting(self, key: str, on: date | None = None) -> Any:
        """The company's value of a declared setting on a day (today); KeyError if undeclared."""
        declared = self.registry.settings[key]
        rows = self._once("settings", self._read_settings)
        day = (on or self.today).isoformat()
        valid = [value for since, value in rows.get(key, ()) if since <= day]
        return valid[-1] if valid else declared.default

    def _read_settings(self) -> dict[str, list[tuple[str, Any]]]:
        found: dict[str, list[tuple[str, Any]]] = {}
        query = select(SettingRow.key, SettingRow.valid_from, SettingRow.value)
        for key, since, value in self.session.execute(query.order_by(SettingRow.valid_from)):
            found.setdefault(key, []).append((since, value))
        return found

    def _once(self, key: Any, make: Any) -> Any:
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

    def while_reading(self, key: Any, make: Any) -> Any:
        """What `make` reads: once in a transaction that only reads, anew each time elsewhere."""
        return self._once(key, make) if self.session.info.get("readonly") else make()

    def at_end(self, key: Any, call: Any) -> None:
        """Run `call` once before the transaction commits, however often it is asked for."""
        self.session.info.setdefault("at_end", {})[key] = call

    def settle(self, key: Any) -> None:
        """Run now what waits under `key` for the end, if anything does."""
        call = self.session.info.get("at_end", {}).pop(key, None)
        if call is not None:
            call()

    def forget(self) -> None:
        """Read settings, roles and plugins anew after they were changed."""
        self.cache.clear()

    # ---- facts and work that leave with the commit
    def emit(self, name: str, record: Any = None, **data: Any) -> Event:
        """Tell a fact: rows in this transaction, delivered to `on_event` hooks after commit."""
        event = Event(
            name, getattr(record, "key", None), getattr(record, "id", None), data, self.user_id
        )
        kept = add_event(self.session, self.company.id, event, self.now, self.listeners(name))
        keeper = self.session.info.get("gatekeeper")
        if keeper is not None:
            keeper.emitted(self, event, kept)
        return event

    def listeners(self, name: str) -> list[str]:
        """The enabled plugins that want to hear of an event, by their hook `before_event`."""
        return self._once(("listeners", name), lambda: self._ask_listeners(name))

    def _ask_listeners(self, name: str) -> list[str]:
        found = {
            impl.plugin_name.partition("+")[0]
            for impl in self.registry.manager.hook.on_event.get_hookimpls()
            if set(impl.plugin_name.split("+")) <= self.enabled
        }
        for plugin, call in self.hooks.each("before_event", ctx=self, name=name):
            if call() is False:
                found.discard(plugin)
        return sorted(found)

    def enqueue(
        self, job: str, payload: dict[str, Any] | None = None, *, key: str | None = None,
        at: datetime | None = None,
    ) -> int | None:
        """Ask for background work in this transaction; returns the outbox id.

        With `key` it is done once however often it is asked for; `at` is the earliest moment.
        """
        return add_job(
            self.session, self.company.id, job, payload or {}, self.now,
            key=key, at=at, actor_id=self.user_id,
        )
