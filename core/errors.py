"""The exceptions that a person may cause; each names a field, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """One reason why something cannot be done.

    `field` names the field at fault, None for the whole record. `text` is a (lazily) translated
    sentence that says what is wrong and what to do. `code` is a stable word for programs.
    """

    text: object
    field: str | None = None
    code: str = "refused"

    def __str__(self) -> str:
        return str(self.text)


class TradewindError(Exception):
    """Base of all errors that are shown to a person."""

    status = 400

    def __init__(self, reasons: object = (), **_: object) -> None:
        if isinstance(reasons, Refusal):
            self.reasons: tuple[Refusal, ...] = (reasons,)
        elif isinstance(reasons, Iterable) and not isinstance(reasons, str):
            self.reasons = tuple(
                r if isinstance(r, Refusal) else Refusal(r) for r in reasons
            )
        else:
            self.reasons = (Refusal(reasons),)
        super().__init__(*self.reasons)

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)


class Refused(TradewindError):
    """A rule of the business forbids it; nothing was changed."""

    status = 409


class Invalid(TradewindError):
    """The input is wrong; `reasons` name the fields."""

    status = 422

    def by_field(self) -> dict[str, list[str]]:
        """Messages by field name; the key "" holds those of the whole record."""
        found: dict[str, list[str]] = {}
        for reason in self.reasons:
            found.setdefault(reason.field or "", []).append(str(reason))
        return found


class Conflict(TradewindError):
    """Somebody else was faster: the record changed since it was read."""

    status = 409

    def __init__(self, reasons: object, changes: dict[str, tuple[object, object]] | None = None):
        super().__init__(reasons)
        self.changes = changes or {}


class Forbidden(TradewindError):
    """The user lacks the right, inside the own company."""

    status = 403


class NotFound(TradewindError):
    """It does not exist, or not for this company: the two must look alike."""

    status = 404


class PluginError(Exception):
    """A plugin is broken: the message names the plugin, the hook and the cure."""

    def __init__(self, plugin: str, fault: str, cure: str = "") -> None:
        self.plugin, self.fault, self.cure = plugin, fault, cure
        super().__init__(f"plugin {plugin!r}: {fault}" + (f" Cure: {cure}" if cure else ""))


class ConfigError(Exception):
    """A setting is missing or wrong; the message says which and what to do."""


class MigrationError(Exception):
    """The tables cannot be brought to the wanted version; the message says why and what to do."""
