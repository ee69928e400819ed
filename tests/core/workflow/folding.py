"""Where a case stands, read from its history alone: the oracle for tables and marking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LIVE_TOKEN, LIVE_TASK = ("active", "waiting"), ("parked", "open", "claimed")
AFTER = {"approve": "done", "reject": "done", "done": "done", "answer": "done", "return": "done",
         "transfer": "cancelled", "escalate": "cancelled", "replace": "cancelled",
         "add_before": "parked"}
Standing = tuple[dict[int, tuple[Any, ...]], dict[int, tuple[Any, ...]]]


class Told:
    """Folds events: tokens as [card, state, parent, branch], tasks as [card, token, who, state]."""

    def __init__(self) -> None:
        self.tokens: dict[int, list[Any]] = {}
        self.tasks: dict[int, list[Any]] = {}
        self.ended: str | None = None

    def add(self, kind: str, node: str | None, token: int | None, task: int | None,
            data: dict[str, Any]) -> None:
        """Take one event in."""
        if kind == "entered":
            parent, branch = self.tokens.get(token or 0, [None, None, None, ""])[2:]
            self.tokens[token or 0] = [node, "active", parent, branch]
        if kind == "task" or (kind == "entered" and task is not None):
            self.tasks[task or 0] = [node, token, data.get("who"), data.get("state", "open")]
        elif kind in ("claimed", "released"):
            self.tasks[task or 0][3] = "claimed" if kind == "claimed" else "open"
        elif kind == "task_cancelled":
            self.tasks[task or 0][3] = "cancelled"
        elif kind == "acted":
            found = self.tasks[task or 0]
            found[3] = AFTER.get(data["outcome"], found[3])
        elif kind == "split":
            self.tokens[token or 0][:2] = [node, "waiting"]
            for child, branch in data["into"]:
                self.tokens[child] = [node, "active", token, branch]
        elif kind in ("joined", "settled", "cancelled"):
            self.tokens[token or 0][1] = {"joined": "active", "settled": "consumed"}.get(kind, kind)
        elif kind == "migrated":
            for row in (*self.tokens.values(), *self.tasks.values()):
                row[0] = data["cards"].get(row[0], row[0])
            for row in self.tokens.values():
                row[3] = data["cards"].get(row[3], row[3])
        elif kind == "collapsed":
            self._collapse(token or 0, data["child"])
        elif kind == "ended":
            self.ended, self.tokens, self.tasks = data["outcome"], {}, {}

    def _collapse(self, token: int, child: int) -> None:
        self.tokens[token][:2] = self.tokens[child][:2]
        self.tokens[child][1] = "consumed"
        for row in self.tokens.values():
            row[2] = token if row[2] == child else row[2]
        for row in self.tasks.values():
            row[1] = token if row[1] == child else row[1]

    def stands(self) -> Standing:
        """What is live."""
        return ({k: tuple(v) for k, v in self.tokens.items() if v[1] in LIVE_TOKEN},
                {k: tuple(v) for k, v in self.tasks.items() if v[3] in LIVE_TASK})


def standing(tokens: Iterable[Any], tasks: Iterable[Any]) -> Standing:
    """The same of tokens and tasks as they are kept."""
    live = {t.id: (t.node, t.state, t.parent, t.branch) for t in tokens if t.state in LIVE_TOKEN}
    open_tasks = {t.id: (t.node, t.token, t.principal or t.pool, t.state) for t in tasks
                  if t.state in LIVE_TASK and (live or t.kind != "read")}
    return live, open_tasks
