"""Commands on cases: once per key, under the case's lock, with all that follows from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select

from core.context import Ctx
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from core.i18n import _, show_moment
from core.workflow.case import WALL, Case, load_case, put
from core.workflow.consequences import follow
from core.workflow.facts import content_hash
from core.workflow.marking import BLOCK, OPEN_TASK
from core.workflow.model import CaseRow, CommandRow, TaskRow
from core.workflow.people import acts_for, people_of
from core.workflow.plan import START
from core.workflow.starting import Choosing, wrong_choices


def _name(ctx: Ctx, person: int | None) -> str:
    return people_of(ctx).names.get(person or 0, "")


def command(
    ctx: Ctx, case_id: int, name: str, act: Callable[[Case], Any], *, key: str | None = None,
    task: int | None = None,
) -> dict[str, Any]:
    """Do one thing to a case under its lock; with a known `key` give the old answer again.

    `task` is the task that the person saw: if it is no longer open, Conflict says who was faster
    and where the case is now. Returns {"case", "state", "outcome"}.
    """
    try:
        case = load_case(ctx, case_id)
    except Conflict:
        return _known(ctx, key) or _too_late(ctx, case_id, task)
    known = _known(ctx, key)
    if known is not None:
        return known
    if task is not None and (
        task not in case.m.tasks or case.m.tasks[task].state not in OPEN_TASK
    ):
        _too_late(ctx, case_id, task)
    act(case)
    follow(case, case.save(ctx.user_id))
    answer = {"case": case_id, "state": case.row.state, "outcome": case.m.outcome}
    if key is not None:
        put(ctx, CommandRow, [{
            "company_id": ctx.company.id, "key": key, "case_id": case_id, "actor_id": ctx.user_id,
            "answer": {**answer, "command": name}, "at": ctx.now}])
    return answer


_COMMANDS = CommandRow.__table__
_BY_KEY = select(_COMMANDS.c.actor_id, _COMMANDS.c.answer).where(
    _COMMANDS.c.key == bindparam("key"), _COMMANDS.c.company_id == bindparam("company"))


def _known(ctx: Ctx, key: str | None) -> dict[str, Any] | None:
    if key is None:
        return None
    bound = {"key": key, "company": ctx.company.id}
    row = ctx.session.execute(_BY_KEY, bound, execution_options=WALL).first()
    if row is None:
        return None
    if row.actor_id != ctx.user_id:
        raise Refused(_("This form was used by somebody else. Open the page again."))
    return {k: v for k, v in row.answer.items() if k != "command"}


def _too_late(ctx: Ctx, case_id: int, task_id: int | None) -> Any:
    """Tell the loser of a race who was faster and where the case is now."""
    people = people_of(ctx)
    task = ctx.session.get(TaskRow, task_id or 0)
    row = ctx.session.get(CaseRow, case_id)
    if row is None or (task_id and (task is None or task.case_id != case_id)):
        raise NotFound(_("This task does not exist."))
    waiting = ctx.session.scalars(select(TaskRow).where(
        TaskRow.case_id == case_id, TaskRow.state.in_(OPEN_TASK), TaskRow.kind != "read",
    )).all()
    names = [people.names.get(t.principal or 0) or t.pool or "" for t in waiting]
    now_with = ", ".join(dict.fromkeys(names))
    decided = ctx.session.scalar(select(TaskRow).where(
        TaskRow.case_id == case_id, TaskRow.state == "done", TaskRow.actor.is_not(None),
        *([TaskRow.node == task.node] if task else []),
    ).order_by(TaskRow.done_at.desc()).limit(1))
    if decided is None:
        raise Conflict(_("This case has moved on. Open it again."))
    words = {"name": people.names.get(decided.actor or 0, ""), "people": now_with,
             "time": show_moment(decided.done_at, ctx.user_zone)}
    if now_with:
        raise Conflict(_("%(name)s decided this at %(time)s; it is now with %(people)s.", **words))
    raise Conflict(_("%(name)s decided this at %(time)s; the case has ended.", **words))


# ---- what a person does with a task
BUTTONS = ("return", "hand_over", "add", "ask")  # what a card may leave out


def may_act(ctx: Ctx, case: Case, task_id: int) -> int | None:
    """The principal for whom the user acts (None: herself); Forbidden if the task is not hers."""
    task, me = case.m.tasks[task_id], ctx.user_id or 0
    node = case.plan.nodes[task.node]
    if task.kind == "approve" and me in case.forbidden(node):
        raise Forbidden(_("Nobody decides about an own request."))
    if task.state == "claimed" and task.actor != me:
        raise Forbidden(_("%(name)s has taken this task.", name=_name(ctx, task.actor)))
    if task.principal == me:
        return None
    for_others = acts_for(ctx, me, case.row.workflow_id)
    if task.principal in for_others:
        if task.kind == "approve" and task.principal in case.forbidden(node):
            raise Forbidden(_("Nobody decides about an own request."))
        return task.principal
    if task.pool and people_of(ctx).holds(me, task.pool):
        return None
    raise Forbidden(_("This task is not yours."))


def _unchanged(ctx: Ctx, case: Case, task_id: int) -> None:
    """A signature is bound to what was submitted: one changed cent stops it (DESIGN §5).

    Where no step is held, people work on the record meanwhile, and nothing is bound.
    """
    signed = case.row.step is not None and case.m.tasks[task_id].kind == "approve"
    if signed and case.record is not None and content_hash(
        ctx, case.record, case.plan
    ) != case.row.content:
        raise Refused(_("The document was changed after it was submitted. "
                        "It must be withdrawn and submitted again."))


def on_task(
    ctx: Ctx, task_id: int, name: str, act: Callable[[Case], Any], *, key: str | None = None,
    bound: bool = True, marks: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A command of the person who has the task; rights and content are checked under the lock."""
    def checked(case: Case) -> None:
        principal = may_act(ctx, case, task_id)
        buttons = case.plan.nodes[case.m.tasks[task_id].node].option("buttons", BUTTONS)
        if name in BUTTONS and name not in buttons:
            raise Forbidden(_("This card does not offer that."))
        if bound:
            _unchanged(ctx, case, task_id)
        why = {k: v for k, v in case.m.tasks[task_id].why.items() if k != "for"}
        case.m.tasks[task_id].why = why if principal is None else {**why, "for": principal}
        if marks and name in ("reject", "return"):
            case.m.tell("marked", task=task_id, marks=marks)
        act(case)

    return command(ctx, task_id // BLOCK, name, checked, key=key, task=task_id)


def decide(
    ctx: Ctx, task_id: int, outcome: str, comment: str = "", *, key: str | None = None,
    choose: dict[str, list[int]] | None = None, values: dict[str, Any] | None = None,
    marks: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Approve, reject or finish ("done") a task; a rejection needs a reason.

    `choose` names people for later cards (Invalid where the next one needs them and they are
    missing or not offered); `values` fills opened fields; `marks`: {input: {"text", "was"}}.
    """
    if outcome == "reject" and not comment.strip():
        raise Refused(_("Give a reason for the rejection."))

    def act(case: Case) -> None:
        task = case.m.tasks[task_id]
        if (outcome in ("approve", "reject")) is not (task.kind == "approve"):
            raise Refused(_("This task cannot be answered like that."))
        if case.plan.nodes[task.node].option("steps"):
            raise Refused(_("Do it on the document: the task ends by itself then."))
        case.row.choices = {**case.row.choices, **(choose or {})}
        case.finder.choices = case.row.choices
        if outcome in ("approve", "done"):
            _chosen(case, task.node)
        if task.node == START:
            case.refresh_facts()  # the document may be another one now: it is routed anew
        elif task.kind == "handle":
            case.bind()
        if outcome != "reject":
            case.fill(task.node, values or {})
        case.engine.act(task_id, outcome, ctx.user_id or 0, comment.strip())

    return on_task(ctx, task_id, outcome, act, key=key, marks=marks)


def _chosen(case: Case, node: str) -> None:
    names = people_of(case.ctx).names
    wrong = wrong_choices([
        Choosing(card.key, case.plan.label(card.key), [(p, names[p]) for p in people], most)
        for card, people, most in case.finder.to_choose(case.plan.nodes[node])
    ], case.row.choices)
    if wrong:
        raise Invalid(wrong)


def send_back(
    ctx: Ctx, task_id: int, to: str, comment: str, *, straight: bool = False,
    key: str | None = None, marks: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a case to an earlier card; needs a reason. `marks` as in `decide`."""
    if not comment.strip():
        raise Refused(_("Say why you return it."))
    return on_task(ctx, task_id, "return", lambda case: case.engine.send_back(
        task_id, to, ctx.user_id or 0, comment.strip(),
        straight or case.plan.policy.get("resubmit") == "straight"), key=key, marks=marks)


def hand_over(
    ctx: Ctx, task_id: int, to: int, comment: str = "", *, key: str | None = None
) -> dict[str, Any]:
    """Give a task to another active member."""
    _member(ctx, to)
    return on_task(ctx, task_id, "hand_over", lambda case: case.engine.hand_over(
        task_id, to, ctx.user_id or 0, comment), key=key, bound=False)


def add_signers(
    ctx: Ctx, task_id: int, people: list[int], how: str, comment: str = "",
    *, key: str | None = None,
) -> dict[str, Any]:
    """Ask others before, with or after oneself."""
    for person in people:
        _member(ctx, person)
    return on_task(ctx, task_id, "add", lambda case: case.engine.add_signers(
        task_id, people, how, ctx.user_id or 0, comment), key=key, bound=False)


def ask(
    ctx: Ctx, task_id: int, person: int, question: str, *, key: str | None = None
) -> dict[str, Any]:
    """Ask somebody (often the starter) something before deciding."""
    _member(ctx, person)
    if not question.strip():
        raise Refused(_("Write your question."))
    return on_task(ctx, task_id, "ask", lambda case: case.engine.ask(
        task_id, person, question.strip(), ctx.user_id or 0), key=key, bound=False)


def claim(ctx: Ctx, task_id: int, *, key: str | None = None) -> dict[str, Any]:
    """Take a shared task."""
    return on_task(ctx, task_id, "claim", lambda c: c.engine.claim(task_id, ctx.user_id or 0),
                   key=key, bound=False)


def release(ctx: Ctx, task_id: int, *, key: str | None = None) -> dict[str, Any]:
    """Give a shared task back."""
    return on_task(ctx, task_id, "release", lambda c: c.engine.release(task_id),
                   key=key, bound=False)


def comment(ctx: Ctx, task_id: int, text: str) -> dict[str, Any]:
    """Leave a note on the case without deciding."""
    if not text:
        raise Refused(_("Write your note."))
    return on_task(ctx, task_id, "comment", lambda c: c.m.tell(
        "acted", c.m.tasks[task_id].node, c.m.tasks[task_id].token, task_id,
        outcome="comment", comment=text), bound=False)


def withdraw(ctx: Ctx, case_id: int, *, key: str | None = None) -> dict[str, Any]:
    """The starter takes a case back."""
    def act(case: Case) -> None:
        if ctx.rights and case.row.starter_id != ctx.user_id:
            raise Forbidden(_("Only the person who started it can withdraw it."))
        case.m.tell("withdrawn")
        case.engine.withdraw()

    return command(ctx, case_id, "withdraw", act, key=key)


def administer(
    ctx: Ctx, case_id: int, what: str, *, token: int | None = None, reason: str = "",
    people: list[int] | None = None, key: str | None = None,
) -> dict[str, Any]:
    """What an administrator may do: cancel, suspend, resume, retry, skip, assign; with a reason."""
    ctx.require("core.workflow.admin")
    if what not in ("cancel", "suspend", "resume", "retry", "skip", "assign"):
        raise NotFound(_("There is no such action."))
    if what in ("cancel", "skip") and not reason.strip():
        raise Refused(_("Give a reason."))

    def act(case: Case) -> None:
        case.m.tell("admin", token=token, what=what, reason=reason, name=_name(ctx, ctx.user_id))
        if what == "cancel":
            case.engine.end("cancelled")
        elif what in ("suspend", "resume"):
            getattr(case.engine, what)()
        else:
            if what == "retry":
                case.refresh_facts()
            case.resolve(token or 0, what, reason)
            if what == "assign":
                case.engine.assign(token or 0, people or [])
            else:
                getattr(case.engine, what)(token or 0)

    return command(ctx, case_id, what, act, key=key)


def _member(ctx: Ctx, person: int) -> None:
    if not people_of(ctx).active(person):
        raise Refused(_("This person is not an active member of the company."))
