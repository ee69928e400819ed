"""What follows from a command, in its transaction: notices, timers, jobs, and the held step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, inspect, or_, select, update

from core.audit import notify
from core.i18n import _
from core.records import record_class
from core.steps import complete
from core.upkeep import send_mail
from core.workflow.case import Case
from core.workflow.marking import Effect
from core.workflow.model import CaseRow, Incident, MessageRow, TimerRow, WorkflowRow
from core.workflow.people import people_of, substitutes
from core.workflow.plan import Node
from core.worktime import DAY_MINUTES, calendar_of

MOST_NOTICES = 20


def follow(case: Case, effects: list[Effect]) -> None:
    """Do what the effects of a command ask for."""
    for effect in effects:
        act = getattr(Following(case), f"on_{effect.kind}", None)
        if act is not None:
            act(effect)


def task_url(task_id: int) -> str:
    """The page where a task is decided."""
    return f"/inbox/{task_id}"


class Following:
    """The consequences of one case's effects."""

    def __init__(self, case: Case) -> None:
        self.case, self.ctx, self.row = case, case.ctx, case.row

    def node(self, effect: Effect) -> Node:
        return self.case.plan.nodes[effect.node or ""]

    # ---- people
    def on_task(self, effect: Effect) -> None:
        """Tell the person, her substitutes, or the holders of the role."""
        task = self.case.m.tasks[effect.task or 0]
        if task.state != "open":
            return
        people = [task.principal] if task.principal else []
        if task.pool:
            barred = self.case.forbidden(self.node(effect))
            people = [p for p in people_of(self.ctx).roles.get(task.pool, []) if p not in barred]
        people += [s.delegate for s in substitutes(self.ctx) if s.principal == task.principal
                   and s.workflow in (None, self.row.workflow_id)]
        text = _("For your information: %(record)s (%(card)s)") if task.kind == "read" else _(
            "Please decide: %(record)s (%(card)s)") if task.kind == "approve" else _(
            "To do: %(record)s (%(card)s)")
        self.tell(people, text % {"record": self.row.label,
                                  "card": self.case.plan.label(task.node)}, task_url(task.id))

    def on_acted(self, effect: Effect) -> None:
        """The answer to a question goes to the one who asked."""
        task = self.case.m.tasks[effect.task or 0]
        if task.kind == "answer" and task.state == "done":
            text = _("%(name)s answered: %(record)s", record=self.row.label,
                     name=people_of(self.ctx).names.get(task.actor or 0, ""))
            self.tell([task.why.get("from")], text, task_url(task.origin_task or task.id))

    def tell(self, people: list[Any], text: Any, url: str) -> None:
        """A notice in the product and a mail with the link."""
        for person in list(dict.fromkeys(p for p in people if p))[:MOST_NOTICES]:
            notify(self.ctx, person, text, url)
            mail = people_of(self.ctx).mails.get(person)
            if mail:
                send_mail(self.ctx, mail, text, f"{text}\n\n{self.address(url)}")

    def address(self, url: str) -> str:
        settings = getattr(self.ctx.session.info.get("platform"), "settings", None)
        return f"{getattr(settings, 'public_url', '') or ''}{url}"

    # ---- clocks
    def on_deadline(self, effect: Effect) -> None:
        """The ladder of a card: percent of its budget of (working) minutes."""
        due = self.node(effect).option("due")
        if not due:
            return
        working = "work_minutes" in due
        budget = int(due.get("work_minutes", due.get("minutes", 0)))
        rungs = [{"at": 100, "do": "due"}, *due.get("ladder", [])]
        for n, rung in enumerate(rungs):
            self.timer(effect, n, rung["do"], budget * int(rung["at"]) // 100, working, rung)
        self.case.set_due(effect.token or 0, self.after(budget, working))

    def after(self, minutes: int, working: bool) -> Any:
        if working:
            return calendar_of(self.ctx).add_working_minutes(self.ctx.now, minutes)
        return self.ctx.now + timedelta(minutes=minutes)

    def timer(self, effect: Effect, rung: int, kind: str, minutes: int, working: bool,
              data: dict[str, Any]) -> None:
        self.ctx.session.bulk_insert_mappings(inspect(TimerRow), [{
            "id": self.case.m.new_id(), "company_id": self.ctx.company.id, "case_id": self.row.id,
            "token": effect.token, "node": effect.node, "rung": rung, "kind": kind,
            "minutes": minutes, "working": working, "started_at": self.ctx.now, "data": data,
            "fire_at": self.after(minutes, working), "state": "waiting",
        }])
        self.row.counter = self.case.m.counter

    def on_delay(self, effect: Effect) -> None:
        node = self.node(effect)
        working = "minutes" not in node.data
        minutes = node.option("work_minutes") or node.option("minutes") or (
            int(node.option("days", 1)) * DAY_MINUTES)
        self.timer(effect, 0, "delay", int(minutes), working, {})

    def on_clear(self, effect: Effect) -> None:
        """Stop the clocks and the waits of a token."""
        quiet = {"synchronize_session": False}
        node = self.case.plan.nodes.get(effect.node or "")
        if node is None or node.option("due") or node.type in ("delay", "wait"):
            self.ctx.session.execute(update(TimerRow).where(
                TimerRow.token == effect.token, TimerRow.state == "waiting"
            ).values(state="cancelled"), execution_options=quiet)
        if node is not None and node.type == "wait":
            self.ctx.session.execute(
                delete(MessageRow).where(MessageRow.token == effect.token), execution_options=quiet)
        if node is not None and node.type == "subflow":
            for child in self.ctx.session.scalars(select(CaseRow.id).where(
                CaseRow.record_key == self.row.record_key, CaseRow.record_id == self.row.record_id,
                CaseRow.parent_token_id == effect.token, CaseRow.ended_at.is_(None),
            )):
                self.ctx.enqueue("core.workflow_below", {"case": child})

    def on_wait(self, effect: Effect) -> None:
        """Take a message that came before, or wait for one."""
        node, row = self.node(effect), self.row
        self.ctx.cache.pop("workflow_waits", None)
        query = select(MessageRow).where(
            MessageRow.name == node.option("message"), MessageRow.record_key == row.record_key,
            MessageRow.record_id == row.record_id, MessageRow.token.is_(None),
            or_(MessageRow.expires_at.is_(None), MessageRow.expires_at > self.ctx.now))
        kept = self.ctx.session.scalar(query.order_by(MessageRow.id).limit(1))
        if kept is not None:
            self.ctx.session.delete(kept)
            self.ctx.enqueue("core.workflow_go", {"case": row.id, "token": effect.token,
                                                  "node": effect.node})
            return
        self.ctx.session.add(MessageRow(
            company_id=self.ctx.company.id, name=str(node.option("message")), token=effect.token,
            record_key=row.record_key, record_id=row.record_id, at=self.ctx.now, payload={}))
        if node.option("minutes") or node.option("work_minutes"):
            self.on_delay(effect)

    def on_suspended(self, effect: Effect) -> None:
        """The clocks stop."""
        self.row.suspended_at = self.ctx.now

    def on_resumed(self, effect: Effect) -> None:
        """The clocks go on with what was left of them."""
        since, calendar = self.row.suspended_at or self.ctx.now, calendar_of(self.ctx)
        for timer in self.ctx.session.scalars(select(TimerRow).where(
            TimerRow.case_id == self.row.id, TimerRow.state == "waiting"
        )):
            left = timer.fire_at - since
            if timer.working:
                minutes = max(0, calendar.working_minutes_between(since, timer.fire_at))
                timer.fire_at = calendar.add_working_minutes(self.ctx.now, minutes)
            else:
                timer.fire_at = self.ctx.now + left
            if timer.kind == "due":
                self.case.set_due(timer.token, timer.fire_at)
        self.row.suspended_at = None

    # ---- work
    def on_step(self, effect: Effect) -> None:
        self.enqueue("core.workflow_step", effect)

    def on_undo(self, effect: Effect) -> None:
        self.enqueue("core.workflow_undo", effect)

    def on_subflow(self, effect: Effect) -> None:
        self.enqueue("core.workflow_subflow", effect, waits=effect.data["wait"],
                     flow=self.node(effect).option("flow"))

    def enqueue(self, job: str, effect: Effect, **more: Any) -> None:
        token = self.case.m.tokens.get(effect.token or 0)
        generation = token.generation if token else self.row.generation
        self.ctx.enqueue(
            job, {"case": self.row.id, "token": effect.token, "node": effect.node,
                  "generation": generation, **more},
            key=f"{job}-{self.row.id}-{effect.token}-{effect.node}-{self.row.event_seq}")

    def on_incident(self, effect: Effect) -> None:
        data = {k: v for k, v in effect.data.items() if k != "kind"}
        self.ctx.session.add(Incident(
            company_id=self.ctx.company.id, case_id=self.row.id, token=effect.token,
            node=effect.node or "", kind=effect.data["kind"], data=data, opened_at=self.ctx.now))
        text = _("A workflow stands still: %(record)s (%(card)s)",
                 record=self.row.label, card=self.case.plan.label(effect.node or ""))
        self.tell(people_of(self.ctx).roles.get("adm", []), text, "/workflow/incidents")

    # ---- the end
    def on_ended(self, effect: Effect) -> None:
        """Complete the held step, tell the starter, wake the case above."""
        outcome, row = effect.data["outcome"], self.row
        self.close_open()
        record = self.ctx.session.get(record_class(row.record_key), row.record_id)
        if record is not None and row.step:
            step = self.ctx.registry.step(row.step)
            complete(self.ctx.system(), record, step, row.params,
                     approved=outcome in ("approved", "done"))
        else:
            self.ended_freely(record, outcome)
        texts = {"approved": _("Approved: %(record)s"), "rejected": _("Rejected: %(record)s"),
                 "done": _("Finished: %(record)s"), "cancelled": _("Cancelled: %(record)s")}
        if outcome in texts and row.starter_id not in (None, self.ctx.user_id):
            self.tell([row.starter_id], texts[outcome] % {"record": row.label},
                      f"/r/{row.record_key}/{row.record_id}")
        if row.parent_token_id:
            self.ctx.enqueue("core.workflow_go", {
                **row.params, "token": row.parent_token_id, "outcome": outcome})

    def ended_freely(self, record: Any, outcome: str) -> None:
        workflow = self.ctx.session.get(WorkflowRow, self.row.workflow_id)
        declared = self.ctx.registry.workflows.get(workflow.key if workflow else "")
        if declared is not None and declared.ended is not None and record is not None:
            declared.ended(self.ctx.system(), record, outcome)

    def close_open(self) -> None:
        """Nothing of an ended case stays open, also what was not loaded."""
        quiet = {"synchronize_session": False}
        self.ctx.session.execute(update(TimerRow).where(
            TimerRow.case_id == self.row.id, TimerRow.state == "waiting"
        ).values(state="cancelled"), execution_options=quiet)
        self.ctx.session.execute(update(Incident).where(
            Incident.case_id == self.row.id, Incident.resolved_at.is_(None)
        ).values(resolved_at=self.ctx.now, resolved_by_id=self.ctx.user_id, resolution="ended"),
            execution_options=quiet)
