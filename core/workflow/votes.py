"""Counting votes: who has decided, and whether the result is already fixed (WORKFLOW §5.8)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from core.workflow.marking import Task

MODES = ("any", "all", "sequence", "count", "percent")
REJECTS = ("veto", "majority", "impossible")
LEFT = ("cancelled", "skipped")


@dataclass(frozen=True)
class Count:
    """The state of a vote: seats in all, for, against, and how many must agree."""

    seats: int
    agreed: int
    against: int
    needed: int

    @property
    def open(self) -> int:
        return self.seats - self.agreed - self.against


def needed(vote: dict[str, Any], seats: int) -> int:
    """How many of `seats` must agree: percent rounds up in whole numbers (55 % of 100 is 55)."""
    mode = vote.get("mode", "any")
    if mode == "any":
        return 1
    if mode == "count":
        return max(1, min(int(vote.get("k", 1)), seats))
    if mode == "percent":
        return max(1, -(-int(vote.get("p", 100)) * seats // 100))
    return max(1, seats)


def count(tasks: list[Task], vote: dict[str, Any]) -> Count:
    """Seats by result: a seat with added signers agrees when all of its people did."""
    by_seat: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.state not in LEFT or (task.state == "skipped" and task.outcome == "approve"):
            by_seat[task.seat].append(task)
    agreed = against = 0
    for seat in by_seat.values():
        if any(t.outcome == "reject" for t in seat):
            against += 1
        elif all(t.state in ("done", "skipped") for t in seat):
            agreed += 1
    return Count(len(by_seat), agreed, against, needed(vote, len(by_seat)))


def result(tasks: list[Task], vote: dict[str, Any]) -> bool | None:
    """True passed, False rejected, None still open; decided as early as it is fixed."""
    found = count(tasks, vote)
    if not found.seats:
        return True
    if vote.get("wait") and found.open:
        return None
    rule = vote.get("reject", "veto")
    if found.against and rule == "veto":
        return False
    if rule == "majority" and found.against * 2 > found.seats:
        return False
    if found.agreed >= found.needed:
        return True
    return False if found.seats - found.against < found.needed else None
