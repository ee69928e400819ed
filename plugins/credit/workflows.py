"""The flow of a credit review; a company may edit it."""

from __future__ import annotations

WORKFLOWS: tuple[object, ...] = ()
