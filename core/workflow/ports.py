"""What the engine asks about the world; tables answer it, and a model in the tests."""

from __future__ import annotations

from typing import Any, Protocol

from core.conditions_tree import Truth
from core.workflow.marking import Assigned, Marking, Token
from core.workflow.plan import Node


class Ports(Protocol):
    """Answers must not change during one command."""

    def truth(self, when: Any, token: Token) -> tuple[Truth, list[str], list[dict[str, Any]]]:
        """Result of a condition, labels of the missing facts, and the explanation."""
        ...

    def seats(self, node: Node, token: Token, marking: Marking) -> Assigned:
        """Who is asked at the node."""
        ...

    def items(self, node: Node, token: Token) -> list[Any]:
        """The values that a for-each block runs over."""
        ...

    def unchanged(self, since: dict[str, Any]) -> bool:
        """Whether the facts are still the ones of `since`."""
        ...

    def forbidden(self, node: Node) -> frozenset[int]:
        """People who may not decide at the node (separation of duties)."""
        ...

    def facts(self) -> dict[str, Any]:
        """The facts as they are now."""
        ...
