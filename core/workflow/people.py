"""The people of a company as assignment sees them: roles, managers, substitutes, load."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from core.context import Ctx
from core.people import Member, User
from core.workflow.marking import OPEN_TASK
from core.workflow.model import Delegation, TaskRow

LONGEST_CHAIN = 3
MOST_LEVELS = 20


@dataclass(frozen=True)
class Substitute:
    """Who stands in for whom, from a moment until another (half-open); `workflow` None: in all."""

    principal: int
    delegate: int
    workflow: int | None
    since: datetime
    until: datetime


@dataclass
class People:
    """Active members only; read once per transaction."""

    names: dict[int, str] = field(default_factory=dict)
    logins: dict[str, int] = field(default_factory=dict)
    roles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    managers: dict[int, int | None] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)
    mails: dict[int, str] = field(default_factory=dict)
    substitutes: list[Substitute] = field(default_factory=list)

    def active(self, person: int | None) -> bool:
        """Whether the person is an active member."""
        return person in self.names

    def holds(self, person: int, role: str) -> bool:
        """Whether the person holds the role."""
        return person in self.roles.get(role, ())

    def above(self, person: int) -> list[int]:
        """The managers of a person from the nearest up; the chain ends, it never wraps.

        A manager who has left is passed over, and the chain goes on above.
        """
        found: list[int] = []
        seen = {person}
        current = self.managers.get(person)
        while current is not None and current not in seen and len(found) < MOST_LEVELS:
            seen.add(current)
            if self.active(current):
                found.append(current)
            current = self.managers.get(current)
        return found


_MEMBER, _USER, _ABSENT = Member.__table__.c, User.__table__.c, Delegation.__table__.c
_PEOPLE = select(
    _MEMBER.user_id, _MEMBER.roles, _MEMBER.manager_id, _MEMBER.department, _MEMBER.active,
    _USER.active.label("able"), _USER.name, _USER.login, _USER.email, _USER.preferences,
    _ABSENT.delegate_id, _ABSENT.workflow_id, _ABSENT.valid_from, _ABSENT.valid_until,
).select_from(Member.__table__.join(User.__table__, _USER.id == _MEMBER.user_id).outerjoin(
    Delegation.__table__, and_(
        _ABSENT.company_id == _MEMBER.company_id, _ABSENT.principal_id == _MEMBER.user_id,
        _ABSENT.valid_until > bindparam("now"))
)).where(_MEMBER.company_id == bindparam("company")).order_by(_MEMBER.user_id, _ABSENT.id)


def people_of(ctx: Ctx) -> People:
    """The people of the context's company."""
    def build() -> People:
        found = People()
        rows = ctx.session.execute(
            _PEOPLE, {"company": ctx.company.id, "now": ctx.now},
            execution_options={"outside_the_wall": True},
        )
        for (ident, roles, manager, department, here, able, name, login, mail, likes,
             *substitute) in rows:
            if substitute[0] is not None:
                found.substitutes.append(Substitute(ident, *substitute))
            if ident in found.managers:
                continue  # another substitute of the same person
            found.managers[ident] = manager
            if here and able:
                found.names[ident], found.departments[ident] = name, department
                found.logins[login] = ident
                if mail and (likes or {}).get("task_mails", True):
                    found.mails[ident] = mail
                for role in roles:
                    found.roles[role].append(ident)
        return found

    result: People = ctx._once("workflow_people", build)
    return result


def substitutes(ctx: Ctx) -> list[Substitute]:
    """The delegations that are in force now."""
    return [s for s in people_of(ctx).substitutes if s.since <= ctx.now < s.until]


def acts_for(ctx: Ctx, person: int, workflow: int | None = None) -> dict[int, list[int]]:
    """Whom a person stands in for now: principal → the chain of substitutes (at most 3)."""
    found: dict[int, list[int]] = {}
    level = {person: [person]}
    for _n in range(LONGEST_CHAIN):
        nearer: dict[int, list[int]] = {}
        for row in substitutes(ctx):
            chain = level.get(row.delegate)
            fits = row.workflow is None or workflow is None or row.workflow == workflow
            new = row.principal not in found and row.principal != person
            if chain and fits and new:
                nearer[row.principal] = [row.principal, *chain]
        found.update(nearer)
        level = nearer
    return found


def open_load(ctx: Ctx, people: list[int]) -> dict[int, int]:
    """How many open tasks each person has."""
    query = select(TaskRow.principal, func.count()).where(
        TaskRow.done_at.is_(None), TaskRow.principal.in_(people), TaskRow.state.in_(OPEN_TASK)
    ).group_by(TaskRow.principal)
    return {**dict.fromkeys(people, 0), **{p: n for p, n in ctx.session.execute(query) if p}}
