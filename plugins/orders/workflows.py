"""The flows that ship with orders; a company may edit them."""

from __future__ import annotations

WORKFLOWS: tuple[object, ...] = ()
