"""The people of a company as assignment sees them: roles, managers, substitutes, load."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select

from core.context import Ctx
from core.people import Member, User
from core.workflow.marking import OPEN_TASK
from core.workflow.model import Delegation, TaskRow

LONGEST_CHAIN = 3
MOST_LEVELS = 20


@dataclass
class People:
    """Active members only; read once per transaction."""

    names: dict[int, str] = field(default_factory=dict)
    logins: dict[str, int] = field(default_factory=dict)
    roles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    managers: dict[int, int | None] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)
    mails: dict[int, str] = field(default_factory=dict)

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


def people_of(ctx: Ctx) -> People:
    """The people of the context's company."""
    def build() -> People:
        found = People()
        rows = ctx.session.execute(
            select(Member.user_id, Member.roles, Member.manager_id, Member.department,
                   Member.active, User.active, User.name, User.login, User.email, User.preferences)
            .join(User, User.id == Member.user_id).order_by(Member.user_id)
        )
        for ident, roles, manager, department, here, able, name, login, mail, likes in rows:
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


def substitutes(ctx: Ctx) -> list[Delegation]:
    """The delegations that are in force now."""
    def build() -> list[Delegation]:
        return list(ctx.session.scalars(select(Delegation).where(
            Delegation.valid_from <= ctx.now, Delegation.valid_until > ctx.now
        ).order_by(Delegation.id)))

    found: list[Delegation] = ctx._once(("delegations", ctx.now), build)
    return found


def acts_for(ctx: Ctx, person: int, workflow: int | None = None) -> dict[int, list[int]]:
    """Whom a person stands in for now: principal → the chain of substitutes (at most 3)."""
    found: dict[int, list[int]] = {}
    level = {person: [person]}
    for _n in range(LONGEST_CHAIN):
        nearer: dict[int, list[int]] = {}
        for row in substitutes(ctx):
            chain = level.get(row.delegate_id)
            fits = row.workflow_id is None or workflow is None or row.workflow_id == workflow
            new = row.principal_id not in found and row.principal_id != person
            if chain and fits and new:
                nearer[row.principal_id] = [row.principal_id, *chain]
        found.update(nearer)
        level = nearer
    return found


def open_load(ctx: Ctx, people: list[int]) -> dict[int, int]:
    """How many open tasks each person has."""
    query = select(TaskRow.principal, func.count()).where(
        TaskRow.principal.in_(people), TaskRow.state.in_(OPEN_TASK)
    ).group_by(TaskRow.principal)
    return {**dict.fromkeys(people, 0), **{p: n for p, n in ctx.session.execute(query) if p}}
