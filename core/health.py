"""What a plugin's hook may do, and what becomes of a plugin that fails again and again (DESIGN §3).

Every hook runs under a guard: whatever it raises refuses the operation and names plugin and hook,
commit and rollback are refused, and what it returns must be what the hook promises. Five failures
within ten minutes let the plugin rest in that company: it shows and hears nothing, and its records
can only be read, until the failures are older than that (QUALITY P1). Counted in this process.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from core.declare import Card, Hit, Panel
from core.errors import Refusal, Refused, TradewindError
from core.i18n import _

log = logging.getLogger("tradewind.plugins")
WARN_SECONDS, SLOW_SECONDS = 0.25, 2.0
MOST_FAILURES, WITHIN_SECONDS = 5, 600.0
RETURNS: dict[str, type] = {
    "check_save": Refusal, "check_step": Refusal, "check_archive": Refusal,
    "company_disabled": Refusal, "show_panels": Panel, "show_cards": Card, "show_search": Hit,
    "show_list_actions": dict, "show_actions": dict,
}


class HookRule(RuntimeError):
    """A hook did what hooks may not do; the text says what, and may be shown."""


class HookFailed(Refused):
    """A plugin's hook raised: the operation is refused, nothing is half-saved."""

    def __init__(self, plugin: str, hook: str, error: BaseException) -> None:
        self.plugin, self.hook = plugin, hook
        fault = f"{type(error).__name__}: {error}" if isinstance(error, HookRule) else (
            type(error).__name__)
        super().__init__(Refusal(_(
            "The plugin “%(plugin)s” failed in %(hook)s (%(fault)s). Nothing was saved. Switch it "
            "off on the page Apps, or tell its author; the log has the details.",
            plugin=plugin, hook=hook, fault=fault,
        ), None, "plugin-failed"))


class Health:
    """The failures of plugins by company."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._failures: dict[tuple[str, int], deque[float]] = {}
        self._untold: set[tuple[str, int]] = set()

    def failed(self, plugin: str, company_id: int) -> None:
        """Note a failure; the fifth within ten minutes lets the plugin rest."""
        with self._lock:
            known = self._failures.setdefault((plugin, company_id), deque(maxlen=MOST_FAILURES))
            resting = self._resting(known)
            known.append(self.clock())
            if not resting and self._resting(known):
                self._untold.add((plugin, company_id))

    def _resting(self, known: Sequence[float]) -> bool:
        return len(known) == MOST_FAILURES and self.clock() - known[0] < WITHIN_SECONDS

    def rests(self, plugin: str, company_id: int) -> bool:
        """Whether the plugin rests in the company."""
        known = self._failures.get((plugin, company_id))
        return known is not None and self._resting(known)

    def recover(self, plugin: str, company_id: int) -> None:
        """Forget what was: the plugin was switched off or on."""
        self._failures.pop((plugin, company_id), None)

    def untold(self) -> list[tuple[str, int]]:
        """(plugin, company) of which the administrators do not know yet; each is given once."""
        with self._lock:
            found, self._untold = sorted(self._untold), set()
        return found

    def require(self, plugin: str, company_id: int) -> None:
        """Raise Refused while the plugin rests: its records can only be read."""
        if self.rests(plugin, company_id):
            raise Refused(Refusal(_(
                "The plugin “%(plugin)s” failed several times and rests for ten minutes; until "
                "then its records can only be read.", plugin=plugin), None, "plugin-rests"))

    def guarded(
        self, plugin: str, hook: str, function: Callable[..., Any], argnames: Sequence[str]
    ) -> Callable[..., Any]:
        """The hook's function under guard; hooks without a context (at boot) stay as they are."""
        if "ctx" not in argnames:
            return function
        place = argnames.index("ctx")
        timed = not hook.startswith("company_")

        @functools.wraps(function)
        def call(*arguments: Any) -> Any:
            ctx = arguments[place]
            info = ctx.session.info
            outer, inner = info.get("in_hook"), info.get("hook_seconds", 0.0)
            info["in_hook"] = (plugin, hook)
            began = time.monotonic()
            try:
                return _fitting(hook, function(*arguments))
            except (TradewindError, StaleDataError):
                raise
            except (Exception, SystemExit) as error:
                log.exception("plugin %s failed in %s", plugin, hook)
                self.failed(plugin, ctx.company.id)
                raise HookFailed(plugin, hook, error) from error
            finally:
                info["in_hook"] = outer
                took = time.monotonic() - began
                own = took - (info.get("hook_seconds", 0.0) - inner)
                info["hook_seconds"] = inner + took
                if timed and own > WARN_SECONDS:
                    log.warning("plugin %s took %.1f s in %s", plugin, own, hook)
                    if own > SLOW_SECONDS:
                        self.failed(plugin, ctx.company.id)

        return call


def _fitting(hook: str, answer: Any) -> Any:
    """What the hook returned, if it is what the hook promises."""
    wanted = RETURNS.get(hook)
    if wanted is None or answer is None:
        return answer
    found = list(answer) if not isinstance(answer, str | bytes | dict) else [answer]
    wrong = [part for part in found if not isinstance(part, wanted)]
    if wrong or isinstance(answer, str | bytes | dict):
        name = type(wrong[0] if wrong else answer).__name__
        raise HookRule(f"{hook} returns a list of {wanted.__name__}, not {name}")
    return found
