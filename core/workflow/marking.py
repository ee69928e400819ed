"""Where a case stands: tokens and tasks, plain data that the engine moves and the store keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BLOCK = 1 << 20  # ids of one case: case id × BLOCK + counter, unique without asking the database
LIVE_TOKEN = ("active", "waiting")
LIVE_TASK = ("parked", "open", "claimed")
OPEN_TASK = ("open", "claimed")


@dataclass
class Token:
    """A thread of the case; `waiting` at a block while its children run."""

    id: int
    node: str
    parent: int | None = None
    branch: str = ""
    state: str = "active"
    expected: int = 0
    needed: int = 0
    settled: int = 0
    generation: int = 0
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Task:
    """What one person, or one of a role, is asked. Tasks of one `seat` count as one voter."""

    id: int
    token: int
    node: str
    generation: int
    kind: str = "approve"
    principal: int | None = None
    actor: int | None = None
    pool: str | None = None
    seat: int = 0
    seq: int = 0
    state: str = "open"
    outcome: str | None = None
    comment: str = ""
    origin: str = "rule"
    origin_task: int | None = None
    why: dict[str, Any] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        return self.state in LIVE_TASK


@dataclass
class Effect:
    """Something that the caller must do or record: an event, a step, a timer, an end."""

    kind: str
    node: str | None = None
    token: int | None = None
    task: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Seat:
    """A voter that the assignment found; `skip` says why she need not be asked."""

    person: int | None
    why: dict[str, Any] = field(default_factory=dict)
    origin: str = "rule"
    pool: str | None = None
    skip: str = ""
    principal: int | None = None


@dataclass(frozen=True)
class Ask:
    """What a seat is asked; `voter` is the seat that it shares."""

    seat: Seat
    kind: str
    seq: int = 0
    parked: bool = False
    origin_task: int | None = None
    voter: int | None = None


@dataclass
class Assigned:
    """Who is asked at a node; `problem` names why nobody can be ("nobody", ...)."""

    seats: list[Seat] = field(default_factory=list)
    problem: str = ""
    passes: bool = False


@dataclass
class Marking:
    """All that the engine needs to know of a case."""

    case: int
    state: str = "running"
    outcome: str | None = None
    generation: int = 0
    counter: int = 0
    starter: int | None = None
    path: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[int, Token] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)

    def new_id(self) -> int:
        """The next id of this case."""
        self.counter += 1
        return self.case * BLOCK + self.counter

    def tell(self, effect: str, node: str | None = None, token: int | None = None,
             task: int | None = None, **data: Any) -> None:
        """Add an effect."""
        self.effects.append(Effect(effect, node, token, task, data))

    def live_tokens(self) -> Iterator[Token]:
        """Tokens that are active or wait for children."""
        return (t for t in self.tokens.values() if t.state in LIVE_TOKEN)

    def tasks_of(self, token: Token) -> list[Task]:
        """The tasks of a token's present stay at its node."""
        return [t for t in self.tasks.values() if t.token == token.id and t.node == token.node
                and t.generation == token.generation and t.kind in ("approve", "handle")]

    def children(self, token: Token) -> list[Token]:
        """Live tokens that a waiting token split off."""
        return [t for t in self.live_tokens() if t.parent == token.id]

    def chain(self, token: Token) -> list[Token]:
        """The token and its parents, from the root inwards."""
        found = [token]
        while found[0].parent is not None:
            found.insert(0, self.tokens[found[0].parent])
        return found
